"""The Library page's logic, by Streamlit's own AppTest."""

import json
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from crystal_llm.io.powder_file import MeasuredPattern
from crystal_llm.library.entry import Entry, Search
from crystal_llm.settings import PACKAGE_ROOT
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal(
    (4.0, 4.0, 4.0), (90.0, 90.0, 90.0), ("Cs", "Cl"), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
)
IRON = PlainCrystal((2.8, 2.8, 2.8), (90.0, 90.0, 90.0), ("Fe",), ((0.0, 0.0, 0.0),))


pytestmark = pytest.mark.usefixtures("empty_home")


def page(**query):
    shown = AppTest.from_file(str(PACKAGE_ROOT / "pages" / "library.py"), default_timeout=120)
    for name, value in query.items():
        shown.query_params[name.replace("_", "-")] = value
    return shown.run()


def button(shown, key):
    return next(button for button in shown.button if button.key == key)


def test_an_empty_library_says_what_to_do():
    shown = page()
    assert not shown.exception
    assert "The library is empty" in shown.info[0].value
    assert "Import" in shown.info[0].value


def test_entries_are_found_by_the_terms_in_the_address(library):
    library.add(Entry("generated", SALT, energy_above_hull_ev_per_atom=0.2))
    library.add(Entry("uploaded", IRON, tags=("metal",)))
    assert len(page().dataframe[0].value) == 2
    assert list(page(lib_formula="Cs2Cl2").dataframe[0].value["formula"]) == ["CsCl"]
    assert list(page(lib_elements="Fe").dataframe[0].value["formula"]) == ["Fe"]
    assert list(page(lib_below="0.3").dataframe[0].value["formula"]) == ["CsCl"]
    assert list(page(lib_tags="metal").dataframe[0].value["formula"]) == ["Fe"]
    for order, formulas in (
        ("Newest first", ["Fe", "CsCl"]),
        ("Lowest energy first", ["CsCl", "Fe"]),
    ):
        assert list(page(lib_order=order).dataframe[0].value["formula"]) == formulas


def test_ticks_on_a_later_page_outlast_a_reload(library):
    entries = [library.add(Entry("uploaded", SALT, source=str(n))) for n in range(103)]
    shown = page()
    shown.number_input(key="lib-page").set_value(2).run()
    assert "".join(shown.query_params["lib-page"]) == "2"
    oldest = entries[0].id
    later = page(lib_page="2", chosen=oldest)  # a reload: the address is all that is left
    assert not later.exception
    assert len(later.dataframe[0].value) == 3
    assert "1 chosen" in " ".join(text.value for text in later.markdown)
    later.run()
    assert "".join(later.query_params["chosen"]) == oldest
    later.number_input(key="lib-page").set_value(1).run()
    assert "lib-page" not in later.query_params
    for written in ("0", "-1", "no", "9" * 5000):
        assert len(page(lib_page=written).dataframe[0].value) == 100


def test_a_search_outlasts_the_visit_of_an_entry(library):
    entry = library.add(Entry("generated", SALT, energy_above_hull_ev_per_atom=0.2))
    library.add(Entry("uploaded", IRON))
    lowest = "Lowest energy first"
    shown = page(lib_formula="CsCl", lib_below="0.5", lib_view="Cards", lib_order=lowest)
    button(shown, f"lib-open-{entry.id}").click().run()
    assert shown.title[0].value == "CsCl"
    # A reload: the address is all that is left.
    later = page(entry=entry.id, list="".join(shown.query_params["list"]))
    button(later, "lib-back").click().run()
    assert not later.exception
    assert "".join(later.query_params["lib-formula"]) == "CsCl"
    assert later.number_input(key="lib-below").value == 0.5
    assert later.selectbox(key="lib-order").value == lowest
    assert "list" not in later.query_params
    assert any(button.key == f"lib-open-{entry.id}" for button in later.button), "the view is kept"


