"""What all pages have in common: margins, headings, small print, and the name on top."""

from __future__ import annotations

import streamlit as st

from crystal_llm.theme import FONT, Theme, palette

_STYLE = """<style>
[data-testid=stMainBlockContainer] { padding: 4.3rem clamp(1rem, 4vw, 3.5rem) 4rem; }
[data-testid=stMainBlockContainer] h1 { font-size: 2rem; padding: 0.1rem 0 0.3rem; }
[data-testid=stMainBlockContainer] h2 { font-size: 1.3rem; padding: 0.7rem 0 0.4rem; }
[data-testid=stMainBlockContainer] [data-testid=stMarkdown] h2 { font-size: 1.1rem;
  padding: 0.9rem 0 0.55rem; }
[data-testid=stMainBlockContainer] h3 { font-size: 1.2rem; padding: 0.5rem 0 0.4rem; }
[data-testid=stMainBlockContainer] h4 { font-size: 1.1rem; padding: 0.9rem 0 0.2rem; }
[data-testid=stCaptionContainer] { color: CAPTION; opacity: 1; }
/* Ours leads to the main button, and stands in a landmark. */
[data-testid=stSkipToContent] { display: none; }
[data-testid=stLayoutWrapper]:has(> .st-key-skip-link), .st-key-skip-link,
[data-testid=stLayoutWrapper]:has(> .st-key-theme-watch), .st-key-theme-watch,
[data-testid=stLayoutWrapper]:has(> .st-key-saved-pictures), .st-key-saved-pictures {
  position: absolute; left: 0; }
/* Below a table, for above it they would lie on the buttons that act on its rows. */
[data-testid=stDataFrame] > [data-testid=stElementToolbar]:not(:has(
  [aria-label^="Close fullscreen"])) { top: auto; bottom: -2.75rem; }
/* By touch they always show, and get room of their own. */
@media (hover: none) {
  [data-testid=stElementContainer]:has([data-testid=stDataFrame] >
    [data-testid=stElementToolbar]) { margin-bottom: 2.4rem; }
}
/* Choices that do not fit beside each other wrap, where Streamlit would cut the last one off. */
[data-testid=stMainBlockContainer] [role=radiogroup]:has(> button) { flex-wrap: wrap;
  row-gap: 0.25rem; }
/* Where a title is long, what is said of it stands right below. */
[class*=st-key-recent-row-] { row-gap: 0; }
textarea[aria-label="Symmetric text"] { font-family: monospace; }
</style>"""

# White on the light blue of the dark theme would have a contrast of 2.4.
_DARK_STYLE = """<style>
[data-testid=stBaseButton-primary]:not(:disabled),
[data-testid=stMultiSelectTagsContainer] [data-tag],
[data-testid=stMultiSelectTagsContainer] [data-tag] * {
  color: #0b1a20; }
</style>"""

_LOGO = """<svg xmlns="http://www.w3.org/2000/svg" width="132" height="28" viewBox="0 0 132 28">
<g fill="none" stroke="MARK" stroke-width="1.8" stroke-linejoin="round">
<path d="M12 3 21 8.2v10.6L12 24l-9-5.2V8.2Z"/><path d="M3 8.2 12 13.5l9-5.3M12 13.5V24"/></g>
<circle cx="12" cy="13.5" r="2.6" fill="MARK"/>
<text x="29" y="18.8" font-family="FONT" font-size="15" font-weight="600"
 fill="INK">Crystal LLM</text></svg>"""


def page_theme() -> Theme:
    """The theme that the browser shows."""
    return "dark" if st.context.theme.type == "dark" else "light"


def apply_page_style() -> None:
    """Writes the style of a page and the app's name; call it before the page is drawn."""
    theme = page_theme()
    colours = palette(theme)
    dark_style = _DARK_STYLE if theme == "dark" else ""
    st.html(_STYLE.replace("CAPTION", colours.caption) + dark_style)
    mark = st.get_option(f"theme.{theme}.primaryColor") or colours.known
    logo = _LOGO.replace("MARK", str(mark)).replace("INK", colours.text).replace("FONT", FONT)
    st.logo(logo, size="medium")
