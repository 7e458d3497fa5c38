"""The first stop of the Tab key on every page: a link past the menu, to the main button.

It is seen only while it has the focus. It leads to the page's primary button or, where there
is none that can be pressed, to the first thing in the page that can be used.
"""

from __future__ import annotations

import streamlit as st

_JS = """
const id = 'skip-to-main-button'
const usable = element => element.offsetParent !== null && !element.disabled &&
  element.tabIndex >= 0
const target = () => {
  const main = document.querySelector('[data-testid=stMain]')
  if (!main) return null
  const primary = main.querySelectorAll(
    '[data-testid=stBaseButton-primary], [data-testid=stBaseButton-primaryFormSubmit]')
  const rest = main.querySelectorAll('input, textarea, button, a[href], summary, [tabindex="0"]')
  return [...primary].find(usable) || [...rest].find(usable)
}
// Streamlit says of its place for files that it is nothing, and gives it a name all the same.
const mend = () => {
  for (const place of document.querySelectorAll('section[role=presentation][aria-label]'))
    place.setAttribute('role', 'group')
}
export default function () {
  mend()
  if (!window.mendsRoles) {
    window.mendsRoles = new MutationObserver(mend)
    window.mendsRoles.observe(document.body, { childList: true, subtree: true })
  }
  if (document.getElementById(id)) return
  const nav = document.createElement('nav')
  nav.setAttribute('aria-label', 'Skip')
  const link = document.createElement('a')
  link.id = id
  link.href = '#'
  link.textContent = 'Skip to the main button'
  const style = document.createElement('style')
  style.textContent = `#${id} { position: fixed; left: .75rem; top: -5rem; z-index: 1000000;
    padding: .5rem .9rem; border-radius: .4rem; background: #0b4a63; color: #fff;
    font: 600 .95rem sans-serif; } #${id}:focus { top: .6rem; outline: 3px solid #ffb454; }`
  link.onclick = event => {
    event.preventDefault()
    const element = target()
    if (element) { element.focus(); element.scrollIntoView({ block: 'center' }) }
  }
  nav.append(style, link)
  document.body.prepend(nav)
}
"""

_component = st.components.v2.component("skip_link", html="<span></span>", js=_JS)


def show_skip_link() -> None:
    """Puts the link before everything else on the page; call it on every run."""
    with st.container(key="skip-link", height=1, border=False):
        _component(key="skip-to-main-button", height=1)
