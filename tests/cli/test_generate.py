"""From one shell command to crystals of the shipped model."""

import json
import statistics
from collections import Counter

import pytest
from pymatgen.core import Structure

from crystal_llm.cli.main import main
from crystal_llm.crystal.conversion import plain
from crystal_llm.evaluation.known_table import shipped_phases
from crystal_llm.settings import ADAPTED_MODEL, DEFAULT_MODEL, read_settings, settings
from crystal_llm.stability.written_energies import shipped_energies
from crystal_llm.text import decode_plain

pytestmark = pytest.mark.model

KEYS = [
    "id",
    "text",
    "structure",
    "failure",
    "log_likelihood",
    "line_log_likelihoods",
    "prompt",
    "seed",
    "model",
    "wall_s",
    "redrawn",
    "chosen_from",
    "energy_above_hull_written_ev_per_atom",
]


@pytest.fixture(autouse=True)
def unpacked_base(base_folder, monkeypatch):
    monkeypatch.setenv("CRYSTAL_LLM_BASE", str(base_folder))
    monkeypatch.setenv("CRYSTAL_LLM_MODEL", ADAPTED_MODEL)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def tiny(tiny_base, tmp_path_factory, monkeypatch):
    """The option that names a model of coordinate text that writes in a moment."""
    monkeypatch.delenv("CRYSTAL_LLM_BASE")
    settings.cache_clear()
    card = tmp_path_factory.mktemp("models") / "tiny.toml"
    card.write_text(f'quantisation = "int8"\n[base]\nname = "Tiny"\nfolder = "{tiny_base}"\n')
    return f"--model={card}"


def crystal(line):
    return plain(Structure.from_dict(line["structure"]))


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_shipped_adapter_writes(tmp_path):
    out = tmp_path / "out.jsonl"
    asked = ["--n=1", "--formula=NaCl", "--hard=formula", "--max-atoms=2", f"--out={out}"]
    assert main(["generate", *asked]) == 0
    (line,) = lines(out)
    assert Counter(crystal(line).species) == {"Na": 1, "Cl": 1}
    assert line["model"].startswith(f"{ADAPTED_MODEL}/int8/")


