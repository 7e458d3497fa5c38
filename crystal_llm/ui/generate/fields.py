"""The fields of the form and how an order is read from them and written into them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from crystal_llm.errors import ModelCardError, RequestError
from crystal_llm.generation.request import MAX_ORBITS
from crystal_llm.generation.symmetric_grammar import Prototype
from crystal_llm.generation.usual import (
    usual_best_of,
    usual_energy_above_hull,
    usual_request,
)
from crystal_llm.jobs.generate_order import (
    GenerateOrder,
    usually_chosen_by,
    usually_novel_only,
)
from crystal_llm.jobs.order import JOB_BATCH_SIZE, SHIPPED, Judge
from crystal_llm.jobs.orders import flat
from crystal_llm.jobs.refine import Refine, usual_refine
from crystal_llm.language_model.card import ModelCard, find_card
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.settings import Settings
from crystal_llm.types import MIN_DISTANCE_ANGSTROM, MIN_RADII_SHARE, TextKind
from crystal_llm.ui.widgets.element_layout import in_table_order
from crystal_llm.ui.widgets.periodic_table import ElementChoice, set_elements

FREE, FORMULA, BY_ELEMENTS = "Free", "Formula", "Elements"
COMPOSITIONS = (FORMULA, BY_ELEMENTS, FREE)
HARD, SOFT = "Hard", "Soft"
NO_PROTOTYPE, KNOWN_STRUCTURE, FROM_FILE, AS_GIVEN = "None", "Known structure", "File", "As given"
NO_HULL = "\0"  # a file may be called anything else
PICKER = "gen-elements"

MAX_SEED = 2**53 - 1
"""A browser holds no larger whole number exactly."""

START = GenerateOrder(judge=Judge())
"""What the form says at first, of any model."""

_BASE = "gen-base"  # the order that filled the form: what it says beyond the fields is kept
_SAID = "gen-said"  # what the fields said of the composition then
_SIZES = "gen-sizes"  # and of the sizes
_NEW = "gen-usual-new"  # whether new crystals alone were usual for what the form said then


def key(name: str) -> str:
    """A field's key in the session."""
    return f"gen-{name}"


def start_order(text: TextKind) -> GenerateOrder:
    """What the form says at first, of a model that writes some text."""
    return replace(START, request=usual_request(text))


def text_of(model: str | None, configured: Settings) -> TextKind:
    """The text that a model writes; that of coordinates where its card is not here."""
    card = listed_card(model, configured)
    return "coordinate" if card is None else card.text


def listed_card(model: str | None, configured: Settings) -> ModelCard | None:
    """The card of a model; None where it is not here."""
    try:
        return find_card(model or configured.model, configured.models)
    except ModelCardError:
        return None


def begin(configured: Settings) -> None:
    """Fills the form the first time that a session draws it."""
    if _BASE not in st.session_state:
        text = text_of(None, configured)
        novel = usually_novel_only(text, None, configured)
        order = start_order(text).asking(new_only=novel, chosen_by=usually_chosen_by(configured))
        fill(replace(order, refine=usual_refine(configured)), configured)


def change_model(configured: Settings) -> None:
    """After another model was chosen: what is usual for the one before gives way to its own."""
    text = text_of(st.session_state[key("model")], configured)
    other: TextKind = "symmetric" if text == "coordinate" else "coordinate"
    if st.session_state[key("hull")] == usual_energy_above_hull(other):
        st.session_state[key("hull")] = usual_energy_above_hull(text)
    if st.session_state[key("best")] == usual_best_of(other):
        st.session_state[key("best")] = usual_best_of(text)
    change_novelty(configured)
    for name in ("group_exact", "system_exact"):
        st.session_state[key(name)] = text == "symmetric"


def change_novelty(configured: Settings) -> None:
    """After another model or formula: new crystals alone or not, unless one chose otherwise."""
    usual = _usual_new(configured)
    if st.session_state[key("new")] == st.session_state[_NEW]:
        st.session_state[key("new")] = usual
    st.session_state[_NEW] = usual


