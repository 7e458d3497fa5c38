"""What the hull page says beside its drawing: one phase, a cut, the reference."""

from __future__ import annotations

import re

import streamlit as st

from crystal_llm.crystal.composition import element_amounts
from crystal_llm.dataset.known_structures import KnownStructure, shipped_structures
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import CrystalLLMError, StabilityError
from crystal_llm.potentials.hull_accuracy import title_of
from crystal_llm.settings import settings
from crystal_llm.stability.competing import competing_phases, reaction
from crystal_llm.stability.drawing.hull_question import HullQuestion
from crystal_llm.stability.drawing.pseudo_binary_figure import cut_figure
from crystal_llm.stability.gibbs import GasConditions
from crystal_llm.stability.hull import DecompositionPart, decomposition
from crystal_llm.stability.hull_candidates import PlacedCandidates
from crystal_llm.stability.known_phases import KnownPhases, known_phases
from crystal_llm.stability.pseudo_binary import PseudoBinary, pseudo_binary
from crystal_llm.stability.references.reference import Reference
from crystal_llm.stability.references.reference_catalogue import ReferenceCatalogue
from crystal_llm.ui.crystal.known_phase import offer_infill
from crystal_llm.ui.crystal.picture import show_crystal
from crystal_llm.ui.hull.controls import BUILD_COMMAND
from crystal_llm.ui.hull.drawing import PLOTLY_CONFIG, on_page
from crystal_llm.ui.hull.known_structures import known_crystal
from crystal_llm.ui.widgets.known_choice import choose_polymorph
from crystal_llm.ui.widgets.notation import (
    as_markdown,
    energy_text,
    show_facts,
    subscripted,
    subscripted_within,
)
from crystal_llm.ui.widgets.page_style import page_theme
from crystal_llm.ui.widgets.signed_table import signed_table


def say_no_reference(catalogue: ReferenceCatalogue) -> None:
    """How to make a reference, where there is none."""
    st.info(
        "A hull is made of known phases, and there is no reference of known phases yet. Make one "
        "from a table of energies; columns `material_id`, `formula` and an energy:"
    )
    st.code(BUILD_COMMAND.format(home=settings().home), language="shell")
    st.caption(
        "Or compute one with a potential: `crystal-llm reference --help` tells how. The page "
        "finds every `.parquet` in that folder when it is opened again."
    )
    _say_unreadable(catalogue)


def _say_unreadable(catalogue: ReferenceCatalogue) -> None:
    if catalogue.unreadable:
        st.warning(
            "Not readable as references, and left out: "
            f"{as_markdown(', '.join(catalogue.unreadable))}. Build them again or remove them."
        )


def say_system(question: HullQuestion, known: KnownPhases, *, first_visit: bool) -> None:
    """One sentence above the drawing, and what it means."""
    stable = sum(phase.is_stable for phase in known.phases)
    begin = "An example to begin with: " if first_visit else ""
    # An element may be left out of the drawing; what is counted is what is drawn.
    system = "-".join(symbol for symbol in question.elements if symbol in known.elements)
    st.markdown(
        f"{begin}**{system}**, {len(known.phases)} known phases, {stable} of them stable.",
        help="A mixture anywhere in the system separates into the stable phases that the lines "
        "about it join. A phase above the hull would gain energy by doing so.",
    )


def show_chosen(
    question: HullQuestion, known: KnownPhases, placed: PlacedCandidates, reference: Reference
) -> None:
    """The chosen phase, or the composition that was asked about."""
    name = st.session_state.get("hull-phase")
    if name in known.places:
        phase = known.phases[known.places[name]]
        _phase(phase.formula, name, phase.energy_ev_per_atom, phase.formation_energy_ev_per_atom,
               phase.energy_above_hull_ev_per_atom, phase.decomposition, reference,
               reference.method)  # fmt: skip
        _structure(phase.formula, str(name))
        return
    for candidate, result in zip(placed.placed, placed.results, strict=True):
        above = result.energy_above_hull_ev_per_atom
        if candidate.name == name and above is not None:
            _phase(result.formula, f"{name}, candidate", result.energy_ev_per_atom, None, above,
                   result.decomposition, reference, candidate.method)  # fmt: skip
            return
    if question.formula:
        _composition(question.formula, reference)
    else:
        st.caption("Click a point of the drawing, or a row of the table, to see that phase here.")


def _composition(formula: str, reference: Reference) -> None:
    # Of its own elements: the drawing may leave some of them out.
    known = known_phases(element_amounts(formula), reference)
    phase = next((phase for phase in known.phases if phase.formula == formula), None)
    if phase is not None:
        _phase(formula, phase.material_id, phase.energy_ev_per_atom,
               phase.formation_energy_ev_per_atom, phase.energy_above_hull_ev_per_atom,
               phase.decomposition, reference, reference.method)  # fmt: skip
        _structure(phase.formula, phase.material_id)
        return
    energy, parts = decomposition(formula, reference)
    st.header(subscripted(formula), anchor=False)
    st.markdown(
        "The reference knows no phase of this composition. Stable there, at "
        f"{energy_text(energy)} eV/atom: {_mixture(parts)}"
    )
    st.markdown(f"Reaction: {subscripted_within(reaction(formula, parts))}")
    _competing(formula, reference)


