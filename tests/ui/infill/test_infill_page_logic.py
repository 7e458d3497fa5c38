"""The Infill page's logic, by Streamlit's own AppTest, with the model's answers put in place."""

import math
from dataclasses import replace

import pytest
import sqlalchemy as sa
from ui_pages import open_page

from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.crystal.prototypes import GALLERY, prototype
from crystal_llm.errors import JobError
from crystal_llm.infill.distribution import ElementDistribution
from crystal_llm.infill.masks import groups
from crystal_llm.infill.sequential import Branch, SequentialInfill
from crystal_llm.jobs.given_orders import InfillRelaxOrder
from crystal_llm.jobs.infill_requests import InfillAnswer
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.tables import QUESTIONS, open_jobs_database
from crystal_llm.library.entry import Entry, Search
from crystal_llm.settings import settings
from crystal_llm.theme import DARK
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.crystal.facts import crystal_hash
from crystal_llm.ui.infill.figures import (
    SCALES,
    distribution_data,
    readable_ink,
    shade,
    shown_elements,
)
from crystal_llm.ui.infill.notation import percent
from crystal_llm.ui.infill.ranking import ranking
from crystal_llm.ui.infill.take import Group
from crystal_llm.ui.widgets.element_layout import NOT_TRAINED, SHOWN_ELEMENTS

SALT = prototype("rock-salt").crystal
PEROVSKITE = prototype("cubic-perovskite").crystal
LIKELY = {"K": 0.5, "Rb": 0.2, "Fe": 0.1, "Na": 0.1}


def distribution(sites=(0,), replaced=("Na",), likely=LIKELY):
    rest = (1 - sum(likely.values())) / (len(TRAINED_ELEMENTS) - len(likely))
    row = tuple(math.log(likely.get(name, rest)) for name in TRAINED_ELEMENTS)
    return ElementDistribution(
        sites, replaced, TRAINED_ELEMENTS, (row, row), ((0, 0, 0), (0.5, 0, 0)), "a model", 0.1
    )


pytestmark = pytest.mark.usefixtures("empty_home")


@pytest.fixture
def answered(monkeypatch):
    """Every question is answered at once."""
    given = InfillAnswer(together=distribution(), waited_s=0.2)
    said = {"answer": given}
    monkeypatch.setattr(
        "crystal_llm.jobs.infill_requests.Questions.answer_as",
        lambda self, kind, question_id: said["answer"],
    )
    return said


def page(chosen=(), **query):
    """The page; sites of the perovskite can be chosen from the start."""
    wish = {"infill-wish": (crystal_hash(PEROVSKITE), tuple(chosen))} if chosen else {}
    shown = open_page("infill.py", session=wish, **query)
    assert not shown.exception
    return shown


def button(shown, key):
    return next(button for button in shown.button if button.key == key)


def press(shown, key):
    button(shown, key).click()
    shown.run()
    assert not shown.exception
    return shown


def place_of(shown):
    return {
        name: value if isinstance(value, str) else value[0]
        for name, value in shown.query_params.items()
    }


def test_the_page_begins_with_a_gallery_that_enters_the_library_once(library):
    shown = page()
    keys = [button.key for button in shown.button if button.key and "gallery" in button.key]
    assert len(keys) == len(GALLERY)
    press(shown, "infill-gallery-rock-salt")
    entry = library.get(place_of(shown)["entry"])
    assert (entry.formula, entry.origin, entry.crystal) == ("NaCl", "imported", SALT)
    assert "Swanson" in entry.source
    assert shown.title[0].value == "NaCl"
    press(page(), "infill-gallery-rock-salt")
    assert library.search().total == 1


def test_a_known_structure_is_a_start_and_enters_the_library_once(library):
    for _ in range(2):
        shown = page()
        next(group for group in shown.button_group if group.key == "infill-own-way").set_value(
            "Known"
        )
        shown.run()
        field = next(field for field in shown.text_input if field.key == "infill-own-known")
        field.set_value("Fe3O4").run()
        choice = next(choice for choice in shown.selectbox if choice.key == "infill-own-polymorph")
        assert len(choice.options) > 3
        press(shown, "infill-open-own")
        entry = library.get(place_of(shown)["entry"])
        assert entry.formula == "Fe3O4" and entry.source.startswith("Fe3O4 mp-")
    assert library.search().total == 1


