"""What a run of the compact model is: one frozen object, read from TOML, stored with the run."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path

from crystal_llm.crystal.descriptions import Varied
from crystal_llm.errors import TrainingError
from crystal_llm.io.toml_file import read_toml


@dataclass(frozen=True, slots=True)
class CompactShape:
    """The size of a Llama-type network.

    Attributes:
        layers: Decoder layers.
        hidden: Width of the residual stream.
        heads: Attention heads.
        feed_forward: Width of the gated feed-forward layer.
        context: Longest sequence in tokens.
    """

    layers: int = 8
    hidden: int = 256
    heads: int = 4
    feed_forward: int = 704
    context: int = 512

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            if getattr(self, item.name) < 1:
                raise TrainingError(f"network.{item.name} must be at least 1")
        if self.hidden % (2 * self.heads):
            raise TrainingError(
                f"network.hidden = {self.hidden} is not an even multiple of {self.heads} heads"
            )


@dataclass(frozen=True, slots=True)
class TaskMix:
    """How often each kind of sequence is drawn; ``write`` takes the rest.

    Attributes:
        infill: Share that asks for the element of masked orbits.
        complete: Share whose orbits stand in any order, so that any part can be given.
        free: Of the written ones, the share that says nothing but the energy bucket.
        formula_alone: The share that adds the formula alone.
        elements_alone: The share that adds the elements alone; the rest draws from all.
        energy_told: How often a known energy above hull is said.
    """

    infill: float = 0.30
    complete: float = 0.08
    free: float = 0.35
    formula_alone: float = 0.25
    elements_alone: float = 0.10
    energy_told: float = 0.9

    def __post_init__(self) -> None:
        shares = dataclasses.astuple(self)
        if min(shares) < 0.0 or self.infill + self.complete > 1.0 or self.energy_told > 1.0:
            raise TrainingError("mix: every share is from 0 to 1, infill + complete at most 1")
        if self.free + self.formula_alone + self.elements_alone > 1.0:
            raise TrainingError("mix: free, formula_alone and elements_alone sum to at most 1")


@dataclass(frozen=True, slots=True)
class CompactConfig:
    """A run of the compact model.

    The rate is constant after a linear warm-up; a decay to zero is a branch of its own
    (:func:`crystal_llm.training.compact.loop.decay`), so that a run can always go on.

    Attributes:
        network: Size of the network.
        mix: How often each kind of sequence is drawn.
        hidden_rate: Muon's learning rate, for the hidden matrices.
        other_rate: AdamW's, for embedding, head and norms.
        weight_decay: Of the hidden matrices.
        dropout: Share of what attention and feed-forward add that is left out in training.
        warmup_steps: Steps of linear warm-up.
        clip_norm: Largest gradient norm.
        average_steps: Steps over which weights are averaged (exponentially).
        tokens_per_step: Padded tokens of an optimiser step.
        wide_share: Share of draws from crystals of any energy; the rest is stable.
        max_orbits: Most orbits of a crystal drawn.
        augmentation: What is drawn of a crystal's equivalent descriptions: ``both`` the setting and
            the representatives of orbits, one of them (``setting``, ``representative``), ``none``.
        given_weight: Loss weight of a masked crystal's own tokens.
        element_weight: Loss weight of the element asked for.
        validate_every_steps: Steps between two validations.
        checkpoint_every_minutes: Minutes between two checkpoints.
        seed: Of the draws and the initial weights.
        precision: ``bfloat16`` or ``float32`` compute.
        compiled: Compile the network; pays from an hour on, and needs a C++ compiler.
        start_sha256: Hash of the weights that the run began with; empty: random ones.
        teacher_share: Share of the loss that comes from teachers, where the run has any.
        teachers_sha256: Hashes of their weights.
    """

    network: CompactShape = field(default_factory=CompactShape)
    mix: TaskMix = field(default_factory=TaskMix)
    hidden_rate: float = 0.012
    other_rate: float = 2e-3
    weight_decay: float = 0.0
    dropout: float = 0.0
    warmup_steps: int = 100
    clip_norm: float = 1.0
    average_steps: int = 500
    tokens_per_step: int = 4096
    wide_share: float = 0.5
    max_orbits: int = 20
    augmentation: Varied = "both"
    given_weight: float = 0.3
    element_weight: float = 5.0
    validate_every_steps: int = 500
    checkpoint_every_minutes: float = 5.0
    seed: int = 0
    precision: str = "bfloat16"
    compiled: bool = False
    start_sha256: str = ""
    teacher_share: float = 0.7
    teachers_sha256: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("hidden_rate", "other_rate", "clip_norm", "checkpoint_every_minutes"):
            if not getattr(self, name) > 0:
                raise TrainingError(f"{name} = {getattr(self, name)}: must be above 0")
        if not (self.weight_decay >= 0 and self.given_weight >= 0 and self.element_weight > 0):
            raise TrainingError(
                f"weight_decay = {self.weight_decay}, given_weight = {self.given_weight}, "
                f"element_weight = {self.element_weight}: at least 0, the last above 0"
            )
        for name in (
            "warmup_steps",
            "tokens_per_step",
            "max_orbits",
            "average_steps",
            "validate_every_steps",
        ):
            if getattr(self, name) < 1:
                raise TrainingError(f"{name} = {getattr(self, name)}: must be at least 1")
        if not 0.0 <= self.dropout < 1.0:
            raise TrainingError(f"dropout = {self.dropout}: must be from 0 to below 1")
        for name in ("wide_share", "teacher_share"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise TrainingError(f"{name} = {getattr(self, name)}: must be from 0 to 1")
        if self.precision not in ("bfloat16", "float32"):
            raise TrainingError(f"precision = {self.precision!r}: use 'bfloat16' or 'float32'")


def read_compact_config(path: Path) -> CompactConfig:
    """Reads a run's TOML file.

    Raises:
        TrainingError: Unreadable TOML, an unknown key, or a value out of range.
    """
    return read_toml(CompactConfig, path, TrainingError)
