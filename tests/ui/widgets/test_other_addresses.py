"""Addresses that are typed for a page."""

import ast

from crystal_llm.settings import PACKAGE_ROOT
from crystal_llm.ui.widgets.other_addresses import OTHER_ADDRESSES


def test_every_page_is_at_its_title_and_no_address_is_a_pages_own():
    pages = {path.stem: f"pages/{path.name}" for path in PACKAGE_ROOT.glob("pages/[a-z]*.py")}
    assert {OTHER_ADDRESSES[name.title()] for name in pages} == set(pages.values())
    assert set(OTHER_ADDRESSES.values()) <= set(pages.values())
    # Generate's own address is the root, so that its name is free.
    assert not (set(pages) - {"generate"}) & set(OTHER_ADDRESSES)


def test_who_leads_to_another_page_says_what_stands_in_its_address():
    """Else Streamlit fails where a field of the page that is left is kept in the address."""
    without = [
        f"{path.name}:{call.lineno}"
        for folder in ("crystal_llm", "pages")
        for path in (PACKAGE_ROOT / folder).rglob("*.py")
        if "switch_page" in (text := path.read_text(encoding="utf-8"))
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "switch_page"
        and "query_params" not in {argument.arg for argument in call.keywords}
    ]
    assert without == []


def test_no_page_clears_its_address_by_streamlits_own_clear():
    """It fails where a field of the page is kept in the address."""
    assert [
        f"{path.name}: {line.strip()}"
        for folder in ("crystal_llm", "pages")
        for path in (PACKAGE_ROOT / folder).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "query_params.clear" in line
    ] == []
