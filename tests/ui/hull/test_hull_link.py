"""The link from other pages to the Hull page."""

from types import SimpleNamespace

import pytest

from crystal_llm.energy_method import MP2020_FORMATION, EnergyMethod
from crystal_llm.errors import StabilityError
from crystal_llm.settings import settings
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.stability.references.reference_file import write_reference
from crystal_llm.ui.hull import link
from crystal_llm.ui.hull.link import by_system, hull_query

OTHER = EnergyMethod("another", None, "PBE", "none", "total")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CRYSTAL_LLM_HOME", str(tmp_path))
    monkeypatch.setenv("CRYSTAL_LLM_MODELS", str(tmp_path / "models"))
    settings.cache_clear()
    made = build_reference(
        [("li", "Li", 0.0)], ReferenceProvenance(MP2020_FORMATION, "a test", "2026-01-31")
    )
    write_reference(made, tmp_path / "references" / "dft.parquet")
    yield tmp_path
    settings.cache_clear()


def test_the_address_names_the_system_the_reference_and_the_phases():
    asked = hull_query([("#1", "LiFeO2", -1.9), ("#2", "Li2O", -2.0)], MP2020_FORMATION)
    assert asked == {
        "system": "Li-Fe-O",
        "reference": "dft",
        "candidates": "#1:LiFeO2:-1.9;#2:Li2O:-2",
    }


def test_an_address_of_more_phases_than_a_hull_takes_says_how_many_there_were():
    asked = hull_query([(f"#{n}", "Li2O", -2.0) for n in range(250)], MP2020_FORMATION)
    assert asked["of"] == "250"
    assert len(asked["candidates"].split(";")) == 200


def test_energies_of_a_method_without_reference_are_not_placed_on_another():
    with pytest.raises(StabilityError, match="no reference of another"):
        hull_query([("#1", "LiFeO2", -1.9)], OTHER)


def test_crystals_of_too_many_elements_are_refused_in_one_sentence():
    mixed = [("#1", "LiFeO2", -1.9), ("#2", "NaCl", -3.0), ("#3", "KBrCsI", -2.0)]
    with pytest.raises(StabilityError, match="choose crystals of one system"):
        hull_query(mixed, MP2020_FORMATION)


def test_crystals_of_several_systems_have_a_hull_each():
    phases = [
        ("#1", "NaCl", -3.4), ("#2", "LiFeO2", -1.9), ("#3", "Li2O", -2.0), ("#4", "KCl", -3.2),
        ("#5", "Fe2O3", -1.0),
    ]  # fmt: skip
    systems = {
        name: [member[0] for member in members] for name, members in by_system(phases).items()
    }
    assert systems == {"Li-Fe-O": ["#2", "#3", "#5"], "Na-Cl": ["#1"], "K-Cl": ["#4"]}


def test_what_was_said_of_energies_typed_before_is_not_said_of_these(monkeypatch):
    went = {}
    before = {"method-of-a-reference": "another", "hull-across": True, "hull-phase": "li", "tab": 1}
    page = SimpleNamespace(
        session_state=before, switch_page=lambda path, query_params: went.update(query_params)
    )
    monkeypatch.setattr(link, "st", page)
    link.open_hull([("my: crystal", "LiFeO2", -1.9)], MP2020_FORMATION)
    assert went["reference"] == "dft"
    # One crystal is the chosen phase there, so that its energy and what made it are seen at once.
    assert page.session_state == {"tab": 1, "hull-phase": "my  crystal"}
    link.open_hull([("a", "LiFeO2", -1.9), ("b", "Li2O", -2.0)], MP2020_FORMATION)
    assert page.session_state == {"tab": 1}
