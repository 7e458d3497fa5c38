"""The networks of matgl as they were before 3.0, for weights that were trained so.

matgl 3.0 sums the messages of an atom's bonds onto the atom itself (``edge_index[0]``). Before,
they were summed onto the neighbour (``edge_index[1]``), which for features that depend on the
pair's order is another function. matgl 4.1 moreover numbers the bonds of three-body terms in
the list of all bonds; before, they were numbered in the list of short bonds but looked up in
the list of all. Weights learned with either are right only with it.
"""

from __future__ import annotations

from typing import Any

import torch
from matgl.graph._compute import compute_pair_vector_and_distance, create_line_graph_torch
from matgl.layers._embedding import TensorEmbedding
from matgl.layers._graph_convolution import M3GNetGraphConv
from matgl.layers._three_body import ThreeBodyInteractions
from matgl.models import M3GNet
from matgl.utils.maths import scatter_add

from crystal_llm.errors import PotentialError
from crystal_llm.potentials.matgl_files import MessageConvention


class LegacyGraphConv(M3GNetGraphConv):  # type: ignore[misc]
    """Messages summed onto the neighbour."""

    def node_update_(
        self,
        edge_index: torch.Tensor,
        edge_feat: torch.Tensor,
        node_feat: torch.Tensor,
        rbf: torch.Tensor,
        u_per_edge: torch.Tensor | None,
        num_nodes: int,
    ) -> torch.Tensor:
        """Sum of the messages at each atom, shape (num_nodes, n_features).

        Args:
            edge_index: Centre and neighbour of each bond, shape (2, n_bonds).
            edge_feat: Features of the bonds, shape (n_bonds, n_features).
            node_feat: Features of the atoms, shape (num_nodes, n_features).
            rbf: Radial basis of each bond's length, shape (n_bonds, n_radial).
            u_per_edge: None; models with a state are refused by :func:`restore_convention`.
            num_nodes: Number of atoms.
        """
        center, neighbor = edge_index[0], edge_index[1]
        inputs = torch.hstack([node_feat[center], node_feat[neighbor], edge_feat])
        messages = self.node_update_func(inputs) * self.node_weight_func(rbf)
        return scatter_add(messages, neighbor, dim_size=num_nodes, dim=0)


class LegacyThreeBody(ThreeBodyInteractions):  # type: ignore[misc]
    """Bonds numbered in the list of short ones, looked up in the list of all."""

    short_position: torch.Tensor
    """Place of each bond among the short ones, shape (n_bonds,); set before each pass."""

    def forward(
        self, edge_dst_atom: torch.Tensor, line_edge_index: torch.Tensor, *arguments: Any
    ) -> torch.Tensor:
        """As in matgl, with the old numbers of the bonds.

        Args:
            edge_dst_atom: Neighbour of each bond, shape (n_bonds,).
            line_edge_index: Pairs of bonds by their numbers among all, shape (2, n_pairs).
            *arguments: As in matgl.
        """
        features: torch.Tensor = super().forward(
            edge_dst_atom, self.short_position[line_edge_index.long()], *arguments
        )
        return features


class LegacyM3GNet(M3GNet):  # type: ignore[misc]
    """M3GNet whose three-body layers are told which bonds are short."""

    def forward(self, g: Any, state_attr: Any = None, l_g: Any = None, **kwargs: Any) -> Any:
        """Energy of a graph.

        Args:
            g: Graph of matgl.
            state_attr: As in matgl.
            l_g: Not taken: made here.
            **kwargs: As in matgl.
        """
        vectors, lengths = compute_pair_vector_and_distance(
            g.pos, g.edge_index, getattr(g, "pbc_offshift", None)
        )
        short = lengths <= self.threebody_cutoff
        for layer in self.three_body_interactions:
            layer.short_position = torch.cumsum(short, dim=0) - 1
        line_graph = create_line_graph_torch(
            g.edge_index, lengths, vectors, g.pos.size(0), self.threebody_cutoff
        )
        return super().forward(g=g, state_attr=state_attr, l_g=line_graph, **kwargs)


class LegacyTensorEmbedding(TensorEmbedding):  # type: ignore[misc]
    """First messages summed onto the neighbour."""

    def forward(
        self, z: torch.Tensor, edge_index: torch.Tensor, *arguments: Any, **kwargs: Any
    ) -> Any:
        """As in matgl.

        Args:
            z: Kind of each atom, shape (n_atoms,).
            edge_index: Centre and neighbour of each bond, shape (2, n_bonds).
            *arguments: As in matgl.
            **kwargs: As in matgl.
        """
        self._sum_onto = edge_index[1]
        return super().forward(z, edge_index, *arguments, **kwargs)

    def aggregate(self, msg: Any, index: torch.Tensor, dim_size: int) -> Any:
        """Sums of the messages at each atom.

        Args:
            msg: Messages of the bonds.
            index: The centre of each bond, which is not what they are summed onto.
            dim_size: Number of atoms.
        """
        return super().aggregate(msg, self._sum_onto, dim_size)


def restore_convention(network: torch.nn.Module, convention: MessageConvention) -> None:
    """Makes the layers of a network sum messages as its weights have learned it.

    Args:
        network: A TensorNet, or for "m3gnet before 3.0" a :class:`LegacyM3GNet`; changed.
        convention: What :func:`~crystal_llm.potentials.matgl_files.read_model` found.

    Raises:
        PotentialError: The network has no such layers, or has a state.
    """
    layers: dict[MessageConvention, dict[type[torch.nn.Module], type[torch.nn.Module]]] = {
        "current": {},
        "m3gnet before 3.0": {
            M3GNetGraphConv: LegacyGraphConv,
            ThreeBodyInteractions: LegacyThreeBody,
        },
        "tensornet before 3.0": {TensorEmbedding: LegacyTensorEmbedding},
    }
    legacy = layers[convention]
    if legacy and getattr(network, "include_state", False):
        raise PotentialError("a matgl model with a state, saved before matgl 3.0, is not supported")
    replaced = set()
    for layer in network.modules():
        if type(layer) in legacy:
            replaced.add(type(layer))
            # Same attributes, other methods: the weights stay where they are.
            layer.__class__ = legacy[type(layer)]
    if replaced != set(legacy):
        raise PotentialError(
            "this release of matgl has no layers in which the old convention can be restored: "
            "install matgl as pinned in requirements.txt"
        )
