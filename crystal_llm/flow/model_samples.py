"""Samples that a language model writes for a target, under its formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import RequestError, SymmetryError
from crystal_llm.flow.pairs import PairsPlan, Samples
from crystal_llm.generation.request import GenerationRequest, requested_formula_unit
from crystal_llm.types import Conditions, PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.generation.symmetric_grammar import Prototype
    from crystal_llm.language_model.loading import LoadedModel


def model_samples(
    model: LoadedModel, plan: PairsPlan, should_stop: Callable[[], bool] = lambda: False
) -> Samples:
    """A language model as the source of samples: the formula is hard, the cell's size too.

    Args:
        model: Writes them.
        plan: τ, nucleus, how far atoms are kept apart, and how many a target.
        should_stop: Asked after every step of the model; the rest is then given up.
    """
    from crystal_llm.generation.writer import write_crystals

    def samples(row: CrystalRow, seed: int) -> Iterator[PlainCrystal | str]:
        atoms = len(row.crystal.species)
        held = plan.hold_space_group or plan.hold_prototype
        group = row.spacegroup_number if held else None
        try:
            prototype = _prototype(row) if plan.hold_prototype else None
            request = GenerationRequest(
                count=plan.samples_each,
                conditions=Conditions(
                    formula=row.formula,
                    spacegroup_number=group,
                    energy_above_hull_ev_per_atom=plan.energy_above_hull_ev_per_atom,
                ),
                hard=frozenset({"formula"} if group is None else {"formula", "spacegroup_number"}),
                formula_units=atoms // sum(requested_formula_unit(row.formula).values()),
                prototype=prototype,
                min_distance_angstrom=plan.min_distance_angstrom,
                min_radii_share=plan.min_radii_share,
                max_atoms=atoms,
                temperature=plan.temperature,
                top_p=plan.top_p,
                seed=seed,
            )
        except (RequestError, SymmetryError) as error:
            # Of this target, such as a formula that its group forbids.
            yield str(error)
            return
        for written in write_crystals(
            model, request, batch_size=plan.samples_each, should_stop=should_stop
        ):
            yield written.crystal or written.failure or "the model wrote no crystal"

    return samples


def _prototype(row: CrystalRow) -> Prototype:
    from crystal_llm.crystal.symmetry_search import symmetric_crystal
    from crystal_llm.generation.symmetric_grammar import Prototype

    prototype = Prototype.of(symmetric_crystal(row.crystal))
    if prototype.spacegroup_number != row.spacegroup_number:
        raise SymmetryError("its space group is another than the table says")
    return prototype
