"""Best of several: of the crystals written for each one asked, one is kept.

By energy, it is the one that lies lowest above the hull as it was written; by likelihood, the
one whose geometry the model finds likeliest. Where only new crystals are asked for, it is the best
that is no known structure; where none is left, because atoms found no place or all are known,
another is drawn. What a crystal comes to depends on its own draws alone, so that it is the same
in any batch. Energies, like the known structures, are said from outside: whoever writes computes
none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from crystal_llm.crystal.written import Written
from crystal_llm.errors import RequestError
from crystal_llm.generation.new_only import NameOfKnown, only_known
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.types import PlainCrystal

MOST_DRAWS = 20
"""How often a crystal is begun at most, where atoms find no place that is far enough apart or
where it is a known structure; best of several begins those in addition."""

EnergiesAboveHull = Callable[[Sequence[PlainCrystal]], Sequence[float | None]]
"""Energies above hull of crystals as they stand, eV/atom; None where one has none."""


def check_energies(
    request: GenerationRequest, energies: EnergiesAboveHull | None
) -> EnergiesAboveHull | None:
    """What weighs crystals, where a request needs it.

    Raises:
        RequestError: The best of several is to be chosen by energy, and nothing computes any.
    """
    if not request.by_energy:
        return None
    if energies is None:
        raise RequestError(
            "best by energy: there is no hull to compare with; it lies beside the model cards "
            "(reference-chgnet.parquet). Choose by likelihood, or fetch the file"
        )
    return energies


@dataclass
class _Rival:
    """A crystal that was written, and what speaks for it."""

    draw: int
    written: Written
    geometry_log_likelihood: float

    @property
    def merit(self) -> tuple[float, float, int]:
        """The larger, the better: energy, then geometry, then who was first."""
        energy = self.written.energy_above_hull_written_ev_per_atom
        return (
            -math.inf if energy is None else -energy,
            self.geometry_log_likelihood,
            -self.draw,
        )


@dataclass
class Draws:
    """The draws of one crystal.

    Args:
        best_of: How many are compared.
        known: Which known structure a crystal is, where known ones are passed over.
        energies: Energies above hull, where the lowest is kept.
    """

    best_of: int
    known: NameOfKnown | None = None
    energies: EnergiesAboveHull | None = None
    _begun: int = field(init=False)
    _ended: int = 0
    _compared: int = 0
    _rivals: list[_Rival] = field(default_factory=list)
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
            self._rivals.append(_Rival(draw, written, geometry_log_likelihood))
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
        # All but those drawn here are gone by the second time.
        self._weigh()
        self._rivals.sort(key=lambda rival: rival.merit)
        while self._rivals:
            rival = self._rivals[-1]
            name = None
            if self.known is not None and rival.written.crystal is not None:
                name = self.known(rival.written.crystal)
            if name is None:
                return replace(rival.written, redrawn=self._again, chosen_from=self._compared)
            self._rivals.pop()
            failure = only_known(name, self._begun)
            self._refuse(rival.draw, replace(rival.written, crystal=None, failure=failure))
        if self._begun < MOST_DRAWS + self.best_of - 1:
            self._begun += 1
            return self._begun - 1
        assert self._refused is not None
        return replace(self._refused[1], redrawn=self._again)

    @property
    def _again(self) -> int:
        return self._begun - self.best_of

    def _weigh(self) -> None:
        if self.energies is None:
            return
        crystals = [rival.written.crystal for rival in self._rivals]
        energies = self.energies([crystal for crystal in crystals if crystal is not None])
        for rival, energy in zip(self._rivals, energies, strict=True):
            rival.written = replace(rival.written, energy_above_hull_written_ev_per_atom=energy)

    def _refuse(self, draw: int, written: Written) -> None:
        if self._refused is None or draw > self._refused[0]:
            self._refused = (draw, written)
