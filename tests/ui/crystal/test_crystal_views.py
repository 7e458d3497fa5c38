"""Sketches, facts and figures of crystals, without a page."""

from dataclasses import replace
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from crystal_llm.crystal.crystallography import powder_pattern
from crystal_llm.energy_method import MP2020_TOTAL
from crystal_llm.io.powder_file import MeasuredPattern
from crystal_llm.library.entry import Entry
from crystal_llm.library.store import open_library
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.crystal.coordination import coordinations
from crystal_llm.ui.crystal.detail import _frames
from crystal_llm.ui.crystal.facts import CrystalFacts, crystal_hash, facts_of_entry
from crystal_llm.ui.crystal.figures import energy_figure, likelihood_figure, powder_figure
from crystal_llm.ui.crystal.sketch import MAX_DRAWN_ATOMS, crystal_sketch
from crystal_llm.ui.widgets.notation import (
    as_markdown,
    energy_text,
    group_text,
    model_text,
    plain_title_text,
    subscripted,
)

SALT = PlainCrystal(
    (4.0, 4.0, 4.0), (90.0, 90.0, 90.0), ("Cs", "Cl"), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
)


def draw_sites(crystal):
    from crystal_llm.ui.viewer.component import site_table

    site_table(crystal, key="a-view")


def circles(svg):
    return ElementTree.fromstring(svg).findall(".//{http://www.w3.org/2000/svg}circle")


def test_a_sketch_is_small_and_shows_atoms_at_every_corner():
    svg = crystal_sketch(SALT)
    assert len(circles(svg)) == 9  # eight corners and the centre
    assert len(svg) < 6000
    assert svg.count("<line") == 12
    names = ("cx", "cy", "r")
    places = [tuple(float(circle.get(name)) for name in names) for circle in circles(svg)]
    assert all(size <= x <= 220 - size and size <= y <= 220 - size for x, y, size in places)


