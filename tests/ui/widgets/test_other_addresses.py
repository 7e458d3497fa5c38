"""Addresses that are typed for a page."""

from crystal_llm.settings import PACKAGE_ROOT
from crystal_llm.ui.widgets.other_addresses import OTHER_ADDRESSES


def test_every_page_is_at_its_title_and_no_address_is_a_pages_own():
    pages = {path.stem: f"pages/{path.name}" for path in PACKAGE_ROOT.glob("pages/[a-z]*.py")}
    assert {OTHER_ADDRESSES[name.title()] for name in pages} == set(pages.values())
    assert set(OTHER_ADDRESSES.values()) <= set(pages.values())
    # Generate's own address is the root, so that its name is free.
    assert not (set(pages) - {"generate"}) & set(OTHER_ADDRESSES)
