"""Generate: say what is wanted, get crystals."""

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.language_model.card import card_names
from crystal_llm.runs import RunOrder, read_run, run_names, start_run
from crystal_llm.settings import settings
from crystal_llm.ui.order_form import EXAMPLES, ask_order
from crystal_llm.ui.run_view import show_run

home = settings().home


def start(order: RunOrder) -> None:
    """Starts a run and moves to it, or says what is wrong with the order."""
    try:
        order.check()
        st.query_params["run"] = start_run(order, home)
    except CrystalLLMError as error:
        st.session_state["refused"] = str(error)
    else:
        st.session_state.pop("refused", None)


st.title("Generate")
st.caption("Crystals written by a language model, token by token, each one legal crystal text.")
form, results = st.columns([2, 5], gap="large")
with form:
    if order := ask_order(card_names(settings().models), settings().model):
        start(order)
    if refused := st.session_state.get("refused"):
        st.error(refused)
with results:
    st.markdown("**Examples**, one click each")
    for column, example in zip(st.columns(len(EXAMPLES)), EXAMPLES, strict=True):
        column.button(
            example.title, help=example.what, on_click=start, args=(example.order,), width="stretch"
        )
    name = st.query_params.get("run")
    if name is None:
        st.info("Fill in the form or take an example. Results appear here as they are written.")
    else:
        try:
            run = read_run(name, home)
            with st.expander("The prompt, as the model reads it"):
                st.code(run.order.check(), language=None, wrap_lines=True)
            show_run(name, home)
        except CrystalLLMError as error:
            st.error(str(error))
    if names := run_names(home):
        with st.expander(f"Earlier runs ({len(names)})"):
            for other in names[:30]:
                st.markdown(f"[{other}](?run={other})")
