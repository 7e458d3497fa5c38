"""What a round of self-improvement mixes in and measures against: the shipped known crystals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crystal_llm.errors import EvaluationError
from crystal_llm.settings import Settings

if TYPE_CHECKING:
    from crystal_llm.dataset.symmetric_table import SymmetricRow


def known_to_mix(configured: Settings, within_ev_per_atom: float) -> list[SymmetricRow]:
    """Known crystals that a model may learn beside its own, none of them held out from training.

    Args:
        configured: Where the known structures are.
        within_ev_per_atom: The highest energy above hull of those mixed in.

    Raises:
        EvaluationError: There are no known structures.
        TableError: They cannot be read.
    """
    from crystal_llm.dataset.symmetric_table import read_symmetric_table
    from crystal_llm.evaluation.known_table import shipped_table

    table = shipped_table(configured)
    if table is None:
        raise EvaluationError(
            f"{configured.models}: holds no known-structures.parquet, which a round is measured "
            "against"
        )
    return [
        row
        for row in read_symmetric_table(table, "train")
        if not row.near_test and _is_within(row, within_ev_per_atom)
    ]


def _is_within(row: SymmetricRow, bound_ev_per_atom: float) -> bool:
    above = row.energy_above_hull_ev_per_atom
    return above is not None and above <= bound_ev_per_atom
