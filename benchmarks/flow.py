"""How many crystals the flow refines and trains on in a second, beside what the machine could do.

The limit is what the network's matrix products alone would take at the rate that one large
product reaches here, in float32 for refining and in the training's own precision. Times are
CPU seconds of all threads, so that other work on the machine counts little.

    python benchmarks/flow.py [--network CARD] [--steps 50] [--threads 1]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.flow.batches import PairBatch
from crystal_llm.flow.card import load_flow
from crystal_llm.flow.loss import flow_loss
from crystal_llm.flow.manifold import lattice_coordinates
from crystal_llm.flow.network import NetworkShape, VelocityNetwork, parameter_count
from crystal_llm.flow.path import PathState, conditional_path
from crystal_llm.flow.sampler import FLOW_BATCH_SIZE, Start, follow
from crystal_llm.flow.sampler_settings import SamplerSettings
from crystal_llm.flow.training import computes_bfloat16
from crystal_llm.types import PlainCrystal

SIZES = (4, 10, 20)
TRAINING_BATCH = 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", help="a flow's card; default: one of the default size")
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    network = load_flow(arguments.network).network if arguments.network else untrained()
    half = computes_bfloat16()
    rates = {False: product_rate(torch.float32), True: product_rate(torch.bfloat16)}
    print(
        f"{parameter_count(network):,} weights, {arguments.threads} thread(s); one large product: "
        f"{rates[False]:.0f} GFLOP/s in float32, {rates[True]:.0f} in bfloat16"
    )
    print(f"refining, {arguments.steps} steps, batches of {FLOW_BATCH_SIZE}")
    print("atoms   crystals/CPU s (limit)   CPU ms a crystal   GFLOP a crystal")
    for atoms in SIZES:
        seconds = median(
            lambda atoms=atoms: refine(network, atoms, arguments.steps), arguments.repeats
        )
        work = arguments.steps * forward_flops(network, atoms, FLOW_BATCH_SIZE) / FLOW_BATCH_SIZE
        report(atoms, FLOW_BATCH_SIZE / seconds, rates[False] * 1e9 / work, work)
    network.requires_grad_(True)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.0)
    print(f"training, batches of {TRAINING_BATCH}, {'bfloat16' if half else 'float32'}")
    print("atoms   crystals/CPU s (limit)   CPU ms a crystal   GFLOP a crystal")
    for atoms in SIZES:
        batch = random_batch(atoms)
        seconds = median(
            lambda batch=batch: train(network, optimizer, batch, half), arguments.repeats
        )
        # Backwards costs twice what forwards does.
        work = 3 * forward_flops(network, atoms, TRAINING_BATCH) / TRAINING_BATCH
        report(atoms, TRAINING_BATCH / seconds, rates[half] * 1e9 / work, work)


def report(atoms: int, rate: float, limit: float, work: float) -> None:
    print(f"{atoms:5d}   {rate:13.1f} ({limit:.0f})   {1000 / rate:16.2f}   {work / 1e9:15.3f}")


def untrained() -> VelocityNetwork:
    torch.manual_seed(0)
    return VelocityNetwork(NetworkShape()).eval()


def random_crystal(atoms: int, random: np.random.Generator) -> PlainCrystal:
    length = (20.0 * atoms) ** (1 / 3)
    return PlainCrystal(
        (length,) * 3,
        (90.0,) * 3,
        tuple(ELEMENTS[number] for number in random.integers(0, 80, atoms)),
        tuple(map(tuple, random.random((atoms, 3)).tolist())),
    )


def refine(network: VelocityNetwork, atoms: int, steps: int) -> None:
    random = np.random.default_rng(0)
    starts = [Start(index, random_crystal(atoms, random)) for index in range(FLOW_BATCH_SIZE)]
    follow(network, starts, atoms, SamplerSettings(steps=steps))


def random_batch(atoms: int) -> PairBatch:
    random = np.random.default_rng(0)
    shape = (TRAINING_BATCH, atoms)
    species = torch.from_numpy(random.integers(1, 80, shape))

    def state() -> PathState:
        lengths = torch.full((TRAINING_BATCH, 3), (20.0 * atoms) ** (1 / 3))
        return PathState(
            torch.from_numpy(random.random((*shape, 3))).float(),
            lattice_coordinates(lengths, torch.full((TRAINING_BATCH, 3), 90.0)),
        )

    return PairBatch(species, species > 0, state(), state())


def train(
    network: VelocityNetwork, optimizer: torch.optim.Optimizer, batch: PairBatch, half: bool
) -> None:
    moment = torch.rand(TRAINING_BATCH)
    place, velocity = conditional_path(batch.sample, batch.target, batch.atoms, moment)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        predicted = network(batch.species, batch.atoms, place, moment)
    loss = flow_loss(
        predicted,
        velocity,
        batch.atoms,
        network.lattice_velocity,
        coordinates_weight=200.0,
        lattice_weight=1.0,
    )
    loss.weighted.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)


def forward_flops(network: VelocityNetwork, atoms: int, crystals: int) -> int:
    batch = random_batch(atoms)
    some = PathState(batch.sample.coordinates[:crystals], batch.sample.lattice[:crystals])
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(batch.species[:crystals], batch.atoms[:crystals], some, torch.zeros(crystals))
    return int(counter.get_total_flops())


def product_rate(dtype: torch.dtype) -> float:
    """GFLOP/s of a product that is as wide as the network and long enough to reach the limit."""
    left, right = torch.randn(16384, 128, dtype=dtype), torch.randn(128, 128, dtype=dtype)
    seconds = median(lambda: torch.mm(left, right), 20)
    return 2 * 16384 * 128 * 128 / seconds / 1e9


def median(work: Callable[[], object], repeats: int) -> float:
    work()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


if __name__ == "__main__":
    main()
