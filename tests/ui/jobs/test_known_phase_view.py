"""What a page says of a crystal that is known, or whose composition is."""

import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from ui_jobs import candidate, fill
from ui_pages import open_page

from crystal_llm.candidate import Compared
from crystal_llm.evaluation.novelty import KnownMatch, KnownPolymorph, Novelty
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.record import JobRecord
from crystal_llm.library.database import open_database
from crystal_llm.library.entry import Search
from crystal_llm.settings import settings
from crystal_llm.ui.jobs.results import known_text, newness_of, uniqueness_of

pytestmark = pytest.mark.usefixtures("empty_home")

KNOWN = Novelty(known=KnownMatch("mp-22862", "NaCl", 0.01), compared=3)
POLYMORPH = Novelty(compared=3, polymorph=KnownPolymorph("mp-22862", "NaCl", 0.0, -3.5))


def opened(novelty, section="Stability") -> AppTest:
    """The page of a crystal with a verdict, one of its sections open."""
    url = settings().database_url
    job_id = fill(url, GenerateOrder(judge=Judge()).asking(count=1), end=False)
    JobRecord(open_database(url), job_id, f"{job_id}.1", "a-worker").write(
        [(0, Compared(novelty))], "compared", 1
    )
    shown = open_page("generate.py", job=job_id, crystal="1")
    shown.session_state[f"detail-{job_id}-1-compared-sections"] = section
    shown.run()
    assert not shown.exception
    return shown


def test_a_known_phase_is_named_with_its_id_and_opens_on_infill(library, monkeypatch):
    went = []
    monkeypatch.setattr(
        "streamlit.switch_page", lambda target, **given: went.append((target, given))
    )
    shown = opened(KNOWN)
    paragraphs = " ".join(paragraph.value for paragraph in shown.markdown)
    assert re.search(r"its atoms 0\.0\d Å away \(root mean square\)", paragraphs)
    assert "known phase" in paragraphs and "materialsproject.org/materials/mp-22862" in paragraphs
    next(button for button in shown.button if str(button.key).endswith("known-infill")).click()
    shown.run()
    (entry,) = library.search(Search(origin="imported")).entries
    assert (entry.formula, entry.source) == ("NaCl", "NaCl mp-22862, Materials Project")
    assert went == [("pages/infill.py", {"query_params": {"entry": entry.id}})]


def test_a_polymorph_stands_beside_the_energy_of_the_known_one():
    paragraphs = " ".join(paragraph.value for paragraph in opened(POLYMORPH).markdown)
    assert "Novel: none of the 3 known structures" in paragraphs
    assert "mp-22862" in paragraphs and "−3.5000 eV/atom" in paragraphs
    assert "0.100 eV/atom above it" in paragraphs


def test_both_are_said_above_the_sections_with_a_link():
    paragraphs = " ".join(paragraph.value for paragraph in opened(KNOWN, "Structure").markdown)
    assert "A known phase: NaCl [mp-22862](https://materialsproject.org" in paragraphs
    paragraphs = " ".join(paragraph.value for paragraph in opened(POLYMORPH, "Structure").markdown)
    assert "Another structure of a known composition, NaCl [mp-22862]" in paragraphs
    assert "0.100 eV/atom above it" in paragraphs


def test_words_of_the_table():
    crystal = candidate(0)
    for novelty, unique, known in (
        (None, None, None),
        (KNOWN, "unique", "known mp-22862"),
        (replace(KNOWN, duplicate_of=2), "repeats #3", "known mp-22862"),
        (POLYMORPH, "unique", "novel polymorph"),
        (Novelty(compared=0), "unique", "novel"),
        (Novelty(composition_known=False), "unique", "new composition"),
        (Novelty(), "unique", None),
        (Novelty(failure="flat"), None, None),
    ):
        steps = crystal.steps if novelty is None else (*crystal.steps[:4], Compared(novelty))
        said = replace(crystal, steps=steps[:4] if novelty is None else steps)
        assert (uniqueness_of(said), known_text(said)) == (unique, known)
    assert (
        newness_of(replace(crystal, steps=(*crystal.steps[:4], Compared(KNOWN))))
        == "known mp-22862"
    )


def test_a_card_says_whether_its_crystal_is_known():
    url = settings().database_url
    job_id = fill(url, GenerateOrder(judge=Judge()).asking(count=1), end=False)
    JobRecord(open_database(url), job_id, f"{job_id}.1", "a-worker").write(
        [(0, Compared(POLYMORPH))], "compared", 1
    )
    shown = open_page("generate.py", job=job_id, **{"res-view": "Cards"})
    assert "novel polymorph" in [caption.value for caption in shown.caption]
