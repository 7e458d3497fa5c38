import pytest
from thermo_stub import DOCUMENTS, KEY, thermo_server

from crystal_llm.energy_method import MP2020_TOTAL
from crystal_llm.errors import MaterialsProjectError, StabilityError
from crystal_llm.stability.hull import PhaseEnergy, energy_above_hull
from crystal_llm.stability.references.reference_from_materials_project import fetch_reference


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_a_chemical_system_becomes_a_reference():
    with thermo_server() as server:
        reference = fetch_reference(["O", "Li", "Fe"], KEY, server.endpoint)
    assert {phase.material_id for phase in reference} == {"mp-1", "mp-2", "mp-3", "mp-4", "mp-7"}
    assert reference.method == MP2020_TOTAL
    assert reference.provenance.source == "Materials Project, database 2025.09.25"
    assert "Fe-Li-O" in reference.provenance.notes
    result = energy_above_hull(PhaseEnergy("LiFeO2", -6.2), MP2020_TOTAL, reference)
    assert result.energy_above_hull_ev_per_atom == pytest.approx(0.1)


def test_a_refused_key_is_one_error_that_does_not_show_it(capsys):
    with thermo_server() as server, pytest.raises(MaterialsProjectError) as caught:
        fetch_reference(["Li"], "z" * 32, server.endpoint)
    output = capsys.readouterr()
    assert "refused the API key" in str(caught.value)
    assert "zzzz" not in str(caught.value) + output.out + output.err


@pytest.mark.parametrize("fault", [(500, {"detail": f"boom {KEY}"}), (200, b"<html>busy</html>")])
def test_a_useless_answer_is_one_error(fault):
    with thermo_server(fault=fault) as server, pytest.raises(MaterialsProjectError) as caught:
        fetch_reference(["Li"], KEY, server.endpoint)
    assert KEY not in str(caught.value)


def test_a_garbled_document_is_one_error():
    garbled = (DOCUMENTS[0] | {"energy_per_atom": None},)
    with thermo_server(documents=garbled) as server, pytest.raises(MaterialsProjectError):
        fetch_reference(["Li"], KEY, server.endpoint)


def test_a_key_is_not_sent_in_the_clear():
    with pytest.raises(MaterialsProjectError, match="use an https address"):
        fetch_reference(["Li"], KEY, "http://example.org/")


@pytest.mark.parametrize("elements", [[], ["Xx"], ["Li", "lithium"], list("HBCNOFPSK")])
def test_an_impossible_system_is_never_asked_for(elements):
    with pytest.raises(StabilityError):
        fetch_reference(elements, KEY, "http://127.0.0.1:9/")


def test_a_system_without_phases_is_one_error():
    with thermo_server() as server, pytest.raises(StabilityError, match="holds no phases"):
        fetch_reference(["He"], KEY, server.endpoint)
