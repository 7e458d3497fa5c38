"""One round of self-improvement: what is learned from, what the trial says, and going on."""

import json
import shutil
from dataclasses import replace

import pytest
from salt_rounds import ASKED, SALTS, bench, relaxed, write_salts, written
from tiny_flow import tiny_flow

from crystal_llm.candidate import Candidate
from crystal_llm.crystal.symmetric import plain_crystal
from crystal_llm.dataset.symmetric_table import SymmetricRow
from crystal_llm.errors import EvaluationError, RequestError
from crystal_llm.flow.sampler_settings import SamplerSettings
from crystal_llm.io.record_json import from_plain, to_plain
from crystal_llm.language_model.loading import load_model
from crystal_llm.studies.improvement_round import improve
from crystal_llm.studies.round_tools import ImprovementStoppedError, ImprovementTools
from crystal_llm.training.compact.lora_run import FineTuned, NothingLearnedError
from crystal_llm.training.compact.validation import CompactValidation


@pytest.fixture
def world(compact_model, monkeypatch):
    return write_salts(monkeypatch, lambda model: model is not compact_model)


class Watch:
    """Keeps what it is told."""

    def __init__(self, should_stop=lambda: False):
        self.should_stop = should_stop
        self.counts, self.results, self.lines, self.learned = [], [], [], []
        self.told = []

    def tell(self, line):
        self.told.append(line)

    def counted(self, stage, done, total):
        self.counts.append((stage, done, total))

    def learning(self, line):
        self.lines.append(line)

    def result(self, result):
        self.results.append(result)

    def chosen(self, candidates):
        self.learned = [candidate.index for candidate in candidates]


def tools(model, should_stop=lambda: False, **changes):
    known = SymmetricRow("k", "NaCl", SALTS[5], None, 0.0, None, "train", near_test=False)
    return ImprovementTools(
        **{
            "model": model,
            "chooser": bench("chgnet"),
            "examiner": bench("sevennet-0"),
            "known": [known] * 9,
            "load": lambda card: load_model(str(card)),
            "watch": Watch(should_stop),
        }
        | changes
    )


def test_a_round_learns_what_is_stable_unique_and_novel_and_is_tried(
    world, compact_model, tmp_path
):
    watched = tools(compact_model)
    result = improve(tmp_path / "run", ASKED, watched)
    # Of 30 at each temperature two repeat, one is no text, one is known, and silver is not stable.
    assert result.written == 60
    assert result.left_out == {"known": 1, "invalid": 2, "written before": 31}
    assert (result.relaxed, result.learned, result.known) == (26, 22, 6)
    watch = watched.watch
    # Of the trial, too, only what is new is relaxed: five of the new model's, one of the old one's.
    assert {
        ("written", 60, 60), ("relaxed", 26, 26), ("tried before", 1, 1), ("tried after", 5, 5)
    } <= set(watch.counts)  # fmt: skip
    assert world["relaxed"] == 26 + 1 + 5
    assert len(watch.learned) == 22 and any("validation" in line for line in watch.lines)
    # What is known is told at once, and nothing before it is known.
    assert [each.kept for each in watch.results] == [None] * (len(watch.results) - 1) + [True]
    assert watch.results[-1] == result and watch.results[0].left_out is None
    assert result.tuned.after.free_nats < result.tuned.before.free_nats
    for trial, good, unique in ((result.before, 1, 2), (result.after, 5, 6)):
        assert (trial.novel_metastable.count, trial.new.count) == (good, good)
        assert str(trial.unique).startswith(f"{unique} of 6 valid")
    assert result.after.valid.total == 6 and result.kept
    stored = json.loads((tmp_path / "run" / "result.json").read_text())
    assert stored["after"]["novel_metastable"] == {"count": 5, "total": 6, "whole": "asked"}
    new = load_model(str(tmp_path / "run" / "model.toml"))
    assert new.card.weights_sha256 != compact_model.card.weights_sha256

    # Done again, nothing is written, relaxed or learned anew.
    before = dict(world)
    assert improve(tmp_path / "run", ASKED, tools(compact_model)) == result
    assert world == before
    # Nor where a kill came between two files, or the round is of before there were two ways.
    for name in ("model.toml", "result.json"):
        (tmp_path / "run" / name).unlink()
    claim = json.loads((tmp_path / "run" / "improvement.json").read_text())
    del claim["improvement"]["learn"]
    (tmp_path / "run" / "improvement.json").write_text(json.dumps(claim))
    assert improve(tmp_path / "run", ASKED, tools(compact_model)) == result
    assert world == before
    with pytest.raises(EvaluationError, match="holds a round of another model"):
        improve(tmp_path / "run", replace(ASKED, seed=1), tools(compact_model))


