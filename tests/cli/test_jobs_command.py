"""The queue and the library from the shell: one line when it goes wrong, JSON when asked."""

import json

import pytest

from crystal_llm.cli.main import main
from crystal_llm.language_model.card import find_card
from crystal_llm.settings import settings

CIF = """data_NaCl
_cell_length_a 3.98
_cell_length_b 3.98
_cell_length_c 3.98
_cell_angle_alpha 60
_cell_angle_beta 60
_cell_angle_gamma 60
_symmetry_space_group_name_H-M 'P 1'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Na1 Na 0 0 0
Cl1 Cl 0.5 0.5 0.5
"""


@pytest.fixture
def shell(tmp_path, capfd, monkeypatch):
    """Runs a command with --json on a database of its own; gives exit code, answer, errors."""
    monkeypatch.setenv("CRYSTAL_LLM_DATABASE", f"sqlite:///{tmp_path / 'shell.sqlite'}")

    def run(*arguments):
        code = main([*map(str, arguments), "--json"])
        said = capfd.readouterr()
        return code, json.loads(said.out) if said.out else None, said.err

    return run


def test_a_job_from_a_file_to_its_end(shell, tmp_path):
    order = tmp_path / "order.yaml"
    order.write_text("kind: generate\ncount: 3\nformula: NaCl\nhard: [formula]\n")
    code, job, _ = shell("jobs", "submit", order)
    assert (code, job["state"], job["stages"][0]["total"]) == (0, "waiting", 3)
    assert [job["id"] for job in shell("jobs", "list")[1]["jobs"]] == [job["id"]]
    assert shell("jobs", "list", "--state=failed")[1] == {"jobs": []}
    assert shell("jobs", "stop", job["id"])[1]["state"] == "stopped"
    code, _, errors = shell("jobs", "stop", job["id"])
    assert (code, errors.count("\n")) == (2, 1) and "cannot be stopped" in errors
    assert shell("jobs", "retry", job["id"])[1]["attempt"] == 2
    again, results = tmp_path / "again.yaml", tmp_path / "results.jsonl"
    shown = shell("jobs", "show", job["id"], f"--replay={again}", f"--results={results}")[1]
    assert shown["order"]["formula"] == "NaCl" and results.read_text() == ""
    # With the model that it is for, by name and by the hash of its weights.
    kind, count, formula, hard, name, model, weights = again.read_text().splitlines()
    assert [kind, count, formula, hard, name] == order.read_text().replace(
        "[formula]", "\n- formula"
    ).replace(" \n", "\n").splitlines()
    assert model == f"model: {settings().model}"
    card = find_card(settings().model, settings().models)
    assert weights == f"weights_sha256: {card.weights_sha256}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["jobs", "show", "nobody"], "there is no job 'nobody'"),
        (["jobs", "submit", "none.yaml"], "none.yaml: cannot be read"),
        (["jobs", "list", "--database=ftp://x"], "use sqlite:///FILE"),
        (["worker", "--concurrency=0"], "concurrency = 0: from 1 to 64"),
        (["app", "--port=0"], "port = 0"),
        (["library", "show", "nobody"], "there is no entry 'nobody'"),
        (["library", "undo"], "nothing to undo"),
        (["library", "export", "--out=x.pdf"], "name it *.zip"),
        (["library", "list", "--formula=Xx"], "not a chemical formula"),
        (["generate", "--out=x", "--replay=none.yaml"], "none.yaml: cannot be read"),
        (["generate", "--out=x", "--replay=a.yaml", "--n=3"], "--replay and --n"),
    ],
)
def test_bad_input_is_one_line(arguments, said, shell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, errors = shell(*arguments)
    assert (code, errors.count("\n")) == (2, 1)
    assert said in errors


def test_a_replay_file_that_does_not_generate_is_refused(shell, tmp_path):
    order = tmp_path / "order.yaml"
    order.write_text("kind: relax\ncrystals: [{id: a, crystal: null, failure: none}]\n")
    code, _, errors = shell("generate", f"--replay={order}", f"--out={tmp_path / 'o'}")
    assert code == 2 and "give it to `crystal-llm jobs submit`" in errors


def test_files_go_into_the_library_and_out_of_it(shell, tmp_path):
    good, bad = tmp_path / "salt.cif", tmp_path / "bad.cif"
    good.write_text(CIF)
    bad.write_text("data_nothing\n")
    code, imported, errors = shell("library", "import", good, bad, tmp_path / "no.cif", "--tag=sea")
    assert code == 1 and len(imported["entries"]) == 1 and len(imported["failures"]) == 2
    assert "bad.cif: " in errors and "no.cif: " in errors
    (entry,) = imported["entries"]
    (listed,) = shell("library", "list", "--elements=Na", "--tag=sea")[1]["entries"]
    assert (listed["id"], listed["formula"], listed["spacegroup_number"]) == (entry, "NaCl", 225)
    assert shell("library", "show", entry)[1]["crystal"]["species"] == ["Na", "Cl"]
    for name in ("out.zip", "out.db", "out.csv"):
        code, said, _ = shell("library", "export", entry, f"--out={tmp_path / name}")
        assert (code, said["written"]) == (0, 1) and (tmp_path / name).stat().st_size
        again = ("library", "export", entry, f"--out={tmp_path / name}")
        assert shell(*again)[0] == 2 and shell(*again, "--replace")[0] == 0
    other = tmp_path / "other.cif"
    other.write_text(CIF.replace("Cl", "Br"))
    (another,) = shell("library", "import", other)[1]["entries"]
    for limit, written in (((), 2), (("--limit=1",), 1)):
        out = f"--out={tmp_path / 'all.csv'}"
        said = shell("library", "export", *limit, out, "--replace")[1]
        assert (said["written"], said["entries"]) == (written, 2)
    shell("library", "delete", another)
    deletion = shell("library", "delete", entry)[1]["deletion"]
    assert shell("library", "list")[1]["total"] == 0
    assert shell("library", "undo", deletion)[1]["entries"] == [entry]
    assert shell("library", "list")[1]["total"] == 1
