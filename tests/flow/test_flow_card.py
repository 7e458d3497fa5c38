"""Cards and weights: what is loaded is what was meant."""

import numpy as np
import pytest
import torch
from flow_crystals import KNOWN

from crystal_llm.errors import FlowError, ModelCardError, WeightsError
from crystal_llm.flow.base_distribution import BaseDistribution, lattice_table
from crystal_llm.flow.card import (
    MAX_CARD_BYTES,
    find_flow_card,
    flow_names,
    load_flow,
    read_flow_card,
    save_flow,
)
from crystal_llm.flow.network import NetworkShape, Scales, VelocityNetwork
from crystal_llm.language_model.card import card_names

SHAPE = NetworkShape(width=16, layers=1, frequencies=2, distances=4)


def saved(folder, kind="language-model", shape=SHAPE):
    torch.manual_seed(1)
    network = VelocityNetwork(shape, Scales([5.0] * 6, [2.0] * 6, 0.123456789, [0.5] * 6))
    lattices = lattice_table(list(KNOWN.values())) if kind != "language-model" else np.zeros((0, 7))
    save_flow(
        folder,
        "small",
        network,
        BaseDistribution(kind, lattices),
        title="A “small” network",
        elements=("Na", "Cl"),
        max_atoms=8,
        training={"steps": 3, "minutes": 0.5, "losses": 'said "so"'},
    )
    return network


@pytest.mark.parametrize("kind", ["language-model", "types", "random"])
def test_a_network_is_loaded_as_it_was_saved(tmp_path, kind):
    network = saved(tmp_path, kind)
    flow = load_flow(str(tmp_path / "small.toml"))
    for name, value in network.named_parameters():
        assert torch.equal(flow.network.get_parameter(name), value.half().float())
    assert float(flow.network.coordinates_velocity) == pytest.approx(0.123456789)
    assert flow.card.title == "A “small” network"
    assert flow.card.elements == ("Na", "Cl")
    assert flow.card.training == {"steps": 3, "minutes": 0.5, "losses": 'said "so"'}
    assert flow.base.kind == kind
    assert len(flow.base.lattices) == (0 if kind == "language-model" else len(KNOWN))
    assert flow.identity == f"small/{flow.card.weights.sha256[:12]}"
    assert load_flow(str(tmp_path / "small.toml")) is flow


def test_directions_stand_on_the_card_and_an_older_card_has_none(tmp_path):
    shape = NetworkShape(width=16, layers=1, frequencies=2, distances=4, directions=6)
    network = saved(tmp_path, shape=shape)
    flow = load_flow(str(tmp_path / "small.toml"))
    assert flow.network.shape == shape
    assert torch.equal(
        flow.network.layers[0].stress.bias, network.layers[0].stress.bias.half().float()
    )
    older = tmp_path / "older"
    older.mkdir()
    saved(older)
    card = older / "small.toml"
    card.write_text(card.read_text().replace("directions = 0\n", ""))
    assert load_flow(str(card)).network.shape == SHAPE


def test_cards_are_found_by_name_and_are_no_language_models(tmp_path):
    saved(tmp_path)
    assert flow_names(tmp_path) == ["small"]
    assert card_names(tmp_path) == []
    assert find_flow_card("small", tmp_path) == tmp_path / "small.toml"
    with pytest.raises(ModelCardError, match="there are: small"):
        find_flow_card("large", tmp_path)


def test_tampered_or_missing_weights_are_refused(tmp_path):
    saved(tmp_path)
    weights = tmp_path / "small.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(WeightsError, match="sha256"):
        load_flow(str(tmp_path / "small.toml"))
    weights.unlink()
    with pytest.raises(WeightsError, match="cannot be read"):
        load_flow(str(tmp_path / "small.toml"))


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("width = 16", "width = 24", WeightsError, "not the weights"),
        ("layers = 1", "layers = 2", WeightsError, "not the weights"),
        (
            'base_distribution = "language-model"',
            'base_distribution = "types"',
            WeightsError,
            "lacks the lattices",
        ),
        (
            'base_distribution = "language-model"',
            'base_distribution = "dreams"',
            ModelCardError,
            "base_distribution is 'dreams'",
        ),
        ("max_atoms = 8", "", ModelCardError, "lacks max_atoms"),
        ("max_atoms = 8", "max_atoms = 8\nlicence = 1", ModelCardError, "licence"),
        ("max_atoms = 8", "max_atoms = ", ModelCardError, "not a card"),
        ("small.safetensors", "../small.safetensors", ModelCardError, "not beside the card"),
    ],
)
def test_bad_cards_are_refused(tmp_path, old, new, error, said):
    saved(tmp_path)
    card = tmp_path / "small.toml"
    text = card.read_text()
    assert old in text
    card.write_text(text.replace(old, new, 1))
    with pytest.raises(error, match=said):
        load_flow(str(card))


def test_a_huge_card_is_not_read(tmp_path):
    card = tmp_path / "huge.toml"
    card.write_text("#" * 1_100_000)
    with pytest.raises(ModelCardError, match="larger than a card"):
        read_flow_card(card)


def test_a_network_too_large_to_ship_is_refused(tmp_path):
    large = NetworkShape(width=1024, layers=3)
    with pytest.raises(FlowError, match=f"larger than {MAX_CARD_BYTES // 10**6} MB"):
        saved(tmp_path, shape=large)
    assert not list(tmp_path.iterdir())
