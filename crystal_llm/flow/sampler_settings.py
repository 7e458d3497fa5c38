"""How a velocity is followed; read where no network is loaded."""

from __future__ import annotations

from dataclasses import dataclass

from crystal_llm.errors import FlowError

DEFAULT_STEPS = 50
MAX_STEPS = 1000
MAX_PASSES = 10


@dataclass(frozen=True, slots=True)
class SamplerSettings:
    """How the velocity is followed.

    Attributes:
        steps: Euler steps from t = 0 to 1.
        passes: How often the way is gone, each time from where it led before: a network that
            goes part of the way goes farther the second time. 1 in the paper.
        noise_angstrom: Standard deviation of Gaussian noise on the samples' positions and
            lattice lengths; 0: none, as in the paper.
        annealing_slope: The coordinates' velocity is taken times
            1 + slope · max(t − offset, 0); 0: as it is.
        annealing_offset: See there.
        seed: Of the noise and of a base distribution that draws; a crystal's own depend on
            the seed and its index alone.
        keep_space_group: Average the velocity over the operations of the sample's space
            group, so that the refined crystal has them too.

    Raises:
        FlowError: A value is out of range.
    """

    steps: int = DEFAULT_STEPS
    noise_angstrom: float = 0.0
    annealing_slope: float = 0.0
    annealing_offset: float = 0.0
    seed: int = 0
    keep_space_group: bool = False
    passes: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= MAX_STEPS:
            raise FlowError(f"steps = {self.steps}: from 1 to {MAX_STEPS:,}")
        if not 1 <= self.passes <= MAX_PASSES:
            raise FlowError(f"passes = {self.passes}: from 1 to {MAX_PASSES}")
        if not 0.0 <= self.noise_angstrom <= 1.0:
            raise FlowError(f"noise = {self.noise_angstrom}: from 0 to 1 Å")
        if not 0.0 <= self.annealing_slope <= 100.0:
            raise FlowError(f"annealing slope = {self.annealing_slope}: from 0 to 100")
        if not 0.0 <= self.annealing_offset <= 1.0:
            raise FlowError(f"annealing offset = {self.annealing_offset}: from 0 to 1")
        if not 0 <= self.seed < 2**63:
            raise FlowError(f"seed = {self.seed}: from 0 to 2^63 - 1")
