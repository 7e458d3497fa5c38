"""Two users of a real OpenID Connect provider in Chromium: each has a library of their own.

What was made before anybody signed in is handed over to one of them.
"""

import logging
from pathlib import Path

import oidc_provider_mock
import pytest
from app_processes import PATIENCE_MS, web
from playwright.sync_api import expect

from crystal_llm.jobs.users import hand_over
from crystal_llm.library.entry import Entry
from crystal_llm.library.store import open_library
from crystal_llm.types import PlainCrystal

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE_MS)
SALT = PlainCrystal((4.2,) * 3, (90.0,) * 3, ("Cs", "Br"), ((0.0,) * 3, (0.5,) * 3))
POSCAR = b"Cs Cl\n1.0\n4.1 0 0\n0 4.1 0\n0 0 4.1\nCs Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n"


@pytest.fixture(scope="module")
def provider():
    logging.getLogger("oidc_provider_mock").setLevel(logging.ERROR)
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A library with one crystal of the local user's."""
    database = f"sqlite:///{tmp_path_factory.mktemp('sign-in')}/crystal-llm.sqlite"
    open_library(database).add(Entry("uploaded", SALT))
    return database


@pytest.fixture(scope="module")
def url(provider, database):
    """The pages with sign-in."""
    home = Path(database.removeprefix("sqlite:///")).parent
    secrets = home / "secrets.toml"
    secrets.write_text(
        '[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
        'cookie_secret = "a long string that only this test knows"\n'
        f'client_id = "crystal-llm"\nclient_secret = "any"\n'
        f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n'
    )
    environment = {
        "CRYSTAL_LLM_HOME": str(home),
        "STREAMLIT_SECRETS_FILES": str(secrets),
    }
    with web(environment) as (address, _):
        yield address


def signed_in(browser, url, name):
    """A page of a user's own, past the provider."""
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{url}/library")
    expect(page.get_by_role("heading", name="Library")).to_have_count(0)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_placeholder("sub").fill(name)
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


@pytest.mark.long
def test_each_user_has_a_library_and_nobody_opens_another_s(browser, url, database):
    ada = signed_in(browser, url, "ada@example.org")
    ada.goto(f"{url}/library")
    expect(ada.get_by_text("The library is empty")).to_be_visible()
    ada.get_by_role("button", name="Import").click()
    dialog = ada.get_by_role("dialog")
    dialog.locator("input[type=file]").first.set_input_files(
        {"name": "salt.vasp", "mimeType": "text/plain", "buffer": POSCAR}
    )
    dialog.get_by_role("button", name="Import 1 file").click()
    expect(dialog.get_by_text("1 crystal imported")).to_be_visible()
    ada.keyboard.press("Escape")
    ada.get_by_text("Cards", exact=True).click()
    ada.locator("[class*=st-key-lib-open-] button:visible").first.click()
    expect(ada.get_by_role("heading", name="CsCl")).to_be_visible()
    entry = ada.url

    bob = signed_in(browser, url, "bob@example.org")
    bob.goto(entry)
    expect(bob.get_by_text("there is no entry")).to_be_visible()
    expect(bob.get_by_text("CsCl")).to_have_count(0)
    bob.goto(f"{url}/library")
    expect(bob.get_by_text("The library is empty")).to_be_visible()

    ada.goto(f"{url}/library")
    expect(ada.get_by_text("1 crystal", exact=True)).to_be_visible()
    ada.get_by_test_id("stPopoverButton").filter(has_text="ada@example.org").click()
    name = ada.get_by_test_id("stCode").inner_text().strip()
    assert hand_over(database, name).entries == 1
    ada.reload()
    expect(ada.get_by_text("2 crystals", exact=True)).to_be_visible()
    bob.reload()
    expect(bob.get_by_text("The library is empty")).to_be_visible()

    ada.get_by_role("button", name="Sign out").click()
    ada.get_by_role("button", name="End session").click()  # the provider asks
    expect(ada.get_by_role("button", name="Sign in")).to_be_visible()
    ada.goto(entry)
    expect(ada.get_by_role("button", name="Sign in")).to_be_visible()
    expect(ada.get_by_text("CsCl")).to_have_count(0)