def test_a_search_without_result_can_be_cleared(library):
    library.add(Entry("uploaded", IRON))
    shown = page(lib_elements="O")
    assert "fits this search" in shown.info[0].value
    next(button for button in shown.button if button.label == "Clear the search").click()
    shown.run()
    assert len(shown.dataframe[0].value) == 1


def test_a_formula_that_is_none_is_explained_in_one_sentence(library):
    library.add(Entry("uploaded", IRON))
    shown = page(lib_formula="Xx2O")
    assert not shown.exception
    assert "Xx" in shown.error[0].value


def test_failures_are_shown_only_when_asked_for(library):
    library.add(Entry("uploaded", IRON))
    library.add(Entry("generated", None, failure="line 4: no atom"))
    assert len(page().dataframe[0].value) == 1
    table = page(lib_failed="true").dataframe[0].value
    assert "line 4: no atom" in list(table["failure"])


def test_an_entry_opens_by_its_address_and_keeps_note_and_tags(library):
    entry = library.add(Entry("uploaded", SALT, source="salt<b>.cif"))
    shown = page(entry=entry.id)
    assert not shown.exception
    assert shown.title[0].value == "CsCl"
    assert r"salt\<b\>\.cif" in shown.caption[0].value
    shown.text_area(key=f"lib-note-{entry.id}").set_value("keep this").run()
    assert library.get(entry.id).note == "keep this"
    assert library.get(entry.id).saved
    shown.multiselect(key=f"lib-tags-{entry.id}").set_value(["salt"]).run()
    assert library.get(entry.id).tags == ("salt",)


def test_a_tag_that_another_tab_added_is_kept(library):
    entry = library.add(Entry("uploaded", SALT, tags=("a", "b")))
    shown = page(entry=entry.id)
    library.tag(entry.id, ["elsewhere"])
    field = shown.multiselect(key=f"lib-tags-{entry.id}")
    field.set_value(["b", "new"]).run()
    assert not shown.exception
    names = ("b", "elsewhere", "new")
    assert library.get(entry.id).tags == names
    field = shown.multiselect(key=f"lib-tags-{entry.id}")
    assert tuple(field.value) == names
    field.set_value([*names, "no,tag"]).run()
    assert "without a comma" in shown.error[0].value
    shown.multiselect(key=f"lib-tags-{entry.id}").set_value(["elsewhere"]).run()
    assert library.get(entry.id).tags == ("elsewhere",)


def test_saving_a_deleted_entry_brings_it_back(library):
    entry = library.add(Entry("uploaded", SALT))
    library.delete([entry.id])
    shown = page(entry=entry.id)
    assert "deleted" in shown.warning[0].value
    button(shown, "lib-save").click()
    shown.run()
    assert not shown.exception and not shown.warning
    assert library.search(Search(saved=True)).total == 1


def test_a_deleted_entry_comes_back_even_after_a_reload(library):
    entry = library.add(Entry("uploaded", SALT))
    shown = page(entry=entry.id)
    button(shown, "lib-delete").click()
    shown.run()
    assert not library.search(Search()).total
    (deletion,) = library.deletions()
    later = page(undo=deletion.id)
    button(later, "lib-undo").click()
    later.run()
    assert not later.exception
    assert library.search(Search()).total == 1
    assert "undo" not in later.query_params


def test_an_entry_that_is_not_there_is_explained():
    shown = page(entry="nothing")
    assert not shown.exception
    assert "nothing" in shown.error[0].value
    assert any(button.label == "All crystals" for button in shown.button)


def test_entries_stand_side_by_side_in_one_table(library):
    ids = [library.add(Entry("uploaded", crystal)).id for crystal in (SALT, IRON)]
    shown = page(compare=",".join(ids))
    assert not shown.exception
    table = shown.dataframe[0].value
    assert list(table.columns)[1:] == ["CsCl", "Fe"]
    assert "density (g/cm³)" in list(table.iloc[:, 0])
    assert "compare 2 to 4" in page(compare=ids[0]).error[0].value