def _phase(
    formula: str,
    name: str,
    energy: float,
    formation: float | None,
    above: float,
    parts: tuple[DecompositionPart, ...],
    reference: Reference,
    method: EnergyMethod,
) -> None:
    st.header(f"{subscripted(formula)} · {as_markdown(name)}", anchor=False)
    own = len(parts) == 1 and parts[0].formula == formula
    facts = [("Energy above hull", f"{energy_text(above)} eV/atom", "stable" if not above else "")]
    if formation is not None and reference.method.energy_kind != "formation":
        facts.append(("Formation energy", f"{energy_text(formation)} eV/atom", "elements at 0"))
    kind = f"{title_of(method.potential)}, {reference.method.energy_kind}"
    facts.append(("Energy", f"{energy_text(energy)} eV/atom", kind))
    show_facts(facts)
    if own and above <= 0:
        verb = "Stable" if above == 0 else "Below the stable phase known of this composition"
        st.markdown(f"{verb}: nothing known at this composition is lower.")
    elif own:
        st.markdown(f"The stable phase of this composition is {as_markdown(parts[0].material_id)}.")
    else:
        st.markdown(_decomposition_in_words(formula, above, parts))
    _competing(formula, reference)


def _decomposition_in_words(
    formula: str, above: float, parts: tuple[DecompositionPart, ...]
) -> str:
    if above > 0:
        said = f"It would gain {energy_text(above)} eV/atom by decomposing into {_mixture(parts)}"
    elif above < 0:
        said = f"It lies {energy_text(-above)} eV/atom below the known phases {_mixture(parts)}"
    else:
        said = f"It lies on the hull, as low as {_mixture(parts)}"
    shares = " (shares of the atoms)" if len(parts) > 1 else ""
    return f"{said}{shares}: {subscripted_within(reaction(formula, parts))}."


def _mixture(parts: tuple[DecompositionPart, ...]) -> str:
    if len(parts) == 1:
        return subscripted(parts[0].formula)
    shares = [f"{part.fraction:.1%} {subscripted(part.formula)}" for part in parts]
    return f"{', '.join(shares[:-1])} and {shares[-1]}"


def _competing(formula: str, reference: Reference) -> None:
    near = competing_phases(formula, reference)
    stable = [
        neighbour for neighbour in near if neighbour.phase.is_stable and neighbour.distance > 0
    ][:3]
    if stable:
        names = ", ".join(subscripted(neighbour.phase.formula) for neighbour in stable)
        st.markdown(f"Nearest stable phases in composition: {names}.")
    with st.expander("Competing phases, the nearest in composition first"):
        st.dataframe(
            signed_table(
                [
                    {
                        "formula": subscripted(neighbour.phase.formula),
                        "distance": neighbour.distance,
                        "above": neighbour.phase.energy_above_hull_ev_per_atom,
                        "energy": neighbour.phase.energy_ev_per_atom,
                        "id": neighbour.phase.material_id,
                    }
                    for neighbour in near
                ],
                {"above": 3, "energy": 3},
            ),
            hide_index=True,
            column_config={
                "formula": "Formula",
                "distance": st.column_config.NumberColumn(
                    "Distance", format="%.3f", help="Fraction of atoms to be exchanged"
                ),
                "above": st.column_config.NumberColumn("E above hull (eV/atom)"),
                "energy": st.column_config.NumberColumn("Energy (eV/atom)"),
                "id": "Id",
            },
        )


def _structure(formula: str, material_id: str) -> None:
    """The phase in 3D, or another known structure of its composition, and the way to Infill."""
    crystal = known_crystal(material_id, settings().models, settings().home)
    polymorphs = _polymorphs(formula)
    if len(polymorphs) > 1:
        # The phase of the hull first: the table's own order is by DFT.
        ordered = sorted(polymorphs, key=lambda known: known.material_id != material_id)
        chosen = choose_polymorph(
            ordered, key=f"hull-polymorph-{material_id}", label="Known structures"
        )
        if chosen.material_id != material_id:
            material_id, crystal = chosen.material_id, chosen.plain
    if crystal is not None:
        show_crystal(crystal, f"hull-crystal-{material_id}")
        offer_infill(formula, material_id, crystal, key=f"hull-infill-{material_id}")
        return
    there = (
        f"See [{material_id}](https://materialsproject.org/materials/{material_id}) at the "
        "Materials Project. "
        if re.fullmatch(r"mp-\d+", material_id)
        else ""
    )
    st.caption(
        f"{there}The reference holds energies alone; with a table of known crystals "
        "(`crystal-llm data`) as `known.parquet` in the home folder the crystal stands here."
    )


