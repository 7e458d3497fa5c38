"""Inputs for density functional theory: VASP, Quantum ESPRESSO, atomate2.

They relax cell and sites by the Materials Project's recipe (MPRelaxSet: PBE, +U where it has
it, spin-polarised), so that VASP's energies compare with its own. Pseudopotentials are named
and never shipped.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import StructureFileError
from crystal_llm.io.pseudopotentials import LIBRARY, Pseudopotential, pseudopotential

if TYPE_CHECKING:
    from pymatgen.core import Structure

KPOINT_SPACING_PER_ANGSTROM = 0.04
"""Distance of k-points in Quantum ESPRESSO's inputs, without the factor 2π."""

_NAMELISTS = ("&FCP", "&RISM")
"""Empty ones that ASE writes, which older versions of pw.x do not know."""

README = f"""Inputs for density functional theory
====================================

Each relaxes cell and sites of a crystal. Nothing has to be edited, but the pseudopotentials are
yours to add; files of several crystals lie in a folder each.

vasp/       INCAR, KPOINTS and POSCAR of pymatgen's MPRelaxSet. POTCARs are licensed and not here:
            POTCAR.spec names those that belong (PAW, PBE), in the order of the POSCAR. Where
            pymatgen knows your POTCARs (PMG_VASP_PSP_DIR), one command makes all of them:

                pmg potcar --recursive .

            A release that lacks one of the names, as later ones lack W_pv, has a successor of it
            (W_sv); the Materials Project uses the older release.

espresso/   relax.in for pw.x. Its pseudopotentials and cutoffs are those of {LIBRARY}
            (materialscloud.org/sssp): unpack them into a folder and run

                export ESPRESSO_PSEUDO=/that/folder
                pw.x -in relax.in

            Magnetic elements start with VASP's moments, others with none. There is no Hubbard U:
            energies do not compare with the Materials Project's where VASP's have one.

run_atomate2.py
            the Materials Project's workflow by atomate2 (relaxed twice, then static) for every
            vasp/POSCAR below it. It runs here, one crystal after another; submit the flows to
            jobflow-remote or FireWorks instead if you use them.

Check convergence with cutoff and k-points before you trust an energy.
"""

ATOMATE2 = '''"""Relaxes every crystal below here by atomate2's Materials Project workflow."""

from pathlib import Path

from atomate2.vasp.flows.mp import MPGGADoubleRelaxStaticMaker
from jobflow import run_locally
from pymatgen.core import Structure

for poscar in sorted(Path(__file__).parent.rglob("vasp/POSCAR")):
    structure = Structure.from_file(poscar)
    flow = MPGGADoubleRelaxStaticMaker(name=structure.composition.reduced_formula).make(structure)
    run_locally(flow, create_folders=True, root_dir=poscar.parents[1])
'''

GUIDE = {"README.txt": README, "run_atomate2.py": ATOMATE2}
"""What stands once beside the inputs of one or many crystals, by name."""


def dft_inputs(structure: Structure) -> dict[str, str]:
    """Input files by their path in a folder for one crystal.

    Where a recipe cannot serve a crystal, its folder holds a README.txt with the reason.

    Args:
        structure: An ordered crystal; sites of one element are written together.
    """
    ordered = structure.get_sorted_structure()
    vasp, moments = _vasp(ordered)
    files = {f"vasp/{name}": text for name, text in vasp.items()}
    return files | {f"espresso/{name}": text for name, text in _espresso(ordered, moments).items()}


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
    text = io.StringIO()
    try:
        chosen = {symbol: pseudopotential(symbol) for symbol in sorted(set(atoms.symbols))}
        magnetisation = _magnetisation(list(atoms.symbols), moments, chosen)
        if any(magnetisation):
            atoms.set_initial_magnetic_moments(magnetisation)
        write(
            text,
            atoms,
            format="espresso-in",
            input_data=_settings(chosen, is_magnetic=any(magnetisation)),
            pseudopotentials={symbol: potential.file for symbol, potential in chosen.items()},
            kspacing=KPOINT_SPACING_PER_ANGSTROM,
            crystal_coordinates=True,
        )
    except (ValueError, KeyError, RuntimeError, StructureFileError) as error:
        return {"README.txt": f"no input for pw.x could be written: {error}\n"}
    written = text.getvalue()
    for name in _NAMELISTS:
        written = written.replace(f"{name}\n/\n", "")
    return {"relax.in": written}


def _magnetisation(
    symbols: list[str], moments: list[float], chosen: dict[str, Pseudopotential]
) -> list[float]:
    """What each site starts with: its moment over its electrons in valence, as pw.x has it."""
    electrons = [chosen[symbol].valence_electrons for symbol in symbols]
    return [
        0.0 if count is None else round(moment / count, 4)
        for moment, count in zip(moments or [0.0] * len(symbols), electrons, strict=True)
    ]


def _settings(chosen: dict[str, Pseudopotential], *, is_magnetic: bool) -> dict[str, Any]:
    """Namelists of pw.x, with the highest cutoffs that an element asks for."""
    potentials = chosen.values()
    return {
        "control": {"calculation": "vc-relax", "prefix": "crystal", "outdir": "./out"},
        "system": {
            "ecutwfc": max(potential.cutoff_wavefunctions_ry for potential in potentials),
            "ecutrho": max(potential.cutoff_density_ry for potential in potentials),
            "occupations": "smearing",
            "smearing": "cold",
            "degauss": 0.01,
        }
        | ({"nspin": 2} if is_magnetic else {}),
        "electrons": {"conv_thr": 1e-8, "mixing_beta": 0.4, "electron_maxstep": 200},
    }
