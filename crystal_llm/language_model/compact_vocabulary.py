"""The compact vocabulary: symmetric crystal text with one token a value.

A sequence reads ::

    <write> hull:≤0.05 <elements> element:Na element:Cl <crystal>
    spacegroup:225 whole:5 tenth:6 element:Na letter:a element:Cl letter:b <end>

task, conditions in a fixed order, the crystal, the end. Each kind of value has tokens of its
own (a *family*), so that a grammar names a terminal by family and value.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.symmetric import (
    ELECTRONEGATIVITY_ORDER,
    HIDDEN,
    LATTICE_PARAMETERS,
    MASKED,
    Orbit,
    SymmetricCrystal,
    crystal_system,
    free_lattice_parameters,
)
from crystal_llm.crystal.wyckoff import LETTERS, wyckoff_positions
from crystal_llm.errors import CrystalTextError
from crystal_llm.text.symmetric_text import decode_spacegroup, decode_symmetric

HULL_EDGES_EV_PER_ATOM = (0.001, 0.025, 0.05, 0.1, 0.25)
"""Upper edges of the buckets of energy above hull; the last bucket is open."""

GAP_EDGES_EV = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
"""Upper edges of the buckets of the band gap; the first is "no gap", the last is open."""

FORMATION_EDGES_EV_PER_ATOM = tuple(-4.5 + 0.25 * step for step in range(21))
"""Upper edges of the buckets of formation energy, -4.5 to 0.5; the last bucket is open."""

LONGEST_LENGTH_TENTHS = 1999
MOST_COUNTED = 99

_SYSTEMS = tuple(LATTICE_PARAMETERS)
_FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("special", ("<pad>", "<write>", "<complete>", "<infill>", "<crystal>", "<element>", "<end>")),
    (
        "key",
        (
            "<formula>",
            "<elements>",
            "<crystal system>",
            "<space group>",
            "<atoms>",
            "<band gap>",
            "<formation energy>",
        ),
    ),
    ("hull", ("?", *(f"≤{edge}" for edge in HULL_EDGES_EV_PER_ATOM), "above")),
    ("gap", (*(f"≤{edge}" for edge in GAP_EDGES_EV), "above")),
    ("formation", (*(f"≤{edge}" for edge in FORMATION_EDGES_EV_PER_ATOM), "above")),
    ("system", _SYSTEMS),
    ("count", (*(str(number) for number in range(1, MOST_COUNTED + 1)), "more")),
    ("spacegroup", tuple(str(number) for number in range(1, 231))),
    ("whole", tuple(str(number) for number in range(LONGEST_LENGTH_TENTHS // 10 + 1))),
    ("tenth", tuple(str(digit) for digit in range(10))),
    ("angle", tuple(str(angle) for angle in range(1, 180))),
    ("element", (*ELEMENTS, HIDDEN, MASKED)),
    ("letter", tuple(LETTERS)),
    ("x", tuple(f"{value:02d}" for value in range(100))),
    ("y", tuple(f"{value:02d}" for value in range(100))),
    ("z", tuple(f"{value:02d}" for value in range(100))),
)
AXIS_FAMILIES = ("x", "y", "z")
_KEY_FAMILIES = {
    "formula": ("element", "count"),
    "elements": ("element",),
    "crystal system": ("system",),
    "space group": ("spacegroup",),
    "atoms": ("count",),
    "band gap": ("gap",),
    "formation energy": ("formation",),
}


@dataclass(frozen=True, slots=True)
class StatedConditions:
    """What a prompt says of a crystal; None means "not said".

    Attributes:
        energy_above_hull_ev_per_atom: Target energy above the convex hull.
        formula: Element symbols with their counts in the reduced formula.
        elements: Element symbols of the crystal.
        crystal_system: ``triclinic`` to ``cubic``.
        spacegroup_number: International number.
        atoms: Atoms in the primitive cell.
        band_gap_ev: Target band gap (PBE).
        formation_energy_ev_per_atom: Target formation energy.
    """

    energy_above_hull_ev_per_atom: float | None = None
    formula: tuple[tuple[str, int], ...] | None = None
    elements: tuple[str, ...] | None = None
    crystal_system: str | None = None
    spacegroup_number: int | None = None
    atoms: int | None = None
    band_gap_ev: float | None = None
    formation_energy_ev_per_atom: float | None = None


class CompactVocabulary:
    """Token ids of symmetric crystal text and its prompts."""

    def __init__(self) -> None:
        self._start: dict[str, int] = {}
        self._place: dict[str, dict[str, int]] = {}
        self.names: list[str] = []
        for family, values in _FAMILIES:
            self._start[family] = len(self.names)
            self._place[family] = {value: len(self.names) + k for k, value in enumerate(values)}
            self.names += [
                value if family in ("special", "key") else f"{family}:{value}" for value in values
            ]

    def __len__(self) -> int:
        return len(self.names)

    def token(self, family: str, value: str | int) -> int:
        """The id of a value of a family; KeyError where there is none."""
        return self._place[family][str(value)]

    def hundredth(self, axis: int, value: int) -> int:
        """The id of a fractional coordinate in hundredths along an axis."""
        return self._start[AXIS_FAMILIES[axis]] + value

    def value(self, token: int) -> str:
        """The value that a token of a family says."""
        return self.names[token].split(":", 1)[1]

    def family_range(self, family: str) -> range:
        """Ids of a family, in the order of its values."""
        start = self._start[family]
        return range(start, start + len(self._place[family]))

    @cached_property
    def pad(self) -> int:
        """Fills rows of a batch."""
        return self.token("special", "<pad>")

    @cached_property
    def end(self) -> int:
        """Ends a crystal, or an answer."""
        return self.token("special", "<end>")

    free_prompt = "write"

    @cached_property
    def alphabet(self) -> tuple[int, ...]:
        """Every token, those of prompts among them, in order."""
        return tuple(range(len(self)))

    @cached_property
    def begin(self) -> int:
        """Stands between the conditions and the crystal."""
        return self.token("special", "<crystal>")

    @cached_property
    def ask(self) -> int:
        """Stands after a masked crystal; the element follows."""
        return self.token("special", "<element>")

    def prompt(self, task: str, conditions: StatedConditions | None = None) -> list[int]:
        """Task, conditions and the token that begins the crystal.

        Args:
            task: ``write`` (orbits by electronegativity), ``complete`` (orbits in any
                order) or ``infill``.
            conditions: What is said of the crystal.
        """
        said = conditions or StatedConditions()
        ids = [self.token("special", f"<{task}>")]
        ids.append(self.hull(said.energy_above_hull_ev_per_atom))
        if said.formula is not None and all(count <= MOST_COUNTED for _, count in said.formula):
            ids.append(self.token("key", "<formula>"))
            for element, count in _in_order(dict(said.formula)):
                ids += [self.token("element", element), self.token("count", count)]
        if said.elements is not None:
            ids.append(self.token("key", "<elements>"))
            ordered = _in_order(dict.fromkeys(said.elements, 1))
            ids += [self.token("element", element) for element, _ in ordered]
        if said.crystal_system is not None:
            ids.append(self.token("key", "<crystal system>"))
            ids.append(self.token("system", said.crystal_system))
        if said.spacegroup_number is not None:
            ids.append(self.token("key", "<space group>"))
            ids.append(self.token("spacegroup", said.spacegroup_number))
        if said.atoms is not None:
            ids.append(self.token("key", "<atoms>"))
            ids.append(self.token("count", said.atoms if said.atoms <= MOST_COUNTED else "more"))
        if said.band_gap_ev is not None:
            ids.append(self.token("key", "<band gap>"))
            ids.append(self._bucket("gap", GAP_EDGES_EV, said.band_gap_ev))
        if said.formation_energy_ev_per_atom is not None:
            value = said.formation_energy_ev_per_atom
            ids.append(self.token("key", "<formation energy>"))
            ids.append(self._bucket("formation", FORMATION_EDGES_EV_PER_ATOM, value))
        ids.append(self.begin)
        return ids

    def hull(self, energy_ev_per_atom: float | None) -> int:
        """The id of a bucket of energy above hull; None is "not said"."""
        if energy_ev_per_atom is None:
            return self.token("hull", "?")
        return 1 + self._bucket("hull", HULL_EDGES_EV_PER_ATOM, energy_ev_per_atom)

    def encode(self, crystal: SymmetricCrystal) -> list[int]:
        """The ids of a crystal, its orbits in their order, without the end.

        Raises:
            CrystalTextError: A length or angle has no token.
        """
        return self.encode_lattice(crystal) + [
            token
            for orbit in crystal.orbits
            for token in self.encode_orbit(crystal.spacegroup_number, orbit)
        ]

    def encode_lattice(self, crystal: SymmetricCrystal) -> list[int]:
        """The ids of space group and free lattice parameters; errors as in :meth:`encode`."""
        number = crystal.spacegroup_number
        ids = [self.token("spacegroup", number)]
        for name, value in zip(free_lattice_parameters(number), crystal.lattice, strict=True):
            if name in ("alpha", "beta", "gamma"):
                angle = int(value + 0.5)
                if not 1 <= angle <= 179:
                    raise CrystalTextError(f"the angle {value}° cannot be written")
                ids.append(self.token("angle", angle))
                continue
            tenths = round(value * 10)
            if not 1 <= tenths <= LONGEST_LENGTH_TENTHS:
                raise CrystalTextError(f"{name} = {value:.1f} Å is not within 0.1 to 199.9 Å")
            ids += [self.token("whole", tenths // 10), self.token("tenth", tenths % 10)]
        return ids

    def encode_orbit(self, spacegroup_number: int, orbit: Orbit) -> list[int]:
        """The ids of one orbit."""
        axes = wyckoff_positions(spacegroup_number)[orbit.letter].free_axes
        return [
            self.token("element", orbit.element),
            self.token("letter", orbit.letter),
            *(
                self.hundredth(axis, round(value * 100) % 100)
                for axis, value in zip(axes, orbit.coordinates, strict=True)
            ),
        ]

    def decode(self, ids: Sequence[int]) -> SymmetricCrystal:
        """The crystal that ids say, without prompt and end.

        Raises:
            CrystalTextError: The ids break the format.
        """
        reader = _Reader(self, ids)
        number = int(reader.take("spacegroup"))
        lattice: list[float] = []
        for name in free_lattice_parameters(number):
            if name in ("alpha", "beta", "gamma"):
                lattice.append(float(reader.take("angle")))
            else:
                lattice.append(int(reader.take("whole")) + int(reader.take("tenth")) / 10)
        table = wyckoff_positions(number)
        orbits: list[Orbit] = []
        while not reader.is_empty:
            element = reader.take("element")
            letter = reader.take("letter")
            if letter not in table:
                raise CrystalTextError(f"space group {number} has no Wyckoff position {letter}")
            axes = table[letter].free_axes
            if not axes and any(orbit.letter == letter for orbit in orbits):
                raise CrystalTextError(f"position {table[letter].name} has no freedom and is taken")
            values = tuple(int(reader.take(AXIS_FAMILIES[axis])) / 100 for axis in axes)
            orbits.append(Orbit(element, letter, values))
        if not orbits:
            raise CrystalTextError("the crystal has no atoms")
        return SymmetricCrystal(number, tuple(lattice), tuple(orbits))

    def text_of(self, ids: Sequence[int]) -> str:
        """The symmetric text of a crystal's ids, as far as they go; the end is left out."""
        lines: list[str] = []
        number = 0
        for token, line in zip(ids, self.lines_of(ids), strict=False):
            family, _, value = self.names[token].partition(":")
            while len(lines) <= line:
                lines.append("")
            if family == "spacegroup":
                number = int(value)
            if family == "tenth":
                word, space = f".{value}", ""
            elif family == "letter":
                word, space = wyckoff_positions(number)[value].name, " "
            elif family in AXIS_FAMILIES:
                word, space = f"0.{value}", " "
            else:
                word, space = value, " " if lines[line] else ""
            lines[line] += space + word
        return "\n".join(lines)

    def lines_of(self, ids: Sequence[int]) -> list[int]:
        """The line of symmetric text that each id of a crystal stands in; the end has none."""
        lines: list[int] = []
        line = 0
        for token in ids:
            if token == self.end:
                break
            family = self.names[token].partition(":")[0]
            if family in ("whole", "angle") and line == 0:
                line = 1
            elif family == "element":
                line = max(line, 1) + 1
            lines.append(line)
        return lines

    def ids_of(self, text: str) -> list[int]:
        """The ids of symmetric text, or of its first lines.

        Raises:
            CrystalTextError: The text breaks the format.
        """
        lines = text.rstrip("\n").split("\n")
        if len(lines) > 2:
            return self.encode(decode_symmetric("\n".join(lines)))
        number = decode_spacegroup(lines[0])
        if len(lines) == 1:
            return [self.token("spacegroup", number)]
        # Any orbit serves to read the lattice.
        position = list(wyckoff_positions(number).values())[-1]
        lines.append(f"H {position.name} 0.11 0.23 0.37")
        return self.encode_lattice(decode_symmetric("\n".join(lines)))

    def readable(self, prompt: Sequence[int]) -> str:
        """A prompt as people read it: the task, then one condition a line."""
        words: list[list[str]] = []
        for token in prompt:
            name = self.names[token]
            if name == "<crystal>":
                break
            if name.startswith("<"):
                words.append([name[1:-1] + ":" if words else name[1:-1]])
            elif name.startswith("hull:"):
                bucket = name.removeprefix("hull:")
                if bucket != "?":
                    words.append([f"energy above hull: {bucket} eV/atom"])
            else:
                words[-1].append(name.partition(":")[2])
        return "\n".join(" ".join(line) for line in words)

    def prompt_of(self, text: str) -> list[int]:
        """The ids of a prompt in readable form.

        Raises:
            CrystalTextError: A line is none that :meth:`readable` writes.
        """
        lines = text.rstrip("\n").split("\n")
        task, rest = lines[0], lines[1:]
        ids = [self._named("special", f"<{task}>", task, 1), self.hull(None)]
        for place, line in enumerate(rest, 2):
            key, _, value = line.partition(": ")
            if key == "energy above hull":
                bucket = value.removesuffix(" eV/atom")
                ids[1] = self._named("hull", bucket, line, place)
                continue
            ids.append(self._named("key", f"<{key}>", line, place))
            families = _KEY_FAMILIES[key]
            for number, word in enumerate(value.split(" ")):
                ids.append(self._named(families[number % len(families)], word, line, place))
        return [*ids, self.begin]

    def _named(self, family: str, value: str, line: str, place: int) -> int:
        if value not in self._place[family]:
            raise CrystalTextError(f"{line[:60]!r} is no line of a prompt", place)
        return self._place[family][value]

    def _bucket(self, family: str, edges: Sequence[float], value: float) -> int:
        return self._start[family] + bisect_left(edges, value)