def test_only_models_that_fill_masks_are_offered(library, answered):
    shown = page(entry=library.add(Entry("uploaded", SALT)).id, mask="0")
    choice = next(choice for choice in shown.selectbox if choice.key == "infill-model")
    assert "smollm2-135m" in choice.options and "compact" in choice.options
    assert "smollm2-135m-symmetric" not in choice.options


def test_wrong_picks_are_explained(library):
    entry = library.add(Entry("uploaded", SALT))
    shown = press(page(entry=entry.id), "infill-mask")
    assert "no site is masked" in shown.error[0].value
    every = page(entry=entry.id, mask="0,1")
    assert "all 2 sites are masked" in every.error[0].value
    strange = PlainCrystal(SALT.lengths_angstrom, SALT.angles_degrees, ("Po", "Cl"),
                           SALT.fractional_coordinates)  # fmt: skip
    po = library.add(Entry("uploaded", strange))
    message = page(entry=po.id, mask="1").error[0].value
    assert "site 0 (Po)" in message.replace("\\", "") and "training data" in message
    assert "no entry" in page(entry="nothing").error[0].value
    failed = library.add(Entry("generated", None, failure="no crystal"))
    assert "has no crystal" in page(entry=failed.id).warning[0].value


def test_without_a_worker_the_question_waits_and_says_so(library, monkeypatch):
    monkeypatch.setattr(
        "crystal_llm.jobs.infill_requests.Questions.asked_seconds_ago",
        lambda self, question_id: 5.0,
    )
    entry = library.add(Entry("uploaded", SALT))
    shown = page(entry=entry.id, mask="0")
    assert "No worker is running" in shown.warning[0].value


def test_the_model_is_asked_as_soon_as_whole_orbits_are_chosen(library, monkeypatch):
    monkeypatch.setattr("crystal_llm.ui.infill.answer.reads_orbits", lambda: True)
    entry = library.add(Entry("uploaded", PEROVSKITE))
    titanium = PEROVSKITE.species.index("Ti")
    oxygen = [site for site, name in enumerate(PEROVSKITE.species) if name == "O"]
    page(entry=entry.id, chosen=oxygen[:1])  # a part of its orbit
    assert questions() == []
    page(entry=entry.id, chosen=[titanium])
    (question,) = questions()
    page(entry=entry.id, mask=str(titanium))
    assert questions() == [question]
    page(entry=entry.id, mask=str(titanium), chosen=oxygen)  # sites of two elements
    assert len(questions()) == 2
    page(entry=entry.id, mask=",".join(map(str, (titanium, *oxygen))))
    assert len(questions()) == 2


def questions():
    with open_jobs_database(settings().database_url).transaction() as connection:
        return list(connection.scalars(sa.select(QUESTIONS.c.id)))


def test_limits_exclude_with_a_reason_and_temperature_asks_nobody(library, answered):
    entry = library.add(Entry("uploaded", SALT))
    shown = page(entry=entry.id, mask="0")
    options = list(take(shown).options)
    assert options[0].startswith("Na") and not any(option.startswith("K ") for option in options)
    captions = " ".join(caption.value for caption in shown.caption)
    assert "Similar radius excludes" in captions and "Charge balance excludes" in captions
    radius = next(toggle for toggle in shown.toggle if toggle.key == "infill-radius")
    radius.set_value(False)
    shown.run()
    assert list(take(shown).options)[:3] == ["K · 50%", "Rb · 20%", "Na · 10%"]
    shown.slider[0].set_value(0.5)
    shown.run()
    assert take(shown).options[0] == "K · 81%"


def test_a_first_look_is_drawn_before_elements_can_be_taken(library, answered):
    whole = answered["answer"]
    first = replace(
        whole.together,
        log_probabilities=whole.together.log_probabilities[:1],
        shifts=whole.together.shifts[:1],
    )
    answered["answer"] = InfillAnswer(together=first, whole=False)
    entry = library.add(Entry("uploaded", SALT))
    shown = page(entry=entry.id, mask="0")
    assert any("a first look" in caption.value for caption in shown.caption)
    assert not any("infill-take" in (group.key or "") for group in shown.button_group)
    assert "No worker is running" in shown.warning[0].value, "the rest would never come"
    answered["answer"] = whole
    shown.run()
    assert any("averaged over 2 origins" in caption.value for caption in shown.caption)
    assert take(shown).options