def _usual_new(configured: Settings) -> bool:
    said = st.session_state
    formula = said.get(key("formula")) if said[key("composition")] == FORMULA else None
    text = text_of(said[key("model")], configured)
    return usually_novel_only(text, formula, configured)


def filled() -> GenerateOrder:
    """The order that filled the form last."""
    order: GenerateOrder = st.session_state.get(_BASE, START)
    return order


def check_fits(order: GenerateOrder) -> None:
    """Refuses what no field of the form can hold.

    Raises:
        RequestError: The seed is larger than a browser can hold.
    """
    if order.request.seed > MAX_SEED:
        raise RequestError(
            f"seed = {order.request.seed}: this page takes 0 to 2^53 - 1; give a smaller one, or "
            "run the replay file with `crystal-llm jobs submit`"
        )


def fill(order: GenerateOrder, configured: Settings) -> None:
    """Writes an order into the form (before it is drawn, or in a callback).

    An order that does not fit leaves the form as it is, and the page says why.

    Args:
        order: The order.
        configured: Where the models are, and which is meant where the order names none.
    """
    try:
        check_fits(order)
    except RequestError as error:
        # An error of a callback would be shown as a traceback.
        st.session_state[key("refused")] = str(error)
        return
    judge = order.judge or Judge()
    choice = _choice(order)
    request, asked = order.request, order.request.conditions
    composition = FORMULA if asked.formula is not None or choice.empty else BY_ELEMENTS
    held = "formula" if composition == FORMULA else "elements"
    nothing_to_hold = asked.formula is None and not choice.required
    distance, share = request.min_distance_angstrom, request.min_radii_share
    apart = distance is not None or share is not None
    can_hold = text_of(order.model, configured) == "symmetric"
    group, system = asked.spacegroup_number, asked.crystal_system
    orbits = request.orbits_range or (None, None)
    values: dict[str, Any] = {
        "composition": composition,
        "formula": asked.formula or "",
        "firmness": HARD if held in request.hard or nothing_to_hold else SOFT,
        "units": request.formula_units,
        "group": group,
        "group_exact": "spacegroup_number" in request.hard if group else can_hold,
        "system": system,
        "system_exact": "crystal_system" in request.hard if system else can_hold,
        "prototype_from": NO_PROTOTYPE if request.prototype is None else AS_GIVEN,
        "atoms_from": None if request.min_atoms == 1 else request.min_atoms,
        "orbits_from": orbits[0],
        "orbits_to": orbits[1],
        "hull": asked.energy_above_hull_ev_per_atom,
        "formation": asked.formation_energy_ev_per_atom,
        "gap": asked.band_gap_ev,
        "count": order.count,
        "atoms": request.max_atoms,
        "apart": apart,
        "distance": (distance or 0.0) if apart else MIN_DISTANCE_ANGSTROM,
        "radii": (share or 0.0) if apart else MIN_RADII_SHARE,
        "new": request.new_only,
        "best": request.best_of,
        "by": request.chosen_by,
        "temperature": float(request.temperature),
        "nucleus": float(request.top_p),
        "seed": request.seed,
        "model": configured.model if order.model is None else order.model,
        "judge": order.judge is not None,
        "potential": judge.potential,
        "reference": NO_HULL if judge.reference is None else judge.reference,
        "across": judge.across_potentials,
        "known": judge.known,
        "force": judge.relaxation.max_force_ev_per_angstrom,
        "steps": judge.relaxation.max_steps,
        "refine": order.refine is not None,
    }  # fmt: skip
    refine = Refine() if order.refine is None else order.refine
    values["refine-network"] = refine.network
    st.session_state.pop(key("refine-steps"), None)
    if refine.steps is not None:
        values["refine-steps"] = refine.steps
    for name, value in values.items():
        st.session_state[key(name)] = value
    set_elements(PICKER, choice)
    st.session_state[_NEW] = _usual_new(configured)
    st.session_state[_BASE] = order
    st.session_state[_SAID] = _composition(values, choice)
    st.session_state[_SIZES] = _sizes(values)


