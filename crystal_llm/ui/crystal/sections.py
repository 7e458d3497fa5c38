"""The sections of the detail view; each draws one kind of knowledge, or says why it cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crystal_llm.crystal.crystallography import (
    Symmetry,
    density_grams_per_cubic_centimetre,
    symmetry,
    volume_cubic_angstrom,
)
from crystal_llm.potentials.hull_accuracy import hull_accuracy
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.crystal.coordination import show_coordination
from crystal_llm.ui.crystal.facts import CrystalFacts, crystal_hash
from crystal_llm.ui.crystal.figures import energy_figure, likelihood_figure
from crystal_llm.ui.crystal.known_phase import phase_name, show_known_phase
from crystal_llm.ui.crystal.provenance_tree import show_provenance
from crystal_llm.ui.widgets.notation import (
    energy_text,
    group_text,
    model_text,
    show_facts,
    shown_coordinate,
    signed_text,
    subscripted,
)
from crystal_llm.ui.widgets.page_style import page_theme
from crystal_llm.ui.widgets.signed_table import signed_table

if TYPE_CHECKING:
    from crystal_llm.evaluation.novelty import KnownPolymorph

TOLERANCES_ANGSTROM = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
DEFAULT_TOLERANCE_ANGSTROM = 0.1

_PLOTLY = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"]}


@st.cache_data(max_entries=512, show_spinner=False)
def found_symmetry(
    digest: str, tolerance_angstrom: float, _crystal: PlainCrystal
) -> Symmetry | None:
    """The symmetry of a crystal, remembered by its hash."""
    return symmetry(_crystal, tolerance_angstrom)


def symmetry_text(symmetry: Symmetry | None) -> str:
    """A space group, as a reader expects it."""
    return "not found" if symmetry is None else group_text(symmetry.symbol, symmetry.number)


def structure_section(facts: CrystalFacts, key: str) -> None:
    """Lattice, sites and symmetry at a tolerance of the reader's choice."""
    stages = facts.stages
    chosen = 0
    if len(stages) > 1:
        names = [name for name, _ in stages]
        picked = st.segmented_control(
            "Which crystal", names, default=names[0], required=True, key=f"{key}-stage",
            label_visibility="collapsed",
        )  # fmt: skip
        chosen = names.index(picked)
    crystal = stages[chosen][1]
    tolerance = st.select_slider(
        "Symmetry tolerance (Å)",
        TOLERANCES_ANGSTROM,
        DEFAULT_TOLERANCE_ANGSTROM,
        key=f"{key}-tolerance",
        width=420,
        help="How far atoms may lie from where a symmetry wants them (spglib). A space group "
        "that stays the same over a wide range is trustworthy.",
    )
    symmetry = found_symmetry(crystal_hash(crystal), tolerance, crystal)
    _symmetry_facts(symmetry)
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.markdown("**Lattice**")
        _lattice(stages)
    with right:
        st.markdown(f"**Sites** · {len(crystal.species)} in the cell")
        _sites(crystal, symmetry)
    st.markdown("**Coordination**")
    show_coordination(crystal, None if symmetry is None else symmetry.orbits)


def _symmetry_facts(symmetry: Symmetry | None) -> None:
    if symmetry is None:
        st.caption("No symmetry was found: atoms coincide at this tolerance. Try a smaller one.")
        return
    independent = len(set(symmetry.orbits))
    show_facts(
        (
            ("Space group", symmetry_text(symmetry), f"within {symmetry.tolerance_angstrom:g} Å"),
            ("Crystal system", symmetry.system, ""),
            ("Point group", symmetry.point_group, ""),
            ("Distinct sites", f"{independent} of {len(symmetry.orbits)}", "under symmetry"),
            ("Conventional cell", _cell_text(symmetry.conventional), "a, b, c in Å"),
        )
    )


def _cell_text(crystal: PlainCrystal) -> str:
    return " · ".join(f"{length:.2f}" for length in crystal.lengths_angstrom)


def _lattice(stages: Sequence[tuple[str, PlainCrystal]]) -> None:
    rows = [{"": name, **_lattice_values(crystal)} for name, crystal in stages]
    names = [name for name in rows[0] if name]
    table = [{"": name} | {str(row[""]): row[name] for row in rows} for name in names]
    st.dataframe(table, hide_index=True, width="stretch", alt="Lattice parameters")


