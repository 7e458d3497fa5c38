"""Completing a crystal on the Infill page, by Streamlit's own AppTest, without a worker."""

import pytest
from streamlit.testing.v1 import AppTest
from ui_jobs import judged

from crystal_llm.candidate import Candidate
from crystal_llm.crystal.prototypes import prototype
from crystal_llm.crystal.written import Written
from crystal_llm.flow.card import flow_names
from crystal_llm.jobs.complete_order import CompleteOrder
from crystal_llm.jobs.job import JobResult
from crystal_llm.jobs.library_entries import entries_of
from crystal_llm.jobs.orders import order_yaml, read_replay
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.record import JobRecord
from crystal_llm.library.database import open_database
from crystal_llm.library.entry import Entry
from crystal_llm.settings import PACKAGE_ROOT, settings
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.infill.ranking import ranking

PEROVSKITE = prototype("cubic-perovskite").crystal
OXYGEN = tuple(site for site, symbol in enumerate(PEROVSKITE.species) if symbol == "O")
CATIONS = tuple(site for site, symbol in enumerate(PEROVSKITE.species) if symbol != "O")


pytestmark = pytest.mark.usefixtures("empty_home")


@pytest.fixture
def page(library, monkeypatch):
    """The page at a crystal of the library; the model's answer on the mask is a failure."""
    from crystal_llm.jobs.infill_requests import InfillAnswer

    monkeypatch.setattr(
        "crystal_llm.jobs.infill_requests.Questions.answer_as",
        lambda self, kind, question_id: InfillAnswer(failure="not asked here"),
    )

    def open_page(crystal=PEROVSKITE, **query):
        entry = library.add(Entry("uploaded", crystal))
        shown = AppTest.from_file(str(PACKAGE_ROOT / "pages" / "infill.py"), default_timeout=120)
        for name, value in {"entry": entry.id, **query}.items():
            shown.query_params[name] = value
        shown.run()
        assert not shown.exception
        return shown, entry

    return open_page


def field(shown, kind, name):
    key = f"infill-complete-{name}"
    return next(widget for widget in getattr(shown, kind) if (widget.key or "").startswith(key))


def put(shown, kind, name, value):
    field(shown, kind, name).set_value(value)
    shown.run()
    assert not shown.exception


def write(shown):
    next(button for button in shown.button if button.key == "infill-complete-go").click()
    shown.run()
    assert not shown.exception


def orders():
    queue = JobQueue(settings().database_url)
    return [queue.order(job.id) for job in queue.jobs()]


def errors(shown):
    return [error.value.replace("\\", "") for error in shown.error]


def mask(sites):
    return ",".join(map(str, sites))


def test_one_atom_is_one(page):
    def about(sites):
        return " ".join(caption.value for caption in page(mask=sites)[0].caption)

    first = about("0")
    assert "4 atoms that are not masked stay exactly as they are. The masked one is taken" in first
    rest = about("1,2,3,4")
    assert "1 atom that is not masked stay exactly as they are. The 4 masked ones are" in rest


def test_what_is_not_masked_is_kept_and_the_order_says_it_all(page, tmp_path):
    shown, entry = page(mask=mask(OXYGEN))
    about = next(
        caption.value for caption in shown.caption if "stay exactly as they are" in caption.value
    )
    assert "2 atoms that are not masked" in about and "3 masked ones are taken out" in about
    assert field(shown, "number_input", "atoms").value == 5
    put(shown, "number_input", "count", 3)
    put(shown, "number_input", "atoms", 8)
    put(shown, "number_input", "seed", 11)
    put(shown, "number_input", "temperature", 1.2)
    put(shown, "text_input", "only", "o, F")
    put(shown, "text_input", "never", "Cl")
    write(shown)
    assert errors(shown) == ["The model could not answer: not asked here"]
    (order,) = orders()
    assert isinstance(order, CompleteOrder)
    assert (order.crystal, order.keep, order.parent_id) == (PEROVSKITE, CATIONS, entry.id)
    assert (order.count, order.atoms, order.request.max_atoms, order.request.seed) == (3, 8, 8, 11)
    request = order.request
    assert (request.allowed_elements, request.excluded_elements) == ({"O", "F"}, {"Cl"})
    assert (request.temperature, request.top_p, request.min_distance_angstrom) == (1.2, 0.9, 0.5)
    assert order.model == settings().model and order.judge.potential == "chgnet"
    (tmp_path / "order.yaml").write_text(order_yaml(order), encoding="utf-8")
    assert read_replay(tmp_path / "order.yaml") == order
    job = shown.query_params["job"]
    job = job if isinstance(job, str) else job[0]
    assert any("waiting" in caption.value and job in caption.value for caption in shown.caption)


