"""What an order says, in full: the prompt, what the grammar holds, how it is judged."""

from __future__ import annotations

import streamlit as st

from crystal_llm.generation.request import GenerationRequest
from crystal_llm.jobs.orders import CompleteOrder, GenerateOrder, Judge, ModelOrder, Order
from crystal_llm.jobs.refine import Refine
from crystal_llm.ui.widgets.notation import as_markdown, subscripted


def show_prompt(order: GenerateOrder) -> None:
    """Draws the exact prompt and what the grammar holds besides."""
    st.markdown("**The prompt**, exactly as the model reads it")
    st.code(order.request.prompt.rstrip("\n"), language=None, wrap_lines=True)
    st.markdown(
        f"**The grammar holds** {as_markdown(', '.join(held_by_grammar(order.request)))}.",
        help="Whatever the model would rather write, it can write nothing else.",
    )


def show_order(order: Order) -> None:
    """Draws all that an order says.

    Raises:
        InfillError: A completion that cannot be asked for.
    """
    if isinstance(order, CompleteOrder):
        st.markdown(f"**Kept** {as_markdown(kept_text(order))}.")
        st.markdown(f"**The grammar holds** {as_markdown(', '.join(held_of_completion(order)))}.")
        _show_sampling(order, order.completion())
    elif isinstance(order, GenerateOrder):
        show_prompt(order)
        _show_sampling(order, order.request)
    if order.refine is not None:
        st.markdown(f"**Refined** {as_markdown(refine_text(order.refine))}.")
    if order.judge is not None:
        st.markdown(f"**Judged** {as_markdown(judge_text(order.judge))}.")


def _show_sampling(order: ModelOrder, request: GenerationRequest) -> None:
    weights = f", weights {order.weights_sha256[:12]}" if order.weights_sha256 else ""
    st.markdown(
        f"**Drawn at** temperature {request.temperature:g}, nucleus {request.top_p:g}, seed "
        f"{request.seed}, by {as_markdown(order.model or 'the usual model')}{weights}"
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
    held = [f"{'at most' if order.atoms is None else 'exactly'} {most} atoms in the end"]
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
    held = [f"crystal text of at most {request.max_atoms} atoms"]
    if "formula" in request.hard:
        units = f" in {request.formula_units} formula units" if request.formula_units else ""
        held.append(f"exactly {subscripted(asked.formula)}{units}")
    elif "elements" in request.hard:
        held.append(f"exactly the elements {' '.join(asked.elements or ())}")
    if request.allowed_elements is not None:
        held.append(f"only {' '.join(sorted(request.allowed_elements))}")
    if request.excluded_elements:
        held.append(f"no {' '.join(sorted(request.excluded_elements))}")
    return held + _kept_apart(request)


def judge_text(judge: Judge) -> str:
    """How crystals are judged, in words."""
    relaxation = judge.relaxation
    told = (
        f"with {judge.potential}, relaxed to {relaxation.max_force_ev_per_angstrom:g} eV/Å within "
        f"{relaxation.max_steps} steps"
    )
    if judge.known is None:
        known = "novelty not asked"
    elif judge.known == "shipped":
        known = "novel against the shipped structures of the Materials Project"
    else:
        known = f"novel against {judge.known.rpartition('/')[2]}"
    if judge.reference is None:
        return f"{told}; no hull; {known}"
    own = "the potential's own reference"
    reference = own if judge.reference == "shipped" else judge.reference.rpartition("/")[2]
    across = ", across potentials" if judge.across_potentials else ""
    return f"{told}; hull of {reference}{across}; {known}"


def refine_text(refine: Refine) -> str:
    """How crystals are refined, in words."""
    weights = f", weights {refine.weights_sha256[:12]}" if refine.weights_sha256 else ""
    steps = "" if refine.steps is None else f" in {refine.steps} steps"
    held = ", each held to its space group" if refine.keep_space_group else ""
    return f"by the flow {refine.network}{weights}{steps}{held}"


def _kept_apart(request: GenerationRequest) -> list[str]:
    limits = []
    if request.min_distance_angstrom is not None:
        limits.append(f"{request.min_distance_angstrom:g} Å")
    if request.min_radii_share is not None:
        limits.append(f"{request.min_radii_share:.0%} of their covalent radii")
    return [f"atoms at least {' and '.join(limits)} apart"] if limits else []
