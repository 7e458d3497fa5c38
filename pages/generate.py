"""Generate: say what is wanted, get relaxed crystals with their energies above hull."""

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.jobs.orders import GenerateOrder
from crystal_llm.settings import settings
from crystal_llm.ui.generate.examples import EXAMPLES
from crystal_llm.ui.generate.fields import fill
from crystal_llm.ui.generate.form import ask_order
from crystal_llm.ui.generate.replay import ask_replay, offer_replay
from crystal_llm.ui.generate.summary import show_prompt
from crystal_llm.ui.jobs.job import show_job
from crystal_llm.ui.jobs.recent import show_recent
from crystal_llm.ui.services import job_queue, warn_without_worker
from crystal_llm.ui.widgets.notation import as_markdown


def start(order: GenerateOrder) -> None:
    """Queues an order and moves to its job, or says what is wrong with it."""
    try:
        job_id = job_queue().submit(order)
    except CrystalLLMError as error:
        st.session_state["gen-refused"] = str(error)
    else:
        st.session_state.pop("gen-refused", None)
        st.query_params.from_dict({"job": job_id})


def take(order: GenerateOrder) -> None:
    """Fills the form with an order and goes to it."""
    fill(order, settings().model)
    st.query_params.clear()


def examples() -> None:
    """Three worked examples, one click each."""
    for column, example in zip(st.columns(len(EXAMPLES)), EXAMPLES, strict=True):
        with column.container(border=True, gap="xsmall", height="stretch"):
            st.button(
                example.title, icon=example.icon, on_click=start, args=(example.order,),
                key=f"example-{example.title}", width="stretch", help="Runs at once.",
            )  # fmt: skip
            st.caption(example.what)


# What the form says stays in sight while the form is filled, where there is room beside it.
STYLE = """<style>@media (min-width: 641px) {
.st-key-gen-says { position: sticky; top: 4.2rem; z-index: 1; }
}</style>"""


@st.fragment
def form() -> None:
    """The form, and beside it what it says; a change reruns nothing else."""
    st.html(STYLE)
    left, right = st.columns([3, 2], gap="large")
    order = None
    with left:
        try:
            order = ask_order(settings())
            order.check_for(settings())
            refused = ""
        except CrystalLLMError as error:
            order, refused = None, str(error)
    with right, st.container(border=True, key="gen-says"):
        if order is None:
            st.error(as_markdown(refused))
        else:
            show_prompt(order)
        asked = st.button(
            "Generate", type="primary", icon=":material/diamond:", width="stretch",
            disabled=order is None, key="gen-go",
        )  # fmt: skip
        if asked and order is not None:
            start(order)
            st.rerun()
        if order is not None:
            offer_replay(order, "crystal-llm-order", key="gen-replay")
    with right:
        with st.expander("Fill the form from a replay file", icon=":material/upload_file:"):
            ask_replay(lambda one: fill(one, settings().model))
        warn_without_worker(job_queue())
        show_recent(job_queue())


def show() -> None:
    """The page: a job where the address names one, else the form."""
    if job_id := st.query_params.get("job"):
        show_job(job_id, leave=st.query_params.clear, again=take)
        return
    st.title("Generate", anchor=False)
    st.caption(
        "Say what you want. A language model writes crystals, each one is relaxed, placed on the "
        "hull of known phases and checked for novelty. Or run an example:"
    )
    if refused := st.session_state.pop("gen-refused", None):
        st.error(as_markdown(refused))
    examples()
    form()


try:
    show()
except CrystalLLMError as error:
    st.error(as_markdown(str(error)))
    if st.query_params.get("job"):
        st.button("New crystals", icon=":material/arrow_back:", on_click=st.query_params.clear)
