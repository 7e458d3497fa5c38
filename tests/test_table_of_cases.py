"""Rows of the public table of cases that were right before, and stay so: D11 to D13, E4, J6, J7,
J9, J10, L1 to L4, M4, M5. The other rows stand beside what they are about, named in each module.
"""

import io
import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from crystal_llm.cli.main import main
from crystal_llm.crystal.conversion import plain
from crystal_llm.crystal.reduction import niggli_primitive, spacegroup_number
from crystal_llm.dataset.table import CrystalRow, write_table
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import StructureFileError
from crystal_llm.io.structure_file import source_of
from crystal_llm.io.structure_parsing import read_structure
from crystal_llm.library.exporting import write_ase_database, zip_bytes
from crystal_llm.library.importing import NamedContent, import_files
from crystal_llm.library.store import open_library
from crystal_llm.stability.hull import PhaseEnergy, energy_above_hull
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference

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
    [
        *(("Fe", "-8", 0.3554), ("He", "0", 0.0396), ("Ar", "0", 0.0682), ("XeF2", "-2", 0.0511)),
        *(("KrF2", "-1", 0.6534), ("UO2", "-9", 1.7540), ("PuO2", "-10", 1.6985)),
    ],
)
def test_row_j7(module_home, formula, energy, above, capfd):
    assert main(["hull", "--formula", formula, f"--energy={energy}", "--as-given", "--json"]) == 0
    printed = capfd.readouterr()
    value = json.loads(printed.out)["e_above_hull_ev_per_atom"]
    assert printed.err == ""
    assert value == pytest.approx(above, abs=1e-3)


@pytest.mark.parametrize(
    ("formula", "element"), [("Cf2O3", "Cf"), ("PoO2", "Po"), ("RaCl2", "Ra"), ("OgF2", "Og")]
)
def test_row_j6(module_home, formula, element, capfd):
    assert main(["hull", "--formula", formula, "--energy=-3", "--json"]) == 0
    answer = json.loads(capfd.readouterr().out)
    assert answer["e_above_hull_ev_per_atom"] is None
    assert answer["missing_terminals"] == [element]
    assert f"no elemental phase of {element}" in answer["reason"]


@pytest.mark.parametrize("energy", ["nan", "inf", "-1e400", "abc"])
def test_row_j10(module_home, energy, capfd):
    assert main(["hull", "--formula=NaCl", f"--energy={energy}"]) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert "not a number" in line or "invalid float value" in line


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
        (
            Lattice.tetragonal(3.90, 4.15), "Pb Ti O O O",
            [(0, 0, 0), (0.5, 0.5, 0.538), (0.5, 0.5, 0.112), (0.5, 0, 0.617), (0, 0.5, 0.617)], 99,
        ),
    ],
)  # fmt: skip
def test_row_l1(lattice, species, sites, group):
    assert spacegroup_number(plain(Structure(lattice, species.split(), sites))) == group


@pytest.mark.parametrize(
    ("lattice", "symbol", "species", "sites", "group"),
    [
        (
            Lattice.hexagonal(5.148, 13.863), "R3c", ["Nb", "Li", "O"],
            [(0, 0, 0), (0, 0, 0.2787), (0.0492, 0.3446, 0.0647)], 161,
        ),
        (
            Lattice.tetragonal(5.765, 9.442), "I4_1/amd", ["Mn", "Mn", "O"],
            [(0, 0.25, 0.875), (0, 0.5, 0.5), (0, 0.4716, 0.2592)], 141,
        ),
        (
            Lattice.orthorhombic(5.38, 5.44, 7.64), "Pbnm", ["Ca", "Ti", "O", "O"],
            [(0.9935, 0.036, 0.25), (0.5, 0, 0), (0.0714, 0.4838, 0.25), (0.7108, 0.2888, 0.0371)],
            62,
        ),
        (
            Lattice.hexagonal(5.364, 13.11), "R-3c", ["La", "Al", "O"],
            [(0, 0, 0.25), (0, 0, 0), (0.5247, 0, 0.25)], 167,
        ),
    ],
)  # fmt: skip
def test_row_l1_of_larger_cells(lattice, symbol, species, sites, group):
    crystal = Structure.from_spacegroup(symbol, lattice, species, sites)
    for cell in (crystal, crystal.get_primitive_structure()):
        assert spacegroup_number(plain(cell)) == group


