"""CHGNet, with one backward pass for forces and stress together."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from ase.data import chemical_symbols
from chgnet.model.model import CHGNet

from crystal_llm.errors import PotentialError
from crystal_llm.potentials.calculator import OnePassCalculator
from crystal_llm.potentials.cards import PackagedPotential, check_potential_elements
from crystal_llm.potentials.chgnet_graph import crystal_graph
from crystal_llm.potentials.chgnet_layers import take_apart
from crystal_llm.potentials.neighbors import check_finite
from crystal_llm.potentials.potential import EV_PER_CUBIC_ANGSTROM_IN_GPA, PotentialCard

if TYPE_CHECKING:
    from ase import Atoms
    from chgnet.graph import CrystalGraph
    from pymatgen.core import Structure

TOGETHER_ON_A_GPU = 64

ATOMS_IN_A_PASS = 3_000
"""The most atoms in one graph, unless one crystal has more: memory grows with them."""


class OneBackwardCHGNet(CHGNet):  # type: ignore[misc]
    """CHGNet for inference only.

    chgnet takes two backward passes, for forces and for stress, and records both to be
    differentiated again, as its training needs. Here one pass gives both.
    """

    def _compute(
        self, g: Any, *, compute_force: bool = False, compute_stress: bool = False, **kwargs: Any
    ) -> dict[str, Any]:
        """Energy per atom (``e``, eV), forces (``f``, eV/Å) and stresses (``s``, GPa).

        Forces and stresses come together or not at all.

        Args:
            g: A batch of graphs of chgnet.
            compute_force: Whether forces are asked for.
            compute_stress: Whether stresses are asked for.
            **kwargs: As in chgnet.
        """
        prediction: dict[str, Any] = super()._compute(g, **kwargs)
        if compute_force and compute_stress:
            energy = (prediction["e"] * prediction["atoms_per_graph"]).sum()
            gradients = torch.autograd.grad(energy, [*g.atom_positions, *g.strains])
            n_graphs = len(g.strains)
            prediction["f"] = [-gradient for gradient in gradients[:n_graphs]]
            prediction["s"] = [
                gradient / volume * EV_PER_CUBIC_ANGSTROM_IN_GPA
                for gradient, volume in zip(gradients[n_graphs:], g.volumes, strict=True)
            ]
            prediction["e"] = prediction["e"].detach()
        return prediction


class CHGNetPotential:
    """A loaded CHGNet; see :class:`~crystal_llm.potentials.potential.Potential`."""

    def __init__(self, card: PotentialCard, model: OneBackwardCHGNet, device: str) -> None:
        self._card = card
        self._model = model
        self._device = device
        converter = model.graph_converter
        self._bond_cutoffs = (converter.atom_graph_cutoff, converter.bond_graph_cutoff)

    @property
    def card(self) -> PotentialCard:
        """What it is."""
        return self._card

    def calculator(self) -> OnePassCalculator:
        """An ASE calculator that shares the weights."""
        return OnePassCalculator(self._evaluate)

    @property
    def together(self) -> int:
        """How many crystals are best relaxed side by side: batching pays on a GPU alone."""
        return 1 if self._device == "cpu" else TOGETHER_ON_A_GPU

    def evaluate_many(self, crystals: Sequence[Atoms]) -> list[dict[str, Any] | PotentialError]:
        """Energy, forces and stress of crystals, many in one graph.

        Args:
            crystals: Atoms as ASE has them.

        Returns:
            For each ``energy`` and ``free_energy`` in eV, ``forces`` in eV/Å, shape
            (n_atoms, 3), ``stress`` in eV/Å³, shape (6,) in Voigt's order; or an error: an
            unknown element, atoms too far apart, a collapsed cell, or overlapping atoms.
        """
        graphs: dict[int, CrystalGraph] = {}
        results: list[dict[str, Any] | PotentialError | None] = [None] * len(crystals)
        for place, atoms in enumerate(crystals):
            try:
                graphs[place] = self._graph(
                    atoms.numbers, atoms.get_scaled_positions(), atoms.cell.array
                )
            except PotentialError as error:
                results[place] = error
        for places in _passes({place: len(crystals[place]) for place in graphs}):
            prediction = self._model.forward([graphs[place] for place in places], task="efs")
            for row, place in enumerate(places):
                try:
                    results[place] = _results(prediction, row, len(crystals[place]))
                except PotentialError as error:
                    results[place] = error
        return [result for result in results if result is not None]

    def static_energy_ev_per_atom(self, structure: Structure) -> float:
        """Energy of a crystal as it stands, by a forward pass alone, eV/atom.

        Raises:
            PotentialError: An unknown element, atoms too far apart, a collapsed cell, or
                overlapping atoms.
        """
        graph = self._graph(
            np.array(structure.atomic_numbers), structure.frac_coords, structure.lattice.matrix
        )
        with torch.no_grad():
            return check_finite(float(self._model.forward([graph], task="e")["e"][0]))

    def energy_ev_per_atom(self, structure: Structure, raw_ev_per_atom: float) -> float:
        """The raw energy: the corrections of 2020 were in the training energies.

        Args:
            structure: Not looked at.
            raw_ev_per_atom: The calculator's energy divided by the number of atoms.
        """
        return raw_ev_per_atom

    def _evaluate(self, atoms: Atoms) -> dict[str, Any]:
        (results,) = self.evaluate_many([atoms])
        if isinstance(results, PotentialError):
            raise results
        return results

    def _graph(
        self, numbers: np.ndarray, fractional: np.ndarray, lattice: np.ndarray
    ) -> CrystalGraph:
        check_potential_elements(
            self._card, (chemical_symbols[number] for number in set(numbers.tolist()))
        )
        graph = crystal_graph(numbers, fractional, lattice, self._bond_cutoffs)
        return graph if self._device == "cpu" else graph.to(self._device)


def _passes(n_atoms: Mapping[int, int]) -> Iterator[list[int]]:
    """Parts of crystals of so many atoms, in their order, that one pass can take."""
    places: list[int] = []
    total = 0
    for place, n in n_atoms.items():
        if places and total + n > ATOMS_IN_A_PASS:
            yield places
            places, total = [], 0
        places.append(place)
        total += n
    if places:
        yield places


def _results(prediction: dict[str, Any], row: int, n_atoms: int) -> dict[str, Any]:
    """ASE's results of one crystal of a batch.

    Raises:
        PotentialError: The energy is not a number.
    """
    energies = prediction["e"].reshape(-1)
    energy = check_finite(float(energies[row])) * n_atoms
    stress = prediction["s"][row].cpu().numpy().astype(float) / EV_PER_CUBIC_ANGSTROM_IN_GPA
    return {
        "energy": energy,
        "free_energy": energy,
        "forces": prediction["f"][row].cpu().numpy().astype(float),
        "stress": ((stress + stress.T) / 2).reshape(9)[[0, 4, 8, 5, 2, 1]],
    }


def load_chgnet(packaged: PackagedPotential, device: str) -> CHGNetPotential:
    """Loads CHGNet 0.3.0 from its package.

    The file holds tensors and plain values: it is opened without running any of its pickle's
    code (``weights_only``), and only if its hash is the known one.

    Raises:
        PotentialError: The weights are missing or have another hash.
    """
    _, content = packaged.weights.checked()
    state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    # chgnet announces itself on the standard output, where results go.
    with contextlib.redirect_stdout(io.StringIO()):
        # Without the bias of the last layer, as chgnet loads this release.
        model = OneBackwardCHGNet.from_dict(state["model"], mlp_out_bias=False, version="0.3.0")
    take_apart(model)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return CHGNetPotential(packaged.card, model.eval().to(device), device)
