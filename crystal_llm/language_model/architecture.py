"""Which models the CPU decoder computes exactly, and the numbers that it needs of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crystal_llm.errors import WeightsError


@dataclass(frozen=True)
class Architecture:
    """The numbers of a Llama-type model."""

    layers: int
    hidden: int
    heads: int
    key_value_heads: int
    head_size: int
    rope_base: float
    norm_epsilon: float

    @classmethod
    def of(cls, config: Any) -> Architecture:
        """From a transformers config.

        Raises:
            WeightsError: Not a Llama-type model; the transformers decoder can serve it.
        """
        if not supported(config):
            raise WeightsError(f"the CPU decoder does not know {config.model_type!r} models")
        return cls(
            layers=config.num_hidden_layers,
            hidden=config.hidden_size,
            heads=config.num_attention_heads,
            key_value_heads=config.num_key_value_heads,
            head_size=config.head_dim or config.hidden_size // config.num_attention_heads,
            rope_base=float(config.rope_parameters["rope_theta"]),
            norm_epsilon=float(config.rms_norm_eps),
        )


def supported(config: Any) -> bool:
    """Whether a model's architecture is one that this decoder computes exactly."""
    rope = getattr(config, "rope_parameters", None) or {}
    return (
        config.model_type == "llama"
        and rope.get("rope_type", "default") == "default"
        and not config.attention_bias
        and not config.mlp_bias
        and config.hidden_act == "silu"
    )
