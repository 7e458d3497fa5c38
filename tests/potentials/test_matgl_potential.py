"""Folders of matgl models: recognised, refused, and right."""

import json
import shutil

import pytest
from potential_cases import (
    MATGL_MODELS,
    loaded,
    matgl_model,
    needs_matgl_models,
    rock_salt,
    settings_with_models,
)

from crystal_llm.errors import PotentialError
from crystal_llm.potentials.loading import load_potential, potential_card, potential_names
from crystal_llm.potentials.matgl_files import find_folder, read_model

pytestmark = [pytest.mark.shared, needs_matgl_models]

M3GNET = "M3GNet-MP-2021.2.8-PES"


@pytest.fixture
def copied(tmp_path):
    """A copy of the M3GNet folder that a test may spoil."""
    folder = tmp_path / "models" / M3GNET
    folder.mkdir(parents=True)
    for file in (MATGL_MODELS / M3GNET).iterdir():
        shutil.copyfile(file, folder / file.name)
    return folder


def change(folder, edit):
    description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    edit(description)
    (folder / "model.json").write_text(json.dumps(description), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "convention", "ev_per_atom"),
    [
        ("m3gnet", "m3gnet before 3.0", -3.368),
        ("tensornet-matpes", "tensornet before 3.0", -3.358),
    ],
)
def test_the_convention_is_read_and_restored(name, convention, ev_per_atom):
    assert matgl_model(name).convention == convention
    energy = loaded(name).static_energy_ev_per_atom(rock_salt())
    assert energy == pytest.approx(ev_per_atom, abs=1e-3)


def test_the_cards_tell_the_level_of_theory(tmp_path):
    settings = settings_with_models(tmp_path)
    oracle = potential_card("m3gnet", settings)
    assert (oracle.method.level_of_theory, oracle.correction) == ("PBE(+U)", "added")
    assert oracle == potential_card(M3GNET, settings), "both names are one potential"
    matpes = potential_card("tensornet-matpes", settings)
    assert (matpes.method.level_of_theory, matpes.correction) == ("MatPES PBE", "impossible")
    assert "m3gnet" in potential_names(settings)


def test_a_tensornet_of_dgl_is_refused():
    """Its old convention is not restored here: loaded as it is, its energies would be wrong."""
    with pytest.raises(PotentialError, match="is not recognised"):
        matgl_model("TensorNetDGL-MatPES-PBE-v2025.1-PES")


def test_the_hash_covers_every_file(copied):
    before = read_model("m3gnet", copied).card.method.weights_sha256
    with (copied / "model.pt").open("ab") as file:
        file.write(b"0")
    assert read_model("m3gnet", copied).card.method.weights_sha256 != before


def test_newer_files_are_taken_as_they_are(copied):
    change(copied, lambda description: description["kwargs"].update(compile_model=False))
    assert read_model("m3gnet", copied).convention == "current"
    change(copied, lambda description: description["kwargs"]["model"].update({"@model_version": 3}))
    with pytest.raises(PotentialError, match="version 3, is not recognised"):
        read_model("m3gnet", copied)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: change(
            folder, lambda description: description["kwargs"]["model"].update({"@class": "X"})
        ),
        lambda folder: change(folder, lambda description: description.update({"@class": "Other"})),
        lambda folder: change(folder, lambda description: description.pop("kwargs")),
        lambda folder: (folder / "model.json").write_text("[1", encoding="utf-8"),
    ],
)
def test_unknown_files_are_refused(copied, spoil):
    spoil(copied)
    with pytest.raises(PotentialError, match=r"not recognised|not a folder of a matgl potential"):
        read_model("m3gnet", copied)


def test_a_folder_of_no_known_level_of_theory_is_refused(copied):
    renamed = copied.rename(copied.with_name("MyModel-PES"))
    with pytest.raises(PotentialError, match="level of theory of MyModel-PES"):
        read_model("MyModel-PES", renamed)


class _Runs:
    def __reduce__(self):
        return (pytest.fail, ("the file ran code",))


def test_files_cannot_run_code(copied):
    import torch

    from crystal_llm.potentials.matgl_potential import load_matgl

    model = read_model("m3gnet", copied)
    torch.save(_Runs(), copied / "state.pt")
    with pytest.raises(PotentialError, match=r"cannot be loaded \(UnpicklingError\)"):
        load_matgl(model, "cpu")


def test_files_cannot_name_a_class_to_call(copied, tmp_path):
    import torch

    from crystal_llm.potentials.matgl_potential import load_matgl

    model = read_model("m3gnet", copied)
    arguments = torch.load(copied / "model.pt", weights_only=True, map_location="cpu")
    made = tmp_path / "made"
    arguments["model"] |= {"@class": "Path", "@module": "pathlib"}
    arguments["element_refs"] = {
        "@class": "Popen",
        "@module": "subprocess",
        "init_args": {"args": ["touch", str(made)]},
    }
    torch.save(arguments, copied / "model.pt")
    with pytest.raises(PotentialError, match="cannot be loaded"):
        load_matgl(model, "cpu")
    assert not made.exists()


def test_weights_that_do_not_fit_are_refused(copied):
    import torch

    from crystal_llm.potentials.matgl_potential import load_matgl

    model = read_model("m3gnet", copied)
    state = torch.load(copied / "state.pt", weights_only=True, map_location="cpu")
    name = next(each for each in state if each.endswith(".weight"))
    state["elsewhere"] = state.pop(name)
    torch.save(state, copied / "state.pt")
    with pytest.raises(PotentialError, match="1 missing, 1 left over"):
        load_matgl(model, "cpu")


def test_an_unknown_name_tells_the_known_ones(tmp_path):
    settings = settings_with_models(tmp_path)
    for name in ("no-such", "", "../m3gnet", "."):
        with pytest.raises(PotentialError, match="use one of chgnet, sevennet-0"):
            potential_card(name, settings)
        with pytest.raises(PotentialError, match="use one of chgnet, sevennet-0"):
            load_potential(name, settings)


def test_an_absent_model_without_a_network_is_told(tmp_path, monkeypatch):
    import huggingface_hub

    from crystal_llm.settings import read_settings

    def offline(**_):
        raise OSError("no network")

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", offline)
    settings = read_settings({"CRYSTAL_LLM_HOME": str(tmp_path / "home")})
    assert find_folder("m3gnet", settings) is None
    with pytest.raises(PotentialError, match=r"could not\s+be fetched; set CRYSTAL_LLM_MATGL"):
        load_potential("m3gnet", settings)


def test_matgls_own_cache_is_looked_in(copied, tmp_path, monkeypatch):
    from crystal_llm.settings import read_settings

    monkeypatch.setenv("HOME", str(tmp_path))
    snapshot = tmp_path / f".cache/matgl/models--materialyze--{M3GNET}/snapshots/abc"
    snapshot.parent.mkdir(parents=True)
    copied.rename(snapshot)
    assert find_folder("m3gnet", read_settings({})) == snapshot


def test_a_device_that_fails_is_not_blamed_on_the_files(monkeypatch):
    from crystal_llm.potentials import matgl_potential

    def fail(self, device):
        raise RuntimeError(f"no room on {device}")

    monkeypatch.setattr(matgl_potential.MatglPES, "to", fail)
    with pytest.raises(RuntimeError, match="no room on cuda"):
        matgl_potential.load_matgl(matgl_model("m3gnet"), "cuda")
