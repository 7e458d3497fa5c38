import pytest

from crystal_llm.errors import StabilityError
from crystal_llm.settings import PACKAGE_ROOT
from crystal_llm.stability.references.reference import RelaxedPhase
from crystal_llm.stability.references.reference_catalogue import find_references
from crystal_llm.stability.references.reference_file import read_reference, write_reference
from crystal_llm.stability.references.relaxed_energies import write_relaxed_energies


@pytest.fixture
def relaxed(reference):
    energy = reference.phase(1).energy_ev_per_atom
    return reference.with_relaxed({1: RelaxedPhase("another", energy - 0.002)})


@pytest.fixture
def path(relaxed, tmp_path):
    written = tmp_path / "reference-chgnet.parquet"
    write_reference(relaxed.as_given, written)
    write_relaxed_energies(relaxed, written, 'crystal-llm reference relax "it" --beside')
    return written


def test_what_lies_beside_a_reference_is_read_with_it(path, relaxed, reference):
    read = read_reference(path)
    assert read == relaxed
    assert read.phase(1).material_id == "another"
    assert (read.reference_id, read.as_given) == (reference.reference_id, reference)
    assert [path.name for path in sorted(path.parent.iterdir())] == [
        "reference-chgnet.parquet",
        "relaxed-chgnet.parquet",
        "relaxed-chgnet.toml",
    ]
    assert [entry.name for entry in find_references(path.parent, path.parent).entries] == [
        "reference-chgnet"
    ]


def test_a_damaged_file_is_refused(path):
    file = path.with_name("relaxed-chgnet.parquet")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(StabilityError, match="does not have the hash that its card says"):
        read_reference(path)
    file.unlink()
    with pytest.raises(StabilityError, match="cannot be read"):
        read_reference(path)
    path.with_name("relaxed-chgnet.toml").unlink()
    assert not read_reference(path).relaxed


def test_energies_of_another_reference_are_refused(path, relaxed):
    card = path.with_name("relaxed-chgnet.toml")
    text = card.read_text().replace(relaxed.reference_id, "0" * 16)
    card.write_text(text)
    with pytest.raises(StabilityError, match="belongs to the reference 0000"):
        read_reference(path)


def test_nothing_relaxed_is_nothing_to_write(reference, tmp_path):
    with pytest.raises(StabilityError, match="no phase was relaxed"):
        write_relaxed_energies(reference, tmp_path / "reference-x.parquet", "none")


def test_beryllium_is_hcp_in_what_is_shipped():
    """The known structures hold bcc alone, 3 meV/atom above."""
    shipped = read_reference(PACKAGE_ROOT / "models" / "reference-chgnet.parquet")
    beryllium = shipped.phase(shipped.place_of({"Be": 1}))
    assert (beryllium.material_id, beryllium.relaxed) == ("hcp Be", True)
    assert beryllium.energy_ev_per_atom == pytest.approx(-3.7291, abs=2e-4)
