"""What a network makes of pairs that it never trained on."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from crystal_llm.flow.batches import PairBatch, PairSet
from crystal_llm.flow.loss import flow_loss
from crystal_llm.flow.manifold import metric_tensor, torus_log, without_mean
from crystal_llm.flow.network import VelocityNetwork
from crystal_llm.flow.path import PathState, conditional_path
from crystal_llm.flow.sampler import integrate
from crystal_llm.flow.sampler_settings import SamplerSettings

_STEPS = 10


@dataclass(frozen=True, slots=True)
class FlowValidation:
    """Means over validation pairs.

    Attributes:
        loss: The weighted loss, at one time a pair that is the same in every validation.
        coordinates_loss: Its coordinates' part, before λ_f.
        lattice_loss: Its lattice's part, before λ_l.
        distance_before_angstrom: Root mean square distance of an atom of a sample from the
            target's, origins laid on each other.
        distance_after_angstrom: The same after ten Euler steps.
        length_before_angstrom: Mean absolute error of a sample's lattice length.
        length_after_angstrom: The same after ten Euler steps.
        pairs: How many pairs.
    """

    loss: float
    coordinates_loss: float
    lattice_loss: float
    distance_before_angstrom: float
    distance_after_angstrom: float
    length_before_angstrom: float
    length_after_angstrom: float
    pairs: int


def validate(
    network: VelocityNetwork,
    pairs: PairSet,
    *,
    coordinates_weight: float,
    lattice_weight: float,
) -> FlowValidation:
    """Judges a network on all pairs of a set."""
    sums = torch.zeros(6, dtype=torch.float64)
    crystals = atoms = 0
    device = str(network.lattice_velocity.device)
    with torch.inference_mode():
        for batch in (group.on(device) for group in pairs.groups()):
            count, held = len(batch.species), int(batch.atoms.sum())
            time = (torch.arange(count, device=device) + 0.5) / count
            place, velocity = conditional_path(batch.sample, batch.target, batch.atoms, time)
            loss = flow_loss(
                network(batch.species, batch.atoms, place, time),
                velocity,
                batch.atoms,
                network.lattice_velocity,
                coordinates_weight=coordinates_weight,
                lattice_weight=lattice_weight,
            )
            end = integrate(network, batch.species, batch.sample, SamplerSettings(steps=_STEPS))
            assert end is not None  # nothing stops it
            sums += torch.tensor(
                [
                    count * float(loss.coordinates),
                    count * float(loss.lattice),
                    *_errors(batch, batch.sample),
                    *_errors(batch, end),
                ],
                dtype=torch.float64,
            )
            crystals, atoms = crystals + count, atoms + held
    coordinates, lattice, far, long, far_after, long_after = sums.tolist()
    return FlowValidation(
        loss=(coordinates_weight * coordinates + lattice_weight * lattice) / crystals,
        coordinates_loss=coordinates / crystals,
        lattice_loss=lattice / crystals,
        distance_before_angstrom=(far / atoms) ** 0.5,
        distance_after_angstrom=(far_after / atoms) ** 0.5,
        length_before_angstrom=long / crystals,
        length_after_angstrom=long_after / crystals,
        pairs=crystals,
    )


def _errors(batch: PairBatch, place: PathState) -> tuple[float, float]:
    """Squared distances of all atoms, Å², and mean errors of the lengths, Å, both summed."""
    difference = torus_log(place.coordinates, batch.target.coordinates)
    difference = without_mean(difference, batch.atoms)
    metric = metric_tensor(batch.target.lattice)
    squares = ((difference @ metric) * difference).sum()
    lengths = (place.lattice - batch.target.lattice)[:, :3].abs().mean(1).sum()
    return float(squares), float(lengths)
