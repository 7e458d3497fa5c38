"""How the crystals are to be judged: potential, reference, how far to relax."""

from __future__ import annotations

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.evaluation.known_table import shipped_table
from crystal_llm.jobs.order import SHIPPED
from crystal_llm.potentials.hull_accuracy import title_of
from crystal_llm.potentials.loading import potential_card, potential_names
from crystal_llm.settings import Settings
from crystal_llm.stability.references.reference_catalogue import (
    ReferenceCatalogue,
    ReferenceEntry,
    find_references,
)
from crystal_llm.ui.generate.fields import NO_HULL, filled, key

SESSION = "session"


def ask_judge(configured: Settings) -> None:
    """Draws the fields of judging."""
    judged = st.toggle(
        "Judge the crystals",
        key=key("judge"),
        persist_state=SESSION,
        help="Valid? Relaxed with the potential, where does it lie above the hull? Unique? Takes "
        "seconds to a minute a crystal. Off: the crystals are only written.",
    )
    if not judged:
        st.caption("The crystals are only generated and checked for validity.")
        return
    ask_potential(key("potential"), configured)
    _ask_reference(configured)
    with st.expander("Relaxation and novelty"):
        ask_relaxation("gen")
        _ask_known(configured)


def ask_potential(field_key: str, configured: Settings) -> str:
    """Draws the choice of a potential."""
    titles = potential_titles(configured)
    chosen = st.session_state.setdefault(field_key, next(iter(titles)))
    # Of a replay file; the worker says if there is none of that name.
    titles.setdefault(chosen, f"{chosen} (not listed here)")
    return str(
        st.selectbox(
            "Potential",
            list(titles),
            format_func=lambda name: titles[name],
            key=field_key,
            persist_state=SESSION,
            help="The machine-learned potential that relaxes cell and atoms. CHGNet is shipped and "
            "quick; its energies are those of its own reference.",
        )
    )


def ask_relaxation(prefix: str) -> tuple[float, int]:
    """Draws how far to relax: largest force in eV/Å, and steps."""
    left, right = st.columns(2)
    for name, usual in ((f"{prefix}-force", 0.05), (f"{prefix}-steps", 500)):
        st.session_state.setdefault(name, usual)
    force = left.number_input(
        "Force threshold (eV/Å)", 0.001, 1.0, step=0.01, format="%.3f", key=f"{prefix}-force",
        persist_state=SESSION, help="Relaxed when all forces are below this. 0.05 is usual.",
    )  # fmt: skip
    steps = right.number_input(
        "Maximum steps", 1, 5000, step=50, key=f"{prefix}-steps", persist_state=SESSION,
        help="A crystal that needs more counts as not converged.",
    )  # fmt: skip
    return float(force or 0.05), int(steps or 500)


def potential_titles(configured: Settings) -> dict[str, str]:
    """Potentials with what a reader calls them; those whose files are not here say so."""
    titles = {}
    for name in potential_names(configured):
        try:
            titles[name] = potential_card(name, configured).title
        except CrystalLLMError:
            titles[name] = f"{name} (its files are fetched first)"
    return titles


def shipped_reference(catalogue: ReferenceCatalogue, potential: str) -> ReferenceEntry | None:
    """The shipped reference of a potential."""
    return catalogue.named(f"reference-{potential}")


def _ask_reference(configured: Settings) -> None:
    catalogue = find_references(configured.models, configured.home)
    potential = st.session_state[key("potential")]
    own = shipped_reference(catalogue, potential)
    entries = {str(entry.path): entry for entry in catalogue.entries}
    titles = {path: f"{entry.name} · {entry.title}" for path, entry in entries.items()}
    own_path = None if own is None else str(own.path)
    title = title_of(potential)
    names = {
        SHIPPED: f"{own.name} ({title}'s own)" if own else f"{title}'s own, computed by system",
        **{path: title for path, title in titles.items() if path != own_path},
        NO_HULL: "No hull: relax only",
    }
    said = st.session_state.setdefault(key("reference"), SHIPPED)
    # Of a replay file: kept as it stands, be it here or only where the worker is.
    names.setdefault(said, titles.get(said, f"{said} (not listed here)"))
    chosen = st.selectbox(
        "Reference",
        list(names),
        format_func=lambda name: names[name],
        key=key("reference"),
        persist_state=SESSION,
        help="The known phases that span the hull. Energies are compared with a reference of the "
        "same potential, or with corrected DFT if you say so.",
    )
    entry = own if chosen == SHIPPED else entries.get(str(chosen))
    unknown = entry is None and chosen not in (SHIPPED, NO_HULL)
    if entry is not None:
        st.caption(f"{entry.n_phases:,} known phases · {entry.provenance.made_on}")
    elif unknown:
        st.caption("Not among the references here. The worker says so if it cannot be read.")
    elif chosen == SHIPPED:
        st.caption(
            f"There is no reference of all systems under {title}: the known phases of each "
            "crystal's chemical system are computed first, which takes minutes once."
        )
    foreign = entry is not None and entry.provenance.method.potential != potential
    asked = filled().judge
    if foreign or unknown or (asked is not None and asked.across_potentials):
        st.toggle(
            "Compare across potentials",
            key=key("across"),
            persist_state=SESSION,
            help="Where the reference is of another potential: compare all the same, if both are "
            "of one level of theory; the numbers then hold the potential's error.",
        )
    else:
        st.session_state[key("across")] = False


def _ask_known(configured: Settings) -> None:
    shipped = shipped_table(configured)
    tables = [
        *(path for path in sorted(configured.models.glob("known*.parquet")) if path != shipped),
        *sorted(configured.home.glob("known/*.parquet")),
    ]
    said = st.session_state.get(key("known"))
    stems = [path.stem for path in tables]
    names = {} if shipped is None else {SHIPPED: "Materials Project (shipped)"}
    # Two tables of one name would be one choice.
    names |= {str(path): path.stem if stems.count(path.stem) == 1 else str(path) for path in tables}
    if said is not None and said not in names:
        names[said] = f"{said} (not listed here)"
    st.selectbox(
        "Known crystals",
        list(names),
        index=None,
        format_func=lambda path: names[path],
        key=key("known"),
        persist_state=SESSION,
        placeholder="none: uniqueness only",
        help="A crystal that is the same as one of these is not novel. The shipped table holds "
        "94,387 structures of the Materials Project; add one of your own (`crystal-llm data`) as "
        "known/NAME.parquet in the home folder.",
    )
