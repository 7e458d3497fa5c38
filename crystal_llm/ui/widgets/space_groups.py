"""The 230 space groups, to choose from and to write."""

from __future__ import annotations

import os
from functools import cache

from crystal_llm.crystal.symmetric import crystal_system
from crystal_llm.ui.widgets.notation import group_text


@cache
def space_group_symbols() -> dict[int, str]:
    """International short symbols by number, as spglib writes them: ``P4_2/mnm``."""
    os.environ.setdefault("SPGLIB_WARNING", "OFF")
    import spglib

    symbols: dict[int, str] = {}
    for hall_number in range(1, 531):
        kind = spglib.get_spacegroup_type(hall_number)
        # The first setting of a group is its standard one.
        symbols.setdefault(int(kind.number), str(kind.international_short))
    return symbols


def space_group_choice(number: int) -> str:
    """A line to be found by number, symbol or crystal system."""
    return f"{number} · {space_group_symbols()[number]} · {crystal_system(number)}"


def space_group_text(number: int | None) -> str | None:
    """A space group as a table shows it: ``P4₂/mnm (136)``; None where there is none."""
    return None if number is None else group_text(space_group_symbols()[number], number)
