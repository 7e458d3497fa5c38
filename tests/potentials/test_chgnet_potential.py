"""CHGNet by one backward pass against chgnet's own calculator."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from potential_cases import loaded, rock_salt, rutile
from pymatgen.core import Lattice, Structure

from crystal_llm.errors import PotentialError
from crystal_llm.potentials.cards import PACKAGED_POTENTIALS
from crystal_llm.potentials.pinned_file import PinnedFile


@pytest.fixture(scope="module")
def stock_calculator():
    from chgnet.model.dynamics import CHGNetCalculator

    return CHGNetCalculator(use_device="cpu")


def skewed_spinel_like() -> Structure:
    """Four elements in a triclinic cell."""
    lattice = Lattice.from_parameters(5.1, 6.3, 5.7, 81, 97, 104)
    symbols = ["Li", "Mn", "Mn", "O", "O", "O", "S"]
    random = np.random.default_rng(3)
    grid = np.array([(x, y, z) for x in (0, 0.5) for y in (0, 0.5) for z in (0, 0.5)])[:7]
    return Structure(lattice, symbols, grid + random.normal(0, 0.02, (7, 3)))


def caesium() -> Structure:
    """No bond under 3 Å, so no angle."""
    return Structure(Lattice.cubic(6.1), ["Cs", "Cs"], [[0, 0, 0], [0.5, 0.5, 0.5]])


@pytest.mark.parametrize("make", [rutile, rock_salt, skewed_spinel_like, caesium])
def test_results_are_those_of_the_stock_calculator(make, stock_calculator):
    ours, stock = make().to_ase_atoms(), make().to_ase_atoms()
    ours.calc, stock.calc = loaded("chgnet").calculator(), stock_calculator
    assert ours.get_potential_energy() / len(ours) == pytest.approx(
        float(stock.get_potential_energy()) / len(stock), abs=1e-5
    )
    assert ours.get_forces() == pytest.approx(stock.get_forces(), abs=3e-4)
    assert ours.get_stress() == pytest.approx(stock.get_stress(), abs=1e-5)


def test_other_weights_are_refused_before_they_are_opened(monkeypatch):
    import torch

    from crystal_llm.potentials.chgnet_potential import load_chgnet

    packaged = PACKAGED_POTENTIALS["chgnet"]
    other = replace(packaged, weights=replace(packaged.weights, sha256="0" * 64))
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("the file was opened"))
    with pytest.raises(PotentialError, match=r"hash d14ab7c0f093….*not opened"):
        load_chgnet(other, "cpu")


@pytest.mark.parametrize(
    ("pinned", "message"),
    [
        (PinnedFile("chgnet", "pretrained/none.tar", "0" * 64), "cannot be read"),
        (PinnedFile("no_such_package_here", "weights", "0" * 64), "not installed"),
    ],
)
def test_absent_weights_are_told(pinned, message):
    with pytest.raises(PotentialError, match=message):
        pinned.checked()


def test_every_packaged_file_is_the_pinned_one():
    for packaged in PACKAGED_POTENTIALS.values():
        file, content = packaged.weights.checked()
        assert file.stat().st_size == len(content)


def test_a_card_is_read_without_torch():
    code = (
        "import sys; from crystal_llm.potentials.loading import potential_card, potential_names;"
        "potential_card('chgnet'); potential_names(); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