def _lattice_values(crystal: PlainCrystal) -> dict[str, str]:
    density = density_grams_per_cubic_centimetre(crystal)
    volume = volume_cubic_angstrom(crystal)
    lengths = zip("abc", crystal.lengths_angstrom, strict=True)
    angles = zip("αβγ", crystal.angles_degrees, strict=True)
    return (
        {f"{name} (Å)": f"{value:.4f}" for name, value in lengths}
        | {f"{name} (°)": f"{value:.3f}" for name, value in angles}
        | {
            "volume (Å³)": f"{volume:.3f}",
            "volume per atom (Å³)": f"{volume / len(crystal.species):.3f}",
            "density (g/cm³)": "–" if density is None else f"{density:.3f}",
        }
    )


def _sites(crystal: PlainCrystal, symmetry: Symmetry | None) -> None:
    positions = None if symmetry is None else symmetry.wyckoff_positions
    rows = []
    for index, (symbol, place) in enumerate(
        zip(crystal.species, crystal.fractional_coordinates, strict=True)
    ):
        row: dict[str, str | int | float] = {"site": index, "element": symbol}
        row |= dict(zip("xyz", map(shown_coordinate, place), strict=True))
        if positions is not None:
            row["Wyckoff"] = positions[index]
        rows.append(row)
    number = st.column_config.NumberColumn
    st.dataframe(
        rows,
        hide_index=True,
        height=min(38 + 35 * len(rows), 400),
        column_config={
            "site": number(width="small", help="Counted from 0."),
            "element": st.column_config.TextColumn(width="small"),
        }
        | {axis: number(format="%.4f", help="Fractional coordinate.") for axis in "xyz"}
        | {
            "Wyckoff": st.column_config.TextColumn(
                help="Multiplicity and letter of the position in the conventional cell.",
                width="small",
            ),
        },
        alt="Sites of the cell",
    )  # fmt: skip


def above_hull_text(facts: CrystalFacts) -> str:
    """The energy above hull with the potential's error beside it: ``0.012 ± 0.045``."""
    shown = energy_text(facts.energy_above_hull_ev_per_atom)
    accuracy = None if facts.method is None else hull_accuracy(facts.method)
    if accuracy is None or facts.energy_above_hull_ev_per_atom is None:
        return shown
    return f"{shown} ± {accuracy.mean_absolute_error_ev_per_atom:.3f}"


def stability_section(facts: CrystalFacts, key: str) -> None:
    """Energy, hull, decomposition and nearest known phase."""
    values = []
    if facts.energy_ev_per_atom is not None:
        values.append(("Energy", f"{energy_text(facts.energy_ev_per_atom, 4)} eV/atom", ""))
    if facts.energy_above_hull_ev_per_atom is not None:
        against = f"reference {facts.reference_id}" if facts.reference_id else ""
        above = f"{above_hull_text(facts)} eV/atom"
        values.append(("Energy above hull", above, against))
    show_facts(values)
    hull = facts.hull
    if facts.method is not None:
        accuracy = hull_accuracy(facts.method)
        error = "" if accuracy is None else f" {accuracy.text}."
        st.caption(f"Energies: {facts.method}.{error}")
    if hull is not None:
        if hull.reason:
            st.caption(f"No energy above hull: {hull.reason}.")
        if hull.known_phase is not None:
            st.caption(f"It is the known phase {hull.known_phase}, whose place it takes.")
        if hull.decomposition:
            st.markdown("**Competing phases:** the stable phases at this composition")
            st.dataframe(
                signed_table(
                    [
                        {
                            "phase": subscripted(part.formula),
                            "id": part.material_id,
                            "share of atoms": round(part.fraction, 3),
                            "energy (eV/atom)": part.energy_ev_per_atom,
                        }
                        for part in hull.decomposition
                    ],
                    {"energy (eV/atom)": 4},
                ),
                hide_index=True,
                column_config={
                    "share of atoms": st.column_config.NumberColumn(format="percent"),
                },
            )
        st.caption(
            f"Reference {hull.reference_id} of {hull.reference_made_on}: "
            f"{hull.n_reference_phases} phases of this chemical system and those within it; "
            f"{hull.reference_method}."
        )
    _nearest_known(facts, key)


