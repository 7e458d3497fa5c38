"""What every vocabulary of symmetric text can say, whatever its tokens are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Vocabulary(Protocol):
    """Token ids of symmetric text and its prompts."""

    @property
    def end(self) -> int:
        """Ends a crystal."""

    @property
    def free_prompt(self) -> str:
        """The prompt without conditions, in readable form."""

    def prompt_of(self, text: str) -> list[int]:
        """The ids of a prompt in readable form; CrystalTextError where it is none."""

    def ids_of(self, text: str) -> list[int]:
        """The ids of symmetric text, or of its first lines; CrystalTextError where it is none."""

    def text_of(self, ids: Sequence[int]) -> str:
        """The symmetric text of a crystal's ids, as far as they go; the end is left out."""

    def lines_of(self, ids: Sequence[int]) -> list[int]:
        """The line of symmetric text that each id of a crystal stands in; the end has none."""
