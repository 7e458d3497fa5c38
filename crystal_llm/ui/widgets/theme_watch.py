"""Has a page drawn anew when its theme changes, so that what was drawn for the other follows.

The browser changes between light and dark (by the clock, or by hand) and Streamlit's own parts
with it, but Python is not told: figures, captions and the name on top would keep their colours.
"""

from __future__ import annotations

import streamlit as st

from crystal_llm.ui.widgets.page_style import page_theme

# Streamlit says nothing of a change of its colours; a transition of them does.
_CSS = "span { background: var(--st-background-color); transition: background-color 1ms; }"

_JS = """
const shown = () => {
  const app = document.querySelector('[data-testid=stApp]')
  return app && getComputedStyle(app).colorScheme === 'dark' ? 'dark' : 'light'
}
// What was told already: a page that draws itself as before all the same is not asked again.
let told = null
export default function ({ parentElement, data, setTriggerValue }) {
  const look = () => {
    const theme = shown()
    if (theme === data.theme) told = null
    else if (theme !== told) {
      told = theme
      setTriggerValue('theme', theme)
    }
  }
  const probe = parentElement.querySelector('span')
  probe.addEventListener('transitionend', look)
  look()
  return () => probe.removeEventListener('transitionend', look)
}
"""

_component = st.components.v2.component("theme_watch", html="<span></span>", css=_CSS, js=_JS)


def watch_theme() -> None:
    """Watches the theme; call it on every run, before a page can stop."""
    with st.container(key="theme-watch", height=1, border=False):
        _component(
            key="watched-theme",
            data={"theme": page_theme()},
            on_theme_change=lambda: None,
            height=1,
        )