def test_what_is_relaxed_is_refined_first_where_there_is_a_flow(world, compact_model, tmp_path):
    flow = tiny_flow(tmp_path)
    refining = tools(compact_model, flow=(flow, SamplerSettings(steps=2)))
    asked = replace(ASKED, count=30, temperatures=(0.7,))
    result = improve(tmp_path / "run", asked, refining)
    assert ("refined", result.relaxed, result.relaxed) in refining.watch.counts
    lines = (tmp_path / "run" / "judged.jsonl").read_text().splitlines()
    judged = [from_plain(Candidate, json.loads(line)) for line in lines]
    assert len(judged) == result.relaxed == 26
    # The tiny flow knows few elements; the others go on as written, and say why.
    assert all(candidate.refinement is not None for candidate in judged)
    refined = [candidate for candidate in judged if candidate.refined_crystal is not None]
    assert refined and all(each.refined_crystal != each.written.crystal for each in refined)
    for name in ("before", "after"):
        assert (tmp_path / "run" / f"trial-{name}-refined.jsonl").is_file()
    # Without it, or with another, it is another round.
    for other in (None, (flow, SamplerSettings(steps=3))):
        with pytest.raises(EvaluationError, match="holds a round of another model"):
            improve(tmp_path / "run", asked, tools(compact_model, flow=other))

    # Killed after it refined, it does not refine again.
    (tmp_path / "run" / "judged.jsonl").unlink()
    again = tools(compact_model, flow=(flow, SamplerSettings(steps=2)))
    assert improve(tmp_path / "run", asked, again) == result
    assert not any(line.startswith("refining") for line in again.watch.told)


def test_a_round_that_was_stopped_goes_on_with_the_stage_it_was_in(world, compact_model, tmp_path):
    begun = tools(compact_model)
    counts = begun.watch.counts
    begun.watch.should_stop = lambda: any(stage == "relaxed" for stage, *_ in counts)
    with pytest.raises(ImprovementStoppedError, match="call again to go on"):
        improve(tmp_path, ASKED, begun)
    assert (tmp_path / "written.jsonl").is_file() and not (tmp_path / "judged.jsonl").exists()
    assert any(line.startswith("leaving out") for line in begun.watch.told)
    for _ in range(2):
        judged = tools(compact_model)
        judged.watch.should_stop = lambda watch=judged.watch: bool(watch.learned)
        with pytest.raises(ImprovementStoppedError, match="call again to go on"):
            improve(tmp_path, ASKED, judged)
        # Of thousands the comparison takes minutes.
        assert not any(line.startswith("leaving out") for line in judged.watch.told)
        # What was learned until the stop does not pass for the whole.
        assert not (tmp_path / "model" / "model.safetensors").exists()
    # The stage that was under way is done again (by the cache, where there is one), no other.
    assert world == {"written": 2, "relaxed": 2 * 26, "taught": 2}


def test_a_round_can_be_stopped_while_it_compares_what_was_written(world, compact_model, tmp_path):
    def after_the_writing():
        return (tmp_path / "written.jsonl").is_file()

    watched = tools(compact_model, should_stop=after_the_writing)
    with pytest.raises(ImprovementStoppedError):
        improve(tmp_path, ASKED, watched)
    assert all(stage == "written" for stage, *_ in watched.watch.counts)


