"""A Hermann–Mauguin symbol means the same in every spelling, or nothing."""

import re
from functools import cache

import gemmi
import pytest
from cif_texts import cif_text
from reading_cases import read_text

from crystal_llm.io.space_group_settings import (
    group_operations,
    reference_settings,
    settings_of_hall,
    settings_of_name,
)

SCREW = re.compile(r"(?<![\d-])([2346])([1-5])(?!\d)")
TABLE = [entry for entry in gemmi.spacegroup_table() if not entry.hm.endswith(")")]
"""Gemmi's settings but eight of shifted origin, whose names nobody writes (``C 2 2 21a)``)."""


@cache
def operations(entry_hall):
    return group_operations(gemmi.symops_from_hall(entry_hall))


def marked(entry, first, second, hexagonal, rhombohedral, separator=" "):
    marks = {"1": first, "2": second, "H": hexagonal, "R": rhombohedral}
    mark = marks.get(entry.ext)
    return entry.hm if mark is None else f"{entry.hm}{separator}{mark}"


def typeset(symbol):
    return re.sub(r"-([1346])", r"\\bar{\1}", SCREW.sub(r"\1_{\2}", symbol))


SPELLINGS = {
    "extended": lambda entry: entry.xhm(),
    "no blanks": lambda entry: entry.xhm().replace(" ", ""),
    "small letters": lambda entry: entry.xhm().lower(),
    "capitals": lambda entry: entry.xhm().upper(),
    "underscores for blanks": lambda entry: entry.xhm().replace(" ", "_"),
    "underscores of screw axes": lambda entry: SCREW.sub(r"\1_\2", entry.xhm()),
    "the same without blanks": lambda entry: SCREW.sub(r"\1_\2", entry.xhm()).replace(" ", ""),
    "parentheses": lambda entry: SCREW.sub(r"\1(\2)", entry.xhm()),
    "TeX": lambda entry: f"${typeset(entry.xhm())}$",
    "Acta": lambda entry: SCREW.sub(r"\1~\2~", entry.xhm()),
    "HTML": lambda entry: SCREW.sub(r"\1<sub>\2</sub>", entry.xhm()),
    "combining overbar": lambda entry: re.sub(r"-(\d)", "\\1\u0305", entry.xhm()),
    "ICSD": lambda entry: marked(entry, "S", "Z", "H", "R"),
    "origins": lambda entry: marked(entry, "O1", "O2", "h", "r"),
    "FINDSYM": lambda entry: marked(
        *(entry, "(origin choice 1)", "(origin choice 2)"),
        *("(hexagonal axes)", "(rhombohedral axes)"),
    ),
    "number behind": lambda entry: f"{entry.xhm()} (No. {entry.number})",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_setting_of_the_tables_in_every_spelling(spelling):
    for entry in TABLE:
        name = SPELLINGS[spelling](entry)
        settings = settings_of_name(name)
        assert settings and settings[0].operations == operations(entry.hall), name


def test_a_cubic_symbol_in_its_older_notation():
    for entry in TABLE:
        if 195 <= entry.number <= 230:
            (first, *_) = settings_of_name(entry.xhm().replace("-3", "3"))
            assert first.operations == operations(entry.hall), entry.xhm()


def test_a_monoclinic_symbol_without_its_ones_is_among_what_it_can_mean():
    for entry in TABLE:
        if 3 <= entry.number <= 15:
            short = " ".join(part for part in entry.hm.split() if part != "1")
            for name in (short, short.replace(" ", "")):
                meant = [setting.operations for setting in settings_of_name(name)]
                assert operations(entry.hall) in meant, name


def test_every_hall_symbol():
    for entry in gemmi.spacegroup_table():
        for symbol in (entry.hall, entry.hall.replace(" ", "_")):
            (setting,) = settings_of_hall(symbol)
            assert setting.operations == operations(entry.hall), symbol


def test_a_number_alone_means_the_standard_axes():
    for number in range(1, 231):
        settings = reference_settings(number)
        assert 1 <= len(settings) <= 2
        assert len({setting.name.partition(":")[0] for setting in settings}) == 1
    assert [setting.name for setting in reference_settings(59)] == ["P m m n:1", "P m m n:2"]


@pytest.mark.parametrize(
    ("name", "number", "meant"),
    [
        ("P 21/n 21/m 21/a", 62, "P n m a"),
        ("P21/n 21/m 21/a", 62, "P n m a"),
        ("P21/n21/m21/a", 62, "P n m a"),
        ("P 21/b 21/n 21/m", 62, "P b n m"),
        ("P 2/n 21/n 2/a", 52, "P n n a"),
        ("C 2/m 2/c 21/e", 64, "C m c a"),
        ("C 2/m 2/c 21/a", 64, "C m c a"),
        ("C 2/c 2/c 2/e", 68, "C c c a:1"),
        ("A b a 2", 41, "A b a 2"),
        ("Aea2", 41, "A b a 2"),
        ("P 42/n 21/m 2/c", 137, "P 42/n m c:1"),
        ("P42/n21/m2/c", 137, "P 42/n m c:1"),
        ("I 41/a 2/m 2/d", 141, "I 41/a m d:1"),
        ("P 63/m 2/m 2/c", 194, "P 63/m m c"),
        ("R -3 2/c", 167, "R -3 c:H"),
        ("R -3 2/m (rhombohedral axes)", 166, "R -3 m:R"),
        ("P -3 1 2/c", 163, "P -3 1 c"),
        ("F 4/m -3 2/m", 225, "F m -3 m"),
        ("F 41/d -3 2/m (origin choice 2)", 227, "F d -3 m:2"),
        ("F41/d-32/m", 227, "F d -3 m:1"),
        ("P 2/m -3", 200, "P m -3"),
        ("I 21/a -3", 206, "I a -3"),
        ("B 2/b", 15, "B 1 1 2/b"),
        ("A 1 2/n 1", 15, "A 1 2/n 1"),
        ("B 1 21/d 1", 14, None),
        ("Fm3-m", 225, "F m -3 m"),
        ("Fm\u00af3m", 225, "F m -3 m"),
        ("Fm3\u00afm", 225, "F m -3 m"),
        ("P1-", 2, "P -1"),
        ("Fm\\overline{3}m", 225, "F m -3 m"),
        ("F m \\bar 3 m", 225, "F m -3 m"),
        ("Fd-3m (#227)", 227, "F d -3 m:1"),
        ("R-3m, hexagonal axes", 166, "R -3 m:H"),
        ("H 3 2", 155, "R 3 2:H"),
    ],
)
def test_full_old_and_typeset_symbols(name, number, meant):
    settings = settings_of_name(name)
    if meant is None:
        assert settings == []
    else:
        assert (settings[0].number, settings[0].name) == (number, meant)


@pytest.mark.parametrize(
    "name",
    [
        # The plane alone is another group: C c, I a, F d.
        *("C 21/c", "I 21/a", "I 1 21/c 1", "F 2/d", "F 1 2/d 1", "B 21/c"),
        # Axes that the group does not have.
        *("P 21/m 21/m 21/m", "P 2/b 21/n 2/n", "P4_32", "P4_1mm", "I4_3/mcm"),
        *("C 4/m m m", "F 41/a d c", "P 4 n m m", "F m -3 m 1", "-P 1", "P -", "P"),
    ],
)
def test_a_symbol_that_is_none_is_not_read_as_its_like(name):
    assert settings_of_name(name) == []


@pytest.mark.parametrize(
    ("angles", "image"),
    [(("90", "97", "90"), (0.94, 0.17, 0.77)), (("90", "90", "97"), (0.94, 0.83, 0.23))],
)
def test_a_symbol_without_ones_takes_the_axis_that_the_cell_has(angles, image):
    general = "Fe1 Fe 0.06 0.17 0.23 1"
    crystal = read_text(cif_text(general, group="C 2", cell=("20", "25", "29", *angles))).crystal
    assert len(crystal.species) == 4
    assert any(place == pytest.approx(image) for place in crystal.fractional_coordinates)