def test_a_measured_pattern_lies_behind_each_of_the_crystals_side_by_side(library, monkeypatch):
    larger = replace(SALT, lengths_angstrom=(4.2,) * 3)
    ids = [library.add(Entry("uploaded", crystal)).id for crystal in (SALT, larger)]
    measured = MeasuredPattern((20.0, 30.0, 40.0), (1.0, 5.0, 2.0))
    monkeypatch.setattr("crystal_llm.ui.library.compare.ask_measured", lambda key: measured)
    charts = [
        json.loads(chart.proto.spec) for chart in page(compare=",".join(ids)).get("plotly_chart")
    ]
    # Two of one formula are told apart by the same number here and in the table.
    assert [[trace["name"] for trace in chart["data"][:2]] for chart in charts] == [
        ["measured", "CsCl (1)"],
        ["measured", "CsCl (2)"],
    ]
    for chart in charts:
        assert chart["layout"]["modebar"]["bgcolor"] == "rgba(0,0,0,0)"  # hides nothing drawn


def test_written_and_relaxed_forms_are_one_row_that_unfolds(library):
    written = library.add(Entry("generated", SALT))
    relaxed = library.add(
        Entry("relaxed", SALT, parent_id=written.id, energy_above_hull_ev_per_atom=0.1)
    )
    library.add(Entry("uploaded", IRON))
    shown = page()
    table = shown.dataframe[0].value
    assert written.id not in list(table["id"])
    assert table.set_index("id")["written"][relaxed.id] == "Pm-3m (221)"
    assert len(page(lib_forms="true").dataframe[0].value) == 3
    cards = page(lib_view="Cards", lib_formula="CsCl")
    next(box for box in cards.checkbox if box.key == f"lib-take-{relaxed.id}").check().run()
    assert not cards.exception
    button(cards, f"lib-form-{written.id}").click().run()
    assert "".join(cards.query_params["entry"]) == written.id


def test_a_crystal_that_was_refined_first_is_one_row_of_three_forms(library):
    written = library.add(Entry("generated", SALT))
    apart = replace(SALT, fractional_coordinates=((0.0, 0.0, 0.0), (0.4, 0.5, 0.5)))
    refined = library.add(Entry("refined", apart, parent_id=written.id))
    relaxed = library.add(Entry("relaxed", SALT, parent_id=refined.id))
    table = page(chosen=relaxed.id)
    assert not table.exception
    assert list(table.dataframe[0].value["id"]) == [relaxed.id]
    assert list(table.dataframe[0].value["written"]) == ["Pm-3m (221)"]
    forms = [form.label for form in table.button if (form.key or "").startswith("lib-form-")]
    assert forms == ["As written: CsCl", "Refined: CsCl", "Relaxed: CsCl"]


def test_filters_of_group_atoms_novelty_job_and_date(library):
    library.add(Entry("generated", SALT, novel=True, job_id="job-a"))
    library.add(Entry("generated", IRON, novel=False, job_id="job-b"))

    def formulas(**query):
        shown = page(**query)
        assert not shown.exception
        return [formula for frame in shown.dataframe for formula in frame.value["formula"]]

    assert formulas(lib_atoms_from="2") == ["CsCl"]
    assert formulas(lib_atoms_to="1") == ["Fe"]
    assert formulas(lib_group="221", lib_novelty="novel") == ["CsCl"]
    assert formulas(lib_novelty="known") == ["Fe"]
    assert formulas(lib_job="job-b") == ["Fe"]
    assert len(formulas(lib_since="2020-01-01")) == 2
    assert formulas(lib_until="2020-01-01") == []


def test_novel_is_said_in_one_word_and_addresses_of_the_earlier_one_still_hold(library):
    library.add(Entry("generated", SALT, novel=True))
    library.add(Entry("generated", IRON, novel=False))
    shown = page(lib_novelty="new")
    assert not shown.exception
    assert "".join(shown.query_params["lib-novelty"]) == "novel"
    assert [list(frame.value["novel"]) for frame in shown.dataframe] == [["novel"]]
    assert (
        next(choice for choice in shown.selectbox if choice.key == "lib-novelty").value == "novel"
    )
    opened = page(entry=library.search(Search(novel=True)).entries[0].id)
    opened.query_params["list"] = "novelty=new"
    button(opened, "lib-back").click().run()
    assert (
        next(choice for choice in opened.selectbox if choice.key == "lib-novelty").value == "novel"
    )