def test_an_answer_that_cannot_be_read_can_be_asked_for_again(library, monkeypatch):
    def answer(self, kind, question_id):
        raise JobError("the stored answer cannot be read (a strange key): ask again")

    monkeypatch.setattr("crystal_llm.jobs.infill_requests.Questions.answer_as", answer)
    entry = library.add(Entry("uploaded", SALT))
    shown = page(entry=entry.id, mask="0")
    assert "cannot be read" in shown.error[0].value
    asked = []
    monkeypatch.setattr(
        "crystal_llm.jobs.infill_requests.Questions.ask",
        lambda self, question, again=False: asked.append(again) or "id",
    )
    button(shown, "infill-again").click()
    shown.run()
    assert True in asked


def test_a_click_in_the_periodic_table_takes_and_leaves(monkeypatch):
    from crystal_llm.ui.infill import take as taking

    state = {"infill-offered-q": ["K", "Rb"]}
    monkeypatch.setattr(taking.st, "session_state", state)
    for symbol in ("Rb", "K", "Cs", "Ba", "Rb", "Cs", "Po"):
        taking.take_or_leave("q", symbol)
    assert state["infill-take-q"] == ["K"]
    assert state["infill-others-q"] == "Ba"


def test_overlapping_atoms_are_refused_before_the_model_is_asked(library, answered):
    close = replace(SALT, fractional_coordinates=((0.0, 0.0, 0.0), (0.0, 0.0, 0.01)))
    shown = page(entry=library.add(Entry("uploaded", close)).id, mask="0")
    assert "0.04 Å apart" in shown.error[0].value.replace("\\", "")
    assert not any("infill-take" in (group.key or "") for group in shown.button_group)


def take(shown):
    return next(group for group in shown.button_group if "infill-take" in (group.key or ""))


def test_taken_elements_become_one_job_with_parents_edits_and_probabilities(library, answered):
    entry = library.add(Entry("uploaded", SALT))
    shown = page(entry=entry.id, mask="0")
    next(toggle for toggle in shown.toggle if toggle.key == "infill-radius").set_value(False)
    shown.run()
    take(shown).set_value(["K", "Rb"])
    shown.run()
    next(field for field in shown.text_input if "others" in field.key).set_value("Po")
    shown.run()
    assert "Polonium" in shown.error[0].value
    next(field for field in shown.text_input if "others" in field.key).set_value("Cs")
    shown.run()
    press(shown, "infill-relax")
    queue = JobQueue(settings().database_url)
    (job,) = queue.jobs()
    order = queue.order(job.id)
    assert isinstance(order, InfillRelaxOrder) and place_of(shown)["job"] == job.id
    assert [crystal.id for crystal in order.crystals] == ["K", "Rb", "Cs"]
    first = order.crystals[0]
    assert (first.parent_id, first.crystal.species) == (entry.id, ("K", "Cl"))
    assert first.crystal.lengths_angstrom > SALT.lengths_angstrom
    assert first.probability == pytest.approx(0.5) and first.model == "a model"
    assert first.edit.startswith("Na → K at site 0; lattice lengths")


def test_sites_of_several_elements_are_taken_together(library, answered):
    sites = (0, 1)
    parts = groups(PEROVSKITE, sites)
    names = [part.element for part in parts]
    first = distribution(parts[0].sites, (names[0],), {"Ba": 0.6, "Ca": 0.3})
    second = distribution(parts[1].sites, (names[1],), {"Zr": 0.7, "Sn": 0.2})
    turn = SequentialInfill(
        parts, ((0, 1),), (Branch((0, 1), (), first), Branch((0, 1), ("Ba",), second))
    )
    answered["answer"] = InfillAnswer(in_turn=turn)
    entry = library.add(Entry("uploaded", PEROVSKITE))
    shown = page(entry=entry.id, mask="0,1")
    next(toggle for toggle in shown.toggle if toggle.key == "infill-radius").set_value(False)
    shown.run()
    assert take(shown).options[0] == "Ba/Zr · 42%"
    take(shown).set_value(["Ba/Zr"])
    shown.run()
    press(shown, "infill-relax")
    queue = JobQueue(settings().database_url)
    (crystal,) = queue.order(queue.jobs()[0].id).crystals
    assert sorted(crystal.crystal.species) == sorted(("Ba", "Zr", "O", "O", "O"))
    assert crystal.probability == pytest.approx(0.42)


