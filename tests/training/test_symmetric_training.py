"""An adapter learns symmetric text: the same run, with draws and crystals of the other text."""

import random
from dataclasses import replace

import pytest
from symmetric_cases import random_crystal
from textbook_crystals import SHORT_RUN, textbook_rows

from crystal_llm.cli.main import main
from crystal_llm.crystal.symmetric import MASKED, plain_crystal
from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.dataset.symmetric_table import SymmetricRow, write_symmetric_table
from crystal_llm.errors import TableError, TrainingError
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.text.symmetric_text import decode_symmetric, encode_symmetric
from crystal_llm.training.batches import BatchStream
from crystal_llm.training.checkpoint import StreamPosition
from crystal_llm.training.compact.validation import judged_crystals
from crystal_llm.training.config import read_config
from crystal_llm.training.loop import train_adapter
from crystal_llm.training.prompt_sampling import PromptMix
from crystal_llm.training.run_folder import read_metrics
from crystal_llm.training.symmetric_prompt_sampling import (
    draw_symmetric_generation,
    draw_symmetric_infill,
)
from crystal_llm.training.validation import symmetric_validation_set

pytestmark = pytest.mark.model

RUN = replace(SHORT_RUN, text="symmetric", total_tokens=9_000)


def test_the_shipped_config_is_a_run_on_symmetric_text(shipped_settings):
    config = read_config(shipped_settings.models / "training-symmetric.toml")
    assert (config.text, config.max_orbits, config.total_tokens) == ("symmetric", 20, 11_500_000)


