from pathlib import Path

import numpy as np

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.stability.references.reference import ReferenceProvenance

FORMATION_TABLE = Path(__file__).parents[3] / "shared" / "data" / "mp_formation_energies.parquet"
CHGNET = EnergyMethod("CHGNet 0.3.0", "ab" * 32, "PBE(+U)", "MP2020", "total")


def provenance(method=CHGNET):
    return ReferenceProvenance(method, "a test", "2026-01-02")


def random_rows(elements, n_phases, seed=0):
    """Elements at about -4 eV/atom and random compounds of them, mostly below their mean."""
    rng = np.random.default_rng(seed)
    rows = [(f"t-{symbol}", symbol, float(rng.normal(-4, 1))) for symbol in elements]
    alone = {formula: energy for _, formula, energy in rows}
    for number in range(n_phases):
        chosen = rng.choice(elements, rng.integers(2, min(len(elements), 4) + 1), replace=False)
        amounts = {str(symbol): int(rng.integers(1, 5)) for symbol in chosen}
        mean = sum(alone[s] * n for s, n in amounts.items()) / sum(amounts.values())
        rows.append((f"t-{number}", amounts, mean + float(rng.normal(-0.5, 0.5))))
    return rows
