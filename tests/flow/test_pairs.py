"""Folders of pairs: whole, resumable, and honest about what failed."""

import json
from dataclasses import replace

import numpy as np
import pytest
from flow_crystals import KNOWN, ROWS, moved

from crystal_llm.errors import FlowError
from crystal_llm.flow.base_distribution import BaseDistribution
from crystal_llm.flow.pairs import (
    PairsPlan,
    chance_samples,
    data_lattices,
    draw_pairs,
    pair_files,
    read_pairs,
    read_plan,
)

PLAN = PairsPlan("types", None, targets=40, samples_each=2)


@pytest.fixture
def tiny_plan():
    return PairsPlan("language-model", "x", targets=1, samples_each=1, hold_space_group=True)


def files_of(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def chance(plan):
    return chance_samples(BaseDistribution(plan.base, data_lattices(ROWS, plan)), plan.samples_each)


def all_pairs(folder):
    return [pair for path in pair_files(folder) for pair in read_pairs(path)]


def test_pairs_are_read_as_they_were_drawn(pairs, samples, plan):
    drawn_pairs = all_pairs(pairs)
    assert len(drawn_pairs) == plan.targets * plan.samples_each
    assert {pair.split for pair in drawn_pairs} == {"train", "val"}
    for pair in drawn_pairs:
        assert pair.target == KNOWN[pair.material_id.partition("-")[2]]
        assert pair.sample.species == pair.aligned.species
        difference = np.subtract(
            pair.aligned.fractional_coordinates, pair.sample.fractional_coordinates
        )
        squared = np.square(difference - np.round(difference)).sum()
        assert pair.distance_squared == pytest.approx(squared, abs=1e-9)
    assert read_plan(pairs) == plan


def test_every_training_crystal_comes_before_any_comes_again(pairs, plan):
    train = [pair.material_id for pair in all_pairs(pairs) if pair.split == "train"]
    distinct = list(dict.fromkeys(train))
    assert set(distinct) == {row.material_id for row in ROWS if row.split == "train"}


def test_a_stopped_folder_goes_on_to_the_same_pairs(tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    draw_pairs(ROWS, chance(PLAN), PLAN, whole)
    asked = iter([False] * 20 + [True])
    stopped = draw_pairs(ROWS, chance(PLAN), PLAN, parts, should_stop=lambda: next(asked))
    assert stopped.pairs == 32  # the first file; the second was begun and is given up
    assert sorted(path.name for path in parts.iterdir()) == ["pairs-000000.parquet", "pairs.json"]
    drawn = []

    def counted(row, seed):
        drawn.append(row)
        yield from chance(PLAN)(row, seed)

    assert draw_pairs(ROWS, counted, PLAN, parts).pairs == 80
    assert len(drawn) == 24
    assert files_of(parts) == files_of(whole)


def test_more_targets_add_to_a_folder(tmp_path):
    few = replace(PLAN, targets=16)
    draw_pairs(ROWS, chance(few), few, tmp_path / "pairs")
    draw_pairs(ROWS, chance(PLAN), PLAN, tmp_path / "pairs")
    draw_pairs(ROWS, chance(PLAN), PLAN, tmp_path / "whole")
    assert files_of(tmp_path / "pairs") == files_of(tmp_path / "whole")


def test_another_plan_is_refused(tmp_path):
    draw_pairs(ROWS, chance(PLAN), PLAN, tmp_path)
    before = files_of(tmp_path)
    with pytest.raises(FlowError, match="another seed"):
        draw_pairs(ROWS, chance(PLAN), replace(PLAN, seed=1), tmp_path)
    assert files_of(tmp_path) == before


def test_samples_that_make_no_pair_are_counted_by_reason(tmp_path):
    plan = PairsPlan("language-model", "bad", targets=16, samples_each=3)

    def samples(row, seed):
        yield "line 3: Xx is not an element"
        yield replace(row.crystal, species=("H",) * len(row.crystal.species))
        yield row.crystal

    for _ in range(2):  # drawn, then counted from the file
        count = draw_pairs(ROWS, samples, plan, tmp_path)
        assert count.pairs == 16
        assert count.failures["line 3: Xx is not an element"] == 16
        assert sum(count.failures.values()) == 32


def test_a_sample_with_a_smaller_cell_keeps_all_its_atoms(tmp_path):
    # Both atoms the same: spglib would halve the cell.
    row = replace(ROWS[0], crystal=replace(KNOWN["TiO2"], species=("Ti",) * 6), formula="Ti")
    plan = PairsPlan("language-model", "same", targets=1, samples_each=1, max_atoms=8)
    twin = moved(row.crystal, (1, 0, 2, 3, 4, 5), (0.1, 0.2, 0.3))
    assert draw_pairs([row], lambda row, seed: iter([twin]), plan, tmp_path).pairs == 1


def test_a_damaged_file_is_named(tmp_path):
    draw_pairs(ROWS, chance(PLAN), PLAN, tmp_path)
    path = tmp_path / "pairs-000001.parquet"
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(FlowError, match=r"pairs-000001.*not a file of pairs"):
        read_pairs(path)
    with pytest.raises(FlowError, match="delete it"):
        draw_pairs(ROWS, chance(PLAN), PLAN, tmp_path)


def test_folders_without_pairs(tmp_path):
    with pytest.raises(FlowError, match="crystal-llm flow pairs"):
        read_plan(tmp_path)
    with pytest.raises(FlowError, match="holds no pairs"):
        pair_files(tmp_path)
    (tmp_path / "pairs.json").write_text(json.dumps({"base": "types"}))
    with pytest.raises(FlowError, match="holds no pairs"):
        read_plan(tmp_path)


def test_a_table_without_targets_is_refused(tmp_path):
    held_out = [replace(row, split="test") for row in ROWS]
    with pytest.raises(FlowError, match="no training crystal"):
        draw_pairs(held_out, iter, PLAN, tmp_path / "pairs")
    assert not (tmp_path / "pairs").exists()


@pytest.mark.model
def test_a_model_writes_samples_of_the_targets_formula(tiny_models, tmp_path):
    from crystal_llm.flow.model_samples import model_samples

    plan = PairsPlan("language-model", "tiny", targets=3, samples_each=2, max_atoms=6)
    rows = [row for row in ROWS if len(row.crystal.species) <= 6]
    count = draw_pairs(rows, model_samples(tiny_models["float32"], plan), plan, tmp_path)
    assert count.pairs + sum(count.failures.values()) == 6
    for pair in all_pairs(tmp_path):
        assert sorted(pair.sample.species) == sorted(pair.target.species)


def test_a_model_of_symmetric_text_can_be_held_to_the_space_group(tmp_path):
    from compact_model import load_tiny

    from crystal_llm.crystal.reduction import spacegroup_number
    from crystal_llm.flow.model_samples import model_samples

    groups = {"NaCl": 225, "SrTiO3": 221, "TiO2": 136, "SiO2": None}
    rows = [
        replace(row, spacegroup_number=groups[row.formula]) for row in ROWS if row.formula in groups
    ]
    plan = PairsPlan(
        "language-model", "tiny", targets=4, samples_each=2, max_atoms=9, hold_space_group=True
    )
    model = load_tiny(tmp_path / "model")
    count = draw_pairs(rows, model_samples(model, plan), plan, tmp_path / "pairs")
    assert count.pairs + sum(count.failures.values()) == 8
    drawn_pairs = all_pairs(tmp_path / "pairs")
    assert drawn_pairs
    for pair in drawn_pairs:
        assert sorted(pair.sample.species) == sorted(pair.target.species)
        asked = groups[pair.material_id.partition("-")[2]]
        # By chance a random network's crystal may be more symmetric than was asked.
        assert asked is None or spacegroup_number(pair.sample, 0.01) >= asked


def test_a_target_that_no_request_fits_is_counted(tiny_plan, tmp_path):
    from crystal_llm.flow.model_samples import model_samples

    # Nothing of eleven atoms a formula unit is at hand in the group with 192 operations.
    row = replace(ROWS[0], formula="Na2Cl9", spacegroup_number=228)
    [reason] = model_samples(None, tiny_plan)(row, 0)
    assert "no crystal can have" in reason
