"""Training learns, and a kill at any moment changes nothing."""

import copy
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from crystal_llm.errors import TrainingError
from crystal_llm.language_model.tokenizer import symbol_tokens
from crystal_llm.training.batches import BatchStream, StreamPosition, cut_batches, tokenise
from crystal_llm.training.config import TrainingConfig, read_config
from crystal_llm.training.curves import plot_runs
from crystal_llm.training.draws import Draw
from crystal_llm.training.loop import METRICS, learning_rate, train
from crystal_llm.training.objective import CompletionLoss
from crystal_llm.training.table import CrystalRow, write_table
from crystal_llm.types import PlainCrystal

pytestmark = pytest.mark.model

CELLS = [("Na", "Cl", 4.0), ("Mg", "O", 3.0), ("K", "Br", 4.7), ("Li", "F", 2.8)]


def rows():
    return [
        CrystalRow(
            f"{cation}{anion}-{split}",
            f"{cation}{anion}",
            PlainCrystal((a, a, a), (60.0,) * 3, (cation, anion), ((0.0,) * 3, (0.5,) * 3)),
            225,
            -2.0,
            0.0 if cation != "K" else 0.5,
            None,
            split,
        )
        for cation, anion, a in CELLS
        for split in ("train", "val", "test")
    ]


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "table.parquet"
    write_table(rows(), path)
    return path


@pytest.fixture(scope="module")
def tiny_base(tmp_path_factory, tiny_llama, tokenizer):
    folder = tmp_path_factory.mktemp("base")
    tiny_llama.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def config(**changed):
    small = {
        "rank": 4,
        "tokens_per_step": 400,
        "tokens_per_microbatch": 200,
        "warmup_tokens": 400,
        "learning_rate": 5e-3,
        "total_tokens": 6000,
        "checkpoint_every_minutes": 0.0,
        "validate_every_tokens": 3000,
    }
    return TrainingConfig(**small | changed)


def test_the_loss_falls_and_the_adapter_loads_again(tiny_base, table, tmp_path, tiny_llama):
    from peft import PeftModel

    progress = train(tiny_base, table, tmp_path / "run", config(total_tokens=16_000))
    lines = [json.loads(line) for line in (tmp_path / "run" / METRICS).read_text().splitlines()]
    validation = [line["validation"] for line in lines if "validation" in line]
    assert validation[-1]["free"] < 0.8 * validation[0]["free"]
    assert validation[-1]["crystals"] == 3  # those of the stable set alone
    steps = [line["step"] for line in lines if "loss" in line]
    assert steps == list(range(1, progress.step + 1))
    adapter = tmp_path / "run" / "adapter"
    assert "tmp" not in (adapter / "adapter_config.json").read_text()
    PeftModel.from_pretrained(copy.deepcopy(tiny_llama), str(adapter))
    plot_runs([tmp_path / "run"], tmp_path / "curves.png")
    plot_runs([tmp_path / "run"], tmp_path / "curves.html")
    assert (tmp_path / "curves.png").stat().st_size > 5000
    with pytest.raises(TrainingError, match="name a figure"):
        plot_runs([tmp_path / "run"], tmp_path / "curves.txt")


CHILD = """
import sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from test_loop import config
from crystal_llm.training.loop import train
base, table, run = map(Path, sys.argv[1:])
train(base, table, run, config())
"""


def test_a_killed_run_ends_as_if_it_had_not_been(tiny_base, table, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent), "OMP_NUM_THREADS": "1"}

    def child(run):
        return subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tiny_base), str(table), str(run)],
            env=environment,
            stderr=subprocess.DEVNULL,
        )

    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert child(whole).wait(200) == 0
    process = child(cut)
    metrics = cut / METRICS
    for _ in range(2000):
        if metrics.exists() and metrics.read_text().count('"loss"') >= 4:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (cut / "adapter").exists(), "the run was over before it was killed"
    assert child(cut).wait(200) == 0
    found, wanted = (
        load_file(str(run / "adapter" / "adapter_model.safetensors")) for run in (cut, whole)
    )
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        torch.testing.assert_close(found[name], value, atol=2e-3, rtol=2e-2)
    steps = [
        json.loads(line)["step"] for line in metrics.read_text().splitlines() if '"loss"' in line
    ]
    assert steps == list(range(1, len(steps) + 1))


