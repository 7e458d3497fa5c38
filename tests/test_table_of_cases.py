"""Rows of the public table of cases that were right before, and stay so: D11 to D13, E4, J6, J7,
J9, K2, K3, K5, L1 to L4. The other rows stand beside what they are about, named in each module.
"""

import io
import json
import zipfile

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from crystal_llm.cli.main import main
from crystal_llm.crystal.conversion import plain
from crystal_llm.crystal.reduction import spacegroup_number
from crystal_llm.dataset.known_structures import shipped_structures
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import StructureFileError
from crystal_llm.io.structure_file import source_of
from crystal_llm.io.structure_parsing import read_structure
from crystal_llm.library.exporting import write_ase_database, zip_bytes
from crystal_llm.library.importing import NamedContent, import_files
from crystal_llm.library.store import open_library
from crystal_llm.relaxation.batch import relax_many
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.settings import settings
from crystal_llm.stability.hull import PhaseEnergy, energy_above_hull
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.stability.same_phase import is_known_structure

HALF = (0.5, 0.5, 0.5)
FACES = np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]])
SALT = Structure(Lattice(FACES * 5.64), ["Na", "Cl"], [(0, 0, 0), HALF])
CIF = """data_x
_cell_length_a 5.64
_cell_length_b 5.64
_cell_length_c 5.64
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M '{group}'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
{sites}
"""


def cif(sites, group="F m -3 m"):
    return CIF.format(group=group, sites=sites)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRYSTAL_LLM_HOME", str(tmp_path_factory.mktemp("home")))
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.mark.parametrize(
    "sites",
    [
        "Na1 Na 0 0 0 ?\nCl1 Cl 0.5 0.5 0.5 1",
        "Na1 Na 0 0 0 1(1)\nCl1 Cl 0.5(2) 0.50(1) 0.5 1.0(3)",
        "Na1 Na 0 0 0 1\nCl1 Cl 0.5(2 0.5 0.5 1",
        "Na1 Na 0 0 0 1\nCl1 Cl 0.5 0.5 0.5 1\nK1 K 0.25 0.25 0.25 0",
    ],
)
def test_row_d11(sites):
    assert read_structure(cif(sites), "cif").crystal.species == ("Na",) * 4 + ("Cl",) * 4


def test_row_d12_and_d13():
    with pytest.raises(StructureFileError, match=r"site Na1 is disordered \(Na:0\.999\)"):
        read_structure(cif("Na1 Na 0 0 0 0.999\nCl1 Cl 0.5 0.5 0.5 1"), "cif")
    with pytest.raises(StructureFileError, match=r"Na1 and Na2 are 0\.000 Å apart"):
        read_structure(cif("Na1 Na 0 0 0 1\nNa2 Na 1 1 1 1\nCl1 Cl 0.5 0.5 0.5 1"), "cif")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace(" ", "\t"),
        lambda text: text + "_publ_section_title\n;\n # no comment\ndata_ here\n;\n",
        lambda text: text.replace("Na1 Na 0 0 0 1", "Na1\nNa\n0 0\n0 1"),
        lambda text: "data_global\n_journal_year 2001\n" + text,
        lambda text: (
            text + "loop_\n_atom_site_aniso_label\n_atom_site_aniso_U_11\nNa1 0.1\nCl1 .2\n"
        ),
    ],
)
def test_row_e4(change):
    source = source_of("a.cif", change(cif("Na1 Na 0 0 0 1\nCl1 Cl 0.5 0.5 0.5 1")).encode())
    species = read_structure(source.text, source.format).crystal.species
    assert species == ("Na",) * 4 + ("Cl",) * 4


@pytest.mark.parametrize(
    ("formula", "energy", "above"),
    [("Fe", "-8", 0.3554), ("He", "0", 0.0396), ("XeF2", "-2", 0.0511), ("UO2", "-9", 1.7540)],
)
def test_row_j7(home, formula, energy, above, capfd):
    assert main(["hull", "--formula", formula, f"--energy={energy}", "--as-given", "--json"]) == 0
    printed = capfd.readouterr()
    value = json.loads(printed.out)["e_above_hull_ev_per_atom"]
    assert printed.err == ""
    assert value == pytest.approx(above, abs=1e-3)


def test_row_j9():
    method = EnergyMethod("x", "ab" * 32, "PBE", "none", "total")
    rows = [("a", "Na", -1.3), ("b", "Cl2", -1.8), ("c", "NaCl", -3.4)]
    reference = build_reference(rows, ReferenceProvenance(method, "by hand", "2026-11-26"))
    for formula, energy, above in (
        ("NaCl", -3.35, 0.05),
        ("NaCl", -3.45, -0.05),
        # 2 Na and NaCl: a half of the atoms each.
        ("Na3Cl", -2.0, 0.35),
    ):
        result = energy_above_hull(PhaseEnergy(formula, energy), method, reference)
        assert result.energy_above_hull_ev_per_atom == pytest.approx(above)


