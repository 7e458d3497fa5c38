"""Best of several: of the crystals written for each one asked, the one whose geometry is likeliest.

Where only new crystals are asked for, the likeliest that is no known structure is kept; where
none is left, because atoms found no place or all are known, another is drawn. What a crystal
comes to depends on its own draws alone, so that it is the same in any batch.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from crystal_llm.crystal.written import Written
from crystal_llm.generation.new_only import NameOfKnown, only_known

MOST_DRAWS = 20
"""How often a crystal is begun at most, where atoms find no place that is far enough apart or
where it is a known structure; best of several begins those in addition."""


@dataclass
class Draws:
    """The draws of one crystal.

    Args:
        best_of: How many are compared.
        known: Which known structure a crystal is, where known ones are passed over.
    """

    best_of: int
    known: NameOfKnown | None = None
    _begun: int = field(init=False)
    _ended: int = 0
    _compared: int = 0
    _rivals: list[tuple[float, int, Written]] = field(default_factory=list)
    _refused: tuple[int, Written] | None = None  # the last draw that came to nothing

    def __post_init__(self) -> None:
        self._begun = self.best_of

    def end(self, draw: int, written: Written, geometry_log_likelihood: float) -> None:
        """Takes a draw that has ended.

        Args:
            draw: Its number, from 0.
            written: What it came to, a failure included.
            geometry_log_likelihood: Nats, all but the elements.
        """
        self._ended += 1
        if written.failure is None:
            self._compared += 1
            self._rivals.append((geometry_log_likelihood, -draw, written))
        else:
            self._refuse(draw, written)

    @property
    def under_way(self) -> bool:
        """Whether a draw that was begun has not ended."""
        return self._ended < self._begun

    def outcome(self) -> Written | int:
        """What the draws came to, when none is under way.

        Returns:
            The crystal that is kept, the last failure where every draw failed, or the number of
            the draw to begin, where none of those so far will do.
        """
        self._rivals.sort(key=lambda rival: rival[:2])
        while self._rivals:
            _, place, written = self._rivals[-1]
            name = None
            if self.known is not None and written.crystal is not None:
                name = self.known(written.crystal)
            if name is None:
                return replace(written, redrawn=self._again, chosen_from=self._compared)
            self._rivals.pop()
            failure = only_known(name, self._begun)
            self._refuse(-place, replace(written, crystal=None, failure=failure))
        if self._begun < MOST_DRAWS + self.best_of - 1:
            self._begun += 1
            return self._begun - 1
        assert self._refused is not None
        return replace(self._refused[1], redrawn=self._again)

    @property
    def _again(self) -> int:
        return self._begun - self.best_of

    def _refuse(self, draw: int, written: Written) -> None:
        if self._refused is None or draw > self._refused[0]:
            self._refused = (draw, written)
