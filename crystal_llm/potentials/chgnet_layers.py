"""CHGNet's message layers with their first linear maps taken apart.

A message is a gated perceptron of concatenated features: of a bond and two atoms, or of an
angle, two bonds and an atom. The first linear map of a concatenation is a sum of linear
maps of its parts, and there are far fewer atoms and bonds than bonds between them and
angles: each part is mapped where it lives, and its result gathered. The values are those of
chgnet but for the rounding of another order of sums.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import torch
from chgnet.model.functions import GatedMLP
from chgnet.model.layers import AngleUpdate, AtomConv, BondConv
from torch import Tensor, nn

Made = TypeVar("Made")


class GatedSum(nn.Module):  # type: ignore[misc]
    """A gated perceptron of a sum of mapped parts.

    Args:
        gated: The perceptron of the concatenation.
        widths: Features of each part, in the order of the concatenation.
    """

    def __init__(self, gated: GatedMLP, widths: tuple[int, ...]) -> None:
        super().__init__()
        first = [_linear_maps(mlp)[0] for mlp in (gated.mlp_core, gated.mlp_gate)]
        weights = torch.cat([layer.weight for layer in first]).detach()
        # Parameters, though frozen: what is no parameter stays behind when the model is moved.
        parts = [part.T.contiguous() for part in weights.split(widths, dim=1)]
        self._maps = nn.ParameterList([nn.Parameter(part, False) for part in parts])
        self._bias = nn.Parameter(torch.cat([layer.bias for layer in first]).detach(), False)
        self._width = first[0].out_features
        self._core, self._gate = (
            nn.Sequential(*list(mlp.layers)[_place_after_first(mlp) :])
            for mlp in (gated.mlp_core, gated.mlp_gate)
        )
        self._norms = nn.ModuleList([gated.bn1 or nn.Identity(), gated.bn2 or nn.Identity()])
        self._activation = gated.activation

    def forward(self, parts: list[tuple[Tensor, Tensor | None]]) -> Tensor:
        """The messages.

        Args:
            parts: Features of each part, shape (n_part, width), and the row that each
                message takes, shape (n_messages,); None where every message has its own.

        Returns:
            Shape (n_messages, width of the output).
        """
        (features, rows), *others = parts
        own, *maps = self._maps
        mapped = torch.addmm(self._bias, features, own)
        total = mapped if rows is None else mapped.index_select(0, rows)
        for (features, rows), weights in zip(others, maps, strict=True):
            mapped = features @ weights
            # In place: no part of the sum is needed again, the backward pass included.
            total = total.add_(mapped if rows is None else mapped.index_select(0, rows))
        core, gate = total.split(self._width, dim=1)
        core = self._activation(self._norms[0](self._core(core)))
        return torch.sigmoid(self._norms[1](self._gate(gate))) * core


class _Last(Generic[Made]):
    """A function of a graph's tensor, kept for the tensor of the last call.

    All layers are called with the same tensors, so that the first one's result serves all.
    The tensor is held, so that no other can take its place in memory.
    """

    def __init__(self, function: Callable[..., Made]) -> None:
        self._function = function
        self._last: tuple[Tensor, Made] | None = None

    def __call__(self, tensor: Tensor, *others: Tensor) -> Made:
        if self._last is None or self._last[0] is not tensor:
            self._last = tensor, self._function(tensor, *others)
        return self._last[1]


def _columns(graph: Tensor) -> tuple[Tensor, ...]:
    return tuple(column.contiguous() for column in graph.unbind(1))


def _weights(bond_weights: Tensor, *bonds: Tensor) -> Tensor:
    """Products of the weights of the bonds that a message crosses, (n_messages, width)."""
    return functools.reduce(operator.mul, [bond_weights.index_select(0, bond) for bond in bonds])


class _AtomMessages(nn.Module):  # type: ignore[misc]
    """Stands for :class:`~chgnet.model.layers.AtomConv`."""

    def __init__(
        self, layer: AtomConv, columns: _Last[tuple[Tensor, ...]], weights: _Last[Tensor]
    ) -> None:
        super().__init__()
        self._columns, self._weights = columns, weights
        width = layer.mlp_out.layers[-1].in_features
        self._messages = GatedSum(layer.twoBody_atom, _widths(layer.twoBody_atom, 3))
        self._out, self._norm, self._width = layer.mlp_out, layer.atom_norm, width

    def forward(
        self,
        atom_feas: Tensor,
        bond_feas: Tensor,
        bond_weights: Tensor,
        atom_graph: Tensor,
        directed2undirected: Tensor,
    ) -> Tensor:
        """As in chgnet."""
        centers, neighbors = self._columns(atom_graph)
        parts = [(atom_feas, centers), (bond_feas, directed2undirected), (atom_feas, neighbors)]
        messages = self._messages(parts) * self._weights(bond_weights, directed2undirected)
        summed = messages.new_zeros(len(atom_feas), self._width).index_add(0, centers, messages)
        updated = self._out(summed) + atom_feas
        return updated if self._norm is None else self._norm(updated)


class _BondMessages(nn.Module):  # type: ignore[misc]
    """Stands for :class:`~chgnet.model.layers.BondConv`."""

    def __init__(
        self, layer: BondConv, columns: _Last[tuple[Tensor, ...]], weights: _Last[Tensor]
    ) -> None:
        super().__init__()
        self._columns, self._weights = columns, weights
        self._width = layer.mlp_out.layers[-1].in_features
        self._messages = GatedSum(layer.twoBody_bond, _widths(layer.twoBody_bond, 4))
        self._out, self._norm = layer.mlp_out, layer.bond_norm

    def forward(
        self,
        atom_feas: Tensor,
        bond_feas: Tensor,
        bond_weights: Tensor,
        angle_feas: Tensor,
        bond_graph: Tensor,
    ) -> Tensor:
        """As in chgnet."""
        atoms, first, second = self._columns(bond_graph)
        parts = [(bond_feas, first), (bond_feas, second), (angle_feas, None), (atom_feas, atoms)]
        messages = self._messages(parts) * self._weights(bond_weights, first, second)
        summed = messages.new_zeros(len(bond_feas), self._width).index_add(0, first, messages)
        updated = self._out(summed) + bond_feas
        return updated if self._norm is None else self._norm(updated)


class _AngleMessages(nn.Module):  # type: ignore[misc]
    """Stands for :class:`~chgnet.model.layers.AngleUpdate`."""

    def __init__(self, layer: AngleUpdate, columns: _Last[tuple[Tensor, ...]]) -> None:
        super().__init__()
        self._columns = columns
        self._messages = GatedSum(layer.twoBody_bond, _widths(layer.twoBody_bond, 4))
        self._norm = layer.angle_norm

    def forward(
        self, atom_feas: Tensor, bond_feas: Tensor, angle_feas: Tensor, bond_graph: Tensor
    ) -> Tensor:
        """As in chgnet."""
        atoms, first, second = self._columns(bond_graph)
        parts = [(bond_feas, first), (bond_feas, second), (angle_feas, None), (atom_feas, atoms)]
        updated = self._messages(parts) + angle_feas
        return updated if self._norm is None else self._norm(updated)


def take_apart(model: Any) -> None:
    """Puts these layers in place of a loaded CHGNet's own; for inference only."""
    atom_graph, atom_weights = _Last(_columns), _Last(_weights)
    model.atom_conv_layers = nn.ModuleList(
        _AtomMessages(layer, atom_graph, atom_weights) for layer in model.atom_conv_layers
    )
    bond_graph, bond_weights = _Last(_columns), _Last(_weights)
    model.bond_conv_layers = nn.ModuleList(
        _BondMessages(layer, bond_graph, bond_weights) for layer in model.bond_conv_layers
    )
    # Nothing reads the angles after their last update.
    angles = [_AngleMessages(layer, bond_graph) for layer in model.angle_layers[:-1]]
    model.angle_layers = nn.ModuleList([*angles, None])


def _linear_maps(mlp: Any) -> list[nn.Linear]:
    return [layer for layer in mlp.layers if isinstance(layer, nn.Linear)]


def _place_after_first(mlp: Any) -> int:
    kinds = [isinstance(layer, nn.Linear) for layer in mlp.layers]
    return kinds.index(True) + 1


def _widths(gated: GatedMLP, parts: int) -> tuple[int, ...]:
    """All features of CHGNet are as wide as each other."""
    width, rest = divmod(_linear_maps(gated.mlp_core)[0].in_features, parts)
    if rest:
        raise ValueError("the parts of a message are not equally wide")
    return (width,) * parts
