import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from crystal_llm.stability import lowest_mixture as module
from crystal_llm.stability.lowest_mixture import lowest_mixture


def by_highs(columns, energies, target):
    answer = linprog(energies, A_eq=columns, b_eq=target, method="highs")
    assert answer.success
    return answer.fun


def phases(rng, n_elements, n_phases, *, coarse):
    """Random phases after the elements; coarse ones have many equal energies and lines."""
    counts = np.zeros((n_elements, n_phases))
    for column in range(n_phases):
        chosen = rng.choice(n_elements, rng.integers(1, min(n_elements, 5) + 1), replace=False)
        counts[chosen, column] = rng.integers(1, 4, chosen.size)
    energies = rng.integers(-3, 2, n_phases) / 2 if coarse else rng.normal(-1, 1, n_phases)
    columns = np.hstack([np.eye(n_elements), counts / counts.sum(axis=0)])
    return columns, np.concatenate([np.zeros(n_elements), energies])


def checked(columns, energies, target):
    mixture = lowest_mixture(columns, energies, list(range(len(target))), target)
    parts, fractions = list(mixture.phases), np.array(mixture.fractions)
    assert mixture.energy_ev_per_atom == pytest.approx(
        by_highs(columns, energies, target), abs=1e-7
    )
    assert columns[:, parts] @ fractions == pytest.approx(target, abs=1e-8)
    assert fractions @ energies[parts] == pytest.approx(mixture.energy_ev_per_atom, abs=1e-8)
    assert fractions.sum() == pytest.approx(1)
    assert (np.diff(fractions) <= 0).all()
    assert len(parts) <= len(target)
    return mixture


@pytest.mark.parametrize("coarse", [False, True])
@pytest.mark.parametrize(("n_elements", "n_phases"), [(1, 3), (2, 12), (3, 40), (5, 150), (8, 200)])
def test_the_mixture_is_that_of_highs(n_elements, n_phases, coarse):
    rng = np.random.default_rng(n_elements)
    for _ in range(15):
        columns, energies = phases(rng, n_elements, n_phases, coarse=coarse)
        checked(columns, energies, rng.dirichlet(np.ones(n_elements)))
        # At a phase's own composition, and at the centre, the program is degenerate.
        inner = columns[:, (columns > 0).all(axis=0)]
        for target in (*inner.T[:2], np.full(n_elements, 1 / n_elements)):
            checked(columns, energies, target)


def test_twenty_elements():
    rng = np.random.default_rng(20)
    columns, energies = phases(rng, 20, 3000, coarse=False)
    checked(columns, energies, rng.dirichlet(np.ones(20)))


def test_no_ring_of_pivots_is_endless(monkeypatch):
    monkeypatch.setattr(module, "PIVOTS_BEFORE_BLAND", -1)
    rng = np.random.default_rng(3)
    for _ in range(20):
        columns, energies = phases(rng, 4, 60, coarse=True)
        checked(columns, energies, np.full(4, 0.25))


def test_a_search_that_does_not_settle_says_so(monkeypatch):
    monkeypatch.setattr(module, "MOST_PIVOTS", 1)
    columns, energies = phases(np.random.default_rng(0), 3, 40, coarse=False)
    with pytest.raises(module.StabilityError, match="was not found in 1 pivots"):
        lowest_mixture(columns, energies, [0, 1, 2], np.full(3, 1 / 3))


@given(seed=st.integers(0, 2**32 - 1), n_elements=st.integers(2, 5))
def test_a_phase_above_the_hull_changes_nothing(seed, n_elements):
    rng = np.random.default_rng(seed)
    columns, energies = phases(rng, n_elements, 20, coarse=False)
    target = rng.dirichlet(np.ones(n_elements))
    terminals = list(range(n_elements))
    before = lowest_mixture(columns, energies, terminals, target)
    new = rng.dirichlet(np.ones(n_elements))
    unstable = lowest_mixture(columns, energies, terminals, new).energy_ev_per_atom + 0.01
    after = lowest_mixture(
        np.column_stack([columns, new]), np.append(energies, unstable), terminals, target
    )
    assert after.energy_ev_per_atom == pytest.approx(before.energy_ev_per_atom, abs=1e-9)


def test_terminals_may_stand_anywhere():
    columns = np.array([[0.5, 0.0, 1.0], [0.5, 1.0, 0.0]])
    energies = np.array([-1.0, 0.0, 0.0])
    mixture = lowest_mixture(columns, energies, [2, 1], np.array([0.25, 0.75]))
    assert mixture.phases == (0, 1)
    assert mixture.fractions == pytest.approx((0.5, 0.5))
    assert mixture.energy_ev_per_atom == pytest.approx(-0.5)
