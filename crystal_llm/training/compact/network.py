"""The compact network: a small Llama from random weights, and its loss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import TrainingError
from crystal_llm.training.compact.batches import rows_of
from crystal_llm.training.compact.config import CompactConfig, CompactShape
from crystal_llm.training.compact.sequences import TrainingSequence
from crystal_llm.training.compact.teaching import Teachers

if TYPE_CHECKING:
    import torch


def random_network(shape: CompactShape, vocabulary_size: int, seed: int) -> Any:
    """A transformers Llama with random weights, the same for the same seed."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return LlamaForCausalLM(
            LlamaConfig(
                vocab_size=vocabulary_size,
                hidden_size=shape.hidden,
                intermediate_size=shape.feed_forward,
                num_hidden_layers=shape.layers,
                num_attention_heads=shape.heads,
                num_key_value_heads=shape.heads,
                max_position_embeddings=shape.context,
                tie_word_embeddings=False,
                use_cache=False,
                pad_token_id=0,
                bos_token_id=None,
                eos_token_id=None,
                # The CPU's flash attention takes a quarter of a step on sequences this short.
                attn_implementation="eager",
            )
        )


def add_dropout(network: Any, share: float) -> None:
    """In training, leaves out a random share of what each layer adds to the residual stream.

    Transformers' Llama has no dropout there; without it the network learns crystals by heart.

    Args:
        network: Gets a hook on each attention's and feed-forward's last product.
        share: From 0, which changes nothing, to below 1; the rest is scaled up.
    """
    import torch.nn.functional as F

    def thinned(module: Any, _: Any, output: torch.Tensor) -> torch.Tensor:
        return F.dropout(output, share, training=module.training)

    if share > 0.0:
        for layer in network.model.layers:
            layer.self_attn.o_proj.register_forward_hook(thinned)
            layer.mlp.down_proj.register_forward_hook(thinned)


def compile_network(network: Any) -> None:
    """Fuses what lies between the products, a fifth of a step; each shape takes 20 s once.

    Raises:
        TrainingError: There is no C++ compiler to do it with.
    """
    import torch._dynamo
    from torch._inductor.cpp_builder import get_cpp_compiler
    from torch._inductor.exc import InvalidCxxCompiler

    try:
        get_cpp_compiler()
    except (InvalidCxxCompiler, RuntimeError) as error:
        raise TrainingError("compiled = true needs a C++ compiler (g++); install one") from error
    # One for each padded length, or the rest would not be compiled.
    torch._dynamo.config.recompile_limit = max(torch._dynamo.config.recompile_limit, 64)
    network.model.compile(dynamic=False)


@contextmanager
def uncompiled() -> Iterator[None]:
    """A compiled network computes as an ordinary one inside the block."""
    import torch

    with torch.compiler.set_stance("force_eager"):
        yield


def optimisers(network: Any, config: CompactConfig) -> list[Any]:
    """Muon for the hidden matrices, AdamW for embedding, head and norms."""
    import torch

    hidden: list[Any] = []
    other: list[Any] = []
    for name, parameter in network.named_parameters():
        is_hidden = parameter.ndim == 2 and "embed_tokens" not in name and "lm_head" not in name
        (hidden if is_hidden else other).append(parameter)
    return [
        torch.optim.Muon(hidden, lr=config.hidden_rate, weight_decay=config.weight_decay),
        torch.optim.AdamW(other, lr=config.other_rate, betas=(0.9, 0.95), weight_decay=0.0),
    ]


@contextmanager
def updating(device: str = "cpu") -> Iterator[None]:
    """Muon's products are in float32 inside the block, where the CPU has none in bfloat16.

    PyTorch's Muon makes them in bfloat16 anywhere, and they then take most of a step.

    Args:
        device: Where the network is; every GPU has products in bfloat16.
    """
    import torch
    from torch.overrides import TorchFunctionMode

    class Float32(TorchFunctionMode):  # type: ignore[misc]
        def __torch_function__(
            self, function: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            if function is torch.Tensor.bfloat16:
                return args[0].clone()  # it is scaled in place
            return function(*args, **(kwargs or {}))

    if has_bfloat16(device):
        yield
    else:
        with Float32():
            yield


@contextmanager
def computing_in(precision: str, device: str = "cpu") -> Iterator[None]:
    """Autocasts to bfloat16 where the run asks for it and the device computes in it."""
    import torch

    if precision == "bfloat16" and has_bfloat16(device):
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
            yield
    else:
        yield


def has_bfloat16(device: str = "cpu") -> bool:
    """Whether a device has bfloat16 products; on other CPUs they are slower than float32."""
    import torch

    if torch.device(device).type != "cpu":
        return True
    check = getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", None)
    return bool(check()) if check is not None else False


def batch_loss(
    network: Any,
    sequences: Sequence[TrainingSequence],
    length: int,
    tokens: int,
    teachers: Teachers | None = None,
) -> torch.Tensor:
    """Weighted mean loss of a batch in nats a token, filled up to its fixed shape.

    Args:
        network: Is trained.
        sequences: The batch.
        length: Padded length.
        tokens: Padded tokens of a step.
        teachers: Their probabilities are learned beside the tokens, where there are any.
    """
    import torch.nn.functional as F

    ids, weights = (
        values.to(network.device) for values in padded(sequences, length, rows_of(length, tokens))
    )
    # Padding stands behind, so that causal attention needs no mask.
    logits = network(input_ids=ids[:, :-1]).logits.float().flatten(0, 1)
    losses = F.cross_entropy(logits, ids[:, 1:].flatten(), reduction="none")
    if teachers is not None:
        taught = F.cross_entropy(
            logits, teachers.probabilities(ids[:, :-1]).flatten(0, 1), reduction="none"
        )
        losses = teachers.share * taught + (1.0 - teachers.share) * losses
    weight = weights[:, 1:].flatten()
    return (losses * weight).sum() / weight.sum()


def padded(
    sequences: Sequence[TrainingSequence], length: int, rows: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and weights of shape (rows, length + 1); the first position predicts nothing."""
    import torch

    # One column more than tokens are fed, so that the network sees exactly `length`.
    ids = torch.zeros((rows, length + 1), dtype=torch.long)
    weights = torch.zeros((rows, length + 1))
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence.ids)] = torch.tensor(sequence.ids)
        weights[row, : len(sequence.ids)] = torch.tensor(sequence.weights)
    return ids, weights


class WeightAverage:
    """An exponential average of a network's weights.

    Args:
        network: Whose weights are averaged.
        steps: Steps over which the average reaches back.
    """

    def __init__(self, network: Any, steps: int) -> None:
        self._steps = steps
        self.weights = {name: value.detach().clone() for name, value in network.named_parameters()}

    def update(self, network: Any, step: int) -> None:
        """Takes the weights after a step; early steps reach back less far."""
        import torch

        share = 1.0 / min(self._steps, step / 4 + 1.0)
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.weights.values()),
                [value.detach() for value in network.parameters()],
                share,
            )

    @contextmanager
    def in_place_of(self, network: Any) -> Iterator[None]:
        """The network computes with the average inside the block."""
        import torch

        parameters = dict(network.named_parameters())
        own = {name: value.detach().clone() for name, value in parameters.items()}
        with torch.no_grad():
            for name, value in parameters.items():
                value.copy_(self.weights[name])
        try:
            yield
        finally:
            with torch.no_grad():
                for name, value in parameters.items():
                    value.copy_(own[name])
