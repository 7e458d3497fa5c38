import pytest

from crystal_llm.errors import StabilityError
from crystal_llm.potentials.loading import potential_card
from crystal_llm.stability.references import reference_from_structures
from crystal_llm.stability.references.reference_from_structures import (
    ComputedEnergy,
    KnownCrystal,
    compute_energies,
    reference_of,
)
from crystal_llm.types import PlainCrystal


def rock_salt(name, anion, edge):
    return KnownCrystal(
        name,
        PlainCrystal((edge,) * 3, (60.0,) * 3, ("Na", anion), ((0.0,) * 3, (0.5,) * 3)),
    )


LONELY = KnownCrystal(
    "lonely", PlainCrystal((20.0,) * 3, (90.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.5,) * 3))
)
CRYSTALS = [rock_salt("salt", "Cl", 4.0), LONELY, rock_salt("fluoride", "F", 3.3)]


def test_energies_come_in_order_and_failures_stay(tmp_path):
    progress = []
    energies = compute_energies(
        CRYSTALS,
        "chgnet",
        tmp_path / "journal",
        processes=1,
        progress=lambda done, total: progress.append((done, total)),
    )
    assert [energy.material_id for energy in energies] == ["salt", "lonely", "fluoride"]
    assert [energy.formula for energy in energies] == ["NaCl", "NaCl", "NaF"]
    assert energies[0].energy_ev_per_atom == pytest.approx(-3.668, abs=0.01)
    assert energies[1].energy_ev_per_atom is None
    assert "no neighbour" in energies[1].failure
    assert progress == [(3, 3)]


def test_a_run_that_was_killed_goes_on(tmp_path):
    journal = tmp_path / "journal"
    compute_energies(CRYSTALS, "chgnet", journal, processes=1)
    first = journal.read_text().splitlines()[0]
    # An energy that the potential would never give: it is not computed again.
    journal.write_text(f'{first}\n["salt", "NaCl", 1.25, null]\n["fluoride", "NaF", -9')
    energies = compute_energies(CRYSTALS, "chgnet", journal, processes=1)
    assert energies[0] == ComputedEnergy("salt", "NaCl", 1.25, None)
    assert energies[2].energy_ev_per_atom < 0
    again = compute_energies(CRYSTALS, "chgnet", journal, processes=1)
    assert again == energies


@pytest.mark.parametrize("held", ['{"potential": "other"}\n', "not a journal\n"])
def test_a_journal_of_something_else_is_refused_and_kept(tmp_path, held):
    journal = tmp_path / "journal"
    journal.write_text(held)
    with pytest.raises(StabilityError, match="of another run"):
        compute_energies(CRYSTALS, "chgnet", journal, processes=1)
    assert journal.read_text() == held


def test_a_journal_of_other_crystals_of_the_same_names_is_refused_and_kept(tmp_path):
    journal = tmp_path / "journal"
    compute_energies(CRYSTALS[1:2], "chgnet", journal, processes=1)
    held = journal.read_text()
    with pytest.raises(StabilityError, match="of another run"):
        compute_energies([rock_salt("lonely", "Cl", 4.0)], "chgnet", journal, processes=1)
    assert journal.read_text() == held


def test_two_crystals_of_one_name_are_refused(tmp_path):
    crystals = [*CRYSTALS, rock_salt("salt", "Br", 4.2)]
    with pytest.raises(StabilityError, match="2 crystals are called salt"):
        compute_energies(crystals, "chgnet", tmp_path / "journal", processes=1)
    assert not list(tmp_path.iterdir())


def test_processes_give_the_same_energies(tmp_path, monkeypatch):
    alone = compute_energies(CRYSTALS, "chgnet", tmp_path / "one", processes=1)
    monkeypatch.setattr(reference_from_structures, "CHUNK", 2)
    spread = compute_energies(CRYSTALS, "chgnet", tmp_path / "two", processes=2)
    assert spread == alone


def test_the_reference_says_where_it_comes_from(tmp_path):
    energies = [
        ComputedEnergy("na", "Na", -1.3, None),
        ComputedEnergy("cl", "Cl2", -1.8, None),
        ComputedEnergy("salt", "NaCl", -3.6, None),
        ComputedEnergy("lonely", "NaCl", None, "no neighbour"),
    ]
    reference = reference_of(energies, "chgnet", "a test", "1 row that is no crystal")
    assert len(reference) == 3
    assert reference.method == potential_card("chgnet").method
    assert reference.provenance.notes == (
        "4 structures as given, 1 without an energy; 1 row that is no crystal"
    )
