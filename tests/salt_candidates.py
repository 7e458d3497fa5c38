"""Candidates of rock salts, some relaxed, and a reference to judge them with."""

from dataclasses import replace

from relaxed_salts import relaxation_to

from crystal_llm.candidate import Candidate, Relaxed
from crystal_llm.crystal.written import Written
from crystal_llm.judging import (
    JudgingResources,
    judge,
)
from crystal_llm.potentials.loading import potential_card
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.types import PlainCrystal

METHOD = potential_card("chgnet").method


def rock_salt(a, cation="Na", anion="Cl"):
    """The primitive cell of rock salt with cubic lattice parameter ``a``."""
    edge = a / 2**0.5
    return PlainCrystal(
        (edge,) * 3, (60.0,) * 3, (cation, anion), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
    )


def candidate(index, crystal, failure=None):
    return Candidate((Written(f"c{index}", crystal, failure, index),))


def relaxation(crystal, energy, converged=True):
    energies = (energy + 0.1, energy)
    return relaxation_to(crystal, energies, converged=converged, steps=5, wall_s=0.1)


def reference(method=METHOD):
    rows = [("na", "Na", -1.3), ("cl", "Cl", -1.8), ("nacl", "NaCl", -3.4), ("k", "K", -1.0)]
    return build_reference(rows, ReferenceProvenance(method, "a test", "2026-01-02"))


SALT = rock_salt(5.7)
CANDIDATES = [
    candidate(0, None, "line 3: not an element"),
    candidate(1, replace(SALT, fractional_coordinates=((0, 0, 0), (0.01, 0, 0)))),
    candidate(2, SALT),
    candidate(3, rock_salt(5.72)),
    candidate(4, rock_salt(6.3, "K")),
    candidate(5, rock_salt(6.6, "Rb")),
]
RELAXED = {
    2: relaxation(SALT, -3.40),
    3: relaxation(SALT, -3.35),
    4: relaxation(rock_salt(6.3, "K"), -3.2),
    5: replace(
        relaxation(None, -3.0), relaxed=None, failure="exploded", converged=False, method=METHOD
    ),
}


def judged(competing=lambda done, total: None, **bench):
    asked = JudgingResources(**{"reference": reference(), **bench})
    return sorted(judge(begun(), asked, competing=competing), key=lambda candidate: candidate.index)


def begun(relaxed=None):
    """The candidates, some of which were relaxed before."""
    done = RELAXED if relaxed is None else relaxed
    return [
        candidate.after(Relaxed(done[candidate.index])) if candidate.index in done else candidate
        for candidate in CANDIDATES
    ]
