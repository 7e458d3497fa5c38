"""Clicks on a drawn hull, its view and its pictures, by a small component beside the chart.

Streamlit's own selection of chart points knows flat charts only. This listens to Plotly's
clicks, which a drawing in space has too, and gives the page the name that the clicked point
carries. Streamlit puts a new chart in place of one whose figure has changed: how the old one
was turned or zoomed is kept here by the layout's ``uirevision`` and given to the new one. The
pictures are made by Plotly in the browser: nothing is installed for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

NARROW_PX = 560
BUTTONS_WIDTH_PX = 152

_HTML = """<div class="row"><button data-format="png">PNG</button>
<button data-format="svg">SVG</button></div>"""

_CSS = """
.row { display: flex; gap: .5rem; align-items: center; height: 2.5rem;
  font-family: var(--st-font); font-size: .875rem; color: var(--st-text-color); }
button { font: inherit; color: inherit; background: transparent; cursor: pointer; height: 2.5rem;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
  padding: 0 .75rem; min-width: 4.2rem; flex: 1; }
button:hover, button:focus-visible { border-color: var(--st-primary-color);
  color: var(--st-primary-color); outline: none; }
"""

_JS = """
const views = new Map()
const moved = function (change) {
  const revision = this.layout.uirevision
  const view = Object.entries(change).filter(([name]) => /^(scene|[xy]axis|ternary)/.test(name))
  const reset = view.some(([name]) => name.endsWith('autorange'))
  views.set(revision, reset ? {} : { ...views.get(revision), ...Object.fromEntries(view) })
}

export default function ({ parentElement, data, setStateValue, setTriggerValue }) {
  let chart = null
  const clicked = event => {
    const name = event.points && event.points[0] && event.points[0].customdata
    if (typeof name === 'string' && name) setTriggerValue('clicked', name)
  }
  const find = () => document.querySelector(`.st-key-${data.chart} .js-plotly-plot`)
  let narrow = data.narrow
  const attach = () => {
    const found = find()
    const width = found ? found.clientWidth : 0
    if (width > 0 && (width < data.limit) !== narrow) {
      narrow = width < data.limit
      setStateValue('narrow', narrow)
    }
    if (!found || found === chart || !found.on) return
    chart = found
    chart.on('plotly_click', clicked)
    const view = views.get(chart.layout.uirevision)
    if (view && Object.keys(view).length) window.Plotly?.relayout(chart, { ...view })
    if (!chart.keepsView) chart.on('plotly_relayout', moved.bind(chart))
    chart.keepsView = true
  }
  attach()
  // The chart is drawn after this component, and anew when its kind changes.
  const timer = setInterval(attach, 300)
  const buttons = [...parentElement.querySelectorAll('button')]
  for (const button of buttons) button.onclick = () => {
    const gd = find()
    const make = gd && gd.querySelector('.modebar-btn[data-title^="Download plot"]')
    if (!make) return
    const format = button.dataset.format
    gd._context.toImageButtonOptions = {
      format, filename: data.stem, scale: format === 'png' ? 2 : 1 }
    make.dispatchEvent(new MouseEvent('click', { bubbles: true }))
  }
  return () => {
    clearInterval(timer)
    if (chart && chart.removeListener) chart.removeListener('plotly_click', clicked)
  }
}
"""

_component = st.components.v2.component("hull_clicks", html=_HTML, css=_CSS, js=_JS)


def chart_clicks(chart: str, stem: str, on_click: Callable[[str], None]) -> None:
    """Draws the buttons for pictures of a chart, and reports clicks on its points.

    Args:
        chart: Key of the container that holds the chart.
        stem: Name of the picture files, without the ending.
        on_click: Called with the name of a clicked point, before the page runs again.
    """
    key = f"{chart}-clicks"

    def clicked() -> None:
        state: Any = st.session_state[key]
        name = state.get("clicked")
        if isinstance(name, str):
            on_click(name)

    _component(
        key=key,
        data={"chart": chart, "stem": stem, "narrow": is_narrow(chart), "limit": NARROW_PX},
        on_clicked_change=clicked,
        on_narrow_change=lambda: None,
        width=BUTTONS_WIDTH_PX,
        height=40,
    )


def is_narrow(chart: str) -> bool:
    """Whether the chart is as narrow as on a phone.

    Until the browser has drawn it, whether the browser is a phone's.
    """
    state: Any = st.session_state.get(f"{chart}-clicks") or {}
    measured = state.get("narrow")
    if measured is None:
        return "Mobi" in (st.context.headers.get("User-Agent") or "")
    return bool(measured)
