from dataclasses import replace

from streamlit.testing.v1 import AppTest

from crystal_llm.generation.usual import USUAL
from crystal_llm.jobs.complete_order import CompleteOrder
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.text.prompts import generation_prompt
from crystal_llm.text.symmetric_prompts import symmetric_prompt
from crystal_llm.types import Conditions, PlainCrystal
from crystal_llm.ui.generate.summary import (
    held_by_grammar,
    held_of_completion,
    kept_text,
    prompt_text,
)

SALT = PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.5,) * 3))
ORDER = CompleteOrder(SALT, (0, 1)).asking(max_atoms=9)


def test_what_a_completion_keeps_is_named():
    assert kept_text(ORDER) == "the lattice, Na0 and Cl1"
    assert kept_text(replace(ORDER, keep=(1,))) == "the lattice and Cl1"
    assert kept_text(replace(ORDER, keep=())) == "the lattice"


def test_what_a_completion_cannot_break():
    assert held_of_completion(ORDER)[0] == "at most 9 atoms in total"
    held = held_of_completion(
        replace(ORDER, atoms=4, formula="NaClO2").asking(
            allowed_elements=("O", "F"), excluded_elements=("Cl",)
        )
    )
    assert held == [
        "exactly 4 atoms in total",
        "exactly NaClO₂",
        "only F O added",
        "no Cl added",
        "atoms at least 0.5 Å and 70% of their covalent radii apart",
    ]


def test_every_model_shows_the_prompt_that_it_reads():
    asked = Conditions(elements=("O", "Na"), energy_above_hull_ev_per_atom=0.03)
    order = GenerateOrder(model="compact").asking(
        elements=asked.elements, energy_above_hull_ev_per_atom=0.03
    )
    assert prompt_text(order) == ("write\nenergy above hull: ≤0.05 eV/atom\nelements: Na O")
    assert prompt_text(replace(order, model="smollm2-135m")) == generation_prompt(asked)
    ordered = replace(asked, elements=("Na", "O"))
    assert prompt_text(replace(order, model="smollm2-135m-symmetric")) == symmetric_prompt(ordered)


def test_the_distances_that_the_grammar_holds_are_said():
    held = held_by_grammar(USUAL)
    assert "atoms at least 0.5 Å and 70% of their covalent radii apart" in held


def test_the_page_shows_the_whole_order():
    def page():
        from crystal_llm.jobs.complete_order import CompleteOrder
        from crystal_llm.types import PlainCrystal
        from crystal_llm.ui.generate.summary import show_order

        cell = PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.5,) * 3))
        show_order(CompleteOrder(cell, (0,)).asking(temperature=1.1, seed=7))

    shown = AppTest.from_function(page, default_timeout=60).run()
    assert not shown.exception
    said = " ".join(paragraph.value for paragraph in shown.markdown)
    assert "**Kept** the lattice and Na0" in said
    assert "temperature 1.1" in said and "seed 7" in said
    assert "**Judged**" in said
