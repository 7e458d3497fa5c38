import pytest
from app_processes import PATIENCE_MS, page_without_faults, web
from playwright.sync_api import expect

PAGES = ("Generate", "Infill", "Explore", "Hull", "Library", "Jobs", "Models")
pytestmark = pytest.mark.browser


def test_the_first_link_after_a_start_has_the_frame(browser, tmp_path):
    """Streamlit would take the folder pages/ for its older routing until app.py ran once."""
    with (
        web({"CRYSTAL_LLM_HOME": str(tmp_path)}) as (url, _),
        page_without_faults(browser, f"{url}/library") as page,
    ):
        expect(page.get_by_role("link", name="Generate")).to_be_visible(timeout=PATIENCE_MS)
        heading = page.get_by_role("heading", name="Library")
        expect(heading).to_be_visible(timeout=PATIENCE_MS)
        assert page.get_by_test_id("stSidebarNav").count() == 0


@pytest.mark.parametrize(
    ("address", "heading", "place"),
    [
        ("generate", "Generate", "/"),
        ("job", "Jobs", "/jobs"),
        ("Hull?system=Li-O", "Hull", "/hull?system=Li-O"),
    ],
)
def test_a_page_is_at_other_addresses_that_are_typed_for_it_too(
    browser, app, address, heading, place
):
    with page_without_faults(browser, f"{app.url}/{address}") as page:
        named = page.get_by_role("heading", name=heading, exact=True, level=1)
        expect(named).to_be_visible(timeout=PATIENCE_MS)
        expect(page).to_have_url(app.url + place)
        assert page.get_by_text("Page not found").count() == 0
        assert page.get_by_test_id("stTopNavLink").count() <= len(PAGES)