def turned(crystal):
    """The same crystal with its axes in another order."""
    lattice = Lattice(crystal.lattice.matrix[[2, 0, 1]])
    return Structure(lattice, crystal.species, crystal.frac_coords[:, [2, 0, 1]])


@pytest.fixture(scope="module")
def known_phases():
    baddeleyite = Structure.from_spacegroup(
        "P2_1/c",
        Lattice.monoclinic(5.15, 5.21, 5.32, 99.2),
        ["Zr", "O", "O"],
        [(0.2754, 0.0395, 0.2083), (0.07, 0.3317, 0.3447), (0.4496, 0.7569, 0.4792)],
    )
    bismuth = Structure.from_spacegroup(
        "R-3m", Lattice.hexagonal(4.546, 11.862), ["Bi"], [(0, 0, 0.2339)]
    )
    quartz = Structure.from_spacegroup(
        "P3_121",
        Lattice.hexagonal(4.913, 5.405),
        ["Si", "O"],
        [(0.4697, 0, 1 / 3), (0.4135, 0.2669, 0.2144)],
    )
    wurtzite = Structure.from_spacegroup(
        "P6_3mc",
        Lattice.hexagonal(3.25, 5.2),
        ["Zn", "O"],
        [(1 / 3, 2 / 3, 0), (1 / 3, 2 / 3, 0.382)],
    )
    blende = Structure(Lattice(FACES * 5.41), ["Zn", "S"], [(0, 0, 0), (0.25, 0.25, 0.25)])
    return {
        **{"salt": SALT, "baddeleyite": baddeleyite, "bismuth": bismuth, "quartz": quartz},
        **{"wurtzite": wurtzite, "blende": blende},
    }


def validated(crystals, known, folder, capfd):
    """The rows of ``validate --table``."""
    from ase.io import write
    from pymatgen.io.ase import AseAtomsAdaptor

    rows = [
        CrystalRow(
            name,
            crystal.reduced_formula,
            niggli_primitive(plain(crystal)),
            None,
            None,
            None,
            None,
            "train",
        )
        for name, crystal in known.items()
    ]
    table, file = folder / "table.parquet", folder / "crystals.xyz"
    write_table(rows, table)
    write(file, [AseAtomsAdaptor.get_atoms(crystal) for crystal in crystals], format="extxyz")
    assert main(["validate", str(file), "--table", str(table), "--json"]) == 0
    return json.loads(capfd.readouterr().out)["rows"]


def test_row_l2(known_phases, tmp_path, capfd):
    noisy = Structure(
        SALT.lattice, SALT.species, [(0, 0, 0), SALT.cart_coords[1] + (0.02, -0.03, 0.01)],
        coords_are_cartesian=True,
    )  # fmt: skip
    larger = SALT.copy()
    larger.scale_lattice(SALT.volume * 1.15)
    shifted = SALT.copy()
    shifted.translate_sites([0, 1], [0.21, 0.33, 0.4])
    exchanged = Structure(SALT.lattice, ["Cl", "Na"], [(0, 0, 0), HALF])
    oblique = SALT.to_conventional()
    oblique.make_supercell([[1, 1, 0], [-1, 1, 0], [0, 0, 1]])
    baddeleyite = known_phases["baddeleyite"]
    # P21/n is P21/c with the axes a and -(a + c) for a and c.
    other_setting = baddeleyite.copy()
    other_setting.make_supercell([[1, 0, 0], [0, -1, 0], [-1, 0, -1]])
    quartz = known_phases["quartz"]
    mirrored = Structure(quartz.lattice, quartz.species, quartz.frac_coords * [1, 1, -1])
    crystals = {
        "salt": [SALT, SALT * (2, 2, 1), noisy, larger, shifted, exchanged, oblique],
        "baddeleyite": [other_setting, turned(baddeleyite)],
        "bismuth": [known_phases["bismuth"].get_primitive_structure()],
        "quartz": [mirrored],
    }
    assert spacegroup_number(plain(mirrored)) == 154
    assert len(crystals["bismuth"][0]) == 2
    names = [name for name, group in crystals.items() for _ in group]
    given = [crystal for group in crystals.values() for crystal in group]
    rows = validated(given, known_phases, tmp_path, capfd)
    assert [row["novelty"]["known"]["material_id"] for row in rows] == names


