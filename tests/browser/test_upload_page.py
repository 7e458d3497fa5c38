"""A file of one's own in real Chromium: disordered, ordered by choice, relaxed and placed."""

import re

import pytest
from app_processes import PATIENCE_MS, page_without_faults
from playwright.sync_api import expect
from pymatgen.core import Lattice, Structure

pytestmark = [pytest.mark.browser, pytest.mark.model]
expect.set_options(timeout=PATIENCE_MS)


SALT = """data_{name}
_cell_length_a 4.1
_cell_length_b 4.1
_cell_length_c 4.1
_cell_angle_alpha 60
_cell_angle_beta 60
_cell_angle_gamma 60
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
{metal}1 {metal} 0 0 0
Cl1 Cl 0.5 0.5 0.5
"""
MAGNETIC = """loop_
_space_group_symop_magn_operation.id
_space_group_symop_magn_operation.xyz
1 x,y,z,+1
2 -x,-y,-z,+1
loop_
_atom_site_moment.label
_atom_site_moment.crystalaxis_x
_atom_site_moment.crystalaxis_y
_atom_site_moment.crystalaxis_z
Fe1 0 0 4
"""


@pytest.fixture(scope="module")
def disordered():
    """Half of rock salt's sodium is lithium: 2 atoms, of which one is shared."""
    shared = [{"Na": 0.5, "Li": 0.5}, "Cl"]
    primitive = Lattice.from_parameters(3.83, 3.83, 3.83, 60, 60, 60)
    text = Structure(primitive, shared, [[0] * 3, [0.5] * 3]).to(fmt="cif")
    return {"name": "half.cif", "mimeType": "text/plain", "buffer": text.encode()}


def test_an_ordered_version_is_chosen_relaxed_and_placed(browser, app, app_worker, disordered):
    with page_without_faults(browser, f"{app.url}/infill") as page:
        page.locator("input[type=file]").first.set_input_files(disordered)
        expect(page.get_by_text("is disordered: Na₀.₅Li₀.₅Cl")).to_be_visible()
        expect(
            page.get_by_text("Li +1, Na +1, Cl −1").or_(page.get_by_text("Na +1"))
        ).to_be_visible()
        versions = page.get_by_role("radiogroup", name="Ordered version")
        expect(versions.get_by_text(re.compile("lowest: −"))).to_be_visible()
        versions.get_by_text(re.compile("4 atoms")).first.click()
        page.get_by_role("button", name=re.compile("^Open .*Cl₂")).click()
        expect(page.locator("canvas").first).to_be_visible()
        page.get_by_role("button", name="Relax and place on the hull").first.click()
        expect(page).to_have_url(re.compile("job="))
        expect(page.get_by_text(re.compile("finished ·"))).to_be_visible()
        expect(page.get_by_text("at most 0.1 eV/atom above hull")).to_be_visible()
        expect(page.get_by_text("1 of 1 (100%)").first).to_be_visible()


def test_of_several_blocks_one_is_chosen_and_a_magnetic_file_is_read_for_its_structure(
    browser, app
):
    salts = "\n".join(SALT.format(name=name, metal=name[:-2]) for name in ("NaCl", "KCl"))
    magnetic = SALT.format(name="FeO", metal="Fe").replace("Cl", "O") + MAGNETIC
    with page_without_faults(browser, f"{app.url}/infill", 400) as page:
        expect(page.get_by_text(re.compile("CIF .*mCIF.*POSCAR.*at most 1 MB"))).to_be_visible()
        box = page.locator("input[type=file]").first
        box.set_input_files(_file("two.cif", salts))
        page.get_by_role("combobox", name="This CIF holds 2 crystals").click()
        page.get_by_role("option", name="KCl").click()
        expect(page.get_by_role("button", name="Open KCl")).to_be_visible()
        page.get_by_role("button", name="Remove two.cif").click()
        box.set_input_files(_file("moments.mcif", magnetic))
        expect(page.get_by_text("a magnetic CIF, read for its structure")).to_be_visible()
        page.get_by_role("button", name="Open FeO").click()
        expect(page.get_by_role("heading", name="FeO")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 400


def _file(name, text):
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def test_the_library_imports_the_versions_that_are_chosen(browser, app, disordered):
    with page_without_faults(browser, f"{app.url}/library", 400) as page:
        page.get_by_role("button", name="Import").filter(visible=True).click()
        dialog = page.get_by_role("dialog")
        dialog.locator("input[type=file]").first.set_input_files([disordered])
        dialog.get_by_role("button", name="Import 1 file").click()
        expect(dialog.get_by_text("is disordered: Na₀.₅Li₀.₅Cl")).to_be_visible()
        dialog.get_by_role("button", name="Import them").click()
        expect(dialog.get_by_text("imported.")).to_be_visible()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 400
