"""Crystals of one's own in bulk: relaxed and placed, each on the hull of its own system."""

import re

import pytest
from app_processes import PATIENCE_MS, page_without_faults
from playwright.sync_api import expect
from pymatgen.core import Lattice, Structure

pytestmark = [pytest.mark.browser, pytest.mark.model]
expect.set_options(timeout=PATIENCE_MS)


def salt(metal, length):
    lattice = Lattice.from_parameters(length, length, length, 60, 60, 60)
    text = Structure(lattice, [metal, "F"], [[0] * 3, [0.5] * 3]).to(fmt="cif")
    return {"name": f"{metal}F.cif", "mimeType": "text/plain", "buffer": text.encode()}


def test_two_of_the_library_are_placed_on_two_hulls(browser, app, app_worker):
    # Salts that no other test has, near their equilibrium.
    address = f"{app.url}/library?lib-elements=F&lib-view=Cards"
    with page_without_faults(browser, address) as page:
        page.get_by_role("button", name="Import").click()
        dialog = page.get_by_role("dialog")
        files = [salt("Li", 2.87), salt("Na", 3.31)]
        dialog.locator("input[type=file]").first.set_input_files(files)
        dialog.get_by_role("button", name="Import 2 files").click()
        expect(dialog.get_by_text("2 crystals imported")).to_be_visible()
        page.keyboard.press("Escape")
        for place in range(2):
            page.get_by_text("Choose", exact=True).nth(place).click()
            expect(page.get_by_text(f"{place + 1} chosen")).to_be_visible()
        page.get_by_role("button", name="Relax and place on the hull (2)").click()
        expect(page).to_have_url(re.compile("job="))
        expect(page.get_by_text(re.compile("finished ·"))).to_be_visible()
        placed = page.get_by_text("at most 0.1 eV/atom above hull").locator("xpath=..")
        expect(placed).to_contain_text("2 of 2 (100%)")
        page.get_by_role("button", name="On the hull", exact=True).click()
        for system in ("Li-F", "Na-F"):
            way = page.get_by_role("button", name=f"{system} · 1 crystal")
            expect(way).to_be_visible()
        way.click()
        expect(page).to_have_url(re.compile("system=Na-F.*candidates="))
        expect(page.locator(".st-key-hull-chart .js-plotly-plot")).to_be_visible()