@st.cache_data(max_entries=256, show_spinner=False)
def _polymorphs(formula: str) -> tuple[KnownStructure, ...]:
    try:
        known = shipped_structures(settings())
        return () if known is None else known.by_formula(formula)
    except CrystalLLMError:  # a table of another layout, or a formula that it cannot hold
        return ()


def show_cut(
    question: HullQuestion, reference: Reference, placed: PlacedCandidates, highest: float
) -> None:
    """Formation energy against composition between two formulas."""
    left, right, how = st.columns([2, 2, 3], vertical_alignment="bottom")
    first = left.text_input("From", key="from", bind="query-params", placeholder="Li2O")
    second = right.text_input("To", key="to", bind="query-params", placeholder="Fe2O3")
    basis = how.segmented_control(
        "Energies from", ["the ends", "the elements"], default="the ends", required=True,
        key="hull-cut-basis",
    )  # fmt: skip
    if not first and not second:
        st.caption(
            "Two formulas, such as Li2O and Fe2O3: the hull and the phases on the straight line "
            "between them. They need not be of the system drawn above."
        )
        return
    if not (first and second):
        st.caption("Name the other end too.")
        return
    try:
        cut = pseudo_binary(
            first,
            second,
            reference,
            placed.results,
            names=[phase.name for phase in placed.placed],
            highest_ev_per_atom=highest,
        )
    except StabilityError as error:
        st.error(as_markdown(str(error)))
        return
    theme = page_theme()
    caption = f"reference {reference.reference_id} of {reference.provenance.made_on}"
    figure = cut_figure(
        cut,
        theme=theme,
        from_ends=basis != "the elements",
        caption=f"{caption}\n{reference.method}",
    )
    st.plotly_chart(on_page(figure, theme), key="hull-cut", theme=None, config=PLOTLY_CONFIG)
    crosses = (
        " Crosses are mixtures: there the hull bends because a tie line of the whole system "
        "crosses the cut."
    )
    st.caption(f"{len(cut.phases)} phases lie on the line.{crosses if cut.mixtures else ''}")
    _along(cut, basis != "the elements")


def _along(cut: PseudoBinary, from_ends: bool) -> None:
    """The hull's corners along the cut as a table."""
    first, second = (subscripted(end) for end in cut.ends)
    st.dataframe(
        signed_table(
            [
                {
                    "place": point.fraction,
                    "energy": point.energy_ev_per_atom - from_ends * cut.from_ends(point.fraction),
                    "stable": _mixture(point.decomposition),
                }
                for point in cut.hull
            ],
            {"energy": 3},
        ),
        hide_index=True,
        column_config={
            "place": st.column_config.NumberColumn(
                f"Atoms from {second}", format="%.3f", help=f"As a fraction; the rest from {first}"
            ),
            "energy": st.column_config.NumberColumn("E (eV/atom)"),
            "stable": st.column_config.TextColumn(
                "Stable there", width="large", help="A phase, or a mixture by shares of the atoms"
            ),
        },
    )


def say_reference(
    catalogue: ReferenceCatalogue,
    reference: Reference,
    question: HullQuestion,
    conditions: GasConditions | None = None,
) -> None:
    """What the reference knows and what it does not.

    Args:
        catalogue: All references.
        reference: The one that is drawn, at its conditions.
        question: What was asked.
        conditions: Temperature and pressures; None for 0 K.
    """
    method, said = reference.method, reference.provenance
    missing = ", ".join(reference.missing_terminals) or "none"
    inside = [s for s in question.elements if s in reference.missing_terminals]
    unknown = [s for s in question.elements if s not in reference.elements]
    rows = {
        "Potential": title_of(method.potential)
        + (f" (weights {method.weights_sha256[:8]})" if method.weights_sha256 else ""),
        "Level of theory": method.level_of_theory,
        "Correction": method.correction,
        "Kind of energies": method.energy_kind,
        "Phases": f"{len(reference):,}, of each composition the lowest, of "
        f"{len(reference.elements)} elements",
        "Made on": said.made_on,
        "Source": said.source,
        "Elements without an elemental phase": missing,
        "Notes": said.notes or "none",
        "Id": reference.reference_id,
    }
    st.markdown("\n".join(f"- **{name}** {as_markdown(value)}" for name, value in rows.items()))
    st.caption(
        (
            "Energies are at 0 K and 0 Pa, without vibrations. "
            if conditions is None
            else f"Gibbs energies are modelled at {as_markdown(str(conditions))}, from energies at "
            "0 K. "
        )
        + "A phase that is missing here makes "
        "others look more stable than they are."
        + (f" Nothing is known of {', '.join(unknown)}." if unknown else "")
        + (f" No hull can be made with {', '.join(inside)}." if inside else "")
    )
    _say_unreadable(catalogue)