def test_what_is_kept_is_not_placed_anew(page):
    assert set(flow_names(settings().models)) > {"flow"}
    shown, _ = page(mask=mask(OXYGEN))
    put(shown, "toggle", "refine", True)
    keys = [box.key for box in shown.selectbox]
    assert "infill-complete-refine-network" not in keys
    write(shown)
    (order,) = orders()
    assert order.refine.network == "flow"


def test_without_a_mask_all_atoms_stay_and_the_model_ends_where_it_likes(page):
    shown, _ = page()
    assert any("all 5 atoms stay exactly as they are" in caption.value for caption in shown.caption)
    assert field(shown, "number_input", "atoms").value == 9
    write(shown)
    (order,) = orders()
    assert (order.keep, order.atoms, order.request.max_atoms) == ((0, 1, 2, 3, 4), None, 9)
    assert (order.request.allowed_elements, order.request.excluded_elements) == (None, frozenset())
    assert order.formula is None


def test_all_atoms_masked_leave_the_lattice(page):
    shown, _ = page(mask="0,1,2,3,4")
    put(shown, "text_input", "formula", "SrTiO3")
    write(shown)
    (order,) = orders()
    assert (order.keep, order.formula, order.atoms) == ((), "SrTiO3", 5)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"only": "Xx"}, "'Xx' is no element symbol"),
        ({"never": "Po"}, "Polonium (Po) cannot be taken"),
        ({"only": "O", "never": "O"}, "no element is left to write with: allow at least one"),
        ({"formula": "SrTiO3", "only": "O"}, "give it, or lists of elements, not both"),
        ({"formula": "Ca"}, "Sr, Ti is kept but not in Ca"),
        ({"formula": "SrTi(O"}, "not a chemical formula"),
        ({"formula": "Sr2TiO4"}, "5 atoms are no whole number of Sr2TiO4 units of 7 atoms"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_no_job(page, typed, said):
    shown, _ = page(mask=mask(OXYGEN))
    for name, value in typed.items():
        put(shown, "text_input", name, value)
    write(shown)
    assert any(said in error for error in errors(shown))
    assert orders() == []


def test_an_element_that_no_model_knows_is_named_with_its_site(page):
    strange = PlainCrystal(
        PEROVSKITE.lengths_angstrom, PEROVSKITE.angles_degrees,
        tuple("Ra" if symbol == "Sr" else symbol for symbol in PEROVSKITE.species),
        PEROVSKITE.fractional_coordinates,
    )  # fmt: skip
    shown, _ = page(strange, mask=mask(OXYGEN))
    write(shown)
    site = strange.species.index("Ra")
    assert any(
        f"site {site} (Ra): no crystal with this element" in error for error in errors(shown)
    )
    assert orders() == []


def completed(place, added, likelihood):
    """A completion as a worker would have written it; nothing added stands for a failure."""
    spots = tuple((0.5, 0.1 * number, 0.3) for number in range(len(added)))
    crystal = PlainCrystal(
        PEROVSKITE.lengths_angstrom,
        PEROVSKITE.angles_degrees,
        tuple(PEROVSKITE.species[site] for site in CATIONS) + added,
        tuple(PEROVSKITE.fractional_coordinates[site] for site in CATIONS) + spots,
    )
    return Written(
        f"0-{place}", crystal if added else None, None if added else "no crystal", place,
        parent_id="x", log_likelihood=likelihood, model="m", seed=0,
        edit=f"2 of 5 atoms kept, {len(added)} added by the model",
    )  # fmt: skip


WRITTEN = (
    completed(0, ("O", "O", "O"), -6.0),
    completed(1, ("F",), -1.0),
    completed(2, (), -3.0),
)


def test_completions_are_ranked_by_the_likelihood_of_an_added_atom_apart_from_elements():
    taken = Written("Ba", PEROVSKITE, index=3, parent_id="x", probability=0.3)
    rows = [
        JobResult("e", Candidate((candidate, *judged(place))), 0.0)
        for place, candidate in zip((0, 1, 2, 4), (*WRITTEN, taken), strict=True)
    ]
    added_atoms = dict.fromkeys(("e-0", "e-1", "e-2"), 2)
    ranked = {f"e{rank.row.candidate.index}": rank for rank in ranking(rows, "Model", added_atoms)}
    assert [ranked[name].name for name in ("e0", "e1", "e2", "e3")] == ["+ O3", "+ F", "0-2", "Ba"]
    assert ranked["e0"].log_likelihood_per_atom == pytest.approx(-2.0)
    assert (ranked["e1"].by_model, ranked["e0"].by_model, ranked["e2"].by_model) == (1, 2, None)
    assert ranked["e3"].by_model == 1 and ranked["e3"].log_likelihood_per_atom is None


def test_a_tick_stays_with_its_candidate_when_the_ranks_change(page):
    _, entry = page()
    queue = JobQueue(settings().database_url)
    job = queue.submit(CompleteOrder(PEROVSKITE, CATIONS, entry.id).asking(count=len(WRITTEN)))
    record = JobRecord(open_database(settings().database_url), job, f"{job}.1", "a-worker")
    record.begin()
    record.write(list(enumerate(WRITTEN)), "written", 3)
    shown, _ = page(entry=entry.id, job=job)
    table = shown.dataframe[-1]
    place = list(table.value["put in"]).index("+ O₃")
    shown.session_state[table.key] = {"selection": {"rows": [place]}}
    shown.run()
    steps = [(0, step) for step in judged(2)] + [(1, step) for step in judged(0)]
    record.write(steps, "relaxed", 2)
    shown.run()
    assert not shown.exception
    assert list(shown.dataframe[-1].value["put in"]).index("+ O₃") != place
    (label,) = (button.label for button in shown.button if button.key == "complete-go-on")
    assert label == "Go on with SrTiO₃"


def test_completions_stand_in_the_table_of_candidates_of_their_parent(page, library):
    _, entry = page()
    queue = JobQueue(settings().database_url)
    order = CompleteOrder(PEROVSKITE, CATIONS, entry.id).asking(count=len(WRITTEN))
    job = queue.submit(order)
    database = open_database(settings().database_url)
    record = JobRecord(database, job, f"{job}.1", "a-worker")
    record.begin()
    places = range(len(WRITTEN))
    record.write([(place, WRITTEN[place]) for place in places], "written", 3)
    record.write([(place, step) for place in (0, 1) for step in judged(place)], "relaxed", 3)
    library.add_all(entries_of(job, order, [result.candidate for result in queue.results(job)]))
    queue.stop(job)
    shown, _ = page(entry=entry.id, job=job)
    table = shown.dataframe[-1].value
    assert list(table["put in"]) == ["+ O₃", "+ F", "0-2"]
    assert "probability" not in table.columns and table["ln p per atom"].iloc[0] == -2.0
    assert table["remark"].iloc[2] == "no crystal"
    assert any("Replay file" in button.label for button in shown.get("download_button"))
