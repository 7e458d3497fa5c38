"""The config of a run, read strictly."""

from pathlib import Path

import pytest

from crystal_llm.errors import FlowError
from crystal_llm.flow.config import read_flow_config


def test_overrides_stand_over_the_file(tmp_path):
    path = tmp_path / "flow.toml"
    path.write_text("total_steps = 5\nbatch_size = 8\n[shape]\nwidth = 64\n")
    config = read_flow_config(path, total_minutes=2.0, batch_size=None, pairing="index")
    assert (config.total_steps, config.total_minutes, config.batch_size) == (5, 2.0, 8)
    assert (config.shape.width, config.shape.layers, config.pairing) == (64, 4, "index")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "needs an end"),
        ("total_steps = 0", "above 0"),
        ("total_steps = 5\nsize = 1", "size"),
        ("total_steps = 5\nbatch_size = 0", "at least 1"),
        ("total_steps = 5\nlearning_rate = -1.0", "above 0"),
        ('total_steps = 5\nprecision = "float8"', "float8"),
        ('total_steps = 5\npairing = "luck"', "luck"),
        ("total_steps = 5\ndisturbed_share = 1.5", "disturbed_share = 1.5"),
        ('total_steps = 5\ncoordinates_weight = "much"', "coordinates_weight"),
        ("total_steps = 5\ncoordinates_weight = 0.0", "above 0"),
        ("total_steps = 5\ndecay_share = 2.0", "from 0 to 1"),
        ("total_steps = 5\n[shape]\nwidth = 0", "shape.width"),
        ("total_steps = 5\n[shape]\nwidth = 100000", "shape.width"),
        ("total_steps = 5\n[shape]\ndirections = -1", "shape.directions"),
        ("total_steps = 5\n[disturbance]\nshear = 1.5", "disturbance.shear"),
        ("total_steps = 5\n[disturbance]\ntwist = 0.1", "twist"),
        ("total_steps = ", "not TOML"),
    ],
)
def test_what_cannot_be_a_run_is_refused(tmp_path, text, said):
    path = tmp_path / "flow.toml"
    path.write_text(text)
    with pytest.raises(FlowError, match=said) as error:
        read_flow_config(path)
    assert str(path) in str(error.value)


def test_the_weight_of_coordinates_may_be_left_to_the_pairs(tmp_path):
    path = tmp_path / "flow.toml"
    path.write_text('total_steps = 5\ncoordinates_weight = "auto"\ndisturbed_share = 0.85\n')
    config = read_flow_config(path)
    assert (config.coordinates_weight, config.disturbed_share) == ("auto", 0.85)


def test_no_file_is_all_defaults():
    assert read_flow_config(None, total_steps=1).shape.width == 128
    with pytest.raises(FlowError, match="cannot be read"):
        read_flow_config(Path("/nowhere.toml"))
