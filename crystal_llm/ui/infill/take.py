"""Taking elements: each becomes a candidate, and all are relaxed as one job."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from crystal_llm.crystal import edits
from crystal_llm.crystal.lattice_change import rescale_by_radii
from crystal_llm.crystal.written import Written
from crystal_llm.errors import CrystalLLMError
from crystal_llm.infill.filters import Constraints, ElementVerdicts, charge_verdict
from crystal_llm.jobs.given_orders import InfillRelaxOrder
from crystal_llm.jobs.infill_requests import InfillAnswer
from crystal_llm.jobs.order import Judge
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.settings import settings
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.generate.judge_form import ask_potential, ask_relaxation
from crystal_llm.ui.infill.notation import percent
from crystal_llm.ui.infill.state import OpenStructure
from crystal_llm.ui.services import job_queue
from crystal_llm.ui.widgets.element_layout import UNAVAILABLE, read_symbols
from crystal_llm.ui.widgets.notation import as_markdown

OFFERED = 10


@dataclass(frozen=True, slots=True)
class Group:
    """Masked sites that get one element, and what is known of each.

    Attributes:
        sites: The sites.
        replaced: The elements that are there now.
        probabilities: By element, at the temperature that is set.
        spreads: Their standard deviations over origins.
        excluded: Elements that a limit excludes, with the reason.
        verdicts: What every limit says of each.
        energies_ev_per_atom: Energies above hull with each element, as the crystal stands, of
            those that were weighed.
    """

    sites: tuple[int, ...]
    replaced: tuple[str, ...]
    probabilities: Mapping[str, float]
    spreads: Mapping[str, float]
    excluded: Mapping[str, str]
    verdicts: Mapping[str, ElementVerdicts]
    energies_ev_per_atom: Mapping[str, float] = field(default_factory=dict)

    @property
    def ranked(self) -> list[str]:
        """Elements, the likeliest first."""
        return sorted(self.probabilities, key=lambda name: -self.probabilities[name])


@dataclass(frozen=True, slots=True)
class _Option:
    """One element for each group, and how likely the model finds that."""

    elements: tuple[str, ...]
    probability: float

    @property
    def name(self) -> str:
        return "/".join(self.elements)


def show_take(
    place: OpenStructure,
    parts: Sequence[Group],
    answer: InfillAnswer,
    constraints: Constraints,
    temperature: float,
    question_id: str,
) -> None:
    """Draws what can be taken, and the button that has it relaxed.

    Args:
        place: The crystal.
        parts: The masked sites, in the order of the answer's groups.
        answer: The model's answer, for probabilities at τ = 1.
        constraints: The limits.
        temperature: The temperature that is shown.
        question_id: The question; another one starts with nothing taken.
    """
    options = _options(place, parts, answer, constraints, temperature)
    alone = len(parts) == 1
    for part in parts:
        if remark := removed_text(part):
            where = "" if alone else f"For {'+'.join(part.replaced)}: "
            st.caption(
                f":material/filter_alt: {where}{remark} Hover over an element for the reason."
            )
    with st.container(border=True, key="infill-take-box"):
        label = "**Take** one or several" + (": here, or in the periodic table" if alone else "")
        st.session_state[_offered(question_id)] = [option.name for option in options]
        if not alone:
            label += f", each for {'/'.join('+'.join(part.replaced) for part in parts)}"
        if options:
            picked = st.pills(
                label, [option.name for option in options], selection_mode="multi",
                format_func=lambda name: _label(name, options), key=_taken(question_id),
            )  # fmt: skip
        else:
            picked = []
            st.info("The limits exclude every element: loosen them.", icon=":material/filter_alt:")
        others: tuple[str, ...] = ()
        if alone:
            left, beside = st.columns(2, vertical_alignment="bottom")
            with left:
                others = _others(question_id)
        else:
            beside = st.container()
        with beside:
            fit = st.toggle(
                "Fit the lattice to the new radii", True, key="infill-fit",
                help="The lattice's lengths are scaled by the radii of the atoms before and "
                "after: a better start for the relaxation where the sizes differ.",
            )  # fmt: skip
        chosen = list(dict.fromkeys([*(picked or []), *others]))
        with st.container(horizontal=True, gap="small"):
            judge = ask_candidate_judge("infill")
            several = "s" if len(chosen) != 1 else ""
            if st.button(
                f"Relax {len(chosen)} candidate{several}" if chosen else "Relax",
                type="primary", icon=":material/bolt:", key="infill-relax", disabled=not chosen,
                help="Each gets its element, is relaxed and placed on the hull, as one job.",
            ):  # fmt: skip
                _submit(place, parts, answer, chosen, judge, fit=fit)


def take_or_leave(question_id: str, element: str) -> None:
    """Takes an element, or leaves it where it is taken: among those offered, or the others.

    Args:
        question_id: The question whose answer is shown.
        element: Its symbol.
    """
    if element in UNAVAILABLE:
        return
    if element in st.session_state.get(_offered(question_id), ()):
        taken = list(st.session_state.get(_taken(question_id)) or ())
        st.session_state[_taken(question_id)] = _toggled(taken, element)
        return
    words = (st.session_state.get(_typed(question_id)) or "").replace(",", " ").split()
    st.session_state[_typed(question_id)] = ", ".join(_toggled(words, element))


def _toggled(names: list[str], name: str) -> list[str]:
    return [chosen for chosen in names if chosen != name] if name in names else [*names, name]


def _offered(question_id: str) -> str:
    return f"infill-offered-{question_id}"


def _taken(question_id: str) -> str:
    return f"infill-take-{question_id}"


def _typed(question_id: str) -> str:
    return f"infill-others-{question_id}"


def removed_text(group: Group) -> str:
    """What each limit excludes, with its share of the probability; empty where none does."""
    remarks = []
    for label, removes in _LIMITS.items():
        names = [name for name in group.ranked if name in group.excluded and removes(group, name)]
        if names:
            share = percent(sum(group.probabilities[name] for name in names))
            more = ", …" if len(names) > _NAMED else ""
            remarks.append(
                f"{label} excludes {len(names)} elements, {share} of the probability "
                f"({', '.join(names[:_NAMED])}{more})."
            )
    return " ".join(remarks)


_NAMED = 4
_LIMITS: dict[str, Callable[[Group, str], bool]] = {
    "Charge balance": lambda group, name: (
        group.verdicts[name].charge.kind == "removes" or not group.verdicts[name].removed
    ),
    "Similar radius": lambda group, name: group.verdicts[name].radius.kind == "removes",
    "Your list": lambda group, name: group.verdicts[name].listed.kind == "removes",
    "Supply": lambda group, name: group.verdicts[name].supply.kind == "removes",
    "Radioactivity": lambda group, name: group.verdicts[name].radioactivity.kind == "removes",
}
"""Whether a limit is why an element is excluded; in turn, charge is judged beside the verdicts."""


def candidate(
    place: OpenStructure, parts: Sequence[Group], elements: Sequence[str], *, fit: bool
) -> tuple[PlainCrystal, str]:
    """The crystal with elements put in, and what was done.

    Raises:
        InfillError: An element that is none, or one without a known radius.
    """
    crystal, done = place.crystal, []
    for part, element in zip(parts, elements, strict=True):
        edit = edits.substitute(crystal, part.sites, element)
        crystal = edit.crystal
        done.append(edit.description)
    if fit and crystal.species != place.crystal.species:
        scaled = rescale_by_radii(place.crystal, crystal)
        crystal = scaled.crystal
        done.append(scaled.description.partition(" (")[0])
    return crystal, "; ".join(done)


def _options(
    place: OpenStructure,
    parts: Sequence[Group],
    answer: InfillAnswer,
    constraints: Constraints,
    temperature: float,
) -> list[_Option]:
    if len(parts) == 1:
        (group,) = parts
        allowed = [name for name in group.ranked if name not in group.excluded]
        return [_Option((name,), group.probabilities[name]) for name in allowed[:OFFERED]]
    options: list[_Option] = []
    if answer.in_turn is None:
        return options
    for combination in answer.in_turn.combinations(temperature)[:400]:
        barred = any(
            name in part.excluded for name, part in zip(combination.elements, parts, strict=True)
        )
        if barred:
            continue
        crystal, _ = candidate(place, parts, combination.elements, fit=False)
        if charge_verdict(crystal.species, constraints.charge_balance).kind != "removes":
            options.append(_Option(combination.elements, combination.probability))
        if len(options) == OFFERED:
            break
    return options


def _others(question_id: str) -> tuple[str, ...]:
    text = st.text_input(
        "Other elements", key=_typed(question_id), placeholder="symbols, such as K, Rb",
        help="Whatever their probability, and also what the limits exclude.",
    )  # fmt: skip
    try:
        return read_symbols(text or "", UNAVAILABLE)
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))
        return ()


def ask_candidate_judge(prefix: str) -> Judge:
    """Draws how candidates are relaxed, with keys that begin with ``prefix``."""
    with st.popover("How it is relaxed", icon=":material/tune:", key=f"{prefix}-judge"):
        potential = ask_potential(f"{prefix}-potential", settings())
        force, steps = ask_relaxation(f"{prefix}-judge")
    return Judge(potential, RelaxationSettings(force, steps))


def _submit(
    place: OpenStructure,
    parts: Sequence[Group],
    answer: InfillAnswer,
    chosen: Sequence[str],
    judge: Judge,
    *,
    fit: bool,
) -> None:
    try:
        likely, model, seed = _at_one(answer)
        crystals = []
        for name in chosen:
            crystal, done = candidate(place, parts, name.split("/"), fit=fit)
            crystals.append(
                Written(
                    name, crystal, parent_id=place.entry.id, model=model, seed=seed, edit=done,
                    probability=likely.get(name),
                )
            )  # fmt: skip
        job_id = job_queue().submit(InfillRelaxOrder(tuple(crystals), judge))
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))
        return
    st.query_params["job"] = job_id
    st.rerun()


def _at_one(answer: InfillAnswer) -> tuple[dict[str, float], str | None, int | None]:
    """Probabilities at τ = 1 by name, and the model that gave them."""
    if answer.together is not None:
        ranked = answer.together.ranked()
        return {guess.element: guess.probability for guess in ranked}, answer.together.model, None
    if answer.in_turn is not None:
        every = answer.in_turn.combinations()
        model = answer.in_turn.branches[0].distribution.model
        return (
            {"/".join(combination.elements): combination.probability for combination in every},
            model,
            None,
        )
    return {}, None, None


def _label(name: str, options: Sequence[_Option]) -> str:
    return next(
        (f"{name} · {percent(option.probability)}" for option in options if option.name == name),
        name,
    )