def test_rows_k2_k3_and_k5(home):
    noisy = SALT.copy()
    noisy.perturb(0.03)
    cubic = SALT.to_conventional()
    graphene = Structure(
        Lattice.hexagonal(2.46, 15), ["C", "C"], [(1 / 3, 2 / 3, 0.5), (2 / 3, 1 / 3, 0.5)]
    )
    crystals = [
        *(SALT, cubic, SALT * (2, 1, 1), noisy),
        Structure(Lattice(FACES * 0 + (0.5 - np.eye(3)) * 3.17), ["W"], [(0, 0, 0)]),
        graphene,
    ]
    results = dict(
        relax_many([plain(crystal) for crystal in crystals], "chgnet", RelaxationSettings())
    )
    salts = [results[place] for place in range(4)]
    assert all(result.converged for result in salts)
    energies = [result.energy_ev_per_atom for result in salts]
    assert energies == pytest.approx([-3.668] * 4, abs=0.003)
    assert [spacegroup_number(result.relaxed) for result in salts] == [225] * 4
    assert results[4].converged and spacegroup_number(results[4].relaxed) == 229
    assert results[5].converged or results[5].failure


@pytest.mark.parametrize(
    ("lattice", "species", "sites", "group"),
    [
        (
            Lattice.tetragonal(3.99, 4.03), "Ba Ti O O O",
            [(0, 0, 0), (0.5, 0.5, 0.51), (0.5, 0.5, 0.96), (0.5, 0, 0.48), (0, 0.5, 0.48)], 99,
        ),
        (
            Lattice.tetragonal(5.83, 3.18), "Sn Sn Sn Sn",
            [(0, 0, 0), (0.5, 0.5, 0.5), (0, 0.5, 0.25), (0.5, 0, 0.75)], 141,
        ),
        (Lattice.tetragonal(3.25, 4.95), "In In", [(0, 0, 0), HALF], 139),
        (Lattice.rhombohedral(3.0, 70.5), "Hg", [(0, 0, 0)], 166),
    ],
)  # fmt: skip
def test_row_l1(lattice, species, sites, group):
    assert spacegroup_number(plain(Structure(lattice, species.split(), sites))) == group


def test_rows_l2_and_l3():
    known = shipped_structures(settings())
    noisy = SALT.copy()
    noisy.perturb(0.03)
    larger = SALT.copy()
    larger.scale_lattice(SALT.volume * 1.15)
    shifted = SALT.copy()
    shifted.translate_sites([0, 1], [0.21, 0.33, 0.4])
    exchanged = Structure(SALT.lattice, ["Cl", "Na"], [(0, 0, 0), HALF])
    turned = SALT.to_conventional()
    turned.make_supercell([[1, 1, 0], [-1, 1, 0], [0, 0, 1]])
    for crystal in (SALT, SALT * (2, 2, 1), noisy, larger, shifted, exchanged, turned):
        assert is_known_structure(plain(crystal), "mp-22862", known)
    caesium_chloride = Structure(Lattice.cubic(3.5), ["Na", "Cl"], [(0, 0, 0), HALF])
    assert not is_known_structure(plain(caesium_chloride), "mp-22862", known)


def test_row_l4(tmp_path):
    from ase.db import connect

    crystals = [
        Structure(Lattice.from_parameters(4, 5, 6, 75, 83, 97), ["Na", "Cl"], [(0, 0, 0), HALF]),
        Structure(Lattice.from_parameters(4, 5, 9, 110, 105, 118), ["K", "F"], [(0, 0, 0), HALF]),
        Structure(
            Lattice.cubic(4.0),
            ["O", "Sr", "O", "Ti", "O"],
            [(0.5, 0.5, 0), (0, 0, 0), (0.5, 0, 0.5), HALF, (0, 0.5, 0.5)],
        ),
    ]
    library = open_library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    files = [
        NamedContent(f"{place}.json", json.dumps(crystal.as_dict()).encode())
        for place, crystal in enumerate(crystals)
    ]
    entries = import_files(library, files).entries
    write_ase_database(entries, tmp_path / "e.db")
    rows = list(connect(tmp_path / "e.db").select())
    with zipfile.ZipFile(io.BytesIO(zip_bytes(entries))) as archive:
        cifs = [
            Structure.from_str(archive.read(name).decode(), fmt="cif")
            for name in archive.namelist()
            if name.endswith("-P1.cif")
        ]
    assert len(rows) == len(cifs) == len(crystals)
    for crystal in crystals:
        distances = np.sort(crystal.distance_matrix.ravel())
        (read,) = [other for other in cifs if other.formula == crystal.formula]
        assert np.sort(read.distance_matrix.ravel()) == pytest.approx(distances, abs=1e-3)
        symbols = sorted(map(str, crystal.species))
        (row,) = [row for row in rows if sorted(row.symbols) == symbols]
        apart = row.toatoms().get_all_distances(mic=True).ravel()
        assert np.sort(apart) == pytest.approx(distances, abs=1e-3)
