"""A second device that every machine has: tensors that compute on the CPU and own to be elsewhere.

Code that moves some of its tensors to a GPU and forgets others works on a CPU. Here it fails
as on a GPU: within :func:`other_device` a tensor that was moved to :data:`ELSEWHERE` carries
that device's name, and an operation that mixes it with a tensor of the CPU is refused.
"""

from contextlib import contextmanager
from unittest.mock import patch

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

ELSEWHERE = "xla:0"
"""A name that torch knows on every build, and asks no driver about."""

_TYPE = torch.device(ELSEWHERE).type

_COPIES = {"aten::copy_", "aten::_to_copy", "aten::to"}
# A GPU takes indices from the CPU, too.
_MIXED = _COPIES | {"aten::index", "aten::index_put_", "aten::_index_put_impl_"}


class ElsewhereTensor(torch.Tensor):
    """Stands for a tensor of another device."""

    @staticmethod
    def __new__(cls, inner):
        return torch.Tensor._make_subclass(cls, inner)

    def __init__(self, inner):
        self.inner = inner

    def cpu(self):
        return self.inner

    def to(self, *arguments, **named):
        wanted = named.get("device", arguments[0] if arguments else None)
        if isinstance(wanted, str | torch.device) and torch.device(wanted).type == "cpu":
            return self.inner.to(*arguments, **named)
        return super().to(*arguments, **named)

    def numpy(self, *arguments, **named):
        raise TypeError("a tensor of another device has no numpy array: use .cpu() first")

    @property
    def device(self):
        return torch.device(ELSEWHERE)

    def __repr__(self):
        return f"elsewhere({self.inner})"

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        return _run(function, args, kwargs or {})


class _Mode(TorchDispatchMode):
    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        return _run(function, args, kwargs or {})


def _run(function, args, kwargs):
    name = function._schema.name
    given = [
        tree_leave
        for tree_leave in tree_leaves((args, kwargs))
        if isinstance(tree_leave, torch.Tensor)
    ]
    there = [tensor for tensor in given if isinstance(tensor, ElsewhereTensor)]
    here = [
        tensor for tensor in given if not isinstance(tensor, ElsewhereTensor) and tensor.dim() > 0
    ]
    if there and here and name not in _MIXED:
        shapes = tuple(there[0].shape), tuple(here[0].shape)
        raise RuntimeError(f"{name}: tensors of two devices, of the shapes {shapes}")
    moved = next(
        (tree_leave.type for tree_leave in tree_leaves((args, kwargs)) if _is_device(tree_leave)),
        None,
    )
    if moved == _TYPE:
        args, kwargs = tree_map(_brought_here, (args, kwargs))
    elif moved and torch._C._current_graph_task_id() >= 0 and (there or name not in _COPIES):
        # A backward pass asks in C++ for zeros and copies where it takes its gradients to be.
        moved = _TYPE
    wrapped = moved == _TYPE or (moved is None and bool(there))
    if name == "aten::copy_":
        wrapped = isinstance(args[0], ElsewhereTensor)
    output = function(*tree_map(_inner, args), **tree_map(_inner, kwargs))
    if function._schema.is_mutable:
        changed = [
            value for argument, value in zip(function._schema.arguments, args, strict=False)
            if argument.alias_info is not None and argument.alias_info.is_write
        ]  # fmt: skip
        if len(changed) == 1 and isinstance(output, torch.Tensor):
            return changed[0]
    return tree_map(_wrap, output) if wrapped else output


def _is_device(value):
    return isinstance(value, torch.device)


def _brought_here(value):
    return torch.device("cpu") if _is_device(value) else value


def _inner(value):
    return value.inner if isinstance(value, ElsewhereTensor) else value


def _wrap(value):
    plain = isinstance(value, torch.Tensor) and not isinstance(value, ElsewhereTensor)
    return ElsewhereTensor(value) if plain else value


def _one_hot(values, num_classes=-1):
    """It makes its range in C++, where the values seem to be on the CPU."""
    output = _PLAIN_ONE_HOT(_inner(values), num_classes)
    return _wrap(output) if isinstance(values, ElsewhereTensor) else output


_PLAIN_ONE_HOT = torch.nn.functional.one_hot


@contextmanager
def other_device():
    """Within it, what is moved to :data:`ELSEWHERE` is there."""
    # Modules get new parameters when they are moved; else they would keep the CPU's.
    torch.__future__.set_overwrite_module_params_on_conversion(True)
    torch._C._set_only_lift_cpu_tensors(True)
    try:
        with _Mode(), patch.object(torch.nn.functional, "one_hot", _one_hot):
            yield ELSEWHERE
    finally:
        torch._C._set_only_lift_cpu_tensors(False)
        torch.__future__.set_overwrite_module_params_on_conversion(False)
