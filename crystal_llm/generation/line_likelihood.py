"""Likelihoods by line of crystal text: two lines of lattice, then two for each atom.

A line's newline counts with the line, since it says that the line is over; so does the end
of the crystal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_LATTICE_LINES = 2


def site_log_likelihoods(line_log_likelihoods: Sequence[float], text: str) -> tuple[float, ...]:
    """Log-likelihood of each atom: its element and its coordinates, nats.

    In symmetric text one line says all atoms of an orbit, and each of them has the line's.

    Args:
        line_log_likelihoods: One a line of a whole crystal's text, nats.
        text: That text, of either format.
    """
    atoms = line_log_likelihoods[_LATTICE_LINES:]
    lines = text.split("\n")
    if not lines[0].isdigit():
        return tuple(
            element + coordinates
            for element, coordinates in zip(atoms[::2], atoms[1::2], strict=True)
        )
    from crystal_llm.crystal.wyckoff import centring_multiplicity
    from crystal_llm.text.symmetric_text import decode_symmetric

    crystal = decode_symmetric(text)
    centring = centring_multiplicity(crystal.spacegroup_number)
    return tuple(
        value
        for value, position in zip(atoms, crystal.positions, strict=True)
        for _ in range(position.multiplicity // centring)
    )


def summed_by_line(values: Iterable[tuple[int, float]], n_lines: int) -> tuple[float, ...]:
    """Sums values of one line each.

    Args:
        values: A line, from 0, and a value.
        n_lines: How many lines there are; what lies behind them counts with the last.
    """
    sums = [0.0] * n_lines
    for line, value in values:
        sums[min(line, n_lines - 1)] += value
    return tuple(sums)
