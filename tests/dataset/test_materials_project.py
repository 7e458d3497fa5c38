import json
import socket

import pytest
from materials_project_stub import KEY, MATERIALS, material, materials_project

from crystal_llm.dataset import materials_project as source
from crystal_llm.dataset.materials_project import MaterialsQuery, fetch_materials, read_api_key
from crystal_llm.dataset.row_building import build_rows
from crystal_llm.errors import MaterialsProjectError, RequestError


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("MP_API_KEY", raising=False)


def fetched(query, **server):
    with materials_project(**server) as stub:
        reading = fetch_materials(query, KEY, stub.endpoint)
    return reading, stub.asked


def test_materials_become_rows():
    reading, _ = fetched(MaterialsQuery(elements=("O",)))
    assert not reading.failures
    built = build_rows(reading.crystals, max_atoms=4)
    assert not built.failures
    assert len(built.large) == 1
    first, second = built.rows
    assert (first.material_id, first.formula, first.spacegroup_number) == ("mp-1", "Li2O2", 221)
    assert first.formation_energy_ev_per_atom == -1.5
    assert (first.energy_above_hull_ev_per_atom, first.band_gap_ev) == (0.0, 0.7)
    assert second.material_id == "mp-3"
    assert second.spacegroup_number is not None  # found by spglib
    assert second.band_gap_ev is None


@pytest.mark.parametrize(
    ("query", "material_ids"),
    [
        (MaterialsQuery(elements=("Li", "Fe")), ["mp-3"]),
        (MaterialsQuery(elements=("Li",), with_gnome=True), ["mp-1", "mp-3", "mp-5"]),
        (MaterialsQuery(chemical_systems=("Li-O",)), ["mp-1"]),
        (MaterialsQuery(chemical_systems=("Li-O", "O-Li-Fe")), ["mp-1", "mp-3"]),
        (MaterialsQuery(energy_above_hull_ev_per_atom=(0.0, 0.1)), ["mp-1", "mp-2"]),
        (MaterialsQuery(elements=("O",), max_sites=2), ["mp-1"]),
        (MaterialsQuery(elements=("He",)), []),
    ],
)
def test_the_query_reaches_the_server(query, material_ids):
    reading, asked = fetched(query)
    assert [crystal.material_id for crystal in reading.crystals] == material_ids
    (summary,) = [fields for path, fields in asked if path == "/materials/summary/"]
    assert summary["deprecated"] == "False"
    assert "structure" in summary["_fields"]
    assert not any(KEY in value for value in summary.values())


def test_many_materials_come_in_pages():
    many = tuple(material(f"mp-{n}", ["Li", "O"], 0.0) for n in range(1500))
    reading, asked = fetched(MaterialsQuery(elements=("Li",)), materials=many)
    assert len({crystal.material_id for crystal in reading.crystals}) == 1500
    assert sum(path == "/materials/summary/" for path, _ in asked) == 2


def test_a_garbled_material_is_a_named_failure():
    disordered = json.loads(json.dumps(MATERIALS[0]))
    disordered["structure"]["sites"][0]["species"][0]["occu"] = 0.5
    without = {"material_id": "mp-9"} | {
        k: v for k, v in MATERIALS[0].items() if k != "material_id"
    }
    without["structure"] = None
    reading, _ = fetched(MaterialsQuery(elements=("Li",)), materials=(disordered, without))
    built = build_rows(reading.crystals, max_atoms=20)
    failures = {
        failure.material_id: failure.reason for failure in (*reading.failures, *built.failures)
    }
    assert "disordered" in failures["mp-1"]
    assert "no structure that is read" in failures["mp-9"]


@pytest.mark.parametrize("refusal", [401, 403])
def test_a_refused_key_is_one_error_that_does_not_show_it(refusal, capsys):
    with materials_project(refusal=refusal) as stub, pytest.raises(MaterialsProjectError) as caught:
        fetch_materials(MaterialsQuery(elements=("Li",)), "z" * 32, stub.endpoint)
    assert "refused the API key" in str(caught.value)
    output = capsys.readouterr()
    assert "zzzz" not in str(caught.value) + output.out + output.err


@pytest.mark.parametrize(
    "fault",
    [(500, {"detail": f"boom {KEY}"}), (400, {}), (200, b"<html>busy</html>"), (200, {"meta": {}})],
)
def test_a_useless_answer_is_one_error(fault):
    with materials_project(fault=fault) as stub, pytest.raises(MaterialsProjectError) as caught:
        fetch_materials(MaterialsQuery(elements=("Li",)), KEY, stub.endpoint)
    assert KEY not in str(caught.value)
    assert "Materials Project" in str(caught.value)


def test_no_server_is_one_error():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(MaterialsProjectError, match="no answer"):
            fetch_materials(MaterialsQuery(elements=("Li",)), KEY, endpoint)


def test_a_server_that_never_answers_is_one_error(monkeypatch):
    monkeypatch.setattr(source, "ANSWER_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(MaterialsProjectError, match="no answer"):
            fetch_materials(MaterialsQuery(elements=("Li",)), KEY, endpoint)


def test_a_key_is_not_sent_in_the_clear():
    with pytest.raises(MaterialsProjectError, match="use an https address"):
        fetch_materials(MaterialsQuery(elements=("Li",)), KEY, "http://example.org/")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"max_sites": 4},
        {"elements": ("Lithium",)},
        {"chemical_systems": ("Li-Xx",)},
        {"elements": ("Li",), "energy_above_hull_ev_per_atom": (0.1, 0.0)},
        {"energy_above_hull_ev_per_atom": (0.0, float("nan"))},
    ],
)
def test_an_impossible_query_is_never_sent(wrong):
    with pytest.raises(RequestError):
        MaterialsQuery(**wrong)


def test_the_key_comes_from_the_environment_or_a_file(tmp_path):
    assert read_api_key({"MP_API_KEY": f" {KEY}\n"}) == KEY
    (tmp_path / "key").write_text(f"{KEY}\n")
    assert read_api_key({"MP_API_KEY": "x" * 32}, tmp_path / "key") == KEY


@pytest.mark.parametrize("content", [None, b"", b"short", b"k" * 31 + b"\xff", b"k" * 31 + b"-"])
def test_a_missing_or_impossible_key_is_one_error_that_does_not_show_it(tmp_path, content):
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MaterialsProjectError) as caught:
        read_api_key({}, path)
    assert "kkkk" not in str(caught.value)
    with pytest.raises(MaterialsProjectError, match="MP_API_KEY"):
        read_api_key({})