def read(choice: ElementChoice, prototype: Prototype | None = None) -> GenerateOrder:
    """The order that the form says.

    Args:
        choice: The elements that are chosen.
        prototype: The prototype that is chosen.

    Raises:
        RequestError: It asks for something impossible.
    """
    said = {name: st.session_state.get(key(name)) for name in _FIELDS}
    base = filled()
    composition, sizes = _composition(said, choice), _sizes(said)
    if composition == st.session_state.get(_SAID):
        composition = {}  # as it was filled in: the order's own, with what no field shows
    hard = frozenset(composition.pop("hard", base.request.hard))
    atoms, orbits = base.request.conditions.atoms, base.request.orbits_range
    if sizes != st.session_state.get(_SIZES):
        # A range of one number is told to the model as well; the grammar holds it anyway.
        atoms = sizes[1] if sizes[0] == sizes[1] else None
        orbits = sizes[2:] if sizes[2:] != (1, MAX_ORBITS) else None
        hard -= {"atoms"}
    return base.asking(
        **composition,
        hard=hard if atoms is not None else hard - {"atoms"},
        atoms=atoms,
        crystal_system=said["system"],
        prototype=prototype,
        min_atoms=sizes[0],
        max_atoms=sizes[1],
        orbits_range=orbits,
        count=int(said["count"] or 1),
        spacegroup_number=said["group"],
        energy_above_hull_ev_per_atom=said["hull"],
        formation_energy_ev_per_atom=said["formation"],
        band_gap_ev=said["gap"],
        # 0 leaves it open.
        min_distance_angstrom=(said["distance"] or None) if said["apart"] else None,
        min_radii_share=(said["radii"] or None) if said["apart"] else None,
        new_only=bool(said["new"]),
        best_of=int(said["best"] or 1),
        chosen_by=said["by"],
        temperature=float(said["temperature"]),
        top_p=float(said["nucleus"]),
        seed=int(said["seed"] or 0),
        model=said["model"],
        # Of the model as it is now, not as it was when an earlier order was given.
        weights_sha256=None,
        judge=_judge(said, base) if said["judge"] else None,
    )


def unshown(order: GenerateOrder) -> list[str]:
    """What an order that the form said holds beyond its fields, in words."""
    words = _unshown_composition(order)
    formation = order.request.conditions.formation_energy_ev_per_atom
    if formation is not None:
        words.append(f"formation energy {formation:g} eV/atom")
    here, start = flat(order), flat(START)
    atoms, request = here.pop("atoms"), order.request
    if atoms is not None and not request.min_atoms == request.max_atoms == atoms:
        words.append(f"atoms {atoms}")
    words += [
        f"{name.replace('_', ' ')} {_words(value)}"
        for name, value in here.items()
        if name not in _SHOWN and value != start[name]
    ]
    if order.quantisation is not None:
        words.append(f"model in {order.quantisation}")
    if order.batch_size != JOB_BATCH_SIZE:
        words.append(f"{order.batch_size} crystals a batch")
    if order.judge is not None:
        usual, relaxation = RelaxationSettings(), order.judge.relaxation
        if relaxation.time_limit_s != usual.time_limit_s:
            words.append(f"at most {relaxation.time_limit_s:g} s for a relaxation")
        if relaxation.optimizer != usual.optimizer:
            words.append(f"optimizer {relaxation.optimizer}")
    return words


_FIELDS = (
    "composition", "formula", "firmness", "units", "group", "group_exact", "system",
    "system_exact", "prototype_from", "atoms_from", "orbits_from", "orbits_to", "hull", "formation",
    "gap", "count", "atoms", "apart", "distance", "radii", "new", "best", "by", "temperature",
    "nucleus", "seed", "model", "judge", "potential", "reference", "across", "known", "force",
    "steps",
)  # fmt: skip


