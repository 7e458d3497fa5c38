from datetime import date

import pandas as pd
import pytest
from hull_rows import CHGNET, FORMATION_TABLE

from crystal_llm.energy_method import MP2020_FORMATION
from crystal_llm.errors import StabilityError
from crystal_llm.stability.references.reference_from_table import reference_from_table

SAID = {"potential": "M3GNet", "level_of_theory": "PBE(+U)", "correction": "none"}


def table(tmp_path, **columns):
    path = tmp_path / "energies.parquet"
    rows = {"material_id": ["mp-1", "mp-2", "mp-3"], "formula": ["Li2O", "Fe2O3", "Li"]}
    pd.DataFrame(rows | columns).to_parquet(path)
    return path


def test_formation_energies_of_the_materials_project(tmp_path):
    path = table(tmp_path, e_form_mp2020=[-2.0, -1.5, 0.0], source=["exact", "exact", "guess"])
    reading = reference_from_table(path)
    reference = reading.reference
    assert {phase.formula: phase.energy_ev_per_atom for phase in reference} == {
        "Li2O": -2.0,
        "Fe2O3": -1.5,
        "Li": 0.0,
        "Fe": 0.0,
        "O2": 0.0,
    }
    assert reference.method == MP2020_FORMATION
    assert reference.provenance.source == "energies.parquet"
    assert reference.provenance.made_on == date.today().isoformat()
    assert reference.provenance.notes == "rows by source: exact 2, guess 1"
    assert (reading.n_rows, reading.without_energy) == (3, 0)


def test_total_energies_of_a_potential(tmp_path):
    path = table(tmp_path, energy_ev_per_atom=[-4.0, None, -1.9])
    reading = reference_from_table(
        path,
        potential=CHGNET.potential,
        weights_sha256=CHGNET.weights_sha256,
        level_of_theory=CHGNET.level_of_theory,
        correction=CHGNET.correction,
    )
    assert reading.reference.method == CHGNET
    assert [phase.material_id for phase in reading.reference] == ["mp-3", "mp-1"]
    assert reading.without_energy == 1
    assert reading.reference.missing_terminals == ("O",)


def test_formation_energies_of_a_potential(tmp_path):
    path = table(tmp_path, formation_energy_ev_per_atom=[-2.0, -1.5, 0.2])
    reference = reference_from_table(path, **SAID).reference
    assert reference.method.energy_kind == "formation"
    assert not reference.missing_terminals


def test_the_method_is_said_where_it_is_not_known_and_only_there(tmp_path):
    with pytest.raises(StabilityError, match="name no other method"):
        reference_from_table(table(tmp_path, e_form_mp2020=[0.0] * 3), **SAID)
    path = table(tmp_path, energy_ev_per_atom=[0.0] * 3)
    for unsaid in SAID:
        with pytest.raises(StabilityError, match="how its energies came about"):
            reference_from_table(path, **{k: v for k, v in SAID.items() if k != unsaid})


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, "exactly one of"),
        ({"e_form_mp2020": [0.0] * 3, "energy_ev_per_atom": [0.0] * 3}, "exactly one of"),
        ({"e_form_mp2020": ["low"] * 3}, "something else than numbers"),
        ({"e_form_mp2020": [0.0, 0.0, -1.0]}, "mp-3: elemental Li"),
        ({"e_form_mp2020": [0.0] * 3, "formula": ["Li", None, "O"]}, "mp-2"),
        ({"e_form_mp2020": [None] * 3}, "holds no phases"),
        ({"e_form_mp2020": [float("inf")] * 3}, "mp-1: the energy is inf"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_error(tmp_path, columns, said):
    with pytest.raises(StabilityError, match=said):
        reference_from_table(table(tmp_path, **columns))


def test_what_is_no_table_is_one_error(tmp_path):
    with pytest.raises(StabilityError, match="no such table"):
        reference_from_table(tmp_path / "none.parquet")
    (tmp_path / "text").write_text("Li2O,-2.0")
    with pytest.raises(StabilityError, match="not a readable Parquet table"):
        reference_from_table(tmp_path / "text")


@pytest.mark.shared
@pytest.mark.skipif(not FORMATION_TABLE.exists(), reason="the shared data folder is absent")
def test_the_shared_table_has_its_layout(tmp_path):
    path = tmp_path / "some.parquet"
    pd.read_parquet(FORMATION_TABLE).head(2000).to_parquet(path)
    reference = reference_from_table(path).reference
    assert len(reference) == 2000 + len(reference.elements)
    assert "exact_mp2020" in reference.provenance.notes
