"""A tokenizer serves when it cuts crystal text exactly at its symbols."""

import pytest
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.errors import TokenizerError
from crystal_llm.language_model.tokenizer import (
    completion_ids,
    load_tokenizer,
    split_symbols,
    symbol_tokens,
)
from crystal_llm.text import generation_prompt
from crystal_llm.text.alphabet import DIGITS

CRYSTAL = "5.7 12.3 8.1\n90 90 120\nCo\n0.00 0.25 0.73\nCl\n0.50 0.50 0.99"
NUMBERS = [(a, b) for a in "0123456789" for b in "0123456789"]
LETTERS = [("N", "a"), ("C", "l"), ("M", "g"), ("e", "l"), ("o", "w")]
# Llama 3's own rule, which lets up to three digits stand together.
WORDS = r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+"


def byte_level(merges, *, end="<end>"):
    """A tokenizer of Llama 3's kind that merges some pairs of characters."""
    vocabulary = {character: i for i, character in enumerate(pre_tokenizers.ByteLevel.alphabet())}
    for pair in merges:
        vocabulary.setdefault("".join(pair), len(vocabulary))
    tokenizer = Tokenizer(models.BPE(vocabulary, list(merges)))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=end)


def sentence_piece():
    """A tokenizer of LLaMA-2's kind: spaces as ▁, one before a text, newline as a byte."""
    vocabulary = {"<unk>": 0, "<s>": 1, "</s>": 2}
    for byte in range(256):
        vocabulary[f"<0x{byte:02X}>"] = len(vocabulary)
    for character in ["▁", *map(chr, range(33, 127))]:
        vocabulary[character] = len(vocabulary)
    merges = [*LETTERS, ("▁", "B"), ("▁", "C"), ("▁C", "l")]
    for pair in merges:
        vocabulary.setdefault("".join(pair), len(vocabulary))
    tokenizer = Tokenizer(
        models.BPE(vocabulary, merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True)
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )


def assert_spells_crystals(tokenizer):
    symbols = symbol_tokens(tokenizer)
    assert all(len(symbols.ids[digit]) == 1 for digit in DIGITS)
    _, written = completion_ids(tokenizer, generation_prompt(), CRYSTAL)
    assert written == [token for symbol in split_symbols(CRYSTAL) for token in symbols.ids[symbol]]
    assert tokenizer.decode(written) == CRYSTAL
    spellings = [symbols.ids[element] for element in ELEMENTS]
    assert len(set(spellings)) == len(ELEMENTS)
    assert set(symbols.alphabet) == {
        symbols.end,
        *(token for ids in symbols.ids.values() for token in ids),
    }


@pytest.mark.model
def test_the_shipped_tokenizer_serves(tokenizer):
    assert_spells_crystals(tokenizer)


def test_a_tokenizer_of_llama_2s_kind_serves():
    assert_spells_crystals(sentence_piece())


def test_a_tokenizer_that_splits_digits_serves():
    assert_spells_crystals(byte_level(LETTERS))


def test_a_tokenizer_that_merges_digits_is_refused_with_the_remedy():
    with pytest.raises(TokenizerError, match="does not split digits") as raised:
        symbol_tokens(byte_level([*LETTERS, *NUMBERS]))
    assert "split_digits = true" in str(raised.value)
    assert "LLaMA-2, Qwen, SmolLM2" in str(raised.value)


def test_split_digits_is_the_remedy(tmp_path):
    byte_level([*LETTERS, *NUMBERS]).save_pretrained(tmp_path)
    with pytest.raises(TokenizerError):
        symbol_tokens(load_tokenizer(tmp_path))
    assert_spells_crystals(load_tokenizer(tmp_path, split_digits=True))


def test_a_tokenizer_that_merges_an_element_with_its_newline_is_refused():
    merging = byte_level([])
    merging.backend_tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(
        add_prefix_space=False, use_regex=False
    )
    assert_spells_crystals(merging)
    newline = "Ċ"  # byte-level BPE's name of the newline
    vocabulary = dict(merging.get_vocab())
    vocabulary.pop("<end>")
    vocabulary[f"O{newline}"] = len(vocabulary)
    merging.backend_tokenizer.model = models.BPE(vocabulary, [("O", newline)])
    with pytest.raises(TokenizerError, match="merged with its neighbours"):
        symbol_tokens(merging)


def test_a_tokenizer_without_an_end_is_refused():
    with pytest.raises(TokenizerError, match="no end token"):
        symbol_tokens(byte_level(LETTERS, end=None))


def test_a_folder_without_a_tokenizer_is_one_error(tmp_path):
    with pytest.raises(TokenizerError, match="no tokenizer can be read there"):
        load_tokenizer(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{half", encoding="utf-8")
    with pytest.raises(TokenizerError, match="no tokenizer can be read there"):
        load_tokenizer(tmp_path)


def test_text_is_split_into_its_symbols():
    assert split_symbols("5.0 1\nCd\n0.1") == [*"5.0 1", "\n", "Cd", "\n", *"0.1"]
    assert "".join(split_symbols(CRYSTAL)) == CRYSTAL
