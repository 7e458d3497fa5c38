"""``crystal-llm relax`` with the embedded potential: every input row has its line."""

import itertools
import json
import os
import signal
import threading

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from crystal_llm.cli.main import main
from crystal_llm.relaxation.relaxed_file import read_relaxed
from crystal_llm.relaxation.result import RelaxationResult

FACES = np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]])
SALT = Structure(Lattice(FACES * 5.6), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    from crystal_llm.settings import settings

    monkeypatch.setenv("CRYSTAL_LLM_HOME", str(tmp_path_factory.mktemp("home")))
    settings.cache_clear()
    yield
    settings.cache_clear()


def line(number, structure, **more):
    record = structure.as_dict() if isinstance(structure, Structure) else structure
    said = {"id": f"0-{number}", "text": "", "structure": record, "failure": None}
    return json.dumps(said | {"prompt": "as asked"} | more)


def cif(structure):
    return str(structure.to(fmt="cif"))


def disordered():
    return Structure(Lattice.cubic(4), [{"Na": 0.5, "K": 0.5}], [[0, 0, 0]])


def large():
    """400 atoms of sodium chloride with a wide lattice."""
    side = range(5), range(5), range(2)
    sites = [
        ((x + u) / 5, (y + v) / 5, (z + w) / 2)
        for x, y, z in itertools.product(*side)
        for u, v, w in itertools.product((0, 0.5), repeat=3)
    ]
    species = ["Na" if round(2 * sum((5 * x, 5 * y, 2 * z))) % 2 else "Cl" for x, y, z in sites]
    return Structure(Lattice.tetragonal(28.4, 11.36), species, sites)


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_row_has_its_line_good_and_bad(tmp_path, capfd):
    labelled = SALT.copy()
    labelled.add_oxidation_state_by_element({"Na": 1, "Cl": -1})
    twice = Structure(Lattice.cubic(4), ["Na", "Na"], [[0, 0, 0], [0, 0, 0]])
    nowhere = SALT.as_dict()
    nowhere["sites"][0]["abc"][1] = float("nan")
    rows = {
        "salt": line(0, SALT),
        "labelled": line(1, labelled),
        "one atom": line(2, Structure(Lattice(FACES * 4.1), ["Al"], [[0, 0, 0]])),
        "disordered": line(3, disordered()),
        "unknown": line(4, Structure(Lattice(FACES * 4.8), ["Po"], [[0, 0, 0]])),
        "twice": line(5, twice),
        "large": line(6, large()),
        "nan": line(7, nowhere),
        "no crystal": line(8, None, text="5.0 5.0", failure="line 1: expected three lengths"),
        "broken": '{"id": "0-9"',
    }
    source, out = tmp_path / "in.jsonl", tmp_path / "relaxed.jsonl"
    source.write_text("\n".join(rows.values()) + "\n")
    arguments = ["relax", str(source), "--out", str(out), "--processes", "1", "--fmax", "0.1"]
    assert main([*arguments, "--json"]) == 0
    printed = capfd.readouterr()
    summary = json.loads(printed.out)
    counts = {name: summary[name] for name in ("asked", "crystals", "relaxed", "failed", "cached")}
    # The labelled salt is the salt: it is relaxed once.
    assert counts == {"asked": 10, "crystals": 5, "relaxed": 3, "failed": 2, "cached": 1}
    assert "asked 10, crystals 5 of 10, relaxed 3 of 5, not converged 0" in printed.err
    assert "failed 2 of 5" in printed.err

    record_by_row = dict(zip(rows, lines_of(out), strict=True))
    for name in ("salt", "labelled", "one atom"):
        relaxation = record_by_row[name]["relaxation"]
        assert relaxation["failure"] is None
        assert relaxation["converged"]
        assert relaxation["method"]["potential"] == "chgnet"
        assert set(relaxation) == set(RelaxationResult.__dataclass_fields__)
        assert record_by_row[name]["prompt"] == "as asked"
        assert Structure.from_dict(record_by_row[name]["relaxed_structure"]).volume > 0
    assert record_by_row["salt"]["id"] == "0-0"
    assert record_by_row["salt"]["structure"] == json.loads(rows["salt"])["structure"]
    relaxed = Structure.from_dict(record_by_row["salt"]["relaxed_structure"])
    assert relaxed.lattice.a * 2**0.5 == pytest.approx(5.686, abs=0.03)
    reasons = {name: record["relaxation"] for name, record in record_by_row.items()}
    assert "not trained on Po" in reasons["unknown"]["failure"]
    assert "Na0–Na1 are 0.00 Å apart" in reasons["twice"]["failure"]
    for name, said in {
        "disordered": "site 0 is disordered",
        "large": "400 atoms; at most 200",
        "nan": "site 0 (Na)",
        "no crystal": "expected three lengths",
        "broken": "not JSON",
    }.items():
        assert said in record_by_row[name]["failure"]
        assert record_by_row[name]["relaxation"] is None
        assert record_by_row[name]["relaxed_structure"] is None
    assert record_by_row["broken"]["id"] == "row 10"

    read = read_relaxed(out)
    assert [row.crystal is not None for row in read] == [True] * 3 + [False] * 7
    assert read[0].energy_ev_per_atom == record_by_row["salt"]["relaxation"]["energy_ev_per_atom"]
    assert read[0].method.correction == "MP2020"
    assert [row.failure is None for row in read] == [True] * 3 + [False] * 7
    assert "site 0 is disordered" in read[3].failure

    # Again: nothing is relaxed, and nothing is overwritten unasked.
    first = out.read_text()
    assert main(arguments) == 2
    assert "--replace" in capfd.readouterr().err
    assert out.read_text() == first
    assert main([*arguments, "--replace", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["cached"] == 3
    again = lines_of(out)
    assert [record["relaxed_structure"] for record in again] == [
        record["relaxed_structure"] for record in record_by_row.values()
    ]


def test_each_bad_file_fails_on_its_own_row(tmp_path, capfd):
    good = cif(SALT)
    files = {
        "empty.cif": "",
        "nan.cif": good.replace("0.5  0.5  0.5", "nan  0.5  0.5").replace("0.50000000", "nan"),
        "disordered.cif": cif(disordered()),
        "twice.vasp": "two\n1.0\n4 0 0\n0 4 0\n0 0 4\nNa\n2\ndirect\n0 0 0\n0 0 0\n",
        "atom.vasp": "one\n1.0\n0 2.05 2.05\n2.05 0 2.05\n2.05 2.05 0\nAl\n1\ndirect\n0 0 0\n",
    }
    assert files["nan.cif"] != good
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    out = tmp_path / "relaxed.jsonl"
    inputs = [str(tmp_path / name) for name in files]
    assert main(["relax", *inputs, "--out", str(out), "--processes", "1", "--no-cache"]) == 0
    record_by_id = {record["id"]: record for record in lines_of(out)}
    assert list(record_by_id) == list(files)
    said = {"empty.cif": "empty", "nan.cif": "nan", "disordered.cif": "disordered"}
    for name, reason in said.items():
        assert reason in record_by_id[name]["failure"].lower()
        assert record_by_id[name]["relaxation"] is None
    assert (
        record_by_id["twice.vasp"]["failure"] or record_by_id["twice.vasp"]["relaxation"]["failure"]
    )
    assert record_by_id["atom.vasp"]["relaxation"]["converged"]
    assert "asked 5" in capfd.readouterr().err


def test_nothing_relaxed_is_a_failure_of_the_work(tmp_path, capfd):
    files = [tmp_path / "empty.cif", tmp_path / "blank.vasp"]
    for path in files:
        path.write_text("")
    out = tmp_path / "relaxed.jsonl"
    assert main(["relax", *map(str, files), "--out", str(out)]) == 1
    assert ["the file is empty" in line["failure"] for line in lines_of(out)] == [True, True]


def test_one_file_that_cannot_be_read_is_one_line(tmp_path, capfd):
    (tmp_path / "empty.cif").write_text("")
    out = tmp_path / "relaxed.jsonl"
    assert main(["relax", str(tmp_path / "empty.cif"), "--out", str(out)]) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert line.endswith("empty.cif: the file is empty")
    assert not out.exists()


def test_400_atoms_of_a_file_end_within_their_time(tmp_path):
    path, out = tmp_path / "large.vasp", tmp_path / "relaxed.jsonl"
    large().to(filename=str(path), fmt="poscar")
    code = main(["relax", str(path), "--out", str(out), "--time-limit", "1", "--no-cache"])
    relaxation = lines_of(out)[0]["relaxation"]
    if relaxation["failure"] is None:
        assert code == 0
    else:
        assert code == 1
        assert (
            "time limit of 1 s" in relaxation["failure"]
            or "gave no answer" in relaxation["failure"]
        )


REFUSED = [
    (["--potential", "nobody"], "potential 'nobody' is unknown"),
    (["--fmax", "0"], "fmax = 0.0"),
    (["--fmax", "nan"], "fmax = nan"),
    (["--steps", "0"], "steps = 0"),
    (["--time-limit", "0"], "time limit = 0"),
    (["--optimizer", "SGD"], "use one of FIRE, LBFGS, BFGS"),
    (["--processes", "0"], "at least 1"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED, ids=lambda value: " ".join(value)[:30])
def test_bad_arguments_are_one_line_and_leave_nothing(tmp_path, capfd, arguments, said):
    (tmp_path / "in.jsonl").write_text(line(0, SALT) + "\n")
    out = tmp_path / "relaxed.jsonl"
    assert main(["relax", str(tmp_path / "in.jsonl"), "--out", str(out), *arguments]) == 2
    messages = capfd.readouterr().err.strip().splitlines()
    assert len(messages) == 1
    assert said in messages[0]
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


FILES = [
    ("missing.jsonl", None, "no such file"),
    ("missing.cif", None, "no such file"),
    ("empty.jsonl", "", "holds no candidate"),
    ("crystal.txt", "Na", "tells no known format"),
]


@pytest.mark.parametrize(("name", "content", "said"), FILES)
def test_files_that_cannot_be_read_are_one_line(tmp_path, capfd, name, content, said):
    if content is not None:
        (tmp_path / name).write_text(content)
    out = tmp_path / "relaxed.jsonl"
    assert main(["relax", str(tmp_path / name), "--out", str(out)]) == 2
    assert said in capfd.readouterr().err
    assert not out.exists()


def test_a_damaged_cache_is_one_line_and_stays(tmp_path, capfd):
    from crystal_llm.settings import settings

    (tmp_path / "in.jsonl").write_text(line(0, SALT) + "\n")
    cache = settings().home / "relaxations.sqlite"
    cache.write_text("no database\n" * 20)
    out = tmp_path / "relaxed.jsonl"
    assert main(["relax", str(tmp_path / "in.jsonl"), "--out", str(out)]) == 2
    assert "nothing was deleted" in capfd.readouterr().err
    assert not out.exists()
    assert cache.read_text() == "no database\n" * 20


def test_ctrl_c_keeps_what_is_done(tmp_path, capfd, monkeypatch):
    from crystal_llm.potentials.loading import potential_card
    from crystal_llm.relaxation import batch
    from crystal_llm.relaxation.relax import failed_relaxation

    def two_of_three(crystals, potential_name, settings, *, should_stop, **kwargs):
        method = potential_card(potential_name).method
        for index in range(2):
            yield index, failed_relaxation("told", method, 0.1)
        interrupt = threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGINT))
        interrupt.start()
        interrupt.join()
        assert should_stop()

    monkeypatch.setattr(batch, "relax_many", two_of_three)
    (tmp_path / "in.jsonl").write_text("".join(line(n, SALT) + "\n" for n in range(3)))
    out = tmp_path / "relaxed.jsonl"
    assert main(["relax", str(tmp_path / "in.jsonl"), "--out", str(out)]) == 130
    assert [record["id"] for record in lines_of(out)] == ["0-0", "0-1"]
    assert "stopped before the end" in capfd.readouterr().err