def test_it_can_learn_by_preferring_them_to_worse_ones(world, compact_model, tmp_path, monkeypatch):
    """Salts that a model also wrote as caesium chloride, which is not stable."""
    given = []

    def write_crystals(model, request, should_stop=lambda: False, **_):
        for index in range(request.count):
            salt = SALTS[index // 2 % len(SALTS)]
            worse = replace(salt, spacegroup_number=221, lattice=(0.6 * salt.lattice[0],))
            has_worse = index % 2 and salt != SALTS[3]
            yield written(plain_crystal(worse if has_worse else salt), index, request.seed)

    def relax_many(crystals, potential, *_, progress, **__):
        for place, crystal in enumerate(crystals):
            energy = 0.5 if crystal.angles_degrees[0] > 89.0 else -1.0
            yield place, relaxed(crystal, energy, potential)

    def learned(preferences, energy, *rest, **watched):
        given.append((preferences, energy))
        raise NothingLearnedError("nothing was learned")

    monkeypatch.setattr("crystal_llm.generation.writer.write_crystals", write_crystals)
    monkeypatch.setattr("crystal_llm.relaxation.batch.relax_many", relax_many)
    monkeypatch.setattr("crystal_llm.training.compact.preference.learn_preferences", learned)
    asked = replace(ASKED, learn="preference", temperatures=(0.7,))
    result = improve(tmp_path, asked, tools(compact_model))
    ((preferences, energy),) = given
    assert energy == 0.03
    assert (result.learned, result.worse, result.known) == (
        len(preferences),
        len(preferences),
        None,
    )
    for preference in preferences:
        (other,) = preference.worse
        assert (preference.better.crystal.spacegroup_number, other.crystal.spacegroup_number) == (
            225, 221,
        )  # fmt: skip
        assert preference.better.energy_above_hull_ev_per_atom == 0.0
    # A training that comes to nothing is a verdict, and spares the trial.
    assert result.kept is False and result.before is None
    assert json.loads((tmp_path / "result.json").read_text())["nothing_learned"]

    def copied(preferences, energy, base, out, settings, **watched):
        shutil.copytree(base, out, dirs_exist_ok=True)
        judged = CompactValidation(30.0, 20.0, 1.0, 0.5, 1.0, 3, preference_loss=0.6)
        tuned = FineTuned(judged, judged, len(preferences), 3, 9, 0.1, "a test")
        (out / "fine-tuned.json").write_text(json.dumps(to_plain(tuned)))
        return tuned

    monkeypatch.setattr("crystal_llm.training.compact.preference.learn_preferences", copied)
    result = improve(tmp_path / "kept", asked, tools(compact_model))
    title = load_model(str(tmp_path / "kept" / "model.toml")).card.title
    assert result.learned == len(preferences)
    # Not the good ones without a worse one beside them, of which nothing was learned.
    assert title.endswith(f"improved on {result.learned} of its own crystals")
    few = replace(asked, count=30, seed=2)
    with pytest.raises(EvaluationError, match="beside a worse one of their composition"):
        improve(tmp_path / "few", few, tools(compact_model))


def test_what_cannot_be_a_round_is_refused_before_any_work(world, compact_model, tmp_path):
    for changes, said in (
        ({"temperatures": ()}, "name at least one"),
        ({"count": 19}, "n = 19: from 20 to"),
        ({"learn": "by heart"}, "learn 'by heart': likelihood or preference"),
        ({"trial": 10**7}, "trial = 10,000,000: from 1 to"),
        ({"temperatures": (0.7,) * 21, "count": 20}, "fewer crystals than temperatures"),
        ({"minutes": 0.0}, "the last above 0"),
    ):
        with pytest.raises(EvaluationError, match=said):
            replace(ASKED, **changes)
    for changes, said in (
        ({"temperatures": (0.0,)}, "temperature = 0.0"),
        ({"elements": ("Xx",)}, "Xx"),
        ({"elements": ("Li", "Po")}, "Po: no crystal with it was in the training data"),
        ({"max_atoms": 0}, "max atoms = 0"),
    ):
        with pytest.raises(RequestError, match=said):
            replace(ASKED, **changes)
    with pytest.raises(EvaluationError, match="chgnet chooses and examines"):
        improve(tmp_path / "a", ASKED, tools(compact_model, examiner=bench("chgnet")))
    with pytest.raises(EvaluationError, match="are the fewest to learn from"):
        few = replace(ASKED, count=20, temperatures=(0.7,))
        improve(tmp_path / "b", few, tools(compact_model))
    (tmp_path / "b" / "written.jsonl").write_text("{broken\n")
    with pytest.raises(EvaluationError, match=r"written.jsonl: damaged .* remove it"):
        improve(tmp_path / "b", few, tools(compact_model))
    assert not (tmp_path / "a").exists()