class _Reader:
    """Takes values from ids, family by family."""

    def __init__(self, vocabulary: CompactVocabulary, ids: Sequence[int]) -> None:
        self._vocabulary = vocabulary
        self._ids = ids
        self._place = 0

    @property
    def is_empty(self) -> bool:
        return self._place >= len(self._ids)

    def take(self, family: str) -> str:
        """The next value, which must be of the family."""
        if self.is_empty:
            raise CrystalTextError(f"the crystal breaks off before its next {family}")
        token = self._ids[self._place]
        if token not in self._vocabulary.family_range(family):
            name = self._vocabulary.names[token]
            raise CrystalTextError(f"token {self._place}: {name} where a {family} is due")
        self._place += 1
        return self._vocabulary.value(token)


def stated_formula(crystal: SymmetricCrystal) -> tuple[tuple[str, int], ...]:
    """Elements and counts of a crystal's reduced formula."""
    from math import gcd

    counts: dict[str, int] = {}
    for orbit, position in zip(crystal.orbits, crystal.positions, strict=True):
        counts[orbit.element] = counts.get(orbit.element, 0) + position.multiplicity
    divisor = gcd(*counts.values())
    return tuple((element, count // divisor) for element, count in _in_order(counts))


def stated_system(crystal: SymmetricCrystal) -> str:
    """The crystal system of a crystal."""
    return crystal_system(crystal.spacegroup_number)


def _in_order(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: ELECTRONEGATIVITY_ORDER[item[0]])
