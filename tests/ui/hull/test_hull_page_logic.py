"""The Hull page's logic, by Streamlit's own AppTest."""

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from crystal_llm.energy_method import MP2020_FORMATION, EnergyMethod
from crystal_llm.library.entry import Search
from crystal_llm.library.store import open_library
from crystal_llm.settings import PACKAGE_ROOT, settings
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.stability.references.reference_file import write_reference
from crystal_llm.ui.hull.drawing import on_page

ROWS = [
    ("li", "Li", 0.0),
    ("fe", "Fe", 0.0),
    ("mn", "Mn", 0.0),
    ("p", "P", 0.0),
    ("o", "O2", 0.0),
    ("li2o", "Li2O", -2.0),
    ("fe2o3", "Fe2O3", -1.7),
    ("lifeo2", "LiFeO2", -1.95),
    ("lfp", "LiFePO4", -2.5),
    ("li3fe", "LiFe5O8", -1.75),
]
OTHER = EnergyMethod("CHGNet", "ab" * 32, "PBE(+U)", "MP2020", "formation")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CRYSTAL_LLM_HOME", str(tmp_path))
    monkeypatch.setenv("CRYSTAL_LLM_MODELS", str(tmp_path / "models"))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


@pytest.fixture
def library(home):
    return open_library(settings().database_url)


@pytest.fixture
def references(home):
    for name, method in (("dft", MP2020_FORMATION), ("net", OTHER)):
        made = build_reference(ROWS, ReferenceProvenance(method, "a test", "2026-01-31"))
        write_reference(made, home / "references" / f"{name}.parquet")
    (home / "references" / "broken.parquet").write_bytes(b"PAR1")


def hull(**query):
    shown = AppTest.from_file(str(PACKAGE_ROOT / "pages" / "hull.py"), default_timeout=90)
    for name, value in query.items():
        shown.query_params[name] = value
    return shown.run()


def markdown(shown):
    kinds = (shown.markdown, shown.caption, shown.info, shown.warning, shown.error)
    return "\n".join(element.value for kind in kinds for element in kind)


def text(shown):
    return markdown(shown).replace("\\", "")


def phases(shown):
    """The table of the drawing; the page has others."""
    return next(frame.value for frame in shown.dataframe if "kind" in frame.value)


def test_without_a_reference_the_page_tells_how_to_make_one():
    shown = hull()
    assert not shown.exception
    assert "crystal-llm reference build" in shown.code[0].value


