"""What an order says, in full: the prompt, what the grammar holds, how it is judged."""

from __future__ import annotations

import streamlit as st

from crystal_llm.generation.request import ChosenBy, GenerationRequest
from crystal_llm.generation.symmetric_format import spelled_prompt, symmetric_format
from crystal_llm.jobs.complete_order import CompleteOrder
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.orders import ModelOrder, Order
from crystal_llm.jobs.refine import Refine
from crystal_llm.language_model.compact_vocabulary import HULL_EDGES_EV_PER_ATOM
from crystal_llm.potentials.hull_accuracy import title_of
from crystal_llm.settings import settings
from crystal_llm.ui.generate.fields import listed_card
from crystal_llm.ui.generate.symmetry_form import prototype_text
from crystal_llm.ui.widgets.notation import as_markdown, subscripted
from crystal_llm.ui.widgets.space_groups import space_group_text


def show_prompt(order: GenerateOrder) -> None:
    """Draws the prompt as the model reads it, and what the grammar holds besides."""
    st.markdown("**The prompt**, as the model reads it")
    st.code(prompt_text(order).rstrip("\n"), language=None, wrap_lines=True)
    st.markdown(
        f"**Enforced:** {as_markdown(', '.join(held_by_grammar(order.request)))}.",
        help="The grammar lets the model write nothing else.",
    )


def prompt_text(order: GenerateOrder) -> str:
    """The prompt in readable form: the paper's sentences, or one condition a line."""
    card = listed_card(order.model, settings())
    if card is None or card.text == "coordinate":
        return order.request.prompt
    if card.network is None:
        return spelled_prompt(order.request)
    return symmetric_format().prompt(order.request)


def energy_step(energy_ev_per_atom: float) -> str:
    """How a model of symmetric text reads an energy above hull: ``at most 0.05 eV/atom``."""
    vocabulary = symmetric_format().vocabulary
    step = vocabulary.value(vocabulary.hull(energy_ev_per_atom))
    if step == "above":
        return f"more than {HULL_EDGES_EV_PER_ATOM[-1]:g} eV/atom"
    return f"at most {step.removeprefix('≤')} eV/atom"


def show_order(order: Order) -> None:
    """Draws all that an order says.

    Raises:
        InfillError: A completion that cannot be asked for.
    """
    if isinstance(order, CompleteOrder):
        st.markdown(f"**Kept** {as_markdown(kept_text(order))}.")
        st.markdown(f"**Enforced:** {as_markdown(', '.join(held_of_completion(order)))}.")
        _show_sampling(order, order.completion())
    elif isinstance(order, GenerateOrder):
        show_prompt(order)
        _show_sampling(order, order.request)
    if order.refine is not None:
        st.markdown(f"**Refined** {as_markdown(refine_text(order.refine))}.")
    if order.judge is not None:
        st.markdown(f"**Judged** {as_markdown(judge_text(order.judge))}.")


_BEST: dict[ChosenBy, str] = {
    "energy": "the lowest above the hull as written",
    "likelihood": "the likeliest geometry",
}


def _show_sampling(order: ModelOrder, request: GenerationRequest) -> None:
    weights = f", weights {order.weights_sha256[:12]}" if order.weights_sha256 else ""
    st.markdown(
        f"**Sampled** at temperature {request.temperature:g}, nucleus {request.top_p:g}, "
        + (f"{_BEST[request.chosen_by]} of {request.best_of}, " if request.best_of > 1 else "")
        + f"seed {request.seed}, by {as_markdown(order.model or 'the default model')}{weights}"
        + (f" ({order.quantisation})." if order.quantisation else ".")
    )


def kept_text(order: CompleteOrder) -> str:
    """What stays of the crystal that an order completes: ``the lattice, Na0 and Cl1``."""
    atoms = [f"{order.crystal.species[site]}{site}" for site in order.keep]
    named = ["the lattice", *atoms]
    return " and ".join([", ".join(named[:-1]), named[-1]] if atoms else named)