def row_of(row):
    return SymmetricRow(
        row.material_id, row.formula, symmetric_crystal(row.crystal),
        row.formation_energy_ev_per_atom, row.energy_above_hull_ev_per_atom, row.band_gap_ev,
        row.split, near_test=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def symmetric_rows():
    return [row_of(row) for row in textbook_rows()]


@pytest.fixture(scope="module")
def symmetric_table(symmetric_rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("symmetric") / "table.parquet"
    write_symmetric_table(symmetric_rows, path)
    return path


@pytest.fixture(scope="module")
def run(symmetric_table, tiny_base, tmp_path_factory, one_thread):
    folder = tmp_path_factory.mktemp("runs") / "symmetric"
    train_adapter(tiny_base, symmetric_table, folder, RUN)
    return folder


def generation_prompts(row, mix, count=200):
    return [
        draw_symmetric_generation(row, mix, random.Random(seed)).prompt for seed in range(count)
    ]


def test_a_generation_draw_is_a_description_of_the_crystal():
    crystal = random_crystal(62, 4, seed=1)
    row = SymmetricRow("x", "X", crystal, -1.0, 0.0, 0.0, "train", near_test=False)
    texts = set()
    for seed in range(20):
        draw = draw_symmetric_generation(row, PromptMix(), random.Random(seed))
        assert not draw.is_infill
        texts.add(draw.completion)
        written = decode_symmetric(draw.completion)
        assert written.spacegroup_number == 62
        assert sorted(plain_crystal(written).species) == sorted(plain_crystal(crystal).species)
    assert len(texts) > 5, "every draw takes another setting"


def test_what_is_said_follows_the_mix(symmetric_rows):
    stable = next(row for row in symmetric_rows if row.formula == "SrTiO3")
    mix = PromptMix(free=0.0, formula_alone=1.0, elements_alone=0.0)
    said = generation_prompts(stable, mix)
    assert all("The chemical formula is SrTiO3. " in prompt for prompt in said)
    assert not any("The elements are" in prompt for prompt in said)
    energy = sum("energy above the convex hull" in prompt for prompt in said)
    assert 80 < energy < 160
    rest = generation_prompts(stable, PromptMix(0.0, 0.0, 0.0, 0.0))
    for sentence in (
        "The elements are Sr, Ti, O",
        "The spacegroup number is 221",
        "system is cubic",
        "in the primitive cell is 5",
        "The band gap is",
    ):
        assert 10 < sum(sentence in prompt for prompt in rest) < 120


def test_only_what_is_known_to_be_stable_is_shown_as_if_nothing_were_to_be_said(symmetric_rows):
    free = PromptMix(free=1.0, formula_alone=0.0, elements_alone=0.0)
    unstable = next(row for row in symmetric_rows if row.energy_above_hull_ev_per_atom == 0.35)
    assert all("convex hull is 0.35. " in prompt for prompt in generation_prompts(unstable, free))
    unknown = next(row for row in symmetric_rows if row.energy_above_hull_ev_per_atom is None)
    assert all("formula is FeS. " in prompt for prompt in generation_prompts(unknown, free))


def test_an_infill_draw_masks_an_element_or_part_of_it():
    crystal = random_crystal(14, 6, seed=3)
    crystal = replace(
        crystal,
        orbits=tuple(
            replace(orbit, element="O" if place else "Na")
            for place, orbit in enumerate(crystal.orbits)
        ),
    )
    row = SymmetricRow("x", "X", crystal, None, 0.0, None, "train", near_test=False)
    masks = set()
    for seed in range(60):
        draw = draw_symmetric_infill(row, random.Random(seed))
        assert draw.is_infill and draw.completion in ("Na", "O")
        masked = draw.prompt.count(f"\n{MASKED} ")
        left = draw.prompt.count("\nO ") + draw.prompt.count("\nNa ")
        assert masked >= 1 and masked + left == len(crystal.orbits)
        masks.add((draw.completion, masked))
    assert ("Na", 1) in masks and ("O", len(crystal.orbits) - 1) in masks
    assert any(element == "O" and n < len(crystal.orbits) - 1 for element, n in masks)


def test_held_out_near_test_and_many_orbits_are_never_drawn(symmetric_rows, tokenizer):
    rows = [
        replace(row, near_test=row.formula == "NaCl", split=row.split) for row in symmetric_rows
    ]
    mix = PromptMix(infill=0.0, free=0.0, formula_alone=1.0, elements_alone=0.0)
    config = replace(RUN, max_orbits=2, mix=mix)
    formulas = set()
    for batch, after in BatchStream(rows, tokenizer, config).batches(StreamPosition()):
        for draw in batch:
            prompt = tokenizer.decode(draw.ids[: draw.prompt_length])
            formulas.add(prompt.split("formula is ")[1].split(". ")[0])
        if after.pool == 1:
            break
    assert formulas == {"LiF", "MgO", "CuN", "AgC", "FeS"}
    with pytest.raises(TrainingError, match="no training rows"):
        BatchStream([replace(row, split="val") for row in rows], tokenizer, config)


def test_the_judged_crystals_are_the_compact_models(symmetric_rows, tokenizer):
    held = symmetric_validation_set(symmetric_rows, tokenizer, count=9, max_orbits=20)
    judged = judged_crystals(symmetric_rows, CompactVocabulary(), count=9, max_orbits=20)
    assert held.crystals == len(judged) == 3
    for kind in ("free", "formula", "conditioned"):
        draws = [draw for batch in held.kinds[kind] for draw in batch]
        texts = {tokenizer.decode(draw.ids[draw.prompt_length : -1]) for draw in draws}
        assert texts == {encode_symmetric(item.crystal) for item in judged}
    prompts = [tokenizer.decode(d.ids[: d.prompt_length]) for b in held.kinds["free"] for d in b]
    assert sum("energy above the convex hull is 0.9. " in prompt for prompt in prompts) == 1


def test_a_run_learns_and_its_losses_a_crystal_are_those_a_token(run):
    lines = [line["validation"] for line in read_metrics(run) if "validation" in line]
    assert lines[-1]["free_nats_a_crystal"] < 0.8 * lines[0]["free_nats_a_crystal"]
    ratios = [line["free_nats_a_crystal"] / line["free"] for line in lines]
    assert ratios == pytest.approx([ratios[0]] * len(ratios)) and ratios[0] > 10


def test_a_run_goes_on_as_if_it_had_not_stopped(
    run, symmetric_table, tiny_base, tmp_path, one_thread
):
    stopped = tmp_path / "stopped"
    train_adapter(tiny_base, symmetric_table, stopped, replace(RUN, total_tokens=4_000))
    lines = [line for line in read_metrics(stopped) if "loss" in line]
    whole = [line for line in read_metrics(run) if "loss" in line]
    # The rate differs, since the end was moved; the batches are the same.
    assert [line["tokens"] for line in lines] == [line["tokens"] for line in whole[: len(lines)]]
    again = train_adapter(tiny_base, symmetric_table, stopped, RUN)
    resumed = [line for line in read_metrics(stopped) if "loss" in line]
    assert [line["tokens"] for line in resumed] == [line["tokens"] for line in whole]
    assert again.step == whole[-1]["step"]


def test_its_adapter_becomes_a_card_that_writes_symmetric_text(run, tiny_base, tmp_path, capfd):
    added = ["models", "add", str(run / "adapter"), "--name", "mine", "--text", "symmetric"]
    assert main([*added, "--base-folder", str(tiny_base), "--into", str(tmp_path)]) == 0
    out = tmp_path / "out.jsonl"
    asked = ["--model", str(tmp_path / "mine.toml"), "--n", "2", "--best-of", "1", "--no-novel"]
    assert (
        main(["generate", *asked, "--spacegroup", "225", "--hard", "spacegroup", "--out", str(out)])
        == 0
    )
    assert out.read_text().count('"text": "225\\n') == 2


def test_a_table_without_symmetric_form_and_an_adapter_of_the_other_text_are_refused(
    run, table, tiny_base, tmp_path, capfd
):
    with pytest.raises(TableError, match="no symmetric form"):
        train_adapter(tiny_base, table, tmp_path / "other", RUN)
    config = tmp_path / "run.toml"
    config.write_text('text = "symmetric"\ntotal_tokens = 100\n')
    asked = ["--config", str(config), "--table", str(table), "--model", "smollm2-135m"]
    assert main(["train", str(tmp_path / "new"), *asked, "--continue-adapter"]) == 2
    assert (
        "its adapter writes coordinate text, the config asks for symmetric"
        in capfd.readouterr().err
    )
    with pytest.raises(TrainingError, match="another text"):
        train_adapter(tiny_base, table, run, replace(RUN, text="coordinate"))