def test_a_first_visit_shows_an_example(references):
    shown = hull()
    assert not shown.exception
    assert not shown.error
    assert "An example to begin with" in text(shown)
    assert {"Li-Fe-O", "Na-Cl", "LiFePO4"} <= {button.label for button in shown.button}
    for said in ("PBE(+U)", "MP2020", "2026-01-31", "a test", "broken.parquet"):
        assert said in text(shown)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("Xx", "not a chemical formula"),
        ("Li", "one element alone"),
        ("Li2O-Fe2O3", "pseudo-binary"),
        ("Na-Cl", "no elemental phase of Na, Cl"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(references, query, said):
    shown = hull(system=query)
    assert not shown.exception
    assert len(shown.error) == 1
    assert said in text(shown)


def test_a_formula_shows_its_phase_and_its_decomposition(references):
    shown = hull(system="LiFe5O8", above="0.5")
    assert not shown.exception
    assert "LiFe₅O₈ · li3fe" in [header.value for header in shown.header]
    unknown = hull(system="Li3FeO3")
    assert "knows no phase" in text(unknown)
    assert "Li₃FeO₃ → " in text(unknown)


def test_polymorphs_of_a_phase_are_drawn_and_open_on_infill(references, library, monkeypatch):
    monkeypatch.setenv("CRYSTAL_LLM_MODELS", str(PACKAGE_ROOT / "models"))
    settings.cache_clear()
    went = []
    monkeypatch.setattr("streamlit.switch_page", lambda to, **given: went.append((to, given)))
    shown = hull(system="Fe2O3")
    assert not shown.exception
    choice = next(choice for choice in shown.selectbox if choice.label == "Known structures")
    assert len(choice.options) > 3
    other = choice.options[2].rpartition(" ")[2]
    choice.set_value(other).run()
    next(button for button in shown.button if button.key == f"hull-infill-{other}").click().run()
    (entry,) = library.search(Search(origin="imported")).entries
    assert (entry.formula, entry.source) == ("Fe2O3", f"Fe2O3 {other}, Materials Project")
    assert went == [("pages/infill.py", {"query_params": {"entry": entry.id}})]


def test_candidates_of_the_url_are_placed_or_refused(references):
    shown = hull(system="Li-Fe-O", candidates="mine:Li5FeO4:-2.2;bad:LiXx:-1")
    assert not shown.exception
    assert [warning.value for warning in shown.warning if "bad" in warning.value]
    frame = phases(shown)
    assert "mine" in list(frame["name"])
    assert frame.iloc[0]["kind"] == "candidate"


def test_a_new_address_brings_its_own_candidates(references):
    shown = hull(system="Li-Fe-O", candidates="mine:Li5FeO4:-2.2")
    shown.query_params["candidates"] = "yours:LiFeO3:-2.1"
    shown.run()
    assert not shown.exception
    names = list(phases(shown)["name"])
    assert "yours" in names
    assert "mine" not in names
    assert "".join(shown.query_params["candidates"]) == "yours:LiFeO3:-2.1"


def test_candidates_outlast_a_question_that_cannot_be_drawn(references):
    shown = hull(system="Li-Fe-O", candidates="mine:Li5FeO4:-2.2")
    shown.text_input(key="system").set_value("Xx").run()
    assert shown.error
    shown.text_input(key="system").set_value("Li-Fe-O").run()
    assert "mine" in list(phases(shown)["name"])


def test_another_method_is_refused_until_asked_for(references):
    shown = hull(system="Li-Fe-O", reference="dft", candidates="mine:Li5FeO4:-2.2")
    method = next(choice for choice in shown.selectbox if choice.label == "Energies made by")
    method.set_value(str(OTHER)).run()
    assert "ask for the comparison by name" in text(shown)
    across = next(toggle for toggle in shown.toggle if toggle.label == "Compare across potentials")
    across.set_value(True).run()
    assert "ask for the comparison by name" not in text(shown)
    assert "mine" in list(phases(shown)["name"])


def test_five_elements_are_drawn_open_fixed_or_left_out(references):
    shown = hull(system="LiFe0.5Mn0.5PO4")
    assert not shown.exception
    assert not shown.error
    assert "four corners at most" in text(shown)
    assert "Open to O" in text(shown)
    for choice, said in (("Fix a ratio", "Section at"), ("Leave out", "known phases")):
        corners = next(group for group in shown.button_group if group.label == "Corners")
        corners.set_value(choice).run()
        assert not shown.exception
        assert not shown.error
        assert said in text(shown)


def test_what_is_left_out_is_not_named_and_the_phase_is_still_known(home):
    rows = [*ROWS, ("mixed", "LiFeMnP2O8", -2.6)]
    made = build_reference(rows, ReferenceProvenance(MP2020_FORMATION, "a test", "2026-01-31"))
    write_reference(made, home / "references" / "dft.parquet")
    shown = hull(system="LiFeMnP2O8")
    corners = next(group for group in shown.button_group if group.label == "Corners")
    corners.set_value("Leave out").run()
    left_out = next(choice for choice in shown.multiselect if choice.label == "Elements left out")
    left_out.set_value(["Mn"]).run()
    assert not shown.exception
    assert "**Li-Fe-P-O**, " in text(shown)
    assert "LiMnFe(PO₄)₂ · mixed" in [header.value for header in shown.header]


def test_a_cut_between_two_formulas(references):
    shown = hull(system="Li-Fe-O", **{"from": "Li2O", "to": "Fe2O3"})
    assert not shown.exception
    assert "phases lie on the line" in text(shown)
    assert "Pseudo-binary cut" in [tab.label for tab in shown.tabs]
    along = next(frame.value for frame in shown.dataframe if "place" in frame.value)
    assert (along["place"].iloc[0], along["place"].iloc[-1]) == (0, 1)
    assert (along["energy"] <= 0).all()
    assert along["stable"].iloc[0] == "Li₂O"
    wrong = hull(system="Li-Fe-O", **{"from": "Li2O", "to": "Li4O2"})
    assert wrong.error
    assert "one composition" in text(wrong)


def test_a_click_takes_the_candidate_and_the_next_one_the_phase_below(references):
    shown = hull(system="Li-Fe-O", candidates="mine:LiFeO2:-1.9")
    picture, within = shown.session_state["hull-picture"]
    assert picture.upon("lifeo2", within) == ("mine", "lifeo2")
    assert picture.upon("li2o", within) == ("li2o",)
    shown = hull(system="Li-O", candidates="high:Li2O:-1.5;near:Li2O:-1.999")
    picture, within = shown.session_state["hull-picture"]
    assert picture.upon("li2o", within) == ("near", "li2o")
    assert picture.upon("high", within) == ("high",)


def test_a_searched_formula_is_drawn_however_high_it_lies(references):
    shown = hull(system="LiFe5O8", above="0")
    picture, _ = shown.session_state["hull-picture"]
    assert picture.asked.name == "li3fe"
    assert "li3fe" in list(phases(shown)["name"])
    picture, _ = hull(system="Li3FeO3").session_state["hull-picture"]
    assert picture.asked.formula == "Li3FeO3"
    assert picture.asked.name == ""


def test_labels_and_unstable_phases_are_switched_off(references):
    def named(shown):
        figure = shown.session_state["hull-figure"]
        return {trace.name: trace for trace in figure.data if trace.name}

    shown = hull(system="Li-Fe-O", above="0.5")
    drawn = named(shown)
    assert "known, above the hull" in drawn
    assert any("LiFeO" in text for text in drawn["names of phases"].text)
    for label in ("Labels", "Unstable phases"):
        next(toggle for toggle in shown.toggle if toggle.label == label).set_value(False)
    drawn = named(shown.run())
    assert not shown.exception
    assert "known, above the hull" not in drawn
    assert {text for text in drawn["names of phases"].text if text} == {
        "<b>Li</b>", "<b>Fe</b>", "<b>O</b>",
    }  # fmt: skip


def test_the_energy_above_hull_can_be_the_height(references):
    shown = hull(system="Li-O", candidates="high:Li2O:-1.5")
    height = next(group for group in shown.button_group if group.label == "Height")
    height.set_value("Above hull").run()
    figure = shown.session_state["hull-figure"]
    assert figure.layout.yaxis.title.text == "energy above hull (eV/atom)"
    candidate = next(trace for trace in figure.data if trace.name == "candidate")
    assert candidate.y[0] == pytest.approx(0.5)


def test_on_a_phone_only_a_drawing_without_axes_is_widened(monkeypatch):
    monkeypatch.setattr("crystal_llm.ui.hull.drawing.is_narrow", lambda chart: True)
    layout = {"height": 500, "margin": {"l": 75, "r": 45, "t": 50, "b": 90}}
    bare, axes = go.Figure(layout=layout), go.Figure(layout=layout)
    bare.update_xaxes(range=(-0.1, 1.1))  # as a ternary has it, and a binary
    axes.update_yaxes(title={"text": "energy (eV/atom)"})
    assert on_page(bare, "light").layout.margin.l < 20
    assert on_page(axes, "light").layout.margin.l == 75


def test_chemical_potentials_are_told_in_words(references):
    shown = hull(system="LiFeO2", tab="Chemical potentials")
    assert not shown.exception
    assert "**LiFeO₂** is stable at Δμ(Li) from" in text(shown)
    phase = next(choice for choice in hull(system="Li-Fe-O", tab="Chemical potentials").selectbox
                 if choice.label == "Phase")  # fmt: skip
    assert phase.value not in {"Li", "Fe", "O2"}  # a compound first
    # A hidden tab computes nothing.
    assert "Δμ" not in text(hull(system="LiFeO2"))


def test_at_a_temperature_gibbs_energies_are_drawn(references, home, monkeypatch):
    shown = hull(system="Li-Fe-O", candidates="mine:LiFeO2:-1.9", temperature="1000")
    assert not shown.exception
    assert "no volume is known" in text(shown)  # without structures
    monkeypatch.setenv("CRYSTAL_LLM_MODELS", str(PACKAGE_ROOT / "models"))
    settings.cache_clear()
    shown = hull(system="Li-Fe-O", candidates="mine:LiFeO2:-1.9", temperature="1000",
                 reference="dft")  # fmt: skip
    assert not shown.exception
    assert not shown.error
    assert "Gibbs energies at 1000 K" in text(shown)
    assert "Energies are at 0 K" not in text(shown)
    warm = phases(shown).set_index("name")["formation_energy_ev_per_atom"]
    assert warm["li2o"] > -2.0 + 0.1  # oxides lose what their oxygen had as a gas
    assert -1.9 < warm["mine"] < -1.2
    pressure = next(field for field in shown.number_input if "p(O₂)" in field.label)
    pressure.set_value(-10.0).run()
    assert "eV per atom of O" in text(shown)
    assert phases(shown).set_index("name")["formation_energy_ev_per_atom"]["li2o"] > warm["li2o"]


LINK = "[x](//evil.example)"


@pytest.mark.parametrize(
    "query",
    [
        {"system": f"Li {LINK}"},
        {"system": "Li-Fe-O", "candidates": f"{LINK}:MnO:-1.5"},
        {"system": "Li-Fe-O", "from": LINK, "to": "Fe2O3"},
    ],
)
def test_an_address_makes_no_link(references, query):
    shown = hull(**query)
    assert not shown.exception
    assert LINK in text(shown)
    assert LINK not in markdown(shown)


@pytest.mark.parametrize(
    ("reference", "maker", "other"),
    [("net", OTHER, MP2020_FORMATION), ("dft", MP2020_FORMATION, OTHER)],
)
def test_a_chosen_candidate_says_what_made_its_energy(references, reference, maker, other):
    def facts():
        assert not shown.exception
        return " ".join(block.proto.body for block in shown.get("html"))

    shown = hull(system="Li-Fe-O", reference=reference, candidates="mine:LiFeO2:-1.9")
    shown.session_state["hull-phase"] = "mine"
    shown.run()
    assert f"{maker.potential}, formation" in facts()
    # Energies of another potential, compared by name, are not the reference's.
    next(box for box in shown.selectbox if box.label == "Energies made by").select(str(other))
    across = next(toggle for toggle in shown.toggle if toggle.label == "Compare across potentials")
    across.set_value(True).run()
    assert f"{other.potential}, formation" in facts()


def test_a_reference_makes_no_link(home):
    rows = [(LINK if name == "lifeo2" else name, *rest) for name, *rest in ROWS]
    said = ReferenceProvenance(MP2020_FORMATION, f"source {LINK}", "2026-01-31", f"notes {LINK}")
    write_reference(build_reference(rows, said), home / "references" / "dft.parquet")
    shown = hull(system="Li-Fe-O", candidates="mine:LiFeO2:-1.9")
    shown.session_state["hull-phase"] = "mine"
    shown.run()
    assert not shown.exception
    for words in ("source", "notes", "The stable phase of this composition is"):
        assert f"{words} {LINK}" in text(shown)
    assert LINK not in markdown(shown)
