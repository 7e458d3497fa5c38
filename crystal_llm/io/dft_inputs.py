"""Inputs for density functional theory: VASP, Quantum ESPRESSO, atomate2.

They relax cell and sites by the Materials Project's recipe (MPRelaxSet: PBE, +U where it has
it, spin-polarised), so that the energies compare with its own. Pseudopotentials are named and
never shipped.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pymatgen.core import Structure

KPOINT_SPACING_PER_ANGSTROM = 0.04
"""Distance of k-points in Quantum ESPRESSO's inputs, without the factor 2π."""

README = """Inputs for density functional theory
====================================

vasp/       INCAR, KPOINTS and POSCAR of pymatgen's MPRelaxSet. POTCAR files are licensed and
            not here: POTCAR.spec names those that belong, in the order of the POSCAR.
espresso/   relax.in for pw.x (Quantum ESPRESSO): the same magnetic start, a cutoff of 60 Ry for
            wavefunctions and 480 Ry for the density, which suits the SSSP efficiency library;
            name your pseudopotential files as ATOMIC_SPECIES has them. There is no Hubbard U:
            energies do not compare with the Materials Project's where VASP's have one.
atomate2.py the same relaxation as a jobflow, from POSCAR; run_locally or your own manager.

Converge cutoff and k-points before you trust an energy.
"""

_ATOMATE2 = '''"""Relaxes the crystal in vasp/ by atomate2's Materials Project workflow."""

from atomate2.vasp.flows.mp import MPGGADoubleRelaxStaticMaker
from jobflow import run_locally
from pymatgen.core import Structure

flow = MPGGADoubleRelaxStaticMaker().make(Structure.from_file("vasp/POSCAR"))
run_locally(flow, create_folders=True)
'''


def dft_inputs(structure: Structure) -> dict[str, str]:
    """Input files by their path in a folder for one crystal.

    Where a recipe cannot serve a crystal, its folder holds a README.txt with the reason.

    Args:
        structure: An ordered crystal; sites of one element are written together.
    """
    ordered = structure.get_sorted_structure()
    vasp, moments = _vasp(ordered)
    files = {f"vasp/{name}": text for name, text in vasp.items()}
    files |= {f"espresso/{name}": text for name, text in _espresso(ordered, moments).items()}
    if "POSCAR" in vasp:
        files["atomate2.py"] = _ATOMATE2
    return files | {"README.txt": README}


def _vasp(structure: Structure) -> tuple[dict[str, str], list[float]]:
    """VASP's files by name, and the magnetic moment that each site starts with, μB."""
    from pymatgen.io.vasp.sets import MPRelaxSet

    try:
        with warnings.catch_warnings():
            # Of functionals and magnetic moments that it chose; the files show them.
            warnings.simplefilter("ignore")
            inputs = MPRelaxSet(structure)
            files = {
                "INCAR": str(inputs.incar),
                "KPOINTS": str(inputs.kpoints),
                "POSCAR": str(inputs.poscar),
                "POTCAR.spec": "\n".join(inputs.potcar_symbols) + "\n",
            }
            return files, [float(moment) for moment in inputs.incar.get("MAGMOM", [])]
    except Exception as error:  # pymatgen raises several kinds, as for an element without POTCAR
        return {"README.txt": f"MPRelaxSet cannot serve this crystal: {error}\n"}, []


def _espresso(structure: Structure, moments: list[float]) -> dict[str, str]:
    from ase.io import write
    from pymatgen.io.ase import AseAtomsAdaptor

    atoms = AseAtomsAdaptor.get_atoms(structure)
    is_magnetic = any(abs(moment) > 1.0 for moment in moments)
    if is_magnetic:
        atoms.set_initial_magnetic_moments(moments)
    settings: dict[str, Any] = {
        "control": {"calculation": "vc-relax", "prefix": "crystal", "pseudo_dir": "./pseudo"},
        "system": {
            "ecutwfc": 60,
            "ecutrho": 480,
            "occupations": "smearing",
            "smearing": "cold",
            "degauss": 0.01,
        }
        | ({"nspin": 2} if is_magnetic else {}),
        "electrons": {"conv_thr": 1e-8},
    }
    text = io.StringIO()
    try:
        write(
            text,
            atoms,
            format="espresso-in",
            input_data=settings,
            pseudopotentials={symbol: f"{symbol}.UPF" for symbol in set(atoms.symbols)},
            kspacing=KPOINT_SPACING_PER_ANGSTROM,
        )
    except (ValueError, KeyError, RuntimeError) as error:
        return {"README.txt": f"no input for pw.x could be written: {error}\n"}
    return {"relax.in": text.getvalue()}
