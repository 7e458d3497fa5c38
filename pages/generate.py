"""Generate: say what is wanted, get relaxed crystals with their energies above hull."""

from dataclasses import replace

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.pace import seconds_needed
from crystal_llm.jobs.refine import usual_refine
from crystal_llm.settings import settings
from crystal_llm.theme import palette
from crystal_llm.ui.generate.examples import EXAMPLE_ORDERS
from crystal_llm.ui.generate.fields import fill
from crystal_llm.ui.generate.form import ask_order
from crystal_llm.ui.generate.replay import ask_replay, offer_replay
from crystal_llm.ui.generate.summary import prompt_text, show_prompt
from crystal_llm.ui.jobs.job import show_job
from crystal_llm.ui.jobs.recent import show_recent
from crystal_llm.ui.services import job_queue, wake_model, warn_without_worker
from crystal_llm.ui.widgets.model_facts import paces
from crystal_llm.ui.widgets.notation import as_markdown, rough_duration_text
from crystal_llm.ui.widgets.page_address import clear_address
from crystal_llm.ui.widgets.page_style import page_theme


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
    fill(order, settings())
    clear_address()


def run_example(order: GenerateOrder) -> None:
    """Queues an example, refined where that is usual here."""
    start(replace(order, refine=usual_refine(settings())))


def examples() -> None:
    """Worked examples, one click each."""
    for column, example in zip(st.columns(len(EXAMPLE_ORDERS)), EXAMPLE_ORDERS, strict=True):
        with column.container(border=True, gap="xsmall", height="stretch"):
            st.button(
                example.title, icon=example.icon, on_click=run_example,
                args=(example.order,), key=f"example-{example.title}", width="stretch",
                help="Runs at once.",
            )  # fmt: skip
            st.caption(example.what)


# What the form says stays in sight while the form is filled: beside it, or, where there is no
# room, as a bar with the button at the foot of the window.
STYLE = """<style>
@media (min-width: 641px) {
  [data-testid=stColumn]:has(.st-key-gen-side) { position: sticky; top: 4.2rem; z-index: 1;
    align-self: flex-start; max-height: calc(100vh - 5rem); overflow-y: auto; }
  .st-key-gen-bar-says { display: none; }
}
@media (max-width: 640px) {
  .st-key-gen-bar { position: fixed; left: 0; right: 0; bottom: 0; z-index: 99; gap: 0.3rem;
    padding: 0.6rem 1rem 0.8rem; background: BACKGROUND; border-top: 1px solid GRID; }
  .st-key-gen-bar-says p { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  [data-testid=stMainBlockContainer] { padding-bottom: 9rem; }
}
</style>"""


def style() -> None:
    """Writes the style of the form in the colours of the theme."""
    colours = palette(page_theme())
    st.html(STYLE.replace("BACKGROUND", colours.background).replace("GRID", colours.grid))


@st.fragment
def form() -> None:
    """The form, and beside it what it says; a change reruns nothing else."""
    style()
    left, right = st.columns([3, 2], gap="large")
    order = None
    with left:
        try:
            order = ask_order(settings())
            order.check_for(settings())
            refused = ""
        except CrystalLLMError as error:
            order, refused = None, str(error)
    with right, st.container(key="gen-side"):
        with st.container(border=True):
            if order is not None:
                show_prompt(order)
            go(order, refused)
        with st.expander("Fill the form from a replay file", icon=":material/upload_file:"):
            ask_replay(lambda order: fill(order, settings()))
        warn_without_worker(job_queue())
        show_recent(job_queue())


def go(order: GenerateOrder | None, refused: str) -> None:
    """Draws the button with what it will take, or why it cannot be pressed."""
    with st.container(key="gen-bar"):
        if order is None:
            st.error(as_markdown(refused))
        else:
            with st.container(key="gen-bar-says"):
                st.caption(as_markdown(" · ".join(prompt_text(order).splitlines()[1:])) or "Free")
        asked = st.button(
            "Generate", type="primary", icon=":material/diamond:", width="stretch",
            disabled=order is None, key="gen-go",
        )  # fmt: skip
        if order is not None:
            st.caption(time_text(order))
    if asked and order is not None:
        start(order)
        st.rerun()
    if order is not None:
        offer_replay(order, "crystal-llm-order", key="gen-replay")


def time_text(order: GenerateOrder) -> str:
    """How long an order will take here, by the jobs that were done here."""
    potential = None if order.judge is None else order.judge.potential
    seconds = seconds_needed(order, paces(settings(), str(order.model), potential))
    if seconds is None:
        return "A time estimate appears once a similar job has run here."
    return f":material/schedule: About {rough_duration_text(seconds)}, judging by recent jobs here."


def show() -> None:
    """The page: a job where the address names one, else the form."""
    if job_id := st.query_params.get("job"):
        show_job(job_id, leave=clear_address, again=take)
        return
    st.title("Generate", anchor=False)
    st.caption(
        "A language model writes the crystals that you ask for; each is relaxed, placed on the "
        "hull of known phases and checked for novelty. Say what you want below, or run an example:"
    )
    with st.container():  # the form below stays where it is
        if refused := st.session_state.pop("gen-refused", None):
            st.error(as_markdown(refused))
    examples()
    form()
    wake_model()


try:
    show()
except CrystalLLMError as error:
    st.error(as_markdown(str(error)))
    if st.query_params.get("job"):
        st.button("New crystals", icon=":material/arrow_back:", on_click=clear_address)
