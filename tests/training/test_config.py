"""A run's configuration: TOML with known keys, and an end."""

from pathlib import Path

import pytest

from crystal_llm.errors import TrainingError
from crystal_llm.training.config import LINEAR_LAYERS, TrainingConfig, read_config
from crystal_llm.training.prompt_sampling import PromptMix

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "run.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_file_stands_over_the_defaults_and_a_caller_over_the_file(written):
    path = written(
        'rank = 4\ntotal_tokens = 10\ntargets = ["q_proj"]\nseed = 5\n'
        'full_precision_layers = ["down_proj"]\n[mix]\ninfill = 0.5\n'
    )
    config = read_config(path, total_tokens=20, seed=None)
    assert config == TrainingConfig(
        rank=4,
        total_tokens=20,
        targets=("q_proj",),
        full_precision_layers=("down_proj",),
        seed=5,
        mix=PromptMix(infill=0.5),
    )
    assert config.alpha == TrainingConfig(total_tokens=1).alpha


def test_by_default_every_linear_layer_is_adapted_at_the_papers_alpha():
    config = TrainingConfig(total_minutes=1)
    assert config.targets == LINEAR_LAYERS
    assert config.alpha == 32
    assert config.mix.infill == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rank = ", "not TOML"),
        (b"\xff", "not TOML"),
        (
            "total_tokens = 1\nlora_rank = 8\nepochs = 3",
            "has lora_rank, which is not known",
        ),
        ("total_tokens = 1\n[mix]\nmasks = 0.5", "masks"),
        ("total_tokens = 1\nmix = 0.5", "mix is 0.5: must be a table"),
        ("total_tokens = 1\n[mix]\ninfill = 1.5", "every share is from 0 to 1"),
        ("total_tokens = 1\n[mix]\nfree = -0.5", "every share is from 0 to 1"),
        ("total_tokens = 1\n[mix]\nfree = 0.9\nformula_alone = 0.5", "sum to at most 1"),
        ("total_tokens = 0", "total_tokens = 0: must be above 0"),
        ("total_minutes = -1.0", "total_minutes = -1.0: must be above 0"),
        ("total_minutes = nan", "total_minutes = nan: must be above 0"),
        ("total_tokens = 1\ntargets = 5", "targets is 5: must be a list"),
        ("rank = 8", "set total_tokens or total_minutes"),
        ("total_tokens = 1\nrank = 0", "rank = 0: must be at least 1"),
        ("total_tokens = 1\nrank = 'eight'", "rank is 'eight': must be a whole number"),
        ("total_tokens = 1\nmax_atoms = 0", "max_atoms = 0: must be at least 1"),
        ("total_tokens = 1\ntokens_per_step = 0", "tokens_per_step = 0: must be at least 1"),
        ("total_tokens = 1\nquantisation = 'int8'", "use 'none' or 'nf4'"),
        ("total_tokens = 1\nprecision = 'float16'", "use 'float32' or 'bfloat16'"),
        ("total_tokens = 1\nwide_share = 1.5", "from 0 to 1"),
        ("total_tokens = 1\nlearning_rate = -1.0", "learning_rate = -1.0: must be above 0"),
        ("total_tokens = 1\nclip_norm = 0.0", "clip_norm = 0.0: must be above 0"),
        ("total_tokens = 1\ndropout = 2.0", "dropout below 1"),
    ],
)
def test_a_bad_config_says_what_is_allowed(written, text, said):
    with pytest.raises(TrainingError, match=said):
        read_config(written(text))


def test_a_file_that_is_not_there_is_one_error(tmp_path):
    with pytest.raises(TrainingError, match="cannot be read"):
        read_config(tmp_path / "missing.toml")


@pytest.mark.parametrize(
    "name",
    [
        "training-cpu.toml",
        "training-cpu-continued.toml",
        "training-cpu-nf4.toml",
        "training-gpu.toml",
    ],
)
def test_the_shipped_configs_read(name):
    config = read_config(MODELS / name)
    assert 0 < config.mix.infill < 1
    assert config.mix.free + config.mix.formula_alone + config.mix.elements_alone < 1
    assert config.total_minutes is not None