def held_of_completion(order: CompleteOrder) -> list[str]:
    """What no completion of an order can break, in words."""
    asked = order.request
    most = asked.max_atoms if order.atoms is None else order.atoms
    held = [f"{'at most' if order.atoms is None else 'exactly'} {most} atoms in total"]
    if order.formula is not None:
        held.append(f"exactly {subscripted(order.formula)}")
    if asked.allowed_elements is not None:
        held.append(f"only {' '.join(sorted(asked.allowed_elements))} added")
    if asked.excluded_elements:
        held.append(f"no {' '.join(sorted(asked.excluded_elements))} added")
    return held + _kept_apart(asked)


def held_by_grammar(request: GenerationRequest) -> list[str]:
    """What no crystal of a request can break, in words."""
    asked = request.conditions
    low, high = request.min_atoms, request.max_atoms
    held = [
        f"exactly {high} atoms" if low == high
        else f"{low} to {high} atoms" if low > 1
        else f"at most {high} atom{'s' if high > 1 else ''}"
    ]  # fmt: skip
    if "atoms" in request.hard and asked.atoms != low:
        held.append(f"exactly {asked.atoms} atoms")
    if "spacegroup_number" in request.hard and asked.spacegroup_number is not None:
        held.append(f"space group {space_group_text(asked.spacegroup_number)}")
    if "crystal_system" in request.hard:
        held.append(f"{asked.crystal_system}")
    if request.prototype is not None:
        held.append(f"prototype {prototype_text(request.prototype)}")
    if request.orbits_range is not None:
        least, most = request.orbits_range
        held.append(f"{least} orbits" if least == most else f"{least} to {most} orbits")
    if "formula" in request.hard:
        units = f" in {request.formula_units} formula units" if request.formula_units else ""
        held.append(f"exactly {subscripted(asked.formula)}{units}")
    elif "elements" in request.hard:
        held.append(f"exactly the elements {' '.join(asked.elements or ())}")
    if request.allowed_elements is not None:
        held.append(f"only {' '.join(sorted(request.allowed_elements))}")
    if request.excluded_elements:
        held.append(f"no {' '.join(sorted(request.excluded_elements))}")
    if request.new_only:
        held.append("no known structure")
    return held + _kept_apart(request)


def judge_text(judge: Judge) -> str:
    """How crystals are judged, in words."""
    relaxation = judge.relaxation
    how = (
        f"with {title_of(judge.potential)}, relaxed to "
        f"{relaxation.max_force_ev_per_angstrom:g} eV/Å within {relaxation.max_steps} steps"
    )
    if judge.known is None:
        known = "novelty not checked"
    elif judge.known == "shipped":
        known = "novel against the shipped structures of the Materials Project"
    else:
        known = f"novel against {judge.known.rpartition('/')[2]}"
    if judge.reference is None:
        return f"{how}; no hull; {known}"
    own = "the potential's own reference"
    reference = own if judge.reference == "shipped" else judge.reference.rpartition("/")[2]
    across = ", across potentials" if judge.across_potentials else ""
    return f"{how}; hull of {reference}{across}; {known}"


def refine_text(refine: Refine) -> str:
    """How crystals are refined, in words."""
    weights = f", weights {refine.weights_sha256[:12]}" if refine.weights_sha256 else ""
    steps = "" if refine.steps is None else f" in {refine.steps} steps"
    if refine.passes is not None and refine.passes > 1:
        steps += f", {refine.passes} times"
    held = ", each held to its space group" if refine.keep_space_group else ""
    return f"by the flow {refine.network}{weights}{steps}{held}"


def _kept_apart(request: GenerationRequest) -> list[str]:
    limits = []
    if request.min_distance_angstrom is not None:
        limits.append(f"{request.min_distance_angstrom:g} Å")
    if request.min_radii_share is not None:
        limits.append(f"{request.min_radii_share:.0%} of their covalent radii")
    return [f"atoms at least {' and '.join(limits)} apart"] if limits else []
