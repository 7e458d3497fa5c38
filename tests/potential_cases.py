"""Crystals and potentials that the tests of potentials share."""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from pymatgen.core import Lattice, Structure

from crystal_llm.potentials.cards import PACKAGED_POTENTIALS
from crystal_llm.potentials.matgl_files import find_folder, read_model
from crystal_llm.settings import read_settings

SHARED = Path(os.environ.get("CRYSTAL_LLM_SHARED", Path(__file__).parents[2] / "shared"))
MATGL_MODELS = SHARED / "data" / "matgl_models"

needs_matgl_models = pytest.mark.skipif(
    not MATGL_MODELS.is_dir(), reason="the shared data folder is absent"
)

POTENTIAL_NAMES = [
    "chgnet",
    "sevennet-0",
    "sevennet-l3i5",
    "pair",  # what other tests take in place of a trained one
    pytest.param("m3gnet", marks=[pytest.mark.shared, needs_matgl_models]),
    pytest.param("tensornet-matpes", marks=[pytest.mark.shared, needs_matgl_models]),
]


def settings_with_models(home):
    """Settings of an empty home and the shared folder of matgl models."""
    return replace(read_settings({"CRYSTAL_LLM_HOME": str(home)}), matgl=MATGL_MODELS)


@cache
def loaded(name):
    """A potential without its self-check, which has tests of its own."""
    if name == "chgnet":
        from crystal_llm.potentials.chgnet_potential import load_chgnet

        return load_chgnet(PACKAGED_POTENTIALS[name], "cpu")
    if name == "pair":
        from pair_potential import PairPotential

        return PairPotential()
    if name in PACKAGED_POTENTIALS:
        from crystal_llm.potentials.sevennet_potential import load_sevennet

        return load_sevennet(PACKAGED_POTENTIALS[name], "cpu")
    from crystal_llm.potentials.matgl_potential import load_matgl

    return load_matgl(matgl_model(name), "cpu")


def matgl_model(name):
    """What the files of a shared matgl model say."""
    return read_model(name, find_folder(name, settings_with_models(Path("unused"))))


def rutile() -> Structure:
    """TiO2, displaced so that no force is zero by symmetry; 6 atoms."""
    lattice = Lattice.tetragonal(4.65, 2.97)
    structure = Structure.from_spacegroup(
        "P4_2/mnm", lattice, ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
    )
    for site, shift in enumerate([(0.11, -0.05, 0.07), (-0.06, 0.12, 0.03), (0.05, 0.04, -0.1)]):
        structure.translate_sites([site], shift, frac_coords=False)
    return structure


def rock_salt() -> Structure:
    """NaCl in its primitive cell."""
    lattice = Lattice.cubic(5.692)
    whole = Structure.from_spacegroup("Fm-3m", lattice, ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    return whole.get_primitive_structure()