def test_many_are_tagged_at_once(library):
    first, second = library.add(Entry("uploaded", SALT)), library.add(Entry("uploaded", IRON))
    shown = page(lib_view="Cards")
    for entry in (first, second):
        next(box for box in shown.checkbox if box.key == f"lib-take-{entry.id}").check()
    shown.run()
    next(choice for choice in shown.multiselect if choice.key == "lib-bulk-added").set_value(
        ["both"]
    ).run()
    assert not shown.exception
    assert library.get(first.id).tags == library.get(second.id).tags == ("both",)


def test_what_is_ticked_stays_ticked_after_a_comparison_a_reload_and_another_page(library):
    first, _, third = (library.add(Entry("uploaded", crystal)) for crystal in (SALT, IRON, SALT))
    both = {first.id, third.id}

    def ticked(shown):
        assert not shown.exception
        places = shown.session_state[shown.dataframe[0].key]["selection"]["rows"]
        return {shown.dataframe[0].value["id"][place] for place in places}

    shown = page()
    places = [place for place, name in enumerate(shown.dataframe[0].value["id"]) if name in both]
    shown.session_state[shown.dataframe[0].key] = {"selection": {"rows": places}}
    shown.run()
    next(button for button in shown.button if button.label == "Compare").click().run()
    assert shown.title[0].value == "Compare"
    address = {name: "".join(value) for name, value in shown.query_params.items()}
    # Once in the same session, once after a reload, when the address is all that is left.
    for compared in (shown, page(**address)):
        next(button for button in compared.button if button.label == "All crystals").click().run()
        assert ticked(compared) == both
        assert set("".join(compared.query_params["chosen"]).split(",")) == both
    assert ticked(page(chosen=f"{first.id},gone")) == {first.id}
    # Another page leaves nothing in the address.
    for name in list(shown.query_params):
        del shown.query_params[name]
    for key in [key for key in shown.session_state if str(key) == shown.dataframe[0].key]:
        del shown.session_state[key]
    shown.run()
    assert ticked(shown) == both
    # The cards show the same ticks, and what is taken there is taken in the table.
    view = next(choice for choice in shown.button_group if choice.key == "lib-view")
    view.set_value("Cards").run()
    boxes = {box.key.removeprefix("lib-take-"): box for box in shown.checkbox
             if box.key.startswith("lib-take-")}  # fmt: skip
    assert {name for name, box in boxes.items() if box.value} == both
    boxes[third.id].uncheck().run()
    view = next(choice for choice in shown.button_group if choice.key == "lib-view")
    view.set_value("Table").run()
    assert ticked(shown) == {first.id}
    shown.session_state[shown.dataframe[0].key] = {"selection": {"rows": []}}
    shown.run()
    assert "chosen" not in shown.query_params


def test_what_was_deleted_comes_back_without_others_being_ticked(library):
    entries = [library.add(Entry("uploaded", crystal)) for crystal in (SALT, IRON)]
    shown = page(chosen=entries[0].id)
    next(button for button in shown.button if button.label == "Delete").click().run()
    assert list(shown.dataframe[0].value["id"]) == [entries[1].id]
    assert "chosen" not in shown.query_params
    button(shown, "lib-undo").click().run()
    assert not shown.exception and len(shown.dataframe[0].value) == 2
    assert not any("chosen" in str(text.value) for text in shown.markdown)


def test_a_click_on_a_row_opens_the_entry_once(library):
    entry = library.add(Entry("uploaded", SALT))
    shown = page()
    key = shown.dataframe[0].key
    cell = {"selection": {"rows": [], "columns": [], "cells": [(0, "formula")]}}
    shown.session_state[key] = cell
    shown.run()
    assert not shown.exception
    assert "".join(shown.query_params["entry"]) == entry.id
