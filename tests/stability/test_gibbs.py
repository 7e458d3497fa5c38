import math

import pytest
from hull_rows import provenance
from pymatgen.core import Lattice, Structure
from pymatgen.entries.computed_entries import GibbsComputedStructureEntry

from crystal_llm.energy_method import MP2020_FORMATION
from crystal_llm.errors import StabilityError
from crystal_llm.stability.gibbs import BOLTZMANN_EV_PER_K, GasConditions, gibbs_hull
from crystal_llm.stability.hull_candidates import candidates_from, place_candidates
from crystal_llm.stability.known_phases import known_phases
from crystal_llm.stability.references.reference import build_reference

SALT = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(4.25), ["Mg", "O"], [[0, 0, 0], [0.5, 0.5, 0.5]]
)
ROWS = [
    ("mg", "Mg", 0.0),
    ("h", "H2", 0.0),
    ("o", "O2", 0.0),
    ("mgo", "MgO", -3.0),
    ("ice", "H2O", -1.0),
    ("brucite", "Mg(OH)2", -1.9),
]
VOLUMES = {"mg": 23.0, "o": 12.0, "h": 8.0, "mgo": SALT.volume / len(SALT), "brucite": 8.2}
SYSTEM = ("Mg", "O", "H")


@pytest.fixture(scope="module")
def cold():
    return build_reference(ROWS, provenance(MP2020_FORMATION))


def energies(hull):
    return {
        phase.formula: phase.formation_energy_ev_per_atom
        for phase in known_phases(SYSTEM, hull.reference).phases
    }


@pytest.mark.parametrize("temperature_k", [300, 1000, 1250])
def test_a_solid_has_the_gibbs_energy_of_pymatgen(cold, temperature_k):
    hull = gibbs_hull(cold, SYSTEM, GasConditions(temperature_k), VOLUMES)
    entry = GibbsComputedStructureEntry(SALT, -3.0, temp=temperature_k)
    assert energies(hull)["MgO"] == pytest.approx(entry.energy / len(SALT), abs=1e-9)
    assert hull.gases == ("H2O",)
    assert hull.estimated == ()
    assert hull.reference.method.energy_kind == "formation"
    assert f"{temperature_k} K" in str(hull.reference.method)


def test_water_is_the_measured_gas(cold):
    # NIST-JANAF: the Gibbs energy of formation of steam is -228.5 kJ/mol at 300 K.
    water = energies(gibbs_hull(cold, SYSTEM, GasConditions(300), VOLUMES))["H2O"]
    assert 3 * water * 96.485 == pytest.approx(-228.5, abs=0.5)


def test_pressures_move_the_gases_by_kt_ln_p(cold):
    one_bar = energies(gibbs_hull(cold, SYSTEM, GasConditions(1000), VOLUMES))
    kt_ln_p = BOLTZMANN_EV_PER_K * 1000 * math.log(1e-6)
    thin_oxygen = energies(gibbs_hull(cold, SYSTEM, GasConditions(1000, (("O2", -6.0),)), VOLUMES))
    # The corner O is at 0 still: compounds of oxygen stand that much higher over it.
    assert thin_oxygen["O2"] == 0
    assert thin_oxygen["MgO"] - one_bar["MgO"] == pytest.approx(-kt_ln_p / 4)
    assert thin_oxygen["H2O"] - one_bar["H2O"] == pytest.approx(-kt_ln_p / 6)
    steam = energies(gibbs_hull(cold, SYSTEM, GasConditions(1000, (("H2O", -6.0),)), VOLUMES))
    assert steam["MgO"] == one_bar["MgO"]
    assert steam["H2O"] - one_bar["H2O"] == pytest.approx(kt_ln_p / 3)


def test_brucite_dries_when_it_is_heated(cold):
    def above(temperature_k):
        hull = gibbs_hull(cold, SYSTEM, GasConditions(temperature_k), VOLUMES)
        phases = known_phases(SYSTEM, hull.reference).phases
        return next(
            phase for phase in phases if len(phase.formula) > 4
        ).energy_above_hull_ev_per_atom

    assert above(1500) > above(300)


def test_a_candidate_is_heated_like_a_known_phase(cold):
    hull = gibbs_hull(cold, SYSTEM, GasConditions(800), VOLUMES)
    candidates = candidates_from([("mine", "MgO", -2.9, MP2020_FORMATION)])
    (result,) = hull.place(place_candidates(candidates, cold)).results
    assert result.reference_id == hull.reference.reference_id
    assert result.energy_above_hull_ev_per_atom == pytest.approx(0.1)


def test_a_phase_without_a_structure_takes_the_volume_of_what_is_stable_there(cold):
    volumes = {name: value for name, value in VOLUMES.items() if name != "brucite"}
    assert gibbs_hull(cold, SYSTEM, GasConditions(800), volumes).estimated == ("brucite",)
    with pytest.raises(StabilityError, match="no volume is known"):
        gibbs_hull(cold, SYSTEM, GasConditions(800), {})


@pytest.mark.parametrize("conditions", [(200.0,), (2500.0,), (800.0, (("He", 0.0),)),
                                        (800.0, (("O2", 99.0),))])  # fmt: skip
def test_conditions_outside_the_model_are_refused(conditions):
    with pytest.raises(StabilityError):
        GasConditions(*conditions)