def test_another_config_in_the_same_folder_is_refused(tiny_base, table, tmp_path):
    train(tiny_base, table, tmp_path / "run", config(total_tokens=300))
    with pytest.raises(TrainingError, match="another rank"):
        train(tiny_base, table, tmp_path / "run", config(total_tokens=300, rank=2))


def test_the_stream_can_be_entered_anywhere_and_keeps_off_held_out_rows(tokenizer):
    wanted = config(tokens_per_microbatch=500)
    held = {one.material_id for one in rows() if one.split != "train"}
    stream = BatchStream(rows(), tokenizer, wanted)
    assert not held & {one.material_id for one in (*stream._stable, *stream._wide)}
    first = stream.batches(StreamPosition())
    seen = [next(first) for _ in range(7)]
    again = BatchStream(rows(), tokenizer, wanted).batches(seen[3][1])
    assert [next(again)[0] for _ in range(3)] == [batch for batch, _ in seen[4:]]
    for batch, _ in seen:
        assert len(batch) * max(len(one.ids) for one in batch) <= 500 or len(batch) == 1


def test_the_loss_counts_the_completion_alone_over_the_alphabet(tiny_llama, tokenizer):
    alphabet = symbol_tokens(tokenizer).alphabet
    draws = tokenise(
        [
            Draw("Write:\n", "5.0 5.0 5.0\n90 90 90\nNa\n0.00 0.00 0.00", is_infill=False),
            Draw("Fill a longer prompt:\n", "Cl", is_infill=True),
        ],
        tokenizer,
    )
    found = CompletionLoss(tiny_llama, alphabet, infill_weight=3.0)(draws)
    whole = CompletionLoss(tiny_llama, alphabet)(draws, full_vocabulary=True)
    nats, all_nats = [], []
    for one in draws:
        with torch.inference_mode():
            scores = tiny_llama(torch.tensor([one.ids])).logits[0]
        places = range(one.prompt_length - 1, len(one.ids) - 1)
        targets = [one.ids[place + 1] for place in places]
        restricted = scores[list(places)][:, list(alphabet)].log_softmax(1)
        nats.append(-sum(
            float(restricted[i, alphabet.index(target)]) for i, target in enumerate(targets)
        ))  # fmt: skip
        everything = scores[list(places)].log_softmax(1)
        all_nats.append(-sum(float(everything[i, t]) for i, t in enumerate(targets)))
    assert (found.crystal_nats, found.infill_nats) == pytest.approx(tuple(nats), rel=1e-4)
    assert (whole.crystal_nats, whole.infill_nats) == pytest.approx(tuple(all_nats), rel=1e-4)
    assert float(found.weighted) == pytest.approx(nats[0] + 3 * nats[1], rel=1e-4)
    assert found.infill_tokens == 2  # the element and the end


def test_batches_hold_draws_of_like_length_within_the_limit(tokenizer):
    draws = tokenise([Draw("p" * n + "\n", "Na", is_infill=False) for n in range(1, 60)], tokenizer)
    batches = cut_batches(draws, 100)
    assert sorted(len(one.ids) for batch in batches for one in batch) == [
        len(one.ids) for one in sorted(draws, key=lambda one: len(one.ids))
    ]
    for batch in batches:
        assert len(batch) * max(len(one.ids) for one in batch) <= 100 or len(batch) == 1


def test_the_learning_rate_warms_up_and_follows_a_cosine():
    wanted = config(learning_rate=1.0, warmup_tokens=100, final_learning_rate_share=0.1)
    assert learning_rate(wanted, 49, 0.0) == pytest.approx(0.5)
    assert learning_rate(wanted, 1000, 0.5) == pytest.approx(0.55)
    assert learning_rate(wanted, 1000, 1.0) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rank = 0\ntotal_tokens = 1", "at least 1"),
        ("rank = 4", "needs an end"),
        ("ranks = 4\ntotal_tokens = 1", "unknown key"),
        ("rank = ", "not a readable"),
        ('quantisation = "int3"\ntotal_tokens = 1', "'none' or 'nf4'"),
        ("wide_share = 2.0\ntotal_tokens = 1", "from 0 to 1"),
        ("total_tokens = 1\n[mix]\nno = 1", "no"),
    ],
)
def test_a_bad_config_says_what_is_wrong(text, said, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TrainingError, match=said):
        read_config(path)


def test_the_shipped_config_reads():
    shipped = read_config(Path(__file__).parents[2] / "models" / "training-cpu.toml")
    assert shipped.rank == 16
