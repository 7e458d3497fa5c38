import pytest

from crystal_llm.evaluation.condition_rates import ConditionTrial, condition_rates
from crystal_llm.evaluation.rates import Rate


def trial(kind, asked, *, atoms=2, hard=False, **obtained):
    return ConditionTrial(kind, hard, "mp-1", asked, atoms, 225, **obtained)


@pytest.mark.parametrize(
    ("crystal", "met"),
    [
        (trial("formula", "NaCl", formula="NaCl"), True),
        (trial("formula", "NaCl", formula="KCl"), False),
        (trial("formula", "NaCl", formula="NaCl", failure="cut off"), False),
        (trial("spacegroup", "225", obtained_spacegroup=225), True),
        (trial("spacegroup", "225", obtained_spacegroup=221), False),
        (trial("spacegroup", "225"), False),
        (trial("energy", "0", energy_above_hull_ev_per_atom=0.1), True),
        (trial("energy", "0", energy_above_hull_ev_per_atom=0.2), False),
        (trial("energy", "0.5", energy_above_hull_ev_per_atom=0.2), True),
        (trial("energy", "0.5", energy_above_hull_ev_per_atom=0.0), False),
        (trial("energy", "0.5"), False),
        (trial("elements", "Cl Na", obtained_elements="Cl Na"), True),
        (trial("elements", "Cl Na", obtained_elements="Cl K Na"), False),
        (trial("gap", "5", band_gap_ev=0.4), True),
        (trial("gap", "5", band_gap_ev=0.0), False),
        (trial("gap", "0", band_gap_ev=0.0), True),
        (trial("gap", "0", band_gap_ev=5.0), False),
        (trial("gap", "0"), False),
    ],
)
def test_what_meets_a_condition(crystal, met):
    assert crystal.met is met


def test_soft_and_hard_stand_apart_and_failures_count():
    trials = [
        trial("formula", "NaCl", formula="NaCl"),
        trial("formula", "NaCl", failure="no atom follows"),
        trial("formula", "SrTiO3", atoms=5, formula="SrTiO3"),
        trial("formula", "NaCl", hard=True, formula="NaCl"),
        trial("spacegroup", "62", obtained_spacegroup=62),
        trial("spacegroup", "225", obtained_spacegroup=1),
    ]
    soft, hard, groups = condition_rates(trials)
    assert (soft.kind, soft.hard, soft.met) == ("formula", False, Rate(2, 3, "asked"))
    assert [(group.name, group.met.count, group.met.total) for group in soft.groups] == [
        ("1 to 3 atoms", 1, 2),
        ("4 to 6 atoms", 1, 1),
    ]
    assert hard.hard and hard.met == Rate(1, 1, "asked")
    assert [(group.name, group.met.count) for group in groups.groups] == [
        ("orthorhombic", 1),
        ("cubic", 0),
    ]


def test_a_gap_counts_only_where_it_is_known():
    trials = [
        trial("gap", "5", band_gap_ev=4.0),
        trial("gap", "0", band_gap_ev=4.0),
        trial("gap", "5"),
        trial("gap", "5", failure="cut off"),
    ]
    (rates,) = condition_rates(trials)
    assert rates.met == Rate(1, 2, "known structures") and rates.unchecked == 2
    assert [(group.name, group.met.count, group.met.total) for group in rates.groups] == [
        ("a gap asked", 1, 1),
        ("a metal asked", 0, 1),
    ]


def test_elements_are_grouped_by_their_number():
    (rates,) = condition_rates(
        [
            trial("elements", "K Mn O", obtained_elements="K Mn O"),
            trial("elements", "Cl Na", obtained_elements="Cl K"),
            trial("elements", "Si", obtained_elements="Si"),
        ]
    )
    assert [(group.name, group.met.count) for group in rates.groups] == [
        ("1 element", 1),
        ("2 elements", 0),
        ("3 elements", 1),
    ]


def test_nothing_asked():
    assert condition_rates([]) == ()