def known_line(facts: CrystalFacts) -> str:
    """The known phase that a crystal is, or whose composition it has, in one line with a link."""
    novelty = facts.novelty
    if novelty is not None and novelty.known is not None:
        name = phase_name(novelty.known.formula, novelty.known.material_id)
    elif facts.known_match is not None:
        name = phase_name(facts.formula or "", facts.known_match)
    elif novelty is not None and (known := novelty.polymorph) is not None:
        return f"Another structure of a known composition, {_polymorph_text(facts, known)}."
    else:
        return ""
    return f"A known phase: {name}."


def _nearest_known(facts: CrystalFacts, key: str) -> None:
    novelty = facts.novelty
    st.markdown("**Is it known?**")
    if novelty is not None and novelty.failure:
        st.caption(f"Not compared: {novelty.failure}.")
    elif novelty is not None and novelty.known is not None:
        match = novelty.known
        name = phase_name(match.formula, match.material_id)
        st.markdown(f"It is a known phase: the same crystal as {name}{_apart_text(facts)}.")
        show_known_phase(match.formula, match.material_id, key=key)
    elif novelty is not None and novelty.compared is not None:
        many = f"{novelty.compared} known structure{'' if novelty.compared == 1 else 's'}"
        if novelty.compared:
            st.markdown(f"Novel: none of the {many} of this composition is the same crystal.")
        else:
            st.markdown("Novel: no known structure has this composition.")
        _polymorph(facts, key)
        search = novelty.prototype
        if search is not None and search.material_id is not None:
            st.markdown(
                "Its prototype is known with other elements: "
                f"{phase_name(search.formula or '', search.material_id)}."
            )
        elif search is not None:
            st.caption(
                f"No prototype among {search.tried} of {search.possible} possible ones compared."
            )
    elif novelty is not None and novelty.composition_known is True:
        st.markdown(
            "The reference knows a phase of its composition; whether it is the same structure was "
            "not compared."
        )
        _polymorph(facts, key)
    elif novelty is not None and novelty.composition_known is False:
        st.markdown("No phase of the reference has its composition.")
    elif facts.known_match is not None:
        st.markdown(f"It is a known phase: {phase_name(facts.formula or '', facts.known_match)}.")
        show_known_phase(facts.formula or "", facts.known_match, key=key)
    elif facts.novel is not None:
        st.markdown("Novel: no known structure is the same crystal.")
    else:
        st.caption("It has not been compared with known phases.")


def _apart_text(facts: CrystalFacts) -> str:
    """How far the atoms lie from those of the known phase: ``, its atoms 0.04 Å away``."""
    known = None if facts.novelty is None else facts.novelty.known
    if facts.crystal is None or known is None or known.rms is None:
        return ""
    volume = volume_cubic_angstrom(facts.crystal) / len(facts.crystal.species)
    return f", its atoms {known.rms * volume ** (1 / 3):.2f} Å away (root mean square)"


def _polymorph(facts: CrystalFacts, key: str) -> None:
    """The known phase of the same composition, and how the two energies compare."""
    known = None if facts.novelty is None else facts.novelty.polymorph
    if known is None:
        return
    st.markdown(
        f"The most stable known phase of this composition: {_polymorph_text(facts, known)}."
    )
    show_known_phase(known.formula, known.material_id, key=key)


def _polymorph_text(facts: CrystalFacts, known: KnownPolymorph) -> str:
    name = phase_name(known.formula, known.material_id)
    if known.energy_ev_per_atom is not None:
        said = f"{name} at {energy_text(known.energy_ev_per_atom, 4)} eV/atom"
        if facts.energy_ev_per_atom is None:
            return said
        apart = facts.energy_ev_per_atom - known.energy_ev_per_atom
        side = "above" if apart >= 0 else "below"
        return f"{said}; this crystal lies {abs(apart):.3f} eV/atom {side} it"
    if known.energy_above_hull_ev_per_atom is not None:
        above = energy_text(known.energy_above_hull_ev_per_atom)
        return f"{name}, {above} eV/atom above the hull by DFT"
    return name


