"""The config of a run: read from TOML, strict about names, kinds and ranges."""

import json
import re
from dataclasses import replace

import pytest

from crystal_llm.errors import TrainingError
from crystal_llm.settings import PACKAGE_ROOT
from crystal_llm.training.compact.config import (
    CompactConfig,
    CompactShape,
    TaskMix,
    read_compact_config,
)

MODELS = PACKAGE_ROOT / "models"
ON_A_GPU = CompactConfig(
    weight_decay=0.1,
    warmup_steps=200,
    average_steps=300,
    tokens_per_step=16_384,
    wide_share=0.6,
    validate_every_steps=500,
    checkpoint_every_minutes=10.0,
    mix=TaskMix(infill=0.36, complete=0.06),
)


def test_the_shipped_configs_are_those_of_the_runs():
    assert read_compact_config(MODELS / "training-compact.toml") == replace(
        ON_A_GPU, hidden_rate=0.008, other_rate=1.2e-3, dropout=0.05, teacher_share=0.7, seed=3
    )
    assert read_compact_config(MODELS / "training-teacher.toml") == replace(
        ON_A_GPU,
        network=CompactShape(10, 448, 7, 1216, 512),
        hidden_rate=0.015,
        other_rate=2e-3,
        dropout=0.15,
        seed=2,
    )


def test_the_shipped_network_has_the_shape_of_its_config():
    shape = json.loads((MODELS / "compact" / "network.json").read_text(encoding="utf-8"))
    network = read_compact_config(MODELS / "training-compact.toml").network
    assert [shape[name] for name in ("num_hidden_layers", "hidden_size", "intermediate_size")] == [
        network.layers,
        network.hidden,
        network.feed_forward,
    ]


BAD = [
    ("x", "not TOML"),
    ("rank = 4", "has rank, which is not known here: use network, mix, hidden_rate"),
    ("network = 5", "network is 5: must be a table"),
    ("[network]\nwidth = 4", "network has width, which is not known here: use layers, hidden"),
    ("[network]\nlayers = 0", "network.layers must be at least 1"),
    ("[network]\nlayers = 2.5", "network.layers is 2.5: must be a whole number"),
    ("[network]\nhidden = 250", "not an even multiple of 4 heads"),
    ("[mix]\ninfill = 0.99", "infill + complete at most 1"),
    ("[mix]\nfree = 0.9", "sum to at most 1"),
    ("[mix]\nfree = -0.1", "every share is from 0 to 1"),
    ("warmup_steps = 0", "warmup_steps = 0: must be at least 1"),
    ("tokens_per_step = true", "tokens_per_step is True: must be a whole number"),
    ("hidden_rate = '1'", "hidden_rate is '1': must be a number"),
    ("hidden_rate = 0", "hidden_rate = 0.0: must be above 0"),
    ("other_rate = nan", "other_rate = nan: must be above 0"),
    ("given_weight = -1", "at least 0, the last above 0"),
    ("wide_share = 1.5", "wide_share = 1.5: must be from 0 to 1"),
    ("augmentation = 'all'", "augmentation is 'all': use one of both, setting"),
    ("precision = 'float16'", "use 'bfloat16' or 'float32'"),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_bad_configs_are_one_line(text, said, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(TrainingError, match=re.escape(said)) as caught:
        read_compact_config(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
