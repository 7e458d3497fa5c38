"""JSON of ASE, JARVIS, OPTIMADE and the Materials Project is read; of others it is said what it is.

The records are of the form that each program or interface writes.
"""

import json

import pytest
from ase import Atoms
from ase.db import connect
from ase.io.jsonio import encode
from devised_texts import refused, structure_json
from pymatgen.core import Lattice, Molecule, Structure
from pymatgen.entries.computed_entries import ComputedEntry
from reading_cases import atoms, read_text

from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.dataset.structure_folder import read_structure_folder
from crystal_llm.errors import StructureFileError
from crystal_llm.io.crystal_reading import FailedReading
from crystal_llm.io.recognition import format_of_text
from crystal_llm.io.structure_parsing import read_disordered, read_structures

FACES = [[0.0, 2.8, 2.8], [2.8, 0.0, 2.8], [2.8, 2.8, 0.0]]
SALT = Structure(Lattice(FACES), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
ASE_SALT = Atoms("NaCl", cell=FACES, scaled_positions=[[0] * 3, [0.5] * 3], pbc=True)
JARVIS = {
    "lattice_mat": FACES,
    "coords": [[0, 0, 0], [0.5, 0.5, 0.5]],
    "elements": ["Na", "Cl"],
    "abc": [3.9598] * 3,
    "angles": [60.0] * 3,
    "cartesian": False,
    "props": ["", ""],
}


def optimade(**attributes):
    kinds = [{"name": symbol, "chemical_symbols": [symbol], "concentration": [1.0]}
             for symbol in ("Na", "Cl")]  # fmt: skip
    return {
        "id": "mp-22862",
        "type": "structures",
        "attributes": {
            "elements": ["Cl", "Na"], "nelements": 2, "nsites": 2, "dimension_types": [1, 1, 1],
            "lattice_vectors": FACES, "cartesian_site_positions": [[0, 0, 0], [2.8, 2.8, 2.8]],
            "species_at_sites": ["Na", "Cl"], "species": kinds, "structure_features": [],
        } | attributes,
    }  # fmt: skip


def is_salt(reading):
    crystal = reading.crystal
    assert atoms(reading) == "Na1 Cl1"
    assert crystal.fractional_coordinates[1] == pytest.approx((0.5,) * 3)
    assert lattice_matrix(crystal) @ lattice_matrix(crystal).T == pytest.approx(
        SALT.lattice.matrix @ SALT.lattice.matrix.T, abs=1e-3
    )
    return True


@pytest.mark.parametrize(
    "record",
    [
        JARVIS,
        JARVIS | {"cartesian": True, "coords": [[0, 0, 0], [2.8, 2.8, 2.8]]},
        {"jid": "JVASP-23862", "atoms": JARVIS, "optb88vdw_bandgap": 5.1},
        optimade(),
        {"data": optimade(), "meta": {"api_version": "1.1.0"}},
        {"data": [optimade()], "meta": {"api_version": "1.1.0"}, "links": {"next": None}},
        optimade()["attributes"],
        optimade(fractional_site_positions=[[0, 0, 0], [0.5, 0.5, 0.5]]),
        {"data": [{"material_id": "mp-22862", "structure": SALT.as_dict()}], "meta": {}},
        {"material_id": "mp-22862", "symmetry": {"number": 225}, "structure": SALT.as_dict()},
        [SALT.as_dict()],
        json.loads(encode(ASE_SALT)),
    ],
)
def test_one_structure_of_a_database(record):
    text = json.dumps(record, default=str)
    assert is_salt(read_text(text, "json"))
    assert format_of_text(text) == "JSON"


def test_an_ase_database_in_its_json_form(tmp_path):
    with connect(tmp_path / "a.json") as rows:
        rows.write(ASE_SALT, band_gap=5.1)
    assert is_salt(read_text((tmp_path / "a.json").read_text(), "json"))
    with connect(tmp_path / "a.json") as rows:
        rows.write(Atoms("OH2", positions=[[0, 0, 0], [0, 0, 1], [0, 1, 0]]))
        rows.write(ASE_SALT)
    text = (tmp_path / "a.json").read_text()
    first, second, third = read_structures(text, "json")
    assert (first.name, second.name, third.name) == ("row 1", "row 2", "row 3")
    assert is_salt(first) and is_salt(third)
    assert isinstance(second, FailedReading) and "a molecule" in second.reason
    refused(text, "holds 3 crystals: give a file with one of them", "json")
    reading = read_structure_folder(tmp_path)
    assert [crystal.material_id for crystal in reading.crystals] == [
        "a.json, row 1",
        "a.json, row 3",
    ]
    assert [failure.material_id for failure in reading.failures] == ["a.json, row 2"]


def test_several_structures_of_a_database():
    hidden = optimade(species_at_sites=["Na", "X"], elements=None)
    answer = {"data": [optimade(), hidden | {"id": "odd"}, optimade() | {"id": 7}]}
    first, second, third = read_structures(json.dumps(answer), "json")
    assert (first.name, second.name, third.name) == ("mp-22862", "odd", "7")
    assert "'X' is not an element" in second.reason
    readings = read_structures(json.dumps([SALT.as_dict()] * 2, default=str), "json")
    assert [reading.name for reading in readings] == ["entry 1", "entry 2"]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (optimade(nsites=4), "lists 2 sites, but its nsites is 4"),
        (optimade(elements=["Cl", "K"]), "the atoms are of Cl Na, but its elements are Cl K"),
        (optimade(structure_features=["assemblies"]), "structure with assemblies"),
        (optimade(structure_features=["implicit_atoms"]), "structure with implicit_atoms"),
        (optimade(dimension_types=[1, 1, 0]), "wire or slab"),
        (optimade(lattice_vectors=[*FACES[:2], [None] * 3]), "'None' is not a number"),
        (
            optimade(fractional_site_positions=[[0, 0, 0], [0.25] * 3]),
            "'abc' and 'xyz' are 2.42 Å apart",
        ),
        ({"data": [], "meta": {}}, "the list of structures is empty"),
        ({"errors": [{"status": "404"}]}, "JSON, but no structure that is read"),
        (JARVIS | {"cartesian": None}, "does not say whether its coordinates are 'cartesian'"),
        (JARVIS | {"angles": [90, 90, 90]}, "has alpha = 90 °, but its matrix 60 °"),
        (JARVIS | {"elements": ["Na"]}, "'coords' are 2 for 1 atoms"),
        (
            json.loads(encode(ASE_SALT)) | {"scaled_positions": [[0] * 3, [0.25] * 3]},
            "'abc' and 'xyz' are 2.42 Å apart",
        ),
        (
            json.loads(encode(ASE_SALT)) | {"info": {"occupancy": {"0": {"Na": 0.5, "K": 0.5}}}},
            "its occupancy says that sites are shared",
        ),
        (json.loads(encode(ASE_SALT)) | {"numbers": [0, 17]}, "atomic number 0 is no element"),
        (
            json.loads(encode(ASE_SALT)) | {"positions": {"__ndarray__": [[2, 3], "float64", [0]]}},
            "an array is damaged",
        ),
        (json.loads(encode(Atoms("OH2"))), "a molecule, wire or slab"),
        ({"ids": [], "nextid": 1}, "the ASE database holds no crystal"),
        ({"auid": "aflow:7", "geometry": [4, 4, 4, 90, 90, 90]}, "an AFLOW entry"),
        ([{"auid": "aflow:7", "aurl": "aflowlib.duke.edu:AFLOWDATA"}], "an AFLOW entry"),
        ({"run": [], "metadata": {}, "results": {}}, "a NOMAD archive"),
        ({"data": [{"entry_id": "a", "upload_id": "b"}], "pagination": {}}, "a NOMAD entry"),
        ({"data": [{"entry_id": "a", "archive": {}}]}, "a NOMAD archive"),
        ({"unit_cell": FACES, "sites": ["Na @ 0 0 0"]}, "an OQMD entry"),
        ({"chemicalJson": 1, "atoms": {}, "unitCell": {}}, "Chemical JSON (Avogadro)"),
        ({"task_id": "mp-1", "output": {"structure": SALT.as_dict()}}, "a calculation"),
        ({"material_id": "mp-1", "cif": "data_NaCl"}, "write its text 'cif' to a file"),
        (structure_json() | {"oriented_unit_cell": {}}, "a slab, not a crystal"),
        (Molecule("H", [[0, 0, 0]]).as_dict(), "a molecule (it has sites and no lattice)"),
        (ComputedEntry("NaCl", -3.4).as_dict(), "pymatgen's ComputedEntry, which holds no str"),
        ([1, 2], "JSON, but no structure that is read"),
        ({"data": 3}, "JSON, but no structure that is read"),
    ],
)
def test_what_is_no_structure_is_named(record, said):
    refused(json.dumps(record, default=str), said, "json")


def test_a_disordered_structure_of_a_database():
    shared = {"name": "M", "chemical_symbols": ["Na", "K", "vacancy"]}
    record = optimade(
        species=[
            shared | {"concentration": [0.5, 0.25, 0.25]},
            {"name": "Cl", "chemical_symbols": ["Cl"], "concentration": [1.0]},
        ],
        species_at_sites=["M", "Cl"],
        elements=["Cl", "K", "Na"],
        structure_features=["disorder"],
    )
    refused(json.dumps(record), "site 0 is disordered (Na:0.5, K:0.25)", "json")
    disordered = read_disordered(json.dumps({"data": [record]}), "json")
    assert disordered.occupants == ((("Na", 0.5), ("K", 0.25)), (("Cl", 1.0),))
    with pytest.raises(StructureFileError, match="holds 2 crystals"):
        read_disordered(json.dumps([record, record]), "json")
