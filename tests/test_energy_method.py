from dataclasses import replace

import pytest

from crystal_llm.energy_method import (
    MP2020_FORMATION,
    MP2020_TOTAL,
    EnergyMethod,
    check_comparable,
)
from crystal_llm.errors import StabilityError

CHGNET = EnergyMethod("CHGNet 0.3.0", "ab" * 32, "PBE(+U)", "MP2020", "total")


@pytest.mark.parametrize("across", [False, True])
def test_a_method_compares_with_itself(across):
    check_comparable(CHGNET, replace(CHGNET), across_potentials=across)


def test_another_potential_compares_only_when_asked():
    with pytest.raises(StabilityError, match=r"'CHGNet 0.3.0' and 'DFT'.*ask for the comparison"):
        check_comparable(CHGNET, MP2020_TOTAL, across_potentials=False)
    check_comparable(CHGNET, MP2020_TOTAL, across_potentials=True)
    retrained = replace(CHGNET, weights_sha256="cd" * 32)
    with pytest.raises(StabilityError, match="weights sha256"):
        check_comparable(CHGNET, retrained, across_potentials=False)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"level_of_theory": "r2SCAN"}, "level of theory 'r2SCAN' and 'PBE"),
        ({"correction": "none"}, "correction 'none' and 'MP2020'"),
        ({"energy_kind": "formation"}, "give the energy of the reference's kind"),
        ({"potential": "M3GNet", "correction": "none"}, "use a reference of the same method"),
    ],
)
@pytest.mark.parametrize("across", [False, True])
def test_what_differs_in_more_than_the_potential_never_compares(change, said, across):
    with pytest.raises(StabilityError, match=said):
        check_comparable(replace(CHGNET, **change), CHGNET, across_potentials=across)


def test_a_method_says_everything():
    assert str(MP2020_FORMATION) == "DFT, PBE(+U), correction MP2020, formation energies"
    assert "abababab" in str(CHGNET)
    assert EnergyMethod(**CHGNET.as_dict()) == CHGNET


@pytest.mark.parametrize(
    "change",
    [
        {"potential": " "},
        {"level_of_theory": ""},
        {"correction": None},
        {"energy_kind": "free"},
        {"weights_sha256": 7},
    ],
)
def test_a_method_with_something_unsaid_is_refused(change):
    with pytest.raises(StabilityError):
        replace(CHGNET, **change)
