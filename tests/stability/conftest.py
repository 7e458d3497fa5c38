import pytest
from hull_rows import provenance, random_rows

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.stability.references.reference import build_reference


@pytest.fixture(scope="session")
def rows():
    return random_rows(["Li", "Fe", "P", "O", "Na"], 150)


@pytest.fixture(scope="session")
def reference(rows):
    return build_reference(rows, provenance())


@pytest.fixture(scope="session")
def lithium_oxides():
    """Formation energies of a few oxides, simple enough to reckon by hand."""
    rows = [
        ("mp-1", "Li2O", -2.0),
        ("mp-2", "Li2O2", -1.6),
        ("mp-3", "Fe2O3", -1.5),
        ("mp-4", "FeO", -1.3),
        ("mp-5", "LiFeO2", -1.9),
        ("mp-6", "Li5FeO4", -1.8),
    ]
    method = EnergyMethod("DFT", None, "PBE(+U)", "MP2020", "formation")
    return build_reference(rows, provenance(method))
