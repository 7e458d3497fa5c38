"""Preferences: the loss by its equation, which way it pulls, and that nothing else is moved."""

import itertools
import math
from dataclasses import replace

import pytest
import torch

from crystal_llm.crystal.descriptions import arranged
from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal
from crystal_llm.dataset.symmetric_table import SymmetricRow
from crystal_llm.errors import TrainingError
from crystal_llm.language_model.compact_vocabulary import (
    CompactVocabulary,
    StatedConditions,
    stated_formula,
)
from crystal_llm.language_model.network import check_network
from crystal_llm.training.compact.lora_run import FineTuning, run_config, with_matrices
from crystal_llm.training.compact.network import random_network
from crystal_llm.training.compact.preference import (
    Preference,
    held_out_preferences,
    learn_preferences,
    log_likelihoods,
    preference_loss,
    preferences,
)
from crystal_llm.training.compact.sequences import writing_sequence
from crystal_llm.training.compact.weights import load_weights

pytestmark = pytest.mark.usefixtures("one_thread")

METALS, HALIDES = ("Li", "Na", "K", "Rb", "Cs", "Ag"), ("F", "Cl", "Br", "I")
SETTINGS = FineTuning(tokens_per_step=512, minutes=5.0, rate=2e-2, rank=4)


def row(name, number, lattice, *orbits):
    crystal = SymmetricCrystal(number, lattice, tuple(Orbit(e, w, c) for e, w, c in orbits))
    return SymmetricRow(name, "X", crystal, None, 0.02, None, "test", near_test=True)


def salts():
    """Rock salts, each better than the caesium chloride and sphalerite of its composition."""
    better, worse = [], []
    for place, (metal, halide) in enumerate((m, h) for m in METALS for h in HALIDES):
        length = 4.8 + 0.07 * place
        better.append(row(f"b{place}", 225, (length,), (metal, "a", ()), (halide, "b", ())))
        worse.append(row(f"c{place}", 221, (0.6 * length,), (metal, "a", ()), (halide, "b", ())))
        worse.append(row(f"s{place}", 216, (length,), (metal, "a", ()), (halide, "c", ())))
    return better, worse


@pytest.fixture(scope="module")
def given():
    return preferences(*salts())


@pytest.fixture(scope="module")
def base(compact_model):
    return compact_model.card.network.folder


@pytest.fixture
def network(base):
    config = run_config(base, SETTINGS)
    network = random_network(config.network, len(CompactVocabulary()), 0)
    load_weights(network, dict(network.named_parameters()), base)
    return with_matrices(network, 4, 0)


def sequences(rows):
    vocabulary = CompactVocabulary()
    return [
        writing_sequence(arranged(each.crystal), StatedConditions(0.03), vocabulary)
        for each in rows
    ]


def test_the_loss_is_that_of_the_paper():
    values = [[-30.0, -41.5, -12.0], [-33.0, -40.0, -60.0], [-31.0, -40.0, -12.0], [-33.5, -41, -9]]
    better, worse, better_before, worse_before = (torch.tensor(each) for each in values)
    beta = 0.1
    plain = [
        -math.log(1 / (1 + math.exp(-(beta * (good - good0) - beta * (bad - bad0)))))
        for good, bad, good0, bad0 in zip(*values, strict=True)
    ]
    loss = preference_loss(better, worse, better_before, worse_before, beta=beta)
    assert float(loss) == pytest.approx(sum(plain) / 3, rel=1e-6)
    # A model that is still the one at the start knows no better: ln 2.
    same = preference_loss(better, worse, better, worse, beta=beta)
    assert float(same) == pytest.approx(math.log(2), rel=1e-6)


def test_it_pulls_the_better_up_and_the_worse_down_the_more_the_less_it_is_learned():
    better = torch.tensor([-30.0, -30.0], requires_grad=True)
    worse = torch.tensor([-30.0, -30.0], requires_grad=True)
    before = torch.tensor([-30.0, -40.0])  # the second is better already by a margin of 10 nats
    preference_loss(better, worse, before, torch.tensor([-30.0, -30.0]), beta=0.1).backward()
    # The gradient of a pair: -β σ(-β margin), after eq. 7 of the paper; the mean is of two.
    expected = [-0.1 / (1 + math.exp(0.1 * margin)) / 2 for margin in (0.0, 10.0)]
    assert better.grad.tolist() == pytest.approx(expected, rel=1e-5)
    assert worse.grad.tolist() == pytest.approx([-each for each in expected], rel=1e-5)


def test_log_likelihoods_are_those_of_each_crystal_alone(network):
    chosen = sequences(salts()[0][:3])
    together = log_likelihoods(network, chosen, 24, 8)
    assert together.shape == (3,)
    for sequence, value in zip(chosen, together, strict=True):
        ids = torch.tensor([sequence.ids])
        scores = torch.log_softmax(network(input_ids=ids[:, :-1]).logits.float(), dim=-1)[0]
        opening = sequence.weights.index(1.0)
        plain = sum(
            float(scores[place - 1, ids[0, place]]) for place in range(opening, len(ids[0]))
        )
        assert float(value) == pytest.approx(plain, abs=1e-3)


