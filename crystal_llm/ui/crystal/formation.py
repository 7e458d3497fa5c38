"""The formation energy of a crystal, from the elements of a reference of its own method."""

from __future__ import annotations

from crystal_llm.errors import CrystalLLMError
from crystal_llm.settings import settings
from crystal_llm.stability.hull import formation_energy
from crystal_llm.stability.references.reference_catalogue import find_references
from crystal_llm.ui.crystal.facts import CrystalFacts
from crystal_llm.ui.services import load_reference
from crystal_llm.ui.widgets.notation import energy_text


def formation_fact(facts: CrystalFacts) -> list[tuple[str, str, str]]:
    """The formation energy as a fact to be shown; none where it is not known."""
    energy, method, formula = facts.energy_ev_per_atom, facts.method, facts.formula
    if energy is None or method is None or formula is None:
        return []
    catalogue = find_references(settings().models, settings().home)
    entry = next((entry for entry in catalogue.entries if entry.provenance.method == method), None)
    if entry is None:
        return []
    try:
        reference = load_reference(str(entry.path), entry.path.stat().st_mtime, entry.reference_id)
        formed = formation_energy(formula, energy, method, reference)
    except (CrystalLLMError, OSError):
        return []
    if formed is None:
        return []
    return [("Formation energy", f"{energy_text(formed)} eV/atom", "from the elements, 0 K")]
