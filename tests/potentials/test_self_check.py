"""The check that stands between wrong weights and a user."""

import json
from dataclasses import replace

import pytest
from potential_cases import loaded, matgl_model, needs_matgl_models, settings_with_models

from crystal_llm.errors import PotentialError
from crystal_llm.potentials import self_check
from crystal_llm.potentials.cards import PACKAGED_POTENTIALS
from crystal_llm.potentials.self_check import KNOWN_CRYSTALS, STORED_EV_PER_ATOM, check, check_once


class Shifted:
    """A potential whose energies are all wrong by as much."""

    def __init__(self, potential, shift):
        self.card, self.calculator = potential.card, potential.calculator
        self._potential, self._shift = potential, shift

    def static_energy_ev_per_atom(self, structure):
        return self._potential.static_energy_ev_per_atom(structure) + self._shift


def test_chgnet_passes():
    check(loaded("chgnet"))


def test_every_packaged_potential_has_stored_energies():
    for packaged in PACKAGED_POTENTIALS.values():
        assert len(STORED_EV_PER_ATOM[packaged.weights.sha256]) == len(KNOWN_CRYSTALS) == 5


def test_a_shifted_energy_fails():
    with pytest.raises(PotentialError, match=r"CHGNet 0.3.0 failed its self-check: its Si has"):
        check(Shifted(loaded("chgnet"), 0.01))


@pytest.mark.parametrize(("factor", "side"), [(1.03, "smaller"), (0.97, "larger")])
def test_a_cell_three_percent_off_fails(monkeypatch, factor, side):
    wrong = tuple(replace(known, a=known.a * factor) for known in KNOWN_CRYSTALS[1:2])
    monkeypatch.setattr(self_check, "KNOWN_CRYSTALS", wrong)
    with pytest.raises(PotentialError, match=f"its NaCl is more than 2% {side}"):
        check(loaded("chgnet"))


@pytest.mark.shared
@needs_matgl_models
@pytest.mark.parametrize("name", ["m3gnet", "tensornet-matpes"])
def test_old_matgl_weights_without_the_old_convention_fail(name):
    from crystal_llm.potentials.matgl_potential import load_matgl

    wrong = load_matgl(replace(matgl_model(name), convention="current"), "cpu")
    with pytest.raises(PotentialError, match="failed its self-check"):
        check(wrong)


def test_a_pass_is_remembered_and_a_failure_is_not(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(self_check, "check", calls.append)
    potential = loaded("chgnet")
    home = tmp_path / "home"
    check_once(potential, "chgnet", "cpu", home)
    check_once(potential, "chgnet", "cpu", home)
    assert len(calls) == 1
    check_once(potential, "chgnet", "cuda:0", home)
    assert len(calls) == 2, "another processor is checked by itself"
    (home / "checked-potentials.json").write_text("{half", encoding="utf-8")
    check_once(potential, "chgnet", "cpu", home)
    assert len(calls) == 3, "a damaged memory is no pass"

    def fail(_):
        raise PotentialError("wrong")

    monkeypatch.setattr(self_check, "check", fail)
    monkeypatch.setattr(self_check, "_version", lambda _: "another")
    for _ in range(2):
        with pytest.raises(PotentialError):
            check_once(potential, "chgnet", "cpu", home)
    checks = json.loads((home / "checked-potentials.json").read_text(encoding="utf-8"))
    assert len(checks) == 1 and "another" not in next(iter(checks))


def test_a_home_that_cannot_be_written_does_not_stop(tmp_path, monkeypatch):
    monkeypatch.setattr(self_check, "check", lambda _: None)
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    check_once(loaded("chgnet"), "chgnet", "cpu", tmp_path / "home")


def test_loading_by_name_checks(tmp_path, monkeypatch):
    from crystal_llm.potentials.loading import load_potential

    monkeypatch.setitem(
        STORED_EV_PER_ATOM, PACKAGED_POTENTIALS["chgnet"].weights.sha256, (0.0,) * 5
    )
    with pytest.raises(PotentialError, match="self-check"):
        load_potential("chgnet", settings_with_models(tmp_path))
