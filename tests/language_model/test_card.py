"""A model card is TOML with known keys; whatever is wrong is named with its file."""

import pytest

from crystal_llm.errors import ModelCardError
from crystal_llm.language_model.card import card_names, find_card, read_card

BASE = '[base]\nname = "Tiny"\nhub = "somebody/tiny"\n'
HASHES = f'"adapter_config.json" = "{"a" * 64}"\n"adapter_model.safetensors" = "{"b" * 64}"\n'
FULL = f"""
title = "A model"
description = "What it is"
quantisation = "nf4"
full_precision_layers = ["down_proj"]
split_digits = true

[base]
name = "Tiny"
licence = "MIT"
folder = "weights"
wheel_module = "llm_tiny"
wheel_file = "tiny.gguf"
hub = "somebody/tiny"
revision = "abc"
[base.sha256]
"tiny.gguf" = "{"c" * 64}"

[adapter]
folder = "adapters/tiny"
[adapter.sha256]
{HASHES}

[training]
steps = 12
[measured]
validity = "9 of 10"
"""


@pytest.fixture
def written(tmp_path):
    """Writes a card and gives its path."""

    def write(text, name="tiny"):
        path = tmp_path / f"{name}.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_every_key_is_read_and_folders_are_relative_to_the_card(written, tmp_path):
    card = read_card(written(FULL))
    assert (card.name, card.title, card.description) == ("tiny", "A model", "What it is")
    assert (card.quantisation, card.full_precision_layers) == ("nf4", ("down_proj",))
    assert card.split_digits
    assert (card.base.name, card.base.licence) == ("Tiny", "MIT")
    assert card.base.folder == tmp_path / "weights"
    assert (card.base.wheel_module, card.base.wheel_file) == ("llm_tiny", "tiny.gguf")
    assert (card.base.hub, card.base.revision) == ("somebody/tiny", "abc")
    assert card.base.sha256 == {"tiny.gguf": "c" * 64}
    assert card.adapter.folder == tmp_path / "adapters" / "tiny"
    assert card.adapter.sha256["adapter_model.safetensors"] == "b" * 64
    assert (card.training, card.measured) == ({"steps": 12}, {"validity": "9 of 10"})


SERVER = '[server]\nurl = "http://gpu:8000/v1"\nmodel = "crystal"\n'


def test_a_server_is_enough_and_names_what_it_serves(written, tmp_path):
    card = read_card(written(SERVER + 'api = "vllm"\nlicence = "LLaMA-2"\n'))
    assert (card.server.requests, card.server.key_variable) == (8, None)
    assert (card.text, card.licence, card.mark) == ("coordinate", "LLaMA-2", "crystal")
    assert card.origin == "crystal, served at http://gpu:8000/v1"
    assert card.weights_sha256 is None and card_names(tmp_path) == ["tiny"]


def test_a_base_is_enough(written):
    card = read_card(written(BASE))
    assert (card.title, card.quantisation, card.adapter) == ("tiny", "none", None)
    assert not card.split_digits


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "not TOML"),
        (b"\xff\xfe", "not TOML"),
        ('title = "no base"', r"lacks \[base\]"),
        (SERVER.replace("http", "ftp"), r"url is 'ftp://gpu:8000/v1'; use http://HOST"),
        (SERVER + 'api = "mine"\n', "server.api is 'mine': use one of vllm, transformers, openai"),
        (SERVER + "requests = 0\n", "requests must be at least 1"),
        ('quantisation = "nf4"\n' + SERVER, "the server quantises its model"),
        (SERVER + f'[adapter]\nfolder = "x"\n[adapter.sha256]\n{HASHES}', r"drop \[adapter\]"),
        ('base = "SmolLM"', "base is 'SmolLM': must be a table"),
        ('[base]\nhub = "somebody/tiny"\n', "base lacks name"),
        ('[base]\nname = "Tiny"\n', "names no folder, wheel_module or hub"),
        (
            "temperature = 1.0\n" + BASE,
            "toml: has temperature, which is not known here: use title",
        ),
        (
            BASE + 'url = "http://x"\n',
            "base has url, which is not known here: use name, licence",
        ),
        ('quantisation = "int4"\n' + BASE, "'int4': use one of none, int8, nf4"),
        ("quantisation = 8\n" + BASE, "quantisation is 8: use one of none, int8, nf4"),
        ("split_digits = 1\n" + BASE, "split_digits is 1: must be true or false"),
        (
            'full_precision_layers = "down_proj"\n' + BASE,
            "layers is 'down_proj': must be a list",
        ),
        (BASE + '[base.sha256]\n"a.gguf" = "123"\n', "is not 64 digits"),
        (BASE + f'[base.sha256]\n"../a.gguf" = "{"0" * 64}"\n', "not a file"),
        (BASE + '[adapter]\nfolder = "x"\n', "lacks 'adapter_model.safetensors'"),
        (BASE + f"[adapter]\n[adapter.sha256]\n{HASHES}", "adapter lacks folder"),
        (BASE + f'[adapter]\nfolder = "x"\nrank = 8\n[adapter.sha256]\n{HASHES}', "rank"),
    ],
)
def test_a_bad_card_is_one_line_that_names_the_file_and_the_fault(written, text, said):
    path = written(text)
    with pytest.raises(ModelCardError, match=said) as raised:
        read_card(path)
    assert str(raised.value).startswith(f"{path}: ")


def test_a_card_that_is_not_there_lists_those_that_are(written, tmp_path):
    written(BASE, "first")
    written(BASE, "second")
    written("rank = 8\n", "a-training-config")
    with pytest.raises(ModelCardError, match=r"'third'; there are: first, second$"):
        find_card("third", tmp_path)
    with pytest.raises(ModelCardError, match="none in"):
        find_card("third", tmp_path / "empty")
    with pytest.raises(ModelCardError, match="cannot be read"):
        find_card(str(tmp_path / "third.toml"), tmp_path)


def test_a_card_is_found_by_name_and_by_path(written, tmp_path):
    path = written(BASE)
    assert find_card("tiny", tmp_path) == find_card(str(path), tmp_path / "elsewhere")


def test_a_base_writes_the_text_that_its_card_says(written):
    plain = read_card(written(BASE))
    assert (plain.text, plain.fills_masks, plain.reads_ranges) == ("coordinate", True, False)
    symmetric = read_card(written('text = "symmetric"\n' + BASE))
    assert (symmetric.text, symmetric.fills_masks) == ("symmetric", False)


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ('text = "xyz"\n' + BASE, "text"),
        (
            'text = "symmetric"\n[server]\nurl = "http://gpu:8000/v1"\nmodel = "m"\n',
            "a served model writes coordinate text",
        ),
        (
            f'text = "coordinate"\n[network]\nfolder = "x"\n[network.sha256]\n'
            f'"model.safetensors" = "{"a" * 64}"\n"network.json" = "{"b" * 64}"\n',
            "a \\[network\\] writes symmetric text",
        ),
    ],
)
def test_a_text_that_the_model_cannot_write_is_refused(card, reason, written):
    with pytest.raises(ModelCardError, match=reason):
        read_card(written(card))


def test_a_broken_card_is_listed_so_that_its_error_can_be_seen(written, tmp_path):
    written("title = ", "broken")
    assert card_names(tmp_path) == ["broken"]


def test_the_shipped_cards_read(shipped_settings):
    names = card_names(shipped_settings.models)
    assert shipped_settings.model in names
    for name in names:
        assert find_card(name, shipped_settings.models).licence != "unknown"
