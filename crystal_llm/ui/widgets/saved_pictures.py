"""Has charts drawn in a font that every machine has while a picture of them is saved.

A saved SVG, and the PNG that is painted from one, cannot use the page's web font. Another takes its
place, wider, and Plotly cuts a legend where the first would have ended.
"""

from __future__ import annotations

import streamlit as st

_JS = """
const FAMILY = 'Arial, Helvetica, sans-serif'
const drawn = event => {
  const button = event.target.closest?.('.modebar-btn[data-title^="Download plot"]')
  const chart = button && button.closest('.js-plotly-plot')
  if (!chart || !chart.layout) return
  const font = chart.layout.font
  chart.layout.font = { ...font, family: FAMILY }
  // Plotly copies the layout at once, and draws the picture from the copy.
  setTimeout(() => { chart.layout.font = font })
}
export default function () {
  document.addEventListener('click', drawn, true)
  return () => document.removeEventListener('click', drawn, true)
}
"""

_component = st.components.v2.component("saved_pictures", html="<span></span>", js=_JS)


def draw_saved_pictures() -> None:
    """Watches for pictures being saved; call it on every run, before a page can stop."""
    with st.container(key="saved-pictures", height=1, border=False):
        _component(key="picture-font", height=1)