def test_edits_are_steps_that_can_be_undone_redone_and_branched(library):
    root = library.add(Entry("uploaded", SALT))
    shown = page(entry=root.id)
    choose(shown, "Supercell")
    next(field for field in shown.number_input if field.key == "infill-edit-times-a").set_value(2)
    shown.run()
    press(shown, "infill-edit-apply")
    large = library.get(place_of(shown)["entry"])
    assert (large.n_sites, large.parent_id) == (4, root.id)
    assert (large.origin, large.edit) == ("edited", "supercell 2 × 1 × 1")
    press(shown, "infill-undo")
    assert place_of(shown) == {"entry": root.id, "tip": large.id}
    again = page(**place_of(shown))  # as after a reload
    press(again, "infill-redo")
    assert place_of(again)["entry"] == large.id
    assert button(again, "infill-redo").disabled
    press(again, "infill-undo")
    choose(again, "Conventional cell")
    press(again, "infill-edit-apply")
    branch = library.get(place_of(again)["entry"])
    assert (branch.n_sites, branch.parent_id) == (8, root.id)
    press(again, f"infill-step-{large.id}")
    assert place_of(again)["entry"] == large.id
    assert library.search(Search(parent_id=root.id)).total == 2


def choose(shown, kind):
    next(choice for choice in shown.selectbox if choice.key == "infill-edit-kind").set_value(kind)
    shown.run()


def test_edits_that_cannot_be_done_are_explained(library):
    shown = page(entry=library.add(Entry("uploaded", SALT)).id)
    assert any("Choose the atoms first" in info.value for info in shown.info)
    choose(shown, "Add an atom")
    for axis in "xyz":
        field = next(field for field in shown.number_input if field.key == f"infill-edit-{axis}")
        field.set_value(0.0)
    shown.run()
    assert "from site 0 (Na)" in shown.error[0].value.replace("\\", "")
    choose(shown, "Symmetrise")
    assert any("Fm" in caption.value and "225" in caption.value for caption in shown.caption)


def group(excluded):
    distributed = distribution()
    values = dict(zip(distributed.elements, distributed.probabilities(), strict=True))
    from crystal_llm.infill.filters import verdicts

    return Group((0,), ("Na",), values, {}, excluded, verdicts(SALT, [0]))


def test_bars_keep_what_is_excluded_and_always_show_what_is_not():
    likely = group({})
    barred = group(dict.fromkeys(likely.ranked[:12], "too rare"))
    shown = shown_elements(barred)
    assert shown[:10] == likely.ranked[:10] and len(shown) == 15
    bars = distribution_data(barred, "light")["bars"]
    assert [bar["symbol"] for bar in bars] == shown
    assert bars[0]["share"] == 1 and bars[0]["text"] == "50%"
    assert bars[0]["remark"][0] == "Potassium: 50%"
    assert [bar["barred"] for bar in bars] == [True] * 10 + [False] * 5
    assert not any("excluded" in line for line in bars[14]["remark"])


def test_the_table_crosses_out_what_is_excluded_and_says_why():
    likely = group({})
    data = distribution_data(group({"K": "potassium is too large"}), "dark", clickable=True)
    cells = {cell["symbol"]: cell for cell in data["cells"]}
    assert list(cells) == list(SHOWN_ELEMENTS)
    assert cells["K"]["barred"] and cells["K"]["ink"] == DARK.caption
    assert any(line.startswith("excluded: ") for line in cells["K"]["remark"])
    # The deepest colour is of the likeliest that can be taken, and the scale ends with it.
    second = likely.ranked[1]
    assert cells[second]["background"] == SCALES["dark"][-1]
    assert data["scale"]["high"] == percent(likely.probabilities[second])
    assert cells["Na"]["here"] and "the element that is there now" in cells["Na"]["remark"]
    assert cells["Rn"]["unavailable"] and NOT_TRAINED in cells["Rn"]["remark"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_symbols_can_be_read_on_every_colour_of_the_scale(theme):
    assert shade(0, theme) == SCALES[theme][0] and shade(1, theme) == SCALES[theme][-1]
    for step in range(101):
        colour = shade(step / 100, theme)
        assert contrast(readable_ink(colour), colour) >= 4.5


def contrast(first, second):
    """Of two colours by WCAG 2."""
    bright, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour):
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_numbers_are_written_as_a_reader_wants_them():
    assert [percent(share) for share in (0.5, 0.0345, 0.0002, 1e-9)] == [
        *("50%", "3.5%", "0.02%", "< 0.01%"),
    ]
    assert ranking([]) == []
