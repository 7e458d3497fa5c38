"""The prototype of a symmetric crystal: its space group and who shares which positions.

What is left when elements and numbers go. Equivalent settings of a group call the same
positions by other letters (the sites of Na and Cl in rock salt may change their letters), so
the label takes the least of them all.
"""

from __future__ import annotations

from functools import lru_cache

from crystal_llm.crystal.descriptions import letters_in_settings
from crystal_llm.crystal.symmetric import SymmetricCrystal


def prototype_label(crystal: SymmetricCrystal) -> str:
    """Space group and letters of the orbits that share an element, such as ``227 a d e``.

    The same for all settings of a crystal, and for all crystals of its prototype. Prototypes
    that differ in their free coordinates alone share a label.
    """
    letters: dict[str, list[str]] = {}
    for orbit in crystal.orbits:
        letters.setdefault(orbit.element, []).append(orbit.letter)
    classes = tuple(sorted("".join(sorted(group)) for group in letters.values()))
    return _least_label(crystal.spacegroup_number, classes)


@lru_cache(maxsize=65_536)
def _least_label(spacegroup_number: int, classes: tuple[str, ...]) -> str:
    labels = (
        " ".join(sorted("".join(sorted(letters[letter] for letter in group)) for group in classes))
        for letters in letters_in_settings(spacegroup_number)
    )
    return f"{spacegroup_number} {min(labels)}"
