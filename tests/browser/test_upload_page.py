"""A file of one's own in real Chromium: disordered, ordered by choice, relaxed and placed."""

import re

import pytest
from app_processes import PATIENCE_MS, page_without_faults
from playwright.sync_api import expect
from pymatgen.core import Lattice, Structure

pytestmark = [pytest.mark.browser, pytest.mark.model]
expect.set_options(timeout=PATIENCE_MS)


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
