"""Many entries of the library on hulls: each that can be placed is, and the others are named."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from crystal_llm.candidate import Candidate
from crystal_llm.crystal.written import Written
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.library.entry import Entry
from crystal_llm.settings import PACKAGE_ROOT, settings
from crystal_llm.stability.references.reference_catalogue import find_references
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.hull.ways import Placeable, hull_ways

SALT = PlainCrystal(
    (4.0, 4.0, 4.0), (90.0, 90.0, 90.0), ("Cs", "Cl"), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
)
IRON = PlainCrystal((2.8, 2.8, 2.8), (90.0, 90.0, 90.0), ("Fe",), ((0.0, 0.0, 0.0),))
STRANGE = EnergyMethod("another potential", None, "PBE", "none", "total")

pytestmark = pytest.mark.usefixtures("empty_home")


@pytest.fixture
def shipped():
    """The method of the reference that ships."""
    return find_references(settings().models, settings().home).entries[0].provenance.method


def relaxed(crystal, method, energy=-3.0):
    return Entry("relaxed", crystal, energy_ev_per_atom=energy, method=method)


def cards_with(entries):
    """The page with all its cards ticked."""
    shown = AppTest.from_file(str(PACKAGE_ROOT / "pages" / "library.py"), default_timeout=120)
    shown.query_params["lib-view"] = "Cards"
    shown.run()
    for entry in entries:
        shown.checkbox(key=f"lib-take-{entry.id}").check()
    return shown.run()


def test_the_first_method_does_not_decide_for_the_others(library, shipped):
    """The entry listed first has an energy of no reference's method."""
    entries = [
        library.add(relaxed(SALT, shipped)),
        library.add(relaxed(IRON, shipped, -8.0)),
        library.add(Entry("uploaded", SALT)),
        library.add(relaxed(SALT, STRANGE)),
    ]
    ways = hull_ways([Placeable.of_entry(entry) for entry in entries[::-1]])
    assert [formula for _, formula, _ in ways.phases[shipped]] == ["Fe", "CsCl"]
    assert list(ways.phases) == [shipped]
    shown = cards_with(entries)
    assert not shown.exception
    labels = [
        button.label for button in shown.button if (button.key or "").startswith("lib-chosen-hull")
    ]
    assert sorted(labels) == ["Cs-Cl · 1 crystal · CHGNet", "Fe · 1 crystal · CHGNet"]
    captions = " ".join(caption.value for caption in shown.caption)
    assert "1 crystal has no energy yet" in captions
    assert "1 crystal has an energy of another potential" in captions


def test_of_a_job_what_has_no_energy_and_what_is_no_crystal_is_counted(shipped):
    """Nothing is left out in silence, of however many kinds it is."""
    crystals = [
        Placeable("#1", "CsCl", -3.0, shipped),
        Placeable.of_candidate("#2", Candidate((Written("2", SALT),))),
        Placeable.of_candidate("#3", Candidate((Written("3", None, "no text"),))),
        Placeable.of_candidate("#4", Candidate((Written("4", None, "no text"),))),
    ]
    ways = hull_ways(crystals)
    assert [name for name, *_ in ways.phases[shipped]] == ["#1"]
    assert ways.left_out == (
        "1 crystal has no energy yet: relax and place first.",
        "2 texts hold no crystal.",
    )


def test_each_method_of_a_reference_has_hulls_of_its_own(library, shipped, monkeypatch):
    other = replace(shipped, potential="sevennet-0", weights_sha256="0" * 64)
    monkeypatch.setattr("crystal_llm.ui.hull.ways.has_reference", lambda method: method != STRANGE)
    entries = [relaxed(SALT, other), relaxed(SALT, shipped), relaxed(IRON, shipped)]
    ways = hull_ways([Placeable.of_entry(library.add(entry)) for entry in entries])
    assert [(method.potential, len(phases)) for method, phases in ways.phases.items()] == [
        (shipped.potential, 2),
        ("sevennet-0", 1),
    ]
    assert ways.left_out == ()


def test_where_none_can_be_placed_the_button_says_why(library):
    shown = cards_with([library.add(Entry("uploaded", SALT))])
    (button,) = [button for button in shown.button if button.label == "On the hull"]
    assert button.disabled and "relax and place" in button.help


def test_of_one_method_the_button_leads_to_the_hull_at_once(library, shipped):
    shown = cards_with([library.add(relaxed(SALT, shipped)), library.add(relaxed(SALT, shipped))])
    (button,) = [button for button in shown.button if button.label == "On the hull"]
    assert not button.disabled and button.key == "lib-chosen-hull"


def test_the_table_says_whose_energies_stand_beside_each_other(library, shipped):
    first = library.add(relaxed(SALT, shipped))
    second = library.add(replace(relaxed(SALT, STRANGE), parent_id=first.id))
    page = str(PACKAGE_ROOT / "pages" / "library.py")
    table = AppTest.from_file(page, default_timeout=120).run().dataframe[0].value.set_index("id")
    assert dict(table["by"]) == {first.id: "CHGNet", second.id: "another potential"}
    assert "written" not in table or not table["written"].any()