def test_a_sketch_of_a_large_cell_stays_bounded():
    many = PlainCrystal(
        (30.0, 30.0, 30.0), (90.0, 90.0, 90.0), ("Si",) * 1000,
        tuple((i % 10 / 10, i // 10 % 10 / 10, i // 100 / 10) for i in range(1000)),
    )  # fmt: skip
    assert len(circles(crystal_sketch(many))) == MAX_DRAWN_ATOMS


def test_the_hash_tells_crystals_apart():
    assert crystal_hash(SALT) == crystal_hash(replace(SALT))
    assert crystal_hash(SALT) != crystal_hash(SALT.translated((0.1, 0.0, 0.0)))


def test_a_relaxed_entry_is_shown_beside_its_parent(tmp_path):
    library = open_library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    written = library.add(Entry("generated", SALT, prompt="CsCl", model="tiny", seed=3))
    small = replace(SALT, lengths_angstrom=(3.9, 3.9, 3.9))
    relaxed = library.add(
        Entry("relaxed", small, parent_id=written.id, energy_ev_per_atom=-3.0, method=MP2020_TOTAL)
    )
    facts = facts_of_entry(relaxed, library.provenance(relaxed.id))
    assert (facts.before, facts.after) == (SALT, small)
    assert (facts.prompt, facts.model, facts.seed) == ("CsCl", "tiny", 3)
    assert facts.crystal == small
    alone = facts_of_entry(written)
    assert (alone.before, alone.after) == (SALT, None)


def test_a_refined_entry_stands_between_the_written_and_the_relaxed_one(tmp_path):
    library = open_library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    small, smaller = (replace(SALT, lengths_angstrom=(a,) * 3) for a in (3.9, 3.8))
    written = library.add(Entry("generated", SALT, prompt="CsCl"))
    refined = library.add(Entry("refined", small, parent_id=written.id))
    relaxed = library.add(Entry("relaxed", smaller, parent_id=refined.id))
    facts = facts_of_entry(relaxed, library.provenance(relaxed.id))
    assert facts.stages == (("Relaxed", smaller), ("Refined", small), ("As written", SALT))
    facts = facts_of_entry(refined, library.provenance(refined.id))
    assert facts.stages == (("Refined", small), ("As written", SALT))
    assert (facts.crystal, facts.prompt) == (small, "CsCl")


def refined_page():
    from dataclasses import replace

    from crystal_llm.candidate import Candidate, Refined
    from crystal_llm.crystal.written import Written
    from crystal_llm.flow.result import Refinement
    from crystal_llm.types import PlainCrystal
    from crystal_llm.ui.crystal.facts import facts_of_candidate
    from crystal_llm.ui.crystal.sections import refinement_section

    salt = PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Cs", "Cl"), ((0.0,) * 3, (0.5,) * 3))
    small = replace(salt, lengths_angstrom=(3.9,) * 3)
    moved = Refinement(salt, small, None, 0.051, 0.123, -0.073, "flow/abc", 50, 0.04)
    unseen = Refinement(None, None, "the network never saw Cs", *[None] * 3, "flow/abc", 50, 0.0)
    anew = Refinement(small, salt, None, *[None] * 3, "flow-types/abc", 50, 0.4)
    for made in (moved, unseen, anew):
        refinement_section(facts_of_candidate(Candidate((Written("a", salt), Refined(made)))))


def test_the_page_tells_how_far_a_crystal_was_moved_or_why_it_was_not():
    shown = AppTest.from_function(refined_page).run()
    assert not shown.exception
    moved, unseen, anew = [element.proto.body for element in shown.get("html")]
    for said in ("0.051 Å", "0.123 Å at most", "−7.3%", "50"):
        assert said in moved
    assert "Å" not in unseen
    assert "Å" not in anew
    captions = [caption.value for caption in shown.caption]
    assert captions[0] == "Refined by flow/abc in 0.04 s."
    assert captions[1] == "It went on as written: the network never saw Cs."
    assert "its elements alone were kept" in captions[-2]


def test_two_patterns_stand_against_each_other_with_their_planes():
    lines = powder_pattern(SALT)
    figure = powder_figure([("relaxed", lines), ("before", lines)], theme="light")
    assert max(figure.data[1].y) == -min(figure.data[3].y) == 100
    assert any("×" in texts[0] for texts in figure.data[1].customdata)
    assert figure.layout.yaxis.range == (-105, 105)


def test_the_tips_of_wide_peaks_lie_on_the_curve():
    figure = powder_figure([("relaxed", powder_pattern(SALT))], theme="light", width_degrees=1.0)
    curve, tips = figure.data
    for angle, height in zip(tips.x, tips.y, strict=True):
        assert height == pytest.approx(np.interp(angle, curve.x, curve.y), abs=0.01)
    assert max(tips.y) == pytest.approx(100, abs=0.5)


@pytest.mark.parametrize(
    ("symbol", "length", "said"), [("Es", 4.0, "not tabulated"), ("Si", 90.0, "is too large")]
)
def test_without_a_pattern_the_reason_is_told(symbol, length, said):
    def page(symbol, length):
        from crystal_llm.types import PlainCrystal
        from crystal_llm.ui.crystal.facts import CrystalFacts
        from crystal_llm.ui.crystal.powder import powder_section

        crystal = PlainCrystal((length,) * 3, (90.0,) * 3, (symbol,), ((0.0,) * 3,))
        powder_section(CrystalFacts(symbol, symbol, crystal), "key")

    shown = AppTest.from_function(page, args=(symbol, length), default_timeout=60).run()
    assert not shown.exception
    assert said in shown.caption[0].value


def test_energy_and_likelihood_are_drawn():
    energies = energy_figure([-3.0, -3.1, -3.2], theme="dark")
    assert list(energies.data[0].y) == pytest.approx([0.2, 0.1, 0.0])
    assert energies.layout.yaxis.exponentformat == "none", "0.0004 is not written 400µ"
    bars = likelihood_figure(("Cs", "Cl", "Cl"), (-1.0, -2.0, -3.0), theme="light")
    assert [bar.name for bar in bars.data] == ["Cs", "Cl"]
    assert list(bars.data[1].x) == [1, 2]


def test_notation():
    assert model_text("compact/none/7521a70dd172") == "compact · 7521a70dd172"
    assert model_text("smollm2-135m/int8/0a1b") == "smollm2-135m · int8 · 0a1b"
    assert subscripted("Li10GeP2S12") == "Li₁₀GeP₂S₁₂"
    assert subscripted(None) == "no crystal"
    assert energy_text(-0.0123) == "−0.012"
    assert energy_text(None) == "–"
    assert energy_text(-0.0003) == "0.000"
    assert plain_title_text("Infill: 2 crystals (LiMnPO4, LiCoPO4)") == (
        "Infill: 2 crystals (LiMnPO₄, LiCoPO₄)"
    )
    assert group_text("P4_2/mnm", 136) == "P4₂/mnm (136)"
    assert as_markdown("a*b_[x](y)\n<b>$c$") == r"a\*b\_\[x\]\(y\) \<b\>\$c\$"


def test_a_relaxation_is_played_back_unless_it_is_large():
    result = SimpleNamespace(
        frames=(SALT, SALT), frame_steps=(0, 3), energies_ev_per_atom=(-3.0, -3.1, -3.2, -3.25)
    )
    facts = CrystalFacts("salt", "NaCl", SALT, SALT, relaxation=result)
    assert [caption for caption, _ in _frames(facts, SALT)] == [
        "step 0, −3.0000 eV/atom", "step 3, −3.2500 eV/atom",
    ]  # fmt: skip
    assert _frames(CrystalFacts("salt", "NaCl", SALT, SALT), SALT) == []


def test_peaks_have_a_width_and_the_measured_pattern_lies_behind():
    lines = powder_pattern(SALT)
    measured = MeasuredPattern((10.0, 20.0, 30.0), (1.0, 5.0, 2.0))
    figure = powder_figure(
        [("relaxed", lines)], theme="dark", radiation="Mo Kα", width_degrees=0.3, measured=measured
    )
    assert list(figure.data[0].y) == [20.0, 100.0, 40.0]
    profile = figure.data[1]
    strongest = max(lines, key=lambda line: line.intensity).two_theta_degrees
    assert profile.x[int(np.argmax(profile.y))] == pytest.approx(strongest, abs=0.06)
    points = zip(profile.x, profile.y, strict=True)
    half = [x for x, y in points if y >= 50 and abs(x - strongest) < 1]
    assert max(half) - min(half) == pytest.approx(0.3, abs=0.12)
    assert "Mo Kα" in figure.layout.xaxis.title.text


def test_a_shorter_wavelength_moves_the_lines_to_lower_angles():
    copper = powder_pattern(SALT)[0].two_theta_degrees
    molybdenum = powder_pattern(SALT, wavelength_angstrom=0.71073)[0].two_theta_degrees
    assert molybdenum < copper / 2


def test_coordination_of_caesium_chloride():
    (caesium, chloride) = coordinations(SALT, (0, 1))
    assert caesium.neighbours == (("Cl", 8),)
    assert chloride.neighbours == (("Cs", 8),)
    assert caesium.lengths_angstrom == pytest.approx([4.0 * 3**0.5 / 2] * 8)
    assert [coordination.site for coordination in coordinations(SALT, None)] == [0, 1]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.99999, "0.0000"), (-1e-9, "0.0000"), (0.9999, "0.9999"), (0.25004, "0.2500")],
)
def test_a_coordinate_just_below_one_is_zero(value, shown):
    from crystal_llm.ui.widgets.notation import shown_coordinate

    assert f"{shown_coordinate(value):.4f}" == shown


def test_the_sites_beside_a_picture_are_no_whole_cell_away():
    crystal = replace(SALT, fractional_coordinates=((0.0, 0.0, 0.99999), (0.5, 0.5, 0.49996)))
    shown = AppTest.from_function(draw_sites, kwargs={"crystal": crystal}).run()
    assert not shown.exception
    assert list(shown.dataframe[0].value["z"]) == [0.0, 0.5]
