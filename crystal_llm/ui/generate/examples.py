"""Worked examples of orders, to be run with one click."""

from __future__ import annotations

from dataclasses import dataclass

from crystal_llm.generation.symmetric_grammar import Prototype
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.settings import DEFAULT_MODEL
from crystal_llm.ui.generate.fields import start_order


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example.

    Attributes:
        title: Its name.
        what: What it shows.
        icon: A Material symbol.
        order: The order.
    """

    title: str
    what: str
    icon: str
    order: GenerateOrder


_COMPACT = start_order("symmetric").asking(model=DEFAULT_MODEL)

EXAMPLE_ORDERS = (
    Example(
        "NaCl, rock salt",
        "Four crystals of exactly NaCl in exactly Fm-3m.",
        ":material/grid_view:",
        _COMPACT.asking(
            count=4,
            formula="NaCl",
            new_only=False,
            hard=("formula", "spacegroup_number"),
            spacegroup_number=225,
            max_atoms=8,
        ),
    ),
    Example(
        "Li–Fe–O oxides",
        "Six crystals of Li, Fe and O, all three present.",
        ":material/battery_charging_full:",
        _COMPACT.asking(count=6, elements=("Li", "Fe", "O"), hard=("elements",), max_atoms=12),
    ),
    Example(
        "New perovskites",
        "Eight crystals on the positions of cubic perovskite; elements and lattice are free.",
        ":material/deployed_code:",
        _COMPACT.asking(count=8, prototype=Prototype(221, ("a", "b", "c"))),
    ),
    Example(
        "Free crystals",
        "Eight crystals near the hull, no other conditions.",
        ":material/casino:",
        _COMPACT.asking(count=8),
    ),
)
