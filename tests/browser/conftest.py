"""Chromium, started once for the tests of a file."""

import pytest
from app_processes import launched
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        started = launched(playwright)
        yield started
        started.close()