def test_row_l3(known_phases, tmp_path, capfd):
    wurtzite, blende = known_phases["wurtzite"].copy(), known_phases["blende"].copy()
    wurtzite.replace_species({"O": "S"})
    wurtzite.scale_lattice(wurtzite.volume * 1.66)
    blende.replace_species({"S": "O"})
    blende.scale_lattice(blende.volume * 0.6)
    caesium_chloride = Structure(Lattice.cubic(3.5), ["Na", "Cl"], [(0, 0, 0), HALF])
    crystals = [wurtzite, blende, caesium_chloride]
    rows = validated(crystals, known_phases, tmp_path, capfd)
    assert [row["formula"] for row in rows] == ["ZnS", "ZnO", "NaCl"]
    assert [(row["novelty"]["novel"], row["novelty"]["compared"]) for row in rows] == [
        (True, 1)
    ] * 3


def test_row_l4(known_phases, tmp_path):
    from ase.db import connect

    crystals = [
        Structure(Lattice.from_parameters(4, 5, 6, 75, 83, 97), ["Na", "Cl"], [(0, 0, 0), HALF]),
        Structure(Lattice.from_parameters(4, 5, 9, 110, 105, 118), ["K", "F"], [(0, 0, 0), HALF]),
        Structure(
            Lattice.cubic(4.0),
            ["O", "Sr", "O", "Ti", "O"],
            [(0.5, 0.5, 0), (0, 0, 0), (0.5, 0, 0.5), HALF, (0, 0.5, 0.5)],
        ),
        known_phases["quartz"],
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


IMPORTED_AT_ONCE, FILES_OF_EACH = 3, 4


def test_row_m4(tmp_path):
    environment = os.environ | {"CRYSTAL_LLM_HOME": str(tmp_path)}

    def command(*arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "crystal_llm.cli.main", "library", *arguments, "--json"],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    names = [f"{place}.cif" for place in range(FILES_OF_EACH)]
    for name in names:
        (tmp_path / name).write_text(cif("Na1 Na 0 0 0 1\nCl1 Cl 0.5 0.5 0.5 1"))
    files = [str(tmp_path / name) for name in names]
    imports = [command("import", *files) for _ in range(IMPORTED_AT_ONCE)]
    outputs = [(process.communicate(), process.returncode) for process in imports]
    assert [(err, code) for (_, err), code in outputs] == [("", 0)] * IMPORTED_AT_ONCE
    entries = {entry_id for (out, _), _ in outputs for entry_id in json.loads(out)["entries"]}
    assert len(entries) == IMPORTED_AT_ONCE * FILES_OF_EACH
    chosen = entries.pop()
    deletions = [command("delete", chosen) for _ in range(2)]
    errors = [process.communicate()[1] for process in deletions]
    assert sorted(process.returncode for process in deletions) == [0, 2]
    assert sum(len(error.splitlines()) for error in errors) == 1
    with command("list") as listing:
        listed = json.loads(listing.communicate()[0])["entries"]
    assert {entry["id"] for entry in listed} == entries


def test_row_m5(module_home, tmp_path, capfd):
    folder = tmp_path / "Ünter lage (1) 100% 'a'"
    folder.mkdir()
    text = cif("Na1 Na 0 0 0 1\nCl1 Cl 0.5 0.5 0.5 1")
    for name in ("a b.CIF", "ü.mcif", "no ending"):
        (folder / name).write_text(text)
    poscar = "x\n1\n4 0 0\n0 4 0\n0 0 4\nNa Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n"
    (folder / "POSCAR 2").write_text(poscar)
    url = f"--database=sqlite:///{tmp_path / 'library.sqlite'}"
    files = sorted(map(str, folder.iterdir()))
    assert main(["library", "import", *files, url, "--json"]) == 0
    capfd.readouterr()
    assert main(["library", "list", url, "--json"]) == 0
    entries = json.loads(capfd.readouterr().out)["entries"]
    assert [entry["formula"] for entry in entries] == ["NaCl"] * 4
    for words, count in (("ü.mcif", 1), ("a b.CIF", 1), ("%", 0), ('it\'s "100%"', 0)):
        assert main(["library", "list", "--text", words, url, "--json"]) == 0
        assert len(json.loads(capfd.readouterr().out)["entries"]) == count
    assert main(["library", "import", files[0], "--tag", "x" * 5000, url]) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert "use 1 to 40 characters" in line and len(line) < 200
    assert main(["library", "list", url, "--json"]) == 0
    assert len(json.loads(capfd.readouterr().out)["entries"]) == 4
