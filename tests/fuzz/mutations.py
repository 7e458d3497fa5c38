"""Seeded mutations of files that people have."""

from __future__ import annotations

import json
import random
from pathlib import Path

from pymatgen.core import Lattice, Structure

CASES = Path(__file__).parents[1] / "io" / "cases"
ENDINGS = {".cif": "cif", ".vasp": "poscar", ".xyz": "xyz", ".json": "json"}

TOKENS = (
    *("nan", "inf", "1e999", "-1", "0", "?", ".", "0.333", "0.3333", "1/3", "0.5(1)", "−0.25"),
    *("0.５", "9" * 400, "1e-320", "'", '"', ";", "loop_", "data_x", "data_", "_", "#", "{", "}"),
    *("[", "]", ",", "x,y,z", "'-x,-y,-z'", "'y,x,-z'", "'P 1'", "'F m -3 m'", "'F d -3 m :2'"),
    *("'R -3 m'", "'P 21/n'", "225", "1", "120", "60", "Na", "Va", "D", "CO", "Fe3+", "NH4"),
    *("Direct", "Cartesian", "Selective", 'Lattice="1 0 0 0 1 0 0 0 1"', 'pbc="T T F"', "\x00"),
    *("\t", "\r", "\ufeff", "ü", "null", "true", "1e5", "-5.64", "100000", "T", "x"),
)


def structures() -> list[Structure]:
    """Crystals whose files are mutated, of several symmetries."""
    wurtzite = Structure(
        Lattice.hexagonal(3.25, 5.2),
        ["Zn", "Zn", "O", "O"],
        [[1 / 3, 2 / 3, 0], [2 / 3, 1 / 3, 0.5], [1 / 3, 2 / 3, 0.38], [2 / 3, 1 / 3, 0.88]],
    )
    salt = Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    )
    skew = Structure(
        Lattice.from_parameters(4.1, 5.2, 6.3, 77, 83, 95),
        ["K", "Fe", "S", "H"],
        [[0.1, 0.2, 0.3], [0.6, 0.1, 0.9], [0.4, 0.8, 0.5], [0.9, 0.6, 0.1]],
    )
    return [wurtzite, salt, skew]


def seeds() -> list[tuple[str, str]]:
    """Texts to begin with, each with its format; ``text`` is a crystal text."""
    from crystal_llm.crystal.conversion import plain
    from crystal_llm.io.extended_xyz import extended_xyz
    from crystal_llm.text.codec import encode_plain

    spans = [
        (path.read_bytes().decode("utf-8", "replace"), ENDINGS[path.suffix])
        for path in sorted(CASES.iterdir())
        if path.suffix in ENDINGS
    ]
    for structure in structures():
        spans += [
            (structure.to(fmt="cif", symprec=0.01), "cif"),
            (structure.to(fmt="cif"), "cif"),
            (structure.to(fmt="poscar"), "poscar"),
            (json.dumps(structure.as_dict()), "json"),
            (extended_xyz(plain(structure)), "xyz"),
            (encode_plain(plain(structure)), "text"),
        ]
    return spans


def mutated(text: str, others: list[str], draw: random.Random) -> str:
    """A text after one to four changes, mostly one."""
    for _ in range(draw.choice((1, 1, 1, 2, 3, 4))):
        text = draw.choice(_CHANGES)(text, others, draw)
    return text[:200_000]


def _replaced_word(text: str, others: list[str], draw: random.Random) -> str:
    words = text.split(" ")
    words[draw.randrange(len(words))] = draw.choice(TOKENS)
    return " ".join(words)


def _replaced_token(text: str, others: list[str], draw: random.Random) -> str:
    lines = text.split("\n")
    place = draw.randrange(len(lines))
    words = lines[place].split()
    if words:
        words[draw.randrange(len(words))] = draw.choice(TOKENS)
        lines[place] = " ".join(words)
    return "\n".join(lines)


def _changed_digit(text: str, others: list[str], draw: random.Random) -> str:
    digits = [place for place, letter in enumerate(text) if letter.isdigit()]
    if not digits:
        return text
    place = draw.choice(digits)
    return text[:place] + draw.choice("0123456789.-") + text[place + 1 :]


def _changed_letter(text: str, others: list[str], draw: random.Random) -> str:
    if not text:
        return text
    place = draw.randrange(len(text))
    return text[:place] + chr(draw.choice((32, 65, 110, 10, 39, 0x2212, 46))) + text[place + 1 :]


def _dropped_line(text: str, others: list[str], draw: random.Random) -> str:
    lines = text.split("\n")
    del lines[draw.randrange(len(lines))]
    return "\n".join(lines)


def _repeated_line(text: str, others: list[str], draw: random.Random) -> str:
    lines = text.split("\n")
    place = draw.randrange(len(lines))
    lines[place:place] = [lines[place]] * draw.choice((1, 1, 1, 50))
    return "\n".join(lines)


def _swapped_lines(text: str, others: list[str], draw: random.Random) -> str:
    lines = text.split("\n")
    first, second = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return "\n".join(lines)


def _cut(text: str, others: list[str], draw: random.Random) -> str:
    return text[: draw.randrange(len(text) + 1)]


def _spliced(text: str, others: list[str], draw: random.Random) -> str:
    other = draw.choice(others)
    return text[: draw.randrange(len(text) + 1)] + other[draw.randrange(len(other) + 1) :]


def _foreign_line(text: str, others: list[str], draw: random.Random) -> str:
    lines = text.split("\n")
    lines.insert(draw.randrange(len(lines) + 1), draw.choice(draw.choice(others).split("\n")))
    return "\n".join(lines)


_CHANGES = (
    *(_replaced_word, _replaced_token, _replaced_token, _changed_digit, _changed_digit),
    *(_changed_letter, _dropped_line, _repeated_line, _swapped_lines, _cut, _spliced),
    _foreign_line,
)
