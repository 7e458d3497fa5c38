"""CIF 2: dotted names, strings in three quotes, lists and tables."""

import pytest
from reading_cases import atoms, read_text

from crystal_llm.errors import StructureFileError
from crystal_llm.io.cif_blocks import crystal_blocks
from crystal_llm.io.cif_version_two import as_version_one

HEADER = "#\\#CIF_2.0\n"
SALT = "Na1 Na 0 0 0\nCl1 Cl 0.5 0.5 0.5"
LOOP = "loop_\n" + "".join(
    f"_atom_site.{name}\n" for name in ("label", "type_symbol", "fract_x", "fract_y", "fract_z")
)


def cif(symmetry="_symmetry.space_group_name_H-M 'F m -3 m'", sites=SALT, header=HEADER, loop=LOOP):
    cell = "".join(f"_cell.length_{axis} 5.64\n" for axis in "abc")
    cell += "".join(f"_cell.angle_{angle} 90\n" for angle in ("alpha", "beta", "gamma"))
    return f"{header}data_salt\n{cell}{symmetry}\n{loop}{sites}\n"


@pytest.mark.parametrize(
    "symmetry",
    [
        "_symmetry.space_group_name_H-M 'F m -3 m'",
        "_symmetry.space_group_name_H-M '''F m -3 m'''",
        '_symmetry.space_group_name_H-M """F m -3 m"""',
        "_symmetry.Int_Tables_number 225",
        "_space_group.IT_number 225",
        "_space_group.name_H-M_alt 'F m -3 m'",
        "_space_group.name_Hall '-F 4 2 3'",
        "loop_\n_space_group_symop.id\n_space_group_symop.operation_xyz\n"
        + "\n".join(
            f"{number} x+{x},y+{y},z+{z}"
            for number, (x, y, z) in enumerate(
                ((0, 0, 0), (0, "1/2", "1/2"), ("1/2", 0, "1/2"), ("1/2", "1/2", 0))
            )
        ),
    ],
)
@pytest.mark.parametrize("header", [HEADER, ""])
def test_symmetry_by_its_dotted_names(symmetry, header):
    assert atoms(read_text(cif(symmetry, header=header))) == "Na4 Cl4"


@pytest.mark.parametrize(
    "prose",
    [
        "'''A title\nof 'two' lines\n_cell.length_a 9\n'''",
        '"""\nloop_\n_atom_site.label\n_atom_site.fract_x\nNa1 0.3\ndata_other\n"""',
        "'''\nit's \"both\"\n'''",
        "[5.64 0 [0 1]]",
        "[\n5.64 # ] a comment\n'a ] bracket' 0\n]",
        "{'a':1 \"b\":[1 2 3] 'c':'''[x'''}",
        "[\n;text\n]\n;\n]",
    ],
)
def test_other_values_of_version_two_are_passed_over(prose):
    text = cif().replace("data_salt\n", f"data_salt\n_publ.text {prose}\n")
    assert atoms(read_text(text)) == "Na4 Cl4"
    bad = text.replace("Cl1 Cl 0.5", "Cl1 Cl half")
    line = bad[: bad.index("Cl1")].count("\n") + 1
    with pytest.raises(StructureFileError, match=f"line {line}: _atom_site_fract_x is half"):
        read_text(bad)
    assert list(crystal_blocks(text)) == ["salt"]


@pytest.mark.parametrize("header", [HEADER, ""])
def test_a_column_of_lists_leaves_the_others_in_place(header):
    tensor = " [[1 0 0][0 1 0][0 0 1]]"
    sites = "\n".join(f"{tensor}{line}" for line in (" " + SALT).replace("\n", "\n ").split("\n"))
    loop = LOOP.replace("loop_\n", "loop_\n_atom_site.tensor\n")
    text = cif(sites=sites, loop=loop, header=header)
    assert atoms(read_text(text)) == "Na4 Cl4"


def test_labels_of_other_scripts():
    assert atoms(read_text(cif(sites=SALT.replace("Na1", "Naα")))) == "Na4 Cl4"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            cif(
                sites="Na1 Na [0 0 0]", loop=f"{LOOP.split('_atom_site.fract')[0]}_atom_site.xyz\n"
            ),
            "no CIF data block lists atoms with fractional coordinates",
        ),
        (cif(sites="Na1 Na [0] 0 0"), "line 16: _atom_site_fract_x is [0], not a number"),
        (
            cif("_space_group_symop.operation_xyz ['x,y,z' '-x,-y,-z']"),
            "symmetry operation \"['x,y,z' '-x,-y,-z']\" cannot be read, and no space group",
        ),
        (cif().replace("length_a 5.64", "length_a [5.64 5.64]"), "_cell_length_a is [5.64 5.64]"),
        (cif("_publ.text [1 2"), "line 9: the list or table that begins with '[1 2' has no end"),
        (cif("_publ.text '''a"), "line 9: the string that begins with \"'''a\" has no end"),
        (cif("_publ.text {'a':1"), "line 9: the list or table that begins with"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text, said):
    with pytest.raises(StructureFileError) as caught:
        read_text(text)
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "data_x\n_a 'it''s'\n_b [\n_c ] d\n",
        "data_x\n_a\n;\n[1\n'''\n;\n_b Fe[1]\n",
        "data_x\n_a ''''\n_b 'x' # [1 2]\n",
        "data_x\n_title '''\n_b 1\n'''\n",
    ],
)
def test_a_file_of_version_one_stays_as_it_is(text):
    assert as_version_one(text) == text
