"""A reference for a chemical system, computed when it is asked for and kept."""

import pytest

from crystal_llm.candidate import Candidate, Relaxed
from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal
from crystal_llm.crystal.written import Written
from crystal_llm.dataset.known_structures import KnownStructures, write_known_structures
from crystal_llm.dataset.symmetric_table import SymmetricRow
from crystal_llm.judging import JudgingResources, placed, placed_among_relaxed
from crystal_llm.potentials.loading import potential_card
from crystal_llm.relaxation.result import RelaxationResult, RelaxationStep
from crystal_llm.stability.demanded_reference import DemandedReference
from crystal_llm.stability.references.reference_from_structures import ComputedEnergy
from crystal_llm.types import PlainCrystal

METHOD = potential_card("sevennet-0").method
ENERGIES = {"na": -1.3, "cl": -1.8, "k": -1.1, "nacl": -3.4, "far": -3.3, "kcl": -3.2}


def row(name, formula, group, edge, orbits, above):
    sites = tuple(Orbit(element, letter, ()) for element, letter in orbits)
    crystal = SymmetricCrystal(group, (edge,), sites)
    return SymmetricRow(name, formula, crystal, None, above, None, "train", False)


@pytest.fixture
def structures(tmp_path):
    salt = (("Na", "a"), ("Cl", "b"))
    rows = [
        row("na", "Na", 229, 4.2, (("Na", "a"),), 0.002),
        row("cl", "Cl", 225, 5.0, (("Cl", "a"),), 0.3),
        row("k", "K", 229, 5.3, (("K", "a"),), 0.0),
        row("nacl", "NaCl", 225, 5.69, salt, 0.0),
        row("far", "NaCl", 221, 3.5, salt, 0.2),
        row("kcl", "KCl", 225, 6.3, (("K", "a"), ("Cl", "b")), 0.0),
    ]
    path = tmp_path / "known.parquet"
    write_known_structures(rows, path, "a test")
    return KnownStructures(path)


class Computer:
    """Stands for the potential, and counts what it is asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, crystals, potential, journal, *, processes, begin_anew):
        names = [crystal.material_id for crystal in crystals]
        self.asked.append((journal.stem, names))
        return [ComputedEnergy(name, _formula(crystal), ENERGIES[name], None)
                for name, crystal in zip(names, crystals, strict=True)]  # fmt: skip


def _formula(known):
    return "".join(sorted(set(known.crystal.species), reverse=True))


def demanded(structures, tmp_path, computer):
    return DemandedReference("sevennet-0", METHOD, structures, tmp_path / "systems", computer)


def test_the_phases_of_a_system_and_of_its_parts_near_the_hull_are_computed(structures, tmp_path):
    computer, progress = Computer(), []
    asked = demanded(structures, tmp_path, computer)
    reference = asked.of(["Na", "Cl"], progress.append)
    # An element's most stable structure is needed wherever the table has it on the hull.
    assert computer.asked == [("Cl", ["cl"]), ("Na", ["na"]), ("Cl-Na", ["nacl"])]
    assert {phase.material_id for phase in reference} == {"na", "cl", "nacl"}
    assert reference.method == METHOD
    assert progress == ["3 known phases of Cl-Na under sevennet-0, computed once and kept"]
    assert asked.of(["Cl", "Na"], progress.append) is reference
    assert len(progress) == 1


def test_without_known_phases_there_is_none(structures, tmp_path):
    assert demanded(structures, tmp_path, Computer()).of(["Xe"]) is None


def candidate(index, cation, energy):
    crystal = PlainCrystal((4.0,) * 3, (60.0,) * 3, (cation, "Cl"), ((0.0,) * 3, (0.5,) * 3))
    result = RelaxationResult(
        crystal, None, True, 3, energy, energy, (energy,), 0.01, 0.0, 225, 225, 0.0, False,
        METHOD, 0.1,
    )  # fmt: skip
    return Candidate((Written(f"c{index}", crystal, None, index), Relaxed(result)))


def test_each_candidate_is_placed_among_the_phases_of_its_own_system(structures, tmp_path):
    bench = JudgingResources(
        "sevennet-0", demanded=demanded(structures, tmp_path, Computer()), structures=None
    )
    above = [
        placed(candidate, bench).energy_above_hull_ev_per_atom
        for candidate in (
            candidate(0, "Na", -3.35),
            candidate(1, "K", -3.2),
            candidate(2, "Rb", -3.0),
        )
    ]
    assert above[:2] == [pytest.approx(0.05), 0.0]
    assert above[2] is None, "no elemental phase of Rb is known"


def test_those_near_the_hull_are_placed_anew_each_in_its_system(structures, tmp_path, monkeypatch):
    lowered = {4.02: -3.45, 4.45: -3.2}

    def relax_many(crystals, potential, settings, **rest):
        for place, crystal in enumerate(crystals):
            rest["watch"](place, RelaxationStep(0, -3.0, 0.4))
            edge = round(crystal.lengths_angstrom[0], 2)
            energy = lowered.get(edge, -1.0)
            yield place, RelaxationResult(
                crystal, None, True, 3, energy, energy, (energy,), 0.01, 0.0, 225, 225, 0.0, False,
                METHOD, 0.1,
            )  # fmt: skip

    monkeypatch.setattr("crystal_llm.relaxation.batch.relax_many", relax_many)
    bench = JudgingResources(
        "sevennet-0", demanded=demanded(structures, tmp_path, Computer()), structures=structures
    )
    before = [placed(candidate(0, "Na", -3.4), bench), placed(candidate(1, "K", -3.2), bench)]
    seen = []
    after = placed_among_relaxed(before, bench, watch=lambda *now: seen.append(now))
    crystals = [crystal for crystal, _ in seen]
    assert {crystal.species for crystal in crystals} == {("Na", "Cl"), ("K", "Cl")}
    # Each is told from its first step to its end, which takes it off the page.
    assert [step is None for _, step in seen] == [False, True] * (len(seen) // 2)
    assert before[0].energy_above_hull_ev_per_atom == 0.0
    assert after[0].energy_above_hull_ev_per_atom == pytest.approx(0.05)
    assert after[1].energy_above_hull_ev_per_atom == 0.0
