"""Worked examples of orders, to be run with one click."""

from __future__ import annotations

from dataclasses import dataclass

from crystal_llm.jobs.orders import GenerateOrder
from crystal_llm.ui.generate.fields import START


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


EXAMPLES = (
    Example(
        "NaCl, rock salt",
        "Four crystals of exactly NaCl, asking for space group 225 on the hull.",
        ":material/grid_view:",
        START.asking(
            count=4,
            formula="NaCl",
            hard=("formula",),
            spacegroup_number=225,
            energy_above_hull_ev_per_atom=0.0,
            max_atoms=4,
        ),
    ),
    Example(
        "Li–Fe–O oxides",
        "Six crystals of Li, Fe and O alone, each at least once.",
        ":material/battery_charging_full:",
        START.asking(
            count=6,
            elements=("Li", "Fe", "O"),
            hard=("elements",),
            energy_above_hull_ev_per_atom=0.0,
            max_atoms=12,
        ),
    ),
    Example(
        "Free crystals",
        "Eight small crystals without any condition: the model's own taste.",
        ":material/casino:",
        START.asking(count=8, max_atoms=10),
    ),
)
