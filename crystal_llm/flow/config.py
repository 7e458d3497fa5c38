"""What a training run of the flow is: one frozen object, read from TOML, stored with the run."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from crystal_llm.errors import FlowError
from crystal_llm.flow.disturbance import Disturbance
from crystal_llm.flow.network import NetworkShape
from crystal_llm.io.record_json import RecordError, from_plain
from crystal_llm.io.toml_file import read_toml


@dataclass(frozen=True, slots=True)
class FlowTrainingConfig:
    """A training run of the flow.

    It ends when either ``total_steps`` or ``total_minutes`` is reached. The rate is constant
    after a short warm-up and falls linearly over the last ``decay_share`` of the run, so that
    a run can be prolonged up to there.

    Attributes:
        shape: Of the network.
        starts_from: Name and hash of the network whose weights it begins with; empty: chance.
        pairing: ``aligned``, or ``index`` for the pairing of FlowLLM's public code.
        max_distance_angstrom: Pairs whose atoms lie farther apart, root mean square, are left
            out of training and validation; None: all are in, as in the paper.
        learning_rate: AdamW's, while constant.
        warmup_steps: Steps of linear warm-up.
        decay_share: Share of the run over which the rate falls to a hundredth.
        weight_decay: AdamW's.
        clip_norm: Largest gradient norm (0.5 in the reference).
        batch_size: Crystals a step.
        disturbed_share: Chance of a pair, each time it comes, that its sample is its target
            disturbed anew (:mod:`~crystal_llm.flow.disturbance`) instead of what the folder
            holds: a network cannot learn by heart what never comes twice.
        disturbance: How those are disturbed.
        turned_axes: Whether each pair, each time it comes, stands along other axes.
        coordinates_weight: λ_f (200 in the paper); ``auto``: so large that a network that says
            nothing moves has as much loss by coordinates as by lattices.
        lattice_weight: λ_l (1 in the paper).
        average_decay: Of the exponential average of the weights, a step (0.999 in the
            reference); the average is what is kept.
        total_steps: Steps to train for; None: no limit.
        total_minutes: Wall time to train for, over all resumptions; None: no limit.
        validate_every_steps: Steps between two validations.
        validation_pairs: Pairs in each validation.
        checkpoint_every_minutes: Minutes between two checkpoints.
        precision: ``float32``, ``bfloat16``, or ``auto``: bfloat16 where the processor
            computes in it.
        seed: Of initial weights, batches and times.
    """

    shape: NetworkShape = field(default_factory=NetworkShape)
    starts_from: str = ""
    pairing: Literal["aligned", "index"] = "aligned"
    max_distance_angstrom: float | None = None
    learning_rate: float = 1e-3
    warmup_steps: int = 200
    decay_share: float = 0.2
    weight_decay: float = 0.0
    clip_norm: float = 0.5
    batch_size: int = 64
    disturbed_share: float = 0.0
    disturbance: Disturbance = field(default_factory=Disturbance)
    turned_axes: bool = False
    coordinates_weight: float | Literal["auto"] = 200.0
    lattice_weight: float = 1.0
    average_decay: float = 0.999
    total_steps: int | None = None
    total_minutes: float | None = None
    validate_every_steps: int = 1000
    validation_pairs: int = 512
    checkpoint_every_minutes: float = 5.0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.total_steps is None and self.total_minutes is None:
            raise FlowError("a run needs an end: set total_steps or total_minutes")
        for name in ("total_steps", "total_minutes", "max_distance_angstrom"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise FlowError(f"{name} = {value}: must be above 0")
        for name in ("learning_rate", "clip_norm", "coordinates_weight", "lattice_weight"):
            if getattr(self, name) != "auto" and not getattr(self, name) > 0:
                raise FlowError(f"{name} = {getattr(self, name)}: must be above 0")
        for name in ("batch_size", "validate_every_steps"):
            if getattr(self, name) < 1:
                raise FlowError(f"{name} = {getattr(self, name)}: must be at least 1")
        for name in ("warmup_steps", "validation_pairs", "seed", "weight_decay"):
            if getattr(self, name) < 0:
                raise FlowError(f"{name} = {getattr(self, name)}: must be at least 0")
        for name in ("width", "layers", "frequencies", "distances"):
            if not 1 <= getattr(self.shape, name) <= 1024:
                raise FlowError(
                    f"shape.{name} = {getattr(self.shape, name)}: must be from 1 to 1024"
                )
        if not 0 <= self.shape.directions <= 256:
            raise FlowError(
                f"shape.directions = {self.shape.directions}: must be from 0 (none) to 256"
            )
        if not 0.0 <= self.disturbed_share <= 1.0:
            raise FlowError(f"disturbed_share = {self.disturbed_share}: must be from 0 to 1")
        for key, value in asdict(self.disturbance).items():
            if not 0.0 <= value <= 1.0:
                raise FlowError(f"disturbance.{key} = {value}: must be from 0 to 1")
        if not 0.0 <= self.decay_share <= 1.0 or not 0.0 <= self.average_decay < 1.0:
            raise FlowError(
                f"decay_share = {self.decay_share}, average_decay = {self.average_decay}: from 0 "
                "to 1, and average_decay below 1"
            )


def read_flow_config(path: Path | None, **overrides: object) -> FlowTrainingConfig:
    """Reads a run's TOML file; keyword arguments that are not None stand over it.

    Args:
        path: None: all defaults.
        overrides: Names of :class:`FlowTrainingConfig`.

    Raises:
        FlowError: Unreadable TOML, an unknown key, or a value out of range.
    """
    if path is not None:
        return read_toml(FlowTrainingConfig, path, FlowError, overrides)
    try:
        said = {name: value for name, value in overrides.items() if value is not None}
        return from_plain(FlowTrainingConfig, said)
    except RecordError as error:
        raise FlowError(str(error)) from error
