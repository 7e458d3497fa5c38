"""Tokenizers that can carry crystal text, and the tokens that crystal text uses.

Numbers are only learnable digit by digit (CrystalLLM, Section 4), and the decoding
grammar steps from symbol to symbol: a digit, a point, a space, a newline, an element.
A tokenizer serves when it cuts crystal text exactly at those symbols.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.errors import TokenizerError
from crystal_llm.text.alphabet import DIGITS, NEWLINE, POINT, SPACE
from crystal_llm.text.prompts import generation_prompt

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_LATTICE = "5.7 12.3 8.1\n90 90 120\n"
_SITE = "0.05 0.25 0.73"


@dataclass(frozen=True)
class SymbolTokens:
    """How one tokenizer writes each symbol of crystal text.

    Attributes:
        ids: Token ids of a symbol: one id for a digit, point, space or newline, one or
            more for an element.
        end: The token that ends a crystal.
    """

    ids: dict[str, tuple[int, ...]]
    end: int

    @property
    def alphabet(self) -> tuple[int, ...]:
        """Every token that crystal text can hold, the end token included, in order."""
        return tuple(sorted({token for ids in self.ids.values() for token in ids} | {self.end}))


def load_tokenizer(folder: Path, *, split_digits: bool = False) -> PreTrainedTokenizerBase:
    """Loads a tokenizer from a folder.

    Args:
        folder: Holds ``tokenizer.json`` or its older forms.
        split_digits: Cut numbers into digits before the tokenizer's own rules, for
            tokenizers such as Llama 3's that would merge up to three of them.

    Raises:
        TokenizerError: The folder holds no tokenizer.
    """
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    except (OSError, ValueError) as error:
        raise TokenizerError(f"{folder}: no tokenizer can be read there ({error})") from error
    if split_digits:
        from tokenizers import pre_tokenizers

        backend = tokenizer.backend_tokenizer
        digits = pre_tokenizers.Digits(individual_digits=True)
        before = [digits] if backend.pre_tokenizer is None else [digits, backend.pre_tokenizer]
        backend.pre_tokenizer = pre_tokenizers.Sequence(before)
    return tokenizer


def symbol_tokens(tokenizer: Any) -> SymbolTokens:
    """How a tokenizer writes the symbols of crystal text.

    Raises:
        TokenizerError: Digits are merged, a symbol changes with its neighbours, or there
            is no end token; the message names the text that shows it.
    """
    if tokenizer.eos_token_id is None:
        raise TokenizerError("the tokenizer has no end token, so a crystal could not end")
    ids: dict[str, tuple[int, ...]] = {}
    for symbol in (*DIGITS, POINT, SPACE, NEWLINE):
        # In the middle of a line of digits, where every one of these occurs.
        ids[symbol] = _between(tokenizer, _LATTICE + "Na\n0.0", symbol, "5 0.25")
        if len(ids[symbol]) != 1:
            raise TokenizerError(
                f"{symbol!r} is not one token within a number: this tokenizer cannot carry "
                "crystal text. Use one that splits digits (LLaMA-2, Qwen, SmolLM2), or set "
                "split_digits = true in the model card"
            )
    for symbol in ELEMENTS:
        ids[symbol] = _between(tokenizer, _LATTICE, symbol, f"\n{_SITE}")
    tokens = SymbolTokens(ids, int(tokenizer.eos_token_id))
    _check_whole_crystals(tokenizer, tokens)
    return tokens


def completion_ids(tokenizer: Any, prompt: str, completion: str) -> tuple[list[int], list[int]]:
    """Token ids of a prompt and of the completion that follows it."""
    asked = tokenizer(prompt)["input_ids"]
    whole = tokenizer(prompt + completion)["input_ids"]
    if whole[: len(asked)] != asked:
        raise TokenizerError(f"the tokenizer merges the prompt's end with {completion[:12]!r}")
    return asked, whole[len(asked) :]


def _between(tokenizer: Any, before: str, symbol: str, after: str) -> tuple[int, ...]:
    """The ids that a symbol adds between two texts."""
    head = tokenizer(before, add_special_tokens=False)["input_ids"]
    whole = tokenizer(before + symbol + after, add_special_tokens=False)["input_ids"]
    upto = tokenizer(before + symbol, add_special_tokens=False)["input_ids"]
    if whole[: len(upto)] != upto or upto[: len(head)] != head or len(upto) == len(head):
        raise TokenizerError(
            f"{symbol!r} is merged with its neighbours ({before[-8:] + symbol + after[:8]!r}): "
            "this tokenizer does not split digits and cannot carry crystal text. Use one "
            "that does (LLaMA-2, Qwen, SmolLM2), or set split_digits = true in the model card"
        )
    return tuple(upto[len(head) :])


def _check_whole_crystals(tokenizer: Any, tokens: SymbolTokens) -> None:
    """Every element in a whole crystal must be cut exactly at the symbols."""
    text = _LATTICE + "\n".join(f"{symbol}\n{_SITE}" for symbol in ELEMENTS)
    expected = [token for symbol in split_symbols(text) for token in tokens.ids[symbol]]
    # After a prompt, as a crystal always stands: at the start of a text LLaMA-2 adds a space.
    if completion_ids(tokenizer, generation_prompt(), text)[1] != expected:
        raise TokenizerError("the tokenizer cuts crystal text elsewhere than at its symbols")


def split_symbols(text: str) -> list[str]:
    """Crystal text as its symbols: elements whole, all else character by character."""
    symbols: list[str] = []
    for line in text.split(NEWLINE):
        symbols.extend([line] if line[:1].isalpha() else list(line))
        symbols.append(NEWLINE)
    return symbols[:-1]
