"""Potentials of matgl: M3GNet and TensorNet, from a folder of models.

The files are pickles. They are opened with torch's restricted unpickler (``weights_only``), and
the network is built here by name from two known classes: matgl's own loader would import
whatever module and call whatever class the file names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from ase.data import atomic_numbers, chemical_symbols
from matgl.apps.pes import Potential as MatglPES
from matgl.models import M3GNet, TensorNet
from torch_geometric.data import Data

from crystal_llm.errors import PotentialError
from crystal_llm.potentials.calculator import OnePassCalculator
from crystal_llm.potentials.cards import check_potential_elements
from crystal_llm.potentials.corrections import corrected_mp2020_ev_per_atom
from crystal_llm.potentials.matgl_files import MatglModel
from crystal_llm.potentials.matgl_legacy import LegacyM3GNet, restore_convention
from crystal_llm.potentials.neighbors import check_finite, directed_bonds
from crystal_llm.potentials.potential import EV_PER_CUBIC_ANGSTROM_IN_GPA, PotentialCard

if TYPE_CHECKING:
    from pymatgen.core import Structure


class MatglPotential:
    """A loaded matgl model; see :class:`~crystal_llm.potentials.potential.Potential`."""

    def __init__(self, card: PotentialCard, whole: MatglPES, energy_only: MatglPES) -> None:
        self._card = card
        self._whole = whole
        self._energy_only = energy_only
        kinds = {symbol: kind for kind, symbol in enumerate(whole.model.element_types)}
        self._kind_of_number = {atomic_numbers[symbol]: kind for symbol, kind in kinds.items()}

    @property
    def card(self) -> PotentialCard:
        """What it is."""
        return self._card

    def calculator(self) -> OnePassCalculator:
        """An ASE calculator that shares the weights."""
        return OnePassCalculator(
            lambda atoms: self.evaluate(
                atoms.numbers, atoms.get_scaled_positions(), atoms.cell.array
            )
        )

    def evaluate(
        self, numbers: np.ndarray, fractional: np.ndarray, lattice: np.ndarray
    ) -> dict[str, Any]:
        """Energy, forces and stress of a crystal.

        Args:
            numbers: Atomic numbers, shape (n_atoms,).
            fractional: Fractional coordinates, shape (n_atoms, 3).
            lattice: Cell vectors as rows, Å, shape (3, 3).

        Returns:
            ``energy`` and ``free_energy`` in eV, ``forces`` in eV/Å, shape (n_atoms, 3),
            ``stress`` in eV/Å³, shape (6,) in Voigt's order.

        Raises:
            PotentialError: An unknown element, atoms too far apart, a collapsed cell, or
                overlapping atoms.
        """
        graph, cell = self._graph(numbers, fractional, lattice)
        total, forces, stresses, *_ = self._whole(graph, cell)
        energy = check_finite(float(total))
        stress = stresses.detach().cpu().numpy().astype(float) / EV_PER_CUBIC_ANGSTROM_IN_GPA
        return {
            "energy": energy,
            "free_energy": energy,
            "forces": forces.detach().cpu().numpy().astype(float),
            "stress": ((stress + stress.T) / 2).reshape(9)[[0, 4, 8, 5, 2, 1]],
        }

    def static_energy_ev_per_atom(self, structure: Structure) -> float:
        """Energy of a crystal as it stands, by a forward pass alone, eV/atom, uncorrected.

        Raises:
            PotentialError: An unknown element, atoms too far apart, a collapsed cell, or
                overlapping atoms.
        """
        graph, cell = self._graph(
            np.array(structure.atomic_numbers), structure.frac_coords, structure.lattice.matrix
        )
        with torch.no_grad():
            return check_finite(float(self._energy_only(graph, cell)[0])) / len(structure)

    def energy_ev_per_atom(self, structure: Structure, raw_ev_per_atom: float) -> float:
        """The raw energy, with the corrections of 2020 where the card says so.

        Args:
            structure: The crystal that the energy belongs to.
            raw_ev_per_atom: The calculator's energy divided by the number of atoms.

        Raises:
            PotentialError: The corrections cannot be had for this crystal.
        """
        if self._card.correction == "added":
            return corrected_mp2020_ev_per_atom(structure, raw_ev_per_atom)
        return raw_ev_per_atom

    def _graph(
        self, numbers: np.ndarray, fractional: np.ndarray, lattice: np.ndarray
    ) -> tuple[Data, torch.Tensor]:
        check_potential_elements(
            self._card, (chemical_symbols[number] for number in set(numbers.tolist()))
        )
        fractional = fractional - np.floor(fractional)
        bonds = directed_bonds(fractional, lattice, float(self._whole.model.cutoff))
        center, neighbor, image, _ = bonds
        graph = Data(
            num_nodes=len(numbers),
            edge_index=torch.as_tensor(np.stack([center, neighbor]).astype(np.int64)),
            pbc_offset=torch.as_tensor(image, dtype=torch.float32),
            node_type=torch.tensor([self._kind_of_number[number] for number in numbers.tolist()]),
            frac_coords=torch.as_tensor(fractional, dtype=torch.float32),
        )
        return graph, torch.as_tensor(np.array(lattice), dtype=torch.float32)


def load_matgl(model: MatglModel, device: str) -> MatglPotential:
    """Loads a recognised matgl model, its old convention restored where it has one.

    Raises:
        PotentialError: The files are broken or hold more than tensors and plain values, or
            they do not fit this release of matgl.
    """
    try:
        arguments, state = (
            torch.load(model.folder / name, map_location="cpu", weights_only=True)
            for name in ("model.pt", "state.pt")
        )
        network_arguments = arguments.pop("model")["init_args"]
        classes = {
            "M3GNet": LegacyM3GNet if model.convention == "m3gnet before 3.0" else M3GNet,
            "TensorNet": TensorNet,
        }
        network = classes[model.architecture](**network_arguments)
        restore_convention(network, model.convention)
        potentials = []
        for gradients in (True, False):
            wanted = {"calc_forces": gradients, "calc_stresses": gradients, "calc_hessian": False}
            potential = MatglPES(network, **{**arguments, **wanted})
            _fill(potential, state)
            potentials.append(potential.eval())
    except PotentialError:
        raise
    except Exception as error:  # torch and matgl raise errors of many kinds here
        raise PotentialError(
            f"{model.folder}: the model cannot be loaded ({type(error).__name__}); "
            "its files are damaged or of another release of matgl"
        ) from error
    # Outside of the above: a device that cannot take it says nothing of the files.
    return MatglPotential(model.card, *(potential.to(device) for potential in potentials))


def _fill(potential: MatglPES, state: dict[str, torch.Tensor]) -> None:
    """Puts the weights in and freezes them; every weight must be there, and none be left over."""
    missing, unexpected = potential.load_state_dict(state, strict=False)
    weights = dict(potential.named_parameters())
    lost = [name for name in missing if name in weights]
    left = [name for name in unexpected if not name.endswith(_OBSOLETE)]
    if lost or left:
        raise PotentialError(
            f"the weights do not fit the network: {len(lost)} missing, {len(left)} left over "
            f"({', '.join((lost + left)[:3])})"
        )
    for weight in weights.values():
        weight.requires_grad_(False)


_OBSOLETE = ".onehot"
"""Ending of constants that matgl now computes."""