def test_a_hard_formula_is_that_composition_on_every_line(tiny, tmp_path, capfd):
    out = tmp_path / "out.jsonl"
    asked = ["--formula=NaCl", "--hard=formula", "--max-atoms=8", "--spacegroup=225"]
    asked += ["--n=3", "--e-above-hull=0", tiny]
    assert main(["generate", *asked, f"--out={out}", "--json"]) == 0
    said = capfd.readouterr()
    summary = json.loads(said.out)
    assert (summary["asked"], summary["written"], summary["parsed"]) == (3, 3, 3)
    assert "asked 3, written 3 of 3, parsed 3 of 3" in said.err
    records = lines(out)
    assert [list(record) for record in records] == [KEYS] * 3
    assert [record["id"] for record in records] == [f"0-{place}" for place in range(3)]
    for record in records:
        counts = Counter(decode_plain(record["text"]).species)
        assert counts["Na"] == counts["Cl"] == counts.total() / 2
        assert (
            "The spacegroup number is 225. The energy above the convex hull is 0.0. "
            in (record["prompt"])
        )
    assert list(tmp_path.iterdir()) == [out]

    again = tmp_path / "again.jsonl"
    assert main(["generate", *asked, f"--out={again}", "--batch-size=2"]) == 0
    assert [line["text"] for line in lines(again)] == [record["text"] for record in records]

    capfd.readouterr()
    assert main(["validate", str(out), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["rates"]["parsed"]["count"] == 3
    assert main(["score", str(out), tiny, "--json"]) == 0
    assert len(json.loads(capfd.readouterr().out)["scores"]) == 3


def test_the_usual_model_is_asked_for_stable_crystals_unless_any_energy_is_said(tmp_path):
    assert read_settings({}).model == DEFAULT_MODEL
    out, asked = tmp_path / "out.jsonl", ["--n=2", f"--model={DEFAULT_MODEL}", "--formula=NaCl"]
    for given, prompt in (
        ([], "write\nenergy above hull: ≤0.05 eV/atom\nformula: Na 1 Cl 1"),
        (["--e-above-hull=0"], "write\nenergy above hull: ≤0.001 eV/atom\nformula: Na 1 Cl 1"),
        (["--e-above-hull=any"], "write\nformula: Na 1 Cl 1"),
    ):
        assert main(["generate", *asked, *given, f"--out={out}", "--replace"]) == 0
        assert {record["prompt"] for record in lines(out)} == {prompt}
    # A file of before says all that it asks for, and is not asked for more.
    replay = tmp_path / "order.yaml"
    replay.write_text(f"kind: generate\ncount: 1\nmodel: {DEFAULT_MODEL}\nformula: NaCl\n")
    assert main(["generate", f"--replay={replay}", f"--out={out}", "--replace"]) == 0
    assert {record["prompt"] for record in lines(out)} == {"write\nformula: Na 1 Cl 1"}


def test_space_group_and_prototype_are_held_from_the_shell(tmp_path):
    file, out = tmp_path / "perovskite.txt", tmp_path / "out.jsonl"
    file.write_text("221\n3.9\nSr 1a\nTi 1b\nO 3c")
    arguments = ["--spacegroup=221", "--hard=spacegroup", f"--prototype={file}", "--n=3"]
    assert main(["generate", *arguments, f"--model={DEFAULT_MODEL}", f"--out={out}"]) == 0
    for record in lines(out):
        group, _, *orbits = record["text"].splitlines()
        assert group == "221"
        assert sorted(orbit.split()[1] for orbit in orbits) == ["1a", "1b", "3c"]
        assert len({orbit.split()[0] for orbit in orbits}) == 3


def test_shell_and_replay_file_keep_atoms_apart_alike_and_0_leaves_it_to_the_model(tmp_path):
    replay = tmp_path / "order.yaml"
    replay.write_text(
        f"kind: generate\ncount: 3\nmax_atoms: 6\nseed: 3\ntemperature: 1.5\n"
        f"model: {DEFAULT_MODEL}\n"
    )
    asked = ["--n=3", "--max-atoms=6", "--seed=3", "--temperature=1.5", "--e-above-hull=any"]
    asked += [f"--model={DEFAULT_MODEL}", "--best-of=1", "--no-novel"]
    texts = []
    for given in (asked, [f"--replay={replay}"], [*asked, "--min-distance=0", "--min-radii=0"]):
        out = tmp_path / "out.jsonl"
        assert main(["generate", *given, f"--out={out}", "--replace"]) == 0
        texts.append([record["text"] for record in lines(out)])
    apart, replayed, free = texts
    assert apart == replayed
    assert apart != free


def test_new_alone_leaves_out_what_the_shipped_structures_hold(tmp_path, capfd):
    known, out = shipped_phases(settings()), tmp_path / "out.jsonl"
    asked = [
        "generate",
        f"--model={DEFAULT_MODEL}",
        "--n=12",
        "--max-atoms=6",
        "--seed=3",
        f"--out={out}",
        "--replace",
    ]
    assert main([*asked, "--no-novel", "--best-of=1"]) == 0
    names = [known.name_of(crystal(line)) for line in lines(out)]
    # With symmetric text the best of twelve by energy, and new ones alone, are usual.
    assert any(names) and main(asked) == 0
    assert max(line["chosen_from"] for line in lines(out)) == 12
    assert not any(known.name_of(crystal(line)) for line in lines(out))
    usual = [line["energy_above_hull_written_ev_per_atom"] for line in lines(out)]
    assert shipped_energies(settings())(list(map(crystal, lines(out)))) == usual
    assert main([*asked, "--best-of=6", "--best-by=likelihood"]) == 0
    assert {line["energy_above_hull_written_ev_per_atom"] for line in lines(out)} == {None}
    likeliest = shipped_energies(settings())(list(map(crystal, lines(out))))
    assert statistics.median(usual) < statistics.median(likeliest)
    assert main([*asked, "--best-of=1"]) == 0
    assert not any(known.name_of(crystal(line)) for line in lines(out))
    assert "more drawn again" in capfd.readouterr().err
    # Who gives a formula wants its known phase, too.
    salt = ["--best-of=1", "--formula=NaCl", "--hard=formula,spacegroup"]
    salt += ["--spacegroup=225", "--formula-units=1"]
    assert main([*asked, *salt, "--n=1"]) == 0
    assert known.name_of(crystal(lines(out)[0])).startswith("NaCl (mp-")
    assert main([*asked, *salt, "--new", "--n=1"]) == 0
    (line,) = lines(out)
    assert line["structure"] is None
    assert "known structures alone in 20 draws, the last one NaCl (mp-" in line["failure"]


def test_the_shipped_model_prefers_crystals_to_nonsense(tmp_path, capfd):
    halite = "4.0 4.0 4.0\n60 60 60\nNa\n0.00 0.00 0.00\nCl\n0.50 0.50 0.50"
    scrambled = "4.0 9.7 1.1\n33 71 60\nXe\n0.13 0.99 0.02\nAc\n0.14 0.97 0.01"
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(json.dumps({"text": text}) for text in (halite, scrambled)))
    assert main(["score", str(path), "--json"]) == 0
    real, nonsense = json.loads(capfd.readouterr().out)["scores"]
    assert real["tokens"] <= nonsense["tokens"] + 1
    assert real["log_likelihood"] > nonsense["log_likelihood"] + 10
    assert len(real["line_log_likelihoods"]) == 6
    assert sum(real["line_log_likelihoods"]) == pytest.approx(real["log_likelihood"])
    assert main(["score", str(path), "--by-line"]) == 0
    printed = capfd.readouterr().out.splitlines()
    assert [line.split()[1:] for line in printed[1:7]] == [
        line.split() for line in halite.split("\n")
    ]


def test_models_prints_footprint_and_load_time(capfd):
    assert main(["models", "--json"]) == 0
    models = json.loads(capfd.readouterr().out)["models"]
    names = [shipped["name"] for shipped in models]
    assert names == ["compact", "smollm2-135m", "smollm2-135m-nf4", "smollm2-135m-symmetric"]
    for shipped in models:
        least, most = (10, 60) if shipped["name"] == "compact" else (100, 300)
        assert least < shipped["weight_mb"] < most
        assert shipped["load_s"] > 0
    assert main(["models", "--no-load"]) == 0
    assert "SmolLM2-135M-Instruct (Apache-2.0), int8" in capfd.readouterr().out


def test_a_damaged_adapter_never_loads(tmp_path, capfd, shipped_settings):
    import shutil

    models = tmp_path / "models"
    shutil.copytree(shipped_settings.models, models)
    weights = models / "smollm2-135m" / "adapter_model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(bytes(data))
    out = tmp_path / "out.jsonl"
    card = models / "smollm2-135m.toml"
    assert main(["generate", "--n=1", f"--out={out}", f"--model={card}"]) == 2
    assert "damaged, half-written or another one" in capfd.readouterr().err
    assert not out.exists()