def test_only_the_matrices_learn_and_the_start_stays(network):
    better, worse = sequences(salts()[0][:4]), sequences(salts()[1][:8:2])
    weights = {name: value.detach().clone() for name, value in network.named_parameters()}
    optimiser = torch.optim.AdamW(
        [value for value in network.parameters() if value.requires_grad], lr=1e-2
    )
    with torch.no_grad(), network.disable_adapter():
        start = log_likelihoods(network, better + worse, 24, 8)
    for _ in range(3):
        now = log_likelihoods(network, better + worse, 24, 8)
        preference_loss(now[:4], now[4:], start[:4], start[4:], beta=0.1).backward()
        optimiser.step()
        optimiser.zero_grad()
    with torch.no_grad():
        margins = log_likelihoods(network, better + worse, 24, 8) - start
        with network.disable_adapter():
            assert torch.equal(log_likelihoods(network, better + worse, 24, 8), start)
    assert float((margins[:4] - margins[4:]).mean()) > 1.0
    moved = {
        name for name, value in network.named_parameters() if not torch.equal(value, weights[name])
    }
    assert moved and all("lora_" in name for name in moved)


class Killed(BaseException):
    """What ends a run."""


def run(given, base, folder, dies_at=None):
    """A run of five validations, what it told, or what is left of it after a kill at a step."""
    lines, steps = [], itertools.count()

    def stopped():
        if next(steps) == dies_at:
            raise Killed
        return sum("validation" in line for line in lines) == 5

    tuned = learn_preferences(
        given, 0.03, base, folder, SETTINGS, stopped=stopped, report=lines.append
    )
    return tuned, lines


@pytest.fixture(scope="module")
def whole(given, base, tmp_path_factory, one_thread):
    folder = tmp_path_factory.mktemp("run") / "whole"
    before = {path.name: path.read_bytes() for path in base.iterdir()}
    tuned, lines = run(given, base, folder)
    return folder, tuned, lines, before


def test_a_run_prefers_what_was_held_out_and_leaves_the_base_alone(given, base, whole):
    folder, tuned, lines, before = whole
    assert tuned.before.preference_loss == pytest.approx(math.log(2), abs=1e-4)
    assert tuned.after.preference_loss < 0.6
    assert tuned.after.likelier > max(tuned.before.likelier, 0.6)
    judged = [line["validation"]["preference_loss"] for line in lines if "validation" in line]
    assert min(judged) == tuned.after.preference_loss
    assert tuned.crystals + tuned.held_out == len(given)
    check_network(folder)
    assert {path.name: path.read_bytes() for path in base.iterdir()} == before
    with pytest.raises(TrainingError, match="stands there already"):
        run(given, base, folder)


def test_a_killed_run_goes_on_with_the_pairs_that_it_would_have_had(given, base, whole, tmp_path):
    folder, tuned, lines, _ = whole
    steps = [line["step"] for line in lines if "validation" in line]
    with pytest.raises(Killed):
        run(given, base, tmp_path / "cut", steps[2] + 2)
    assert not (tmp_path / "cut" / "model.safetensors").exists()
    again, told_again = run(given, base, tmp_path / "cut")
    assert replace(again, minutes=0) == replace(tuned, minutes=0)
    # Only what came after the third validation was done again.
    assert [line["step"] for line in told_again if "validation" in line] == steps
    weights = [(path / "model.safetensors").read_bytes() for path in (folder, tmp_path / "cut")]
    assert weights[0] == weights[1]


def test_the_composition_comes_first_and_then_the_chemical_system():
    better, worse = salts()
    oxide = row("o", 221, (4.0,), ("Li", "a", ()), ("F", "c", ()))  # LiF3, of Li-F
    of_system = row("p", 221, (4.0,), ("Rb", "a", ()), ("O", "c", ()))
    made = preferences([*better[:1], of_system], [*worse[:2], oxide])
    assert made == [Preference(better[0], tuple(worse[:2]))]
    lone = preferences(better[:1], [oxide, *worse[2:]])
    assert lone == [Preference(better[0], (oxide,))]


def test_no_crystal_of_a_pair_held_out_has_a_twin_in_training():
    better, worse = salts()
    # Of other stoichiometry: pairs of one system, whose worse crystals serve several.
    others = [
        row(f"x{n}", 221, (4.0,), (e.crystal.orbits[0].element, "a", ()),
            (e.crystal.orbits[1].element, "c", ()))
        for n, e in enumerate(better)
    ]  # fmt: skip
    twins = [replace(each, material_id=f"{each.material_id}-2") for each in better]
    given = preferences([*better, *twins], [*worse[: len(worse) // 2], *others])
    learned, held = held_out_preferences(given, FineTuning(held_out_share=0.2))

    def compositions(side):
        return {
            stated_formula(each.crystal) for item in side for each in (item.better, *item.worse)
        }

    assert learned and held and not compositions(learned) & compositions(held)
    assert all(1 <= len(item.worse) <= 3 for item in held)


def test_what_cannot_be_learned_is_refused_in_one_line(given, base, tmp_path):
    with pytest.raises(
        TrainingError, match=r"3 better crystals have a worse one .* 20 are the few"
    ):
        learn_preferences(given[:3], None, base, tmp_path / "run", SETTINGS)
    with pytest.raises(TrainingError, match="pairs are of a few compositions"):
        learn_preferences([given[0]] * 20, None, base, tmp_path / "run", SETTINGS)
    with pytest.raises(TrainingError, match=r"beta = 0.0: must be above 0"):
        learn_preferences(given, None, base, tmp_path / "run", SETTINGS, beta=0.0)
    assert not (tmp_path / "run").exists()
    with pytest.raises(TrainingError, match="nothing was learned"):
        learn_preferences(given, None, base, tmp_path / "run", SETTINGS, stopped=lambda: True)
