"""Potentials move all that they have to the device they are told.

matgl's scripted functions make tensors where this pretended device is not seen; with
PYTORCH_JIT=0 in the environment its potentials pass, too.
"""

import os

import numpy as np
import pytest
from other_device import other_device
from potential_cases import loaded, matgl_model, needs_matgl_models, rock_salt, rutile

from crystal_llm.potentials.cards import PACKAGED_POTENTIALS

NAMES = ["chgnet", "sevennet-0"]
if os.environ.get("PYTORCH_JIT") == "0":
    marks = [pytest.mark.shared, needs_matgl_models]
    NAMES += [pytest.param(name, marks=marks) for name in ("m3gnet", "tensornet-matpes")]


def loaded_on(name, device):
    if name == "chgnet":
        from crystal_llm.potentials.chgnet_potential import load_chgnet

        return load_chgnet(PACKAGED_POTENTIALS[name], device)
    if name in PACKAGED_POTENTIALS:
        from crystal_llm.potentials.sevennet_potential import load_sevennet

        return load_sevennet(PACKAGED_POTENTIALS[name], device)
    from crystal_llm.potentials.matgl_potential import load_matgl

    return load_matgl(matgl_model(name), device)


def said(potential, crystals):
    outputs = []
    for crystal in crystals:
        atoms = crystal.to_ase_atoms()
        atoms.calc = potential.calculator()
        outputs.append((atoms.get_potential_energy(), atoms.get_forces(), atoms.get_stress()))
    return outputs


@pytest.mark.parametrize("name", NAMES)
def test_a_potential_on_another_device_says_the_same(name):
    crystals = [rock_salt(), rutile()]
    here = loaded(name)
    with other_device() as device:
        there = loaded_on(name, device)
        outputs = said(there, crystals)
        static = there.static_energy_ev_per_atom(crystals[0])
    for own, other in zip(said(here, crystals), outputs, strict=True):
        for mine, its in zip(own, other, strict=True):
            np.testing.assert_allclose(its, mine, atol=1e-5)
    assert static == pytest.approx(here.static_energy_ev_per_atom(crystals[0]), abs=1e-6)


def test_many_crystals_in_one_pass_of_another_device():
    crystals = [crystal.to_ase_atoms() for crystal in (rock_salt(), rutile())]
    own = loaded("chgnet").evaluate_many(crystals)
    with other_device() as device:
        potential = loaded_on("chgnet", device)
        assert potential.together > 1
        results = potential.evaluate_many(crystals)
    for result, other in zip(own, results, strict=True):
        assert other["energy"] == pytest.approx(result["energy"], abs=1e-5)
        np.testing.assert_allclose(other["forces"], result["forces"], atol=1e-5)
        np.testing.assert_allclose(other["stress"], result["stress"], atol=1e-6)