def refinement_section(facts: CrystalFacts) -> None:
    """How far the flow moved it, or why it went on as written."""
    step = facts.refined_step
    if step is None:
        return
    made, values = step.refinement, []
    if step.refused is not None:
        st.caption(f"It went on as written: {step.refused}.")
    if made.refined is not None and made.moved_angstrom is None:
        st.caption("Placed anew: of the written crystal its elements alone were kept.")
    if made.moved_angstrom is not None and made.moved_most_angstrom is not None:
        values.append(
            (
                "Atoms moved",
                f"{made.moved_angstrom:.3f} Å",
                f"in the mean; {made.moved_most_angstrom:.3f} Å at most",
            )
        )
    if made.volume_change_share is not None:
        values.append(("Volume", signed_text(made.volume_change_share, ".1%"), "change"))
    values.append(("Steps", str(made.steps), "of the flow"))
    if facts.relaxation is not None:
        relaxed = facts.relaxation
        energy = relaxed.energy_start_ev_per_atom
        remark = "" if energy is None else f"from {energy_text(energy, 4)} eV/atom"
        values.append(("Relaxation after it", f"{relaxed.steps} steps", remark))
    show_facts(values)
    st.caption(f"Refined by {made.network} in {made.wall_s:.2f} s.")


def relaxation_section(facts: CrystalFacts, key: str) -> None:
    """How the relaxation went."""
    result = facts.relaxation
    if result is None:
        return
    values = [("Steps", str(result.steps), "converged" if result.converged else "not converged")]
    first, last = result.energy_start_ev_per_atom, result.energy_ev_per_atom
    if first is not None and last is not None:
        values.append(("ΔE", f"{energy_text(last - first, 4)} eV/atom", "on relaxation"))
    if result.max_force_ev_per_angstrom is not None:
        values.append(
            ("Largest force", f"{result.max_force_ev_per_angstrom:.3f} eV/Å", "at the end")
        )
    if result.volume_change is not None:
        values.append(("Volume", signed_text(result.volume_change, ".1%"), "change"))
    if result.displacement_angstrom is not None:
        values.append(("Displacement", f"{result.displacement_angstrom:.3f} Å", "root mean square"))
    if result.spacegroup_before is not None or result.spacegroup_after is not None:
        groups = f"{result.spacegroup_before or '–'} → {result.spacegroup_after or '–'}"
        values.append(("Space group", groups, "number, before → after"))
    show_facts(values)
    if len(result.energies_ev_per_atom) > 1:
        figure = energy_figure(result.energies_ev_per_atom, theme=page_theme())
        st.plotly_chart(figure, key=f"{key}-energies", config=_PLOTLY, width="stretch")
    took = "from the cache" if result.cached else f"in {result.wall_s:.1f} s"
    again = "; a second try with smaller steps was needed" if result.retried else ""
    st.caption(f"Relaxed {took} with {result.method}{again}.")


def model_section(facts: CrystalFacts, key: str) -> None:
    """What the language model wrote, and how sure it was."""
    values = []
    if facts.log_likelihood is not None:
        shown = f"{facts.log_likelihood:.1f}".replace("-", "−")
        values.append(("Log-likelihood", shown, "natural logarithm, whole text"))
    if facts.chosen_from > 1:
        by = "by the likelihood of its geometry"
        if facts.energy_above_hull_written_ev_per_atom is not None:
            by = "by its energy above hull as written"
        values.append(("Best of", str(facts.chosen_from), by))
    if facts.energy_above_hull_written_ev_per_atom is not None:
        energy = f"{facts.energy_above_hull_written_ev_per_atom:+z.3f} eV/atom".replace("-", "−")
        values.append(("E above hull as written", energy.lstrip("+"), "CHGNet, nothing relaxed"))
    if facts.redrawn:
        values.append(("Drawn again", f"{facts.redrawn}×", "atoms too close, or a known structure"))
    if facts.seed is not None:
        values.append(("Seed", str(facts.seed), ""))
    if facts.model is not None:
        values.append(("Model", model_text(facts.model), "name and weights"))
    show_facts(values)
    written = facts.before
    if facts.atom_likelihoods and written and len(facts.atom_likelihoods) == len(written.species):
        figure = likelihood_figure(written.species, facts.atom_likelihoods, theme=page_theme())
        st.plotly_chart(figure, key=f"{key}-likelihood", config=_PLOTLY, width="stretch")
        st.caption("The lower a bar, the less the model expected this atom here.")
    if facts.prompt:
        st.markdown("**Prompt**")
        st.code(facts.prompt, language=None, wrap_lines=True)
    if facts.text:
        st.markdown("**As written**")
        st.code(facts.text, language=None)


def provenance_section(
    facts: CrystalFacts, key: str, open_entry: Callable[[str], None] | None
) -> None:
    """Where it comes from and what came of it."""
    if facts.provenance is not None:
        show_provenance(facts.provenance, key=f"{key}-tree", open_entry=open_entry)
