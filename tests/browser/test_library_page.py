"""The Library page in real Chromium: import, look, note, delete, undo, export."""

import re
import zipfile
from pathlib import Path

import pytest
from app_processes import PATIENCE_MS, page_without_faults
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE_MS)
GOOD = """data_RbCl
_cell_length_a 4.12
_cell_length_b 4.12
_cell_length_c 4.12
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Rb1 Rb 0 0 0
Cl1 Cl 0.5 0.5 0.5
"""


@pytest.fixture(
    params=[(1440, "Br"), pytest.param((400, "I"), marks=pytest.mark.long)], ids=["wide", "narrow"]
)
def halide(request):
    """A width of the window, and the halogen of a crystal that no other test has."""
    return request.param


@pytest.fixture
def page(halide, browser, app):
    width, halogen = halide
    search = f"{app.url}/library?lib-formula=Rb{halogen}"
    with page_without_faults(browser, search, width) as opened:
        expect(opened.get_by_role("heading", name="Library")).to_be_visible()
        yield opened


def test_import_open_tag_delete_undo_and_export(page, halide, tmp_path):
    formula = f"Rb{halide[1]}"
    cif = GOOD.replace("Cl", halide[1])
    page.get_by_role("button", name="Import").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[type=file]").first.set_input_files(
        [
            {"name": "good.cif", "mimeType": "text/plain", "buffer": cif.encode()},
            {"name": "bad.cif", "mimeType": "text/plain", "buffer": b"data_x\nno crystal\n"},
        ]
    )
    dialog.get_by_role("button", name="Import 2 files").click()
    expect(dialog.get_by_text(f"1 crystal imported: {formula}")).to_be_visible()
    expect(dialog.get_by_text("bad.cif: line 2: not readable as CIF")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_text("Cards", exact=True).click()
    expect(page.get_by_alt_text(f"Sketch of {formula}").first).to_be_visible()
    # At 400 px Streamlit keeps a hidden twin of each button.
    page.locator("[class*=st-key-lib-open-] button:visible").first.click()
    expect(page.get_by_role("heading", name=formula)).to_be_visible()
    expect(page).to_have_url(re.compile(r"entry=[0-9a-f]+"))
    expect(page.locator("canvas").first).to_be_visible()

    page.get_by_role("textbox", name="Note").fill("a salt")
    page.get_by_role("textbox", name="Note").press("Control+Enter")
    expect(page.get_by_text("Note saved")).to_be_visible()
    page.reload()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("a salt")

    page.get_by_role("tab", name="Powder pattern").click()
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    page.get_by_test_id("stPopoverButton").filter(has_text="Download").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="CIF with symmetry").click()
    assert "Pm-3m" in Path(downloading.value.path()).read_text()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="All as zip").click()
    saved = tmp_path / "all.zip"
    downloading.value.save_as(saved)
    names = " ".join(zipfile.ZipFile(saved).namelist())
    endings = ("-P1.cif", "POSCAR", ".xyz", ".json", "vasp/INCAR", "espresso/relax.in")
    assert all(ending in names for ending in (*endings, "README.txt", "run_atomate2.py"))
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text(f"{formula} deleted")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 brought back")).to_be_visible()
    cards = page.get_by_text("Cards", exact=True)
    expect(cards).to_have_count(1)  # what was drawn before is gone
    cards.click()
    expect(page.get_by_alt_text(f"Sketch of {formula}").first).to_be_visible()

    page.get_by_role("button", name="Export").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Table as CSV").click()
    assert formula in Path(downloading.value.path()).read_text()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]


def test_many_are_chosen_and_found_by_filters(browser, app):
    with page_without_faults(browser, f"{app.url}/library?lib-formula=CsAu&lib-view=Cards") as page:
        page.get_by_role("button", name="Import").click()
        dialog = page.get_by_role("dialog")
        cif = GOOD.replace("Rb", "Cs").replace("Cl", "Au")
        dialog.locator("input[type=file]").first.set_input_files(
            [
                {"name": f"{n}.cif", "mimeType": "text/plain", "buffer": text.encode()}
                for n, text in enumerate((cif, cif.replace("4.12", "4.20")))
            ]
        )
        dialog.get_by_role("button", name="Import 2 files").click()
        expect(dialog.get_by_text("2 crystals imported")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_text("2 crystals", exact=True)).to_be_visible()
        for place in range(2):
            page.get_by_text("Choose", exact=True).nth(place).click()
            expect(page.get_by_text(f"{place + 1} chosen")).to_be_visible()
        # Neither has an energy: the way to the hull says so.
        expect(page.get_by_role("button", name="On the hull", exact=True)).to_be_disabled()
        menu = page.get_by_test_id("stPopoverButton").filter(has_text="Tag").filter(visible=True)
        menu.click()
        tags = page.get_by_role("combobox", name="Add to 2").filter(visible=True)
        tags.fill("aurides")
        expect(page.get_by_role("option", name="aurides")).to_be_visible()
        tags.press("Enter")
        expect(page.get_by_text("Tags of 2 changed")).to_be_visible()
        expect(tags).to_have_count(0)  # the menu closes
        page.get_by_role("button", name="Fine-tune").filter(visible=True).click()
        expect(page.get_by_text("2 crystals to learn from")).to_be_visible()
        expect(page).to_have_url(f"{app.url}/models")  # without the search
        page.goto(f"{app.url}/library?lib-formula=CsAu&lib-tags=aurides")
        expect(page.get_by_text("2 crystals", exact=True)).to_be_visible()
        page.goto(f"{app.url}/library?lib-formula=CsAu&lib-group=221&lib-atoms-to=2")
        expect(page.get_by_text("2 crystals", exact=True)).to_be_visible()
        page.goto(f"{app.url}/library?lib-formula=CsAu&lib-group=225")
        expect(page.get_by_text("Nothing in the library fits this search.")).to_be_visible()
