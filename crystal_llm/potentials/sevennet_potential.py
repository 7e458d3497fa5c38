"""SevenNet: raw PBE(+U) energies, corrected here."""

from __future__ import annotations

import contextlib
import io
import warnings
from typing import TYPE_CHECKING, Any

import sevenn._keys as keys
import torch
from sevenn.atom_graph_data import AtomGraphData
from sevenn.calculator import SevenNetCalculator
from sevenn.nn.sequential import AtomGraphSequential
from sevenn.train.dataload import unlabeled_atoms_to_graph

from crystal_llm.potentials.calculator import OnePassCalculator
from crystal_llm.potentials.cards import PackagedPotential, check_potential_elements
from crystal_llm.potentials.corrections import corrected_mp2020_ev_per_atom
from crystal_llm.potentials.neighbors import check_bonded, check_density, check_finite
from crystal_llm.potentials.potential import PotentialCard

if TYPE_CHECKING:
    from ase import Atoms
    from pymatgen.core import Structure

_GRADIENT_MODULE = "force_output"


class SevenNetPotential:
    """A loaded SevenNet; see :class:`~crystal_llm.potentials.potential.Potential`."""

    def __init__(self, card: PotentialCard, model: AtomGraphSequential, device: str) -> None:
        self._card = card
        self.model = model
        self.device = device
        # The same modules but the last, which takes the gradient.
        self._energy_modules = [
            module for name, module in model.named_children() if name != _GRADIENT_MODULE
        ]

    @property
    def card(self) -> PotentialCard:
        """What it is."""
        return self._card

    def calculator(self) -> OnePassCalculator:
        """An ASE calculator that shares the weights."""
        with _quiet():
            sevennet = SevenNetCalculator(
                self.model, file_type="model_instance", device=self.device
            )

        def evaluate(atoms: Atoms) -> dict[str, Any]:
            results: dict[str, Any] = sevennet.output_to_results(sevennet.model(self.graph(atoms)))
            check_finite(results["energy"])
            return results

        return OnePassCalculator(evaluate)

    def graph(self, atoms: Atoms) -> Any:
        """The graph that SevenNet reads.

        Raises:
            PotentialError: An unknown element, atoms too far apart, or a collapsed cell.
        """
        check_potential_elements(self._card, set(atoms.get_chemical_symbols()))
        cutoff = float(self.model.cutoff)
        check_density(len(atoms), atoms.cell.array, cutoff)
        arrays = unlabeled_atoms_to_graph(atoms, cutoff)
        check_bonded(len(atoms), arrays[keys.EDGE_IDX][0], cutoff)
        return AtomGraphData.from_numpy_dict(arrays).to(self.device)

    def static_energy_ev_per_atom(self, structure: Structure) -> float:
        """Energy of a crystal as it stands, by a forward pass alone, eV/atom, uncorrected.

        Raises:
            PotentialError: An unknown element, atoms too far apart, a collapsed cell, or
                overlapping atoms.
        """
        with torch.no_grad():
            data = self.model._preprocess(self.graph(structure.to_ase_atoms()))
            for module in self._energy_modules:
                data = module(data)
        return check_finite(float(data[keys.PRED_TOTAL_ENERGY])) / len(structure)

    def energy_ev_per_atom(self, structure: Structure, raw_ev_per_atom: float) -> float:
        """The raw energy with the corrections of 2020.

        Args:
            structure: The crystal that the energy belongs to.
            raw_ev_per_atom: The calculator's energy divided by the number of atoms.

        Raises:
            PotentialError: The corrections cannot be had for this crystal.
        """
        return corrected_mp2020_ev_per_atom(structure, raw_ev_per_atom)


def load_sevennet(packaged: PackagedPotential, device: str) -> SevenNetPotential:
    """Loads a SevenNet from its package.

    sevenn unpickles the file without restrictions, so its hash is compared first and no other
    file is ever opened.

    Raises:
        PotentialError: The weights are missing or have another hash.
    """
    file, _ = packaged.weights.checked()
    with _quiet():
        calculator = SevenNetCalculator(str(file), device=device)
    model = calculator.model
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return SevenNetPotential(packaged.card, model, device)


@contextlib.contextmanager
def _quiet() -> Any:
    # sevenn recommends accelerators of CUDA at each calculator.
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
