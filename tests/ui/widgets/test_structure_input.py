"""A pasted structure is recognised by its content; what was repaired is said on the page."""

from pathlib import Path

import pytest
from pymatgen.core import Lattice, Structure
from streamlit.testing.v1 import AppTest

from crystal_llm.crystal.ordering import OrderedVersion, Ordering
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.widgets.notation import signed_text
from crystal_llm.ui.widgets.ordered_versions import version_energy, version_line

CASES = Path(__file__).parents[2] / "io" / "cases"


def page():
    import streamlit as st

    from crystal_llm.ui.widgets.structure_input import ask_structure

    given = ask_structure(key="test", ways=("Paste",))
    if given is not None:
        st.success(f"{' '.join(given.crystal.species)}|{given.note}")


@pytest.fixture
def pasted():
    app = AppTest.from_function(page, default_timeout=60).run()

    def paste(text):
        app.text_area[0].set_value(text).run()
        assert not app.exception
        return app

    return paste


def test_what_was_repaired_is_said(pasted):
    app = pasted((CASES / "crystallm_raw.cif").read_text())
    assert app.caption[0].value == "Looks like CIF."
    assert "restored by name" in app.info[0].value
    assert app.success[0].value.startswith("Na Na Na Na Cl Cl Cl Cl|It lists")


def test_a_poscar_with_a_strange_comment_is_read(pasted):
    text = "\n7\n1.0\n3.9 0 0\n0 3.9 0\n0 0 3.9\nCs Cl\n1 1\ndirect\n0 0 0\n0.5 0.5 0.5\n"
    app = pasted(text)
    assert app.caption[0].value == "Looks like POSCAR."
    assert app.success[0].value == "Cs Cl|"


def test_crystal_text_passes_the_check_of_every_format(pasted):
    text = "5.6 5.6 5.6\n90 90 90\nNa\n0.00 0.00 0.00\nCl\n0.50 0.50 "
    assert not pasted(text + "0.50").error
    app = pasted(text.replace("0.50 0.50 ", "0.00 0.00 ") + "0.01")
    (error,) = app.error
    assert "are 0.056 Å apart" in error.value.replace("\\", "")


def test_a_refused_text_is_one_error(pasted):
    app = pasted((CASES / "occ_neg.cif").read_text())
    assert not app.success
    assert "The pasted text: line 17\\: Na1 has the occupancy" in app.error[0].value


def test_of_a_cif_with_several_crystals_one_is_chosen(pasted):
    block = (CASES / "type_CO3.cif").read_text()
    text = (CASES / "crystallm_raw.cif").read_text()
    first = text[text.index("data_") :]
    app = pasted(first + "\n" + block[block.index("data_") :].replace("data_", "data_other_", 1))
    assert not app.success
    choice = next(choice for choice in app.selectbox if "holds 2 crystals" in choice.label)
    choice.set_value(choice.options[0]).run()
    assert app.success[0].value.startswith("Na Na Na Na Cl Cl Cl Cl|")


def test_of_a_disordered_file_an_ordered_version_is_chosen(pasted):
    shared = [{"K": 0.5, "Na": 0.5}, "Cl"]
    app = pasted(Structure(Lattice.cubic(3.7), shared, [[0] * 3, [0.5] * 3]).to(fmt="cif"))
    assert not app.success and not app.error
    assert "K₀\\.₅Na₀\\.₅Cl" in app.info[0].value
    (versions,) = app.radio
    assert versions.value is None
    assert versions.options[0].replace("\\", "").startswith("1: KNaCl₂ · 4 atoms")
    assert len(set(versions.options)) == len(versions.options) > 1, "the page tells them by this"
    versions.set_value(0).run()
    species, _, note = app.success[0].value.partition("|")
    assert sorted(species.split()) == ["Cl", "Cl", "K", "Na"]
    assert len(app.info) == 1  # which version it is was just chosen
    assert note.startswith("Ordered version 1 of") and note.endswith("disordered K₀.₅Na₀.₅Cl")


def test_versions_of_equal_energy_have_no_two_signs():
    crystal = PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Na",), ((0.0,) * 3,))
    energies = (-23.966, -23.966 - 1e-12, -23.9)
    versions = tuple(OrderedVersion(crystal, "Na", 221, energy) for energy in energies)
    ordering = Ordering("Na", versions, {})
    assert [version_energy(ordering, version) for version in versions] == [
        "lowest: −23.966 eV/atom", "+0.000 eV/atom", "+0.066 eV/atom",
    ]  # fmt: skip
    # Not Markdown: a list of choices shows it as it is.
    assert version_line(ordering, 0) == "1: Na · 1 atoms · Pm-3m (221)"
    assert signed_text(-0.0004, ".1%") == "+0.0%" and signed_text(-0.048, ".1%") == "−4.8%"