_SHOWN = frozenset(
    {
        *("kind", "formula", "elements", "hard", "allowed_elements", "excluded_elements"),
        *("formula_units", "spacegroup_number", "energy_above_hull_ev_per_atom", "band_gap_ev"),
        *("formation_energy_ev_per_atom", "count", "max_atoms", "min_distance_angstrom"),
        *("crystal_system", "min_atoms", "orbits_range", "prototype"),
        *("min_radii_share", "new_only", "best_of", "chosen_by"),
        *("temperature", "top_p", "seed", "model", "judge"),
        "refine",
        # Told in words of their own, or nobody's business.
        *("quantisation", "batch_size", "weights_sha256"),
    }
)
"""What of an order a field shows, or is told otherwise; the rest is told by its name."""


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(_words(value) for value in value.values())
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _choice(order: GenerateOrder) -> ElementChoice:
    """An order's elements, each in one mode: in a second one, the next click would lose it."""
    request = order.request
    excluded = tuple(request.excluded_elements)
    required = tuple(
        symbol for symbol in request.conditions.elements or () if symbol not in excluded
    )
    allowed = tuple(
        symbol for symbol in request.allowed_elements or () if symbol not in (*required, *excluded)
    )
    return ElementChoice(*map(in_table_order, (required, allowed, excluded)))


def _composition(said: dict[str, Any], choice: ElementChoice) -> dict[str, Any]:
    """What the fields say of the composition, by fields of an order."""
    mode = said["composition"] or FREE
    formula = (said["formula"] or "").strip() if mode == FORMULA else ""
    if mode != BY_ELEMENTS:
        choice = ElementChoice()
    required, allowed = choice.required, choice.allowed
    hard: tuple[str, ...] = ()
    if said["firmness"] == HARD:
        if formula:
            hard = ("formula",)
        elif required and not allowed:
            hard = ("elements",)
    for name, condition in (("group", "spacegroup_number"), ("system", "crystal_system")):
        if said.get(name) and said.get(f"{name}_exact"):
            hard = (*hard, condition)
    return {
        "formula": formula or None,
        "elements": required or None,
        "hard": hard,
        # Whoever must occur may occur.
        "allowed_elements": tuple(dict.fromkeys((*required, *allowed))) if allowed else None,
        "excluded_elements": choice.excluded,
        "formula_units": int(said["units"]) if said["units"] and "formula" in hard else None,
    }


def _unshown_composition(order: GenerateOrder) -> list[str]:
    shown = st.session_state.get(_SAID)
    here, base = flat(order), flat(filled())
    if shown is None or any(here[name] != base[name] for name in shown):
        return []  # no longer that of the order that filled the form

    def differs(name: str) -> bool:
        return set(here[name] or ()) != set(shown[name] or ())

    words = []
    if differs("elements"):
        words.append(f"elements {' '.join(here['elements'] or ())}")
    if more := [name for name in here["hard"] if name not in shown["hard"]]:
        words.append(f"hard {' and '.join(more)}")
    if differs("allowed_elements"):
        words.append(f"only {' '.join(here['allowed_elements'] or ())}")
    if differs("excluded_elements"):
        words.append(f"no {' '.join(here['excluded_elements'])}")
    return words


def _judge(said: dict[str, Any], base: GenerateOrder) -> Judge:
    usual = RelaxationSettings() if base.judge is None else base.judge.relaxation
    reference = SHIPPED if said["reference"] is None else said["reference"]
    return Judge(
        potential=said["potential"],
        relaxation=replace(
            usual,
            max_force_ev_per_angstrom=float(said["force"] or 0.05),
            max_steps=int(said["steps"] or 500),
        ),
        reference=None if reference == NO_HULL else reference,
        across_potentials=bool(said["across"]),
        known=said["known"],
    )


def _sizes(said: dict[str, Any]) -> tuple[int, int, int, int]:
    """Fewest and most atoms, fewest and most orbits, as the fields say them."""
    return (
        int(said["atoms_from"] or 1),
        int(said["atoms"] or 1),
        int(said["orbits_from"] or 1),
        int(said["orbits_to"] or MAX_ORBITS),
    )
