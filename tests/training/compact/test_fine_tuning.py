"""Fine-tuning: learns what is held out better, leaves the base alone, refuses what misleads."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from symmetric_cases import random_crystal

from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal
from crystal_llm.dataset.symmetric_table import SymmetricRow, atoms_in_primitive_cell
from crystal_llm.errors import TrainingError
from crystal_llm.language_model.compact_vocabulary import stated_formula
from crystal_llm.language_model.network import check_network
from crystal_llm.training.compact.fine_tuning import fine_tune, held_out
from crystal_llm.training.compact.lora_run import FineTuned, FineTuning

pytestmark = pytest.mark.usefixtures("one_thread", "small_pools")

SETTINGS = FineTuning(tokens_per_step=256, minutes=5.0, patience=2, rate=5e-3)


def row(name, crystal, energy=None):
    return SymmetricRow(name, "X", crystal, None, energy, None, "test", near_test=True)


@pytest.fixture(scope="module")
def rock_salts():
    """Thirty rock salts, which a network learns within a few steps."""
    halides, metals = ("F", "Cl", "Br", "I", "O"), ("Li", "Na", "K", "Rb", "Ag", "Mg")
    return [
        row(
            f"{metal}{halide}",
            SymmetricCrystal(
                225, (5.0 + 0.1 * k,), (Orbit(metal, "a", ()), Orbit(halide, "b", ()))
            ),
        )
        for k, (metal, halide) in enumerate((m, h) for m in metals for h in halides)
    ]


@pytest.fixture(scope="module")
def base(compact_model):
    return compact_model.card.network.folder


@dataclass
class Run:
    """A whole run: its folder, what came of it, what it told, and the base before it."""

    folder: Path
    tuned: FineTuned
    lines: list[dict]
    base: dict[str, bytes]


@pytest.fixture(scope="module")
def run(rock_salts, base, tmp_path_factory, one_thread):
    before = {path.name: path.read_bytes() for path in base.iterdir()}
    folder, lines = tmp_path_factory.mktemp("run") / "mine", []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crystal_llm.training.compact.batches._POOL", 64)
        tuned = fine_tune(rock_salts, base, folder, SETTINGS, report=lines.append)
    return Run(folder, tuned, lines, before)


def test_it_learns_and_leaves_the_base_alone(rock_salts, base, run):
    tuned = run.tuned
    assert tuned.after.free_nats < tuned.before.free_nats - 5.0
    assert (tuned.crystals, tuned.held_out) == (27, 3)
    check_network(run.folder)
    assert {path.name: path.read_bytes() for path in base.iterdir()} == run.base
    stored = [json.loads(x) for x in (run.folder / "metrics.jsonl").read_text().splitlines()]
    assert stored == run.lines
    best = min(line["validation"]["free_nats"] for line in run.lines if "validation" in line)
    assert best == tuned.after.free_nats
    with pytest.raises(TrainingError, match="stands there already"):
        fine_tune(rock_salts, base, run.folder, SETTINGS)


def test_the_weights_written_are_the_best_ones(rock_salts, run):
    from safetensors.torch import load_file

    from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
    from crystal_llm.training.compact.batches import has_tokens
    from crystal_llm.training.compact.lora_run import _shape
    from crystal_llm.training.compact.network import random_network
    from crystal_llm.training.compact.validation import CompactValidator

    vocabulary = CompactVocabulary()
    network = random_network(_shape(run.folder), len(vocabulary), 0)
    weights = load_file(str(run.folder / "model.safetensors"))
    network.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    rows = held_out(
        [rock_salt for rock_salt in rock_salts if has_tokens(rock_salt, vocabulary)], SETTINGS
    )
    judged = CompactValidator(rows, vocabulary, count=256, max_orbits=20)(network, "bfloat16")
    assert judged.free_nats == pytest.approx(run.tuned.after.free_nats, rel=0.02)


def test_no_composition_is_on_both_sides(rock_salts):
    twins = [replace(crystal, material_id=f"{crystal.material_id}-2") for crystal in rock_salts]
    rows = held_out([*rock_salts, *twins], SETTINGS)
    sides = {
        split: {stated_formula(row.crystal) for row in rows if row.split == split}
        for split in ("train", "val")
    }
    assert not sides["train"] & sides["val"]
    assert len(sides["val"]) == 3
    assert {row.energy_above_hull_ev_per_atom for row in rows} == {0.03}
    assert not any(row.near_test for row in rows)
    unsaid = held_out(rock_salts, replace(SETTINGS, assumed_energy_ev_per_atom=None))
    assert {row.energy_above_hull_ev_per_atom for row in unsaid} == {None}
    known = held_out([row("x", rock_salt.crystal, 0.2) for rock_salt in rock_salts], SETTINGS)
    assert {row.energy_above_hull_ev_per_atom for row in known} == {0.2}


def test_stopped_it_keeps_the_best_or_says_that_there_is_none(rock_salts, base, tmp_path):
    with pytest.raises(TrainingError, match=r"nothing was learned \(stopped\)"):
        fine_tune(rock_salts, base, tmp_path / "none", SETTINGS, stopped=lambda: True)
    assert not (tmp_path / "none" / "model.safetensors").exists()


def test_what_was_learned_when_the_time_is_over_is_judged(rock_salts, base, tmp_path, monkeypatch):
    # Over after half of the crystals that come before the first validation.
    monkeypatch.setattr(
        "crystal_llm.training.compact.lora_run._Run._minutes",
        lambda run: 0.0 if run._drawn < 120 else SETTINGS.minutes,
    )
    tuned = fine_tune(rock_salts, base, tmp_path / "mine", SETTINGS)
    assert tuned.ended == "the time was over"
    assert tuned.after.free_nats < tuned.before.free_nats
    assert (tmp_path / "mine" / "model.safetensors").exists()


@pytest.mark.parametrize(
    ("count", "said"), [(3, "3 crystals are too few"), (0, "0 crystals are too few")]
)
def test_too_few_crystals(rock_salts, base, tmp_path, count, said):
    with pytest.raises(TrainingError, match=said):
        fine_tune(rock_salts[:count], base, tmp_path / "mine", SETTINGS)
    assert not (tmp_path / "mine").exists()


def test_one_composition_alone(rock_salts, base, tmp_path):
    same = [row(f"r{k}", rock_salts[0].crystal) for k in range(30)]
    with pytest.raises(TrainingError, match="all crystals have one composition"):
        fine_tune(same, base, tmp_path / "mine", SETTINGS)


def test_only_large_cells(base, tmp_path):
    crystals = [random_crystal(number, 4, number, most_sites=400) for number in range(75, 231)]
    large = [
        row(f"r{k}", crystal)
        for k, crystal in enumerate(crystals)
        if atoms_in_primitive_cell(crystal) > 20
    ]
    assert len(large) >= 20
    with pytest.raises(TrainingError, match="at most 20 atoms"):
        fine_tune(large, base, tmp_path / "mine", SETTINGS)


def test_elements_that_the_base_never_saw(rock_salts, base, tmp_path):
    with pytest.raises(TrainingError, match="LiF: holds F, which the base model has never seen"):
        fine_tune(rock_salts, base, tmp_path / "mine", SETTINGS, elements_of_base=frozenset({"Li"}))


@pytest.mark.parametrize(
    "values", [{"rank": 0}, {"rate": 0.0}, {"minutes": 0.0}, {"held_out_share": 1.0}]
)
def test_settings_out_of_range(values):
    with pytest.raises(TrainingError):
        FineTuning(**values)


def test_a_killed_run_goes_on_and_ends_as_one_that_was_not(rock_salts, base, tmp_path, run):
    lines, looks, killed = [], [], tmp_path / "killed"

    class Killed(BaseException):
        pass

    def dies():
        looks.append(sum("validation" in line for line in lines))
        if looks.count(2) == 3:  # the second step after the second validation
            raise Killed
        return False

    with pytest.raises(Killed):
        fine_tune(rock_salts, base, killed, SETTINGS, stopped=dies, report=lines.append)
    assert not (killed / "model.safetensors").exists()
    again = []
    resumed = fine_tune(rock_salts, base, killed, SETTINGS, report=again.append)
    assert replace(resumed, minutes=0) == replace(run.tuned, minutes=0)
    # What was done before the last validation is told again, and not done again.
    done = max(place for place, line in enumerate(lines) if "validation" in line) + 1
    assert again[:done] == lines[:done]
    weights = run.folder / "model.safetensors"
    assert (killed / "model.safetensors").read_bytes() == weights.read_bytes()
    assert not (killed / "checkpoints").exists()


def test_a_killed_run_of_other_crystals_is_begun_anew(rock_salts, base, tmp_path):
    brief = replace(SETTINGS, patience=1)

    def dies():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fine_tune(rock_salts, base, tmp_path / "mine", brief, stopped=dies)
    other = rock_salts[:25]
    tuned = fine_tune(other, base, tmp_path / "mine", brief)
    assert tuned.crystals + tuned.held_out == 25


def test_what_is_mixed_in_is_trained_on_and_never_held_out(rock_salts, base, tmp_path):
    alone = fine_tune(rock_salts, base, tmp_path / "alone", SETTINGS)
    own = [row for row in held_out(rock_salts, SETTINGS) if row.split == "val"]
    new = SymmetricCrystal(225, (4.4,), (Orbit("Ca", "a", ()), Orbit("S", "b", ())))
    # One of a composition that is held out would tell what is to be foretold.
    beside = [row("CaS", new), *own]
    mixed = fine_tune(rock_salts, base, tmp_path / "mixed", SETTINGS, beside=beside)
    assert mixed.before == alone.before and mixed.held_out == alone.held_out == len(own)
    assert mixed.crystals == alone.crystals + 1
