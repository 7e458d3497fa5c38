"""What every vocabulary can say, whichever crystal text it spells and whatever its tokens are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Vocabulary(Protocol):
    """Token ids of one crystal text and its prompts."""

    @property
    def end(self) -> int:
        """Ends a crystal."""

    @property
    def alphabet(self) -> Sequence[int]:
        """The tokens that are scored, in order: at least all of a crystal's, the end included."""

    @property
    def free_prompt(self) -> str:
        """The prompt without conditions, in readable form."""

    def prompt_of(self, text: str) -> list[int]:
        """The ids of a prompt in readable form; CrystalTextError where it is none."""

    def ids_of(self, text: str) -> list[int]:
        """The ids of a crystal's text, or of its first lines; CrystalTextError where it is none."""

    def text_of(self, ids: Sequence[int]) -> str:
        """The text of a crystal's ids, as far as they go; the end is left out."""

    def lines_of(self, ids: Sequence[int]) -> list[int]:
        """The line of the text that each id of a crystal stands in; the end has none."""
