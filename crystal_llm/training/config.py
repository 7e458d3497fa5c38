"""What a training run is: one frozen object, read from TOML, stored with the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from crystal_llm.errors import TrainingError
from crystal_llm.io.toml_file import read_toml
from crystal_llm.training.prompt_sampling import PromptMix
from crystal_llm.types import TextKind

LINEAR_LAYERS = (
    "q_proj",
    "k_proj",
    "v_proj",
    "o_proj",
    "gate_proj",
    "up_proj",
    "down_proj",
)


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """A training run.

    The run ends when either ``total_tokens`` or ``total_minutes`` is reached, and the
    learning rate follows a cosine over whichever is nearer to its end.

    Attributes:
        text: What the adapter learns to write, ``coordinate`` or ``symmetric``, as its card says.
        rank: LoRA rank.
        alpha: LoRA alpha; updates are scaled by alpha / rank.
        dropout: LoRA dropout.
        targets: Names of the linear layers that get an adapter.
        learning_rate: Peak of the cosine schedule.
        final_learning_rate_share: What is left of the peak at the end.
        warmup_tokens: Tokens of linear warm-up.
        weight_decay: AdamW's.
        clip_norm: Largest gradient norm.
        tokens_per_step: Padded tokens in one optimiser step.
        tokens_per_microbatch: Padded tokens in one forward pass.
        total_tokens: Tokens (unpadded, prompts included) to train on; None: no limit.
        total_minutes: Wall time to train for, over all resumptions; None: no limit.
        mix: How often each kind of prompt is drawn.
        wide_share: Share of the draws from the wide set (any energy); the rest is drawn
            from the stable set.
        max_atoms: Largest crystal drawn, in atoms of the (primitive) cell.
        max_orbits: Most orbits of a crystal drawn; symmetric text alone.
        infill_weight: Weight of an infill token's loss against a crystal token's.
        full_vocabulary_every: Every so many microbatches the loss is taken over the whole
            vocabulary, so that no token outside crystal text keeps any weight; the others
            use the crystal alphabet alone, which is cheaper. 0: never.
        validate_every_tokens: Tokens between two validations.
        checkpoint_every_minutes: Minutes between two checkpoints.
        seed: Of the draws and the adapter's initial values.
        quantisation: Of the frozen base: ``none`` or ``nf4``.
        full_precision_layers: Names of linear layers that NF4 leaves as they are; the same as
            in the card that will name the adapter.
        precision: ``float32`` or ``bfloat16`` compute.
        split_digits: Cut numbers into digits before the tokenizer's own rules, as a card's
            ``split_digits`` does.
        from_scratch: Random base weights, for the paper's comparison.
    """

    text: TextKind = "coordinate"
    rank: int = 16
    alpha: float = 32.0
    dropout: float = 0.0
    targets: tuple[str, ...] = LINEAR_LAYERS
    learning_rate: float = 1e-3
    final_learning_rate_share: float = 0.02
    warmup_tokens: int = 20_000
    weight_decay: float = 0.0
    clip_norm: float = 1.0
    tokens_per_step: int = 2048
    tokens_per_microbatch: int = 2048
    total_tokens: int | None = None
    total_minutes: float | None = None
    mix: PromptMix = field(default_factory=PromptMix)
    wide_share: float = 0.3
    max_atoms: int = 20
    max_orbits: int = 20
    infill_weight: float = 1.0
    full_vocabulary_every: int = 8
    validate_every_tokens: int = 100_000
    checkpoint_every_minutes: float = 5.0
    seed: int = 0
    quantisation: str = "none"
    full_precision_layers: tuple[str, ...] = ()
    precision: str = "float32"
    split_digits: bool = False
    from_scratch: bool = False

    def __post_init__(self) -> None:
        if self.total_tokens is None and self.total_minutes is None:
            raise TrainingError("a run needs an end: set total_tokens or total_minutes")
        for name in ("total_tokens", "total_minutes"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise TrainingError(f"{name} = {value}: must be above 0")
        for name in ("learning_rate", "clip_norm"):
            if not getattr(self, name) > 0:
                raise TrainingError(f"{name} = {getattr(self, name)}: must be above 0")
        if not self.weight_decay >= 0.0 or not 0.0 <= self.dropout < 1.0:
            raise TrainingError(
                f"weight_decay = {self.weight_decay}, dropout = {self.dropout}: at least 0, and "
                "dropout below 1"
            )
        for name in ("rank", "tokens_per_step", "tokens_per_microbatch", "max_atoms", "max_orbits"):
            if getattr(self, name) < 1:
                raise TrainingError(f"{name} = {getattr(self, name)}: must be at least 1")
        if self.quantisation not in ("none", "nf4"):
            raise TrainingError(f"quantisation = {self.quantisation!r}: use 'none' or 'nf4'")
        if self.precision not in ("float32", "bfloat16"):
            raise TrainingError(f"precision = {self.precision!r}: use 'float32' or 'bfloat16'")
        if not 0.0 <= self.wide_share <= 1.0:
            raise TrainingError(f"wide_share = {self.wide_share}: must be from 0 to 1")
        generation = (self.mix.free, self.mix.formula_alone, self.mix.elements_alone)
        if not 0.0 <= self.mix.infill <= 1.0 or min(generation) < 0.0 or sum(generation) > 1.0:
            raise TrainingError(
                "mix: every share is from 0 to 1, and free, formula_alone and elements_alone "
                "sum to at most 1"
            )


def read_config(path: Path, **overrides: object) -> TrainingConfig:
    """Reads a run's TOML file; keyword arguments that are not None stand over it.

    Raises:
        TrainingError: Unreadable TOML, an unknown key, or a value of another kind or out of range.
    """
    return read_toml(TrainingConfig, path, TrainingError, overrides)
