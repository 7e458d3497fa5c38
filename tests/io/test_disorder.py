"""Files with shared and partly empty sites: refused as crystals, then ordered."""

import json

import pytest
from cif_texts import cif_text
from pymatgen.core import Lattice, Structure

from crystal_llm.errors import DisorderError, StructureFileError
from crystal_llm.io.limited_parsing import ParsingLimits, ParsingProcess
from crystal_llm.io.structure_file import StructureText
from crystal_llm.io.structure_parsing import read_disordered

ALLOY = "Cu1 Cu 0 0 0 0.5\nAu1 Au 0 0 0 0.5"
SALT = "K1 K 0 0 0 0.5\nNa1 Na 0 0 0 0.5\nCl1 Cl 0.5 0.5 0.5 1"


@pytest.fixture(scope="module")
def process():
    with ParsingProcess() as started:
        yield started


def cif(sites, group="P m -3 m"):
    return StructureText(cif_text(sites, group=group), "cif")


def test_a_disordered_file_is_refused_as_such_and_ordered(process):
    with pytest.raises(DisorderError, match=r"site K1 is disordered \(K:0.5, Na:0.5\)"):
        process.read(cif(SALT))
    ordering = process.order(cif(SALT))
    assert ordering.formula == "K0.5Na0.5Cl"
    assert ordering.oxidation_states == {"K": 1.0, "Na": 1.0, "Cl": -1.0}
    assert {version.formula for version in ordering.versions} == {"KNaCl2"}
    assert {len(version.crystal.species) for version in ordering.versions} == {4}


def test_symmetry_puts_the_shares_on_every_image():
    disordered = read_disordered(cif_text(ALLOY, group="F m -3 m"), "cif")
    assert disordered.occupants == ((("Cu", 0.5), ("Au", 0.5)),) * 4
    assert disordered.amounts == {"Cu": 2.0, "Au": 2.0}


def test_json_and_cif_say_the_same(process):
    crystal = Structure(Lattice.cubic(4.2), [{"K": 0.5, "Na": 0.5}, "Cl"], [[0] * 3, [0.5] * 3])
    text = StructureText(json.dumps(crystal.as_dict()), "json")
    with pytest.raises(DisorderError):
        process.read(text)
    of_cif = process.order(StructureText(cif_text(SALT, length="4.2", group="P m -3 m"), "cif"))
    versions = [
        (version.spacegroup_number, version.ewald_ev_per_atom)
        for version in process.order(text).versions
    ]
    assert [group for group, _ in versions] == [
        version.spacegroup_number for version in of_cif.versions
    ]
    assert [energy for _, energy in versions] == pytest.approx(
        [version.ewald_ev_per_atom for version in of_cif.versions], abs=1e-5
    )


def test_disorder_groups_are_shares_of_their_sites():
    text = cif_text("Na1 Na 0 0 0 0.5\nNa2 Na 0.1 0 0 0.5\nCl1 Cl 0.5 0.5 0.5 1")
    assert read_disordered(text, "cif").amounts == {"Na": 1.0, "Cl": 1.0}


@pytest.mark.parametrize(
    "sites, said",
    [
        ("Na1 Na 0 0 0 0.7\nK1 K 0 0 0 0.7\nCl1 Cl 0.5 0.5 0.5 1", "occupied 1.4 times"),
        ("Na1 Na 0 0 0 -0.5\nCl1 Cl 0.5 0.5 0.5 1", "must be from 0 to 1"),
        ("Na1 Na 0 0 0 0.5\nXx1 Xx 0.5 0.5 0.5 1", "not an element"),
    ],
)
def test_impossible_shares_are_refused(sites, said):
    with pytest.raises(StructureFileError, match=said):
        read_disordered(cif_text(sites), "cif")


def test_a_formula_that_the_shares_are_not_is_refused():
    text = cif_text(SALT, extra="_chemical_formula_sum 'K1 Cl1'")
    with pytest.raises(StructureFileError, match="do not add up"):
        read_disordered(text, "cif")


def test_shares_in_json_must_be_shares():
    crystal = Structure(Lattice.cubic(4.2), [{"K": 0.5, "Na": 0.5}], [[0] * 3]).as_dict()
    for wrong in (-0.5, "half", True, 1.5):
        crystal["sites"][0]["species"][0]["occu"] = wrong
        with pytest.raises(StructureFileError, match="site 0"):
            read_disordered(json.dumps(crystal), "json")


def test_ordering_has_the_limits_of_parsing():
    split = "\n".join(f"K{n} K {n / 60:.4f} {n * n % 7 / 7:.4f} 0 0.5" for n in range(60))
    text = StructureText(cif_text(split, length="40"), "cif")
    with (
        ParsingProcess(ParsingLimits(memory_megabytes=700)) as process,
        pytest.raises(StructureFileError, match=r"memory|arrangements"),
    ):
        process.order(text)
