"""The viewer in real Chromium, drawn by software: tests/browser/viewer_app.py as its page."""

import io
import re
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pytest
from app_processes import VIEWS, web
from PIL import Image
from playwright.sync_api import expect

from crystal_llm.settings import PACKAGE_ROOT

pytestmark = pytest.mark.browser

PATIENCE_MS = 90_000
DRAWN = f"(count) => ({VIEWS})().filter((view) => view.frames > 0).length >= count"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    script = Path(__file__).with_name("viewer_app.py")
    home = str(tmp_path_factory.mktemp("home"))
    with web({"CRYSTAL_LLM_HOME": home}, script=script) as (url, _):
        yield url


def is_fault(said):
    # What the driver of the software GPU says of its own speed is none.
    return said.type in ("error", "warning") and "GL Driver Message" not in said.text


@contextmanager
def viewers(browser, address, name="one", *, width=1440, views=1, scheme="light"):
    """A page of viewers; on leaving, the console has had nothing to complain about."""
    faults = []
    context = browser.new_context(
        viewport={"width": width, "height": 1000},
        color_scheme=scheme,
        has_touch=width < 600,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if is_fault(said) else None)
    page.goto(f"{address}/?page={name}")
    page.wait_for_function(DRAWN, arg=views)
    settle(page)
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def visit(browser, address):
    """Opens a page of viewers."""
    with ExitStack() as opened:
        yield lambda name, **said: opened.enter_context(viewers(browser, address, name, **said))


@pytest.fixture(scope="module")
def rutile_page(browser, address):
    """A viewer and its table, opened once for all tests that leave them as they were."""
    with viewers(browser, address) as page:
        yield page


@pytest.fixture
def page(rutile_page):
    """That page with nothing chosen, seen from where one begins."""
    stage = rutile_page.locator(".stage")
    stage.press("Escape")
    stage.press("r")
    says(rutile_page, "picked []")
    return rutile_page


def settle(page):
    """Waits until no view draws any more."""
    page.evaluate(
        f"""async () => {{
          const drawn = () => ({VIEWS})().reduce((sum, view) => sum + view.frames, 0);
          let before = -1;
          for (let still = 0; still < 20; still = drawn() === before ? still + 1 : 0) {{
            before = drawn();
            await new Promise(requestAnimationFrame);
          }}
        }}"""
    )


def picture(page):
    """What the stage shows, without the ring that the keyboard's focus has."""
    settle(page)
    shot = page.locator(".stage").first.screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)[6:-6, 6:-6]


def differs(before, other):
    return before.shape != other.shape or np.abs(before - other).max(axis=2).mean() > 0.2


def click_atom(page, *, site=None, element=None, modifiers=()):
    """Clicks an atom that stands in front; returns its site."""
    settle(page)
    atoms = page.evaluate(f"() => ({VIEWS})()[0].clickable()")
    atom = next(
        atom
        for atom in atoms
        if (site is None or atom["site"] == site)
        and (element is None or atom["element"] == element)
    )
    page.locator(".stage").first.click(
        position={"x": atom["x"], "y": atom["y"]}, modifiers=list(modifiers)
    )
    return atom["site"]


def says(page, text):
    expect(page.get_by_text(text, exact=True)).to_be_visible(timeout=PATIENCE_MS)


def test_a_crystal_is_drawn_and_turns(page):
    first = picture(page)
    colours = len(np.unique(first.reshape(-1, 3), axis=0))
    assert colours > 200, "the canvas is blank"
    stage = page.locator(".stage")
    box = stage.bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 320, box["y"] + 240, steps=4)
    page.mouse.up()
    turned = picture(page)
    assert differs(first, turned)
    says(page, "picked []")  # a drag is not a click
    stage.focus()
    page.keyboard.press("ArrowLeft")
    by_key = picture(page)
    assert differs(turned, by_key)
    page.keyboard.press("+")
    assert differs(by_key, picture(page))
    page.keyboard.press("r")
    assert not differs(first, picture(page))


def test_clicks_choose_sites_and_escape_clears(page):
    plain = picture(page)
    titanium = click_atom(page, element="Ti")
    says(page, f"picked [{titanium}]")
    says(page, f"listed [{titanium}]")
    page.mouse.move(5, 5)
    assert differs(plain, picture(page)), "a chosen atom has a rim"
    oxygen = click_atom(page, element="O", modifiers=["Shift"])
    says(page, f"picked [{titanium}, {oxygen}]")
    click_atom(page, site=titanium, modifiers=["Shift"])
    says(page, f"picked [{oxygen}]")
    other = click_atom(page, element="Ti")
    says(page, f"picked [{other}]")
    page.get_by_role("button", name="Run again").click()
    says(page, "pressed 1 times")
    says(page, f"picked [{other}]")
    page.locator(".stage").focus()
    page.keyboard.press("Escape")
    says(page, "picked []")


def test_the_legend_chooses_an_element(page):
    chip = page.get_by_role("button", name="Choose all O (4)")
    chip.click()
    says(page, "picked [2, 3, 4, 5]")
    expect(chip).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Choose all Ti (2)").click(modifiers=["Shift"])
    says(page, "picked [0, 1, 2, 3, 4, 5]")
    page.get_by_role("button", name="Clear", exact=True).click()
    says(page, "picked []")


def test_table_and_viewer_choose_together(visit):
    page = visit("one")
    table = page.locator(".stDataFrameGlideDataEditor").first
    # Boxes of the rows stand in the first column, 35 pixels apart, below the header.
    table.click(position={"x": 16, "y": 35 * 2 + 17})
    says(page, "picked [1]")
    table.click(position={"x": 16, "y": 35 * 4 + 17})
    says(page, "picked [1, 3]")
    expect(page.locator(".chosen")).to_contain_text("2 sites")
    click_atom(page, element="O", site=5, modifiers=["Shift"])
    says(page, "picked [1, 3, 5]")
    says(page, "listed [1, 3, 5]")
    # The table knows of the click: taking one of its rows away leaves the others.
    table.click(position={"x": 16, "y": 35 * 2 + 17})
    says(page, "picked [3, 5]")
    expect(page.locator(".chosen")).to_contain_text("O 3, 5")


def test_atoms_of_a_supercell_are_sites_of_the_cell(visit):
    page = visit("one")
    before = picture(page)
    page.get_by_label("Cells along a").select_option("2")
    page.wait_for_function(f"() => ({VIEWS})()[0].data.supercell[0] === 2")
    page.get_by_label("Cells along c").select_option("3")
    page.wait_for_function(f"() => ({VIEWS})()[0].data.supercell.join() === '2,1,3'")
    assert differs(before, picture(page))
    atoms = page.evaluate(f"() => ({VIEWS})()[0].atoms.map((atom) => atom.site)")
    assert len(atoms) > 6 * 6
    assert set(atoms) == set(range(6))
    site = click_atom(page, element="O")
    says(page, f"picked [{site}]")


def test_every_layer_can_be_shown_and_hidden(page):
    first = picture(page)
    for name in ("Bonds", "Polyhedra", "Cell", "Labels"):
        button = page.get_by_role("toolbar").get_by_role("button", name=name)
        was = button.get_attribute("aria-pressed")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "false" if was == "true" else "true")
        assert differs(first, picture(page)), name
        button.click()
        assert not differs(first, picture(page)), name


def test_the_view_is_saved_as_png(page):
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Save the view as PNG").click()
    assert downloading.value.suggested_filename == "Ti2O4.png"
    saved = np.asarray(Image.open(downloading.value.path()).convert("RGB"))
    assert saved.shape[1] >= 1400
    assert len(np.unique(saved.reshape(-1, 3), axis=0)) > 200


def test_masked_sites_look_unknown(visit):
    page = visit("masked")
    says(page, "picked [1]")
    masked = page.get_by_role("button", name="Choose masked sites (2)")
    masked.click()
    says(page, "picked [2, 3]")
    page.locator(".stage").hover(position={"x": 3, "y": 3})
    for atom in page.evaluate(f"() => ({VIEWS})()[0].clickable()"):
        page.locator(".stage").hover(position={"x": atom["x"], "y": atom["y"]})
        tip = page.locator(".tip").text_content()
        assert tip.startswith("masked site" if atom["site"] in (2, 3) else atom["element"])


def test_twenty_viewers_share_one_context(visit, browser, address):
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.add_init_script(
        """window.contexts = 0;
        for (const Kind of [HTMLCanvasElement, OffscreenCanvas]) {
          const original = Kind.prototype.getContext;
          Kind.prototype.getContext = function (kind, ...rest) {
            if (kind.includes('webgl')) window.contexts += 1;
            return original.call(this, kind, ...rest);
          };
        }"""
    )
    page.goto(f"{address}/?page=many")
    page.wait_for_function(DRAWN, arg=8, timeout=PATIENCE_MS)
    for stage in page.locator(".stage").all():
        stage.scroll_into_view_if_needed()
    page.wait_for_function(DRAWN, arg=20, timeout=PATIENCE_MS)
    assert page.evaluate("window.contexts") == 1
    for place in (0, 19):
        shot = page.locator(".stage").nth(place).screenshot()
        colours = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).reshape(-1, 3)
        assert len(np.unique(colours, axis=0)) > 150
    context.close()


def test_a_lost_context_comes_back(visit):
    page = visit("one")
    first = picture(page)
    page.evaluate(
        f"""async () => {{
          const view = ({VIEWS})()[0];
          const loss = view.scene.renderer.getContext().getExtension('WEBGL_lose_context');
          const pause = (ms) => new Promise((done) => setTimeout(done, ms));
          loss.loseContext();
          await pause(200);
          view.turn(0.3, 0);
          await pause(200);
          loss.restoreContext();
          await pause(500);
          view.reset();
        }}"""
    )
    assert not differs(first, picture(page))


def test_the_page_can_go_and_come_back(visit, address):
    """Unmounting gives the context back; the same module mounts again."""
    page = visit("one")
    for _ in range(3):
        page.goto(f"{address}/?page=masked")
        page.wait_for_function(DRAWN, arg=1)
        page.go_back()
        page.wait_for_function(DRAWN, arg=1)
    assert len(np.unique(picture(page).reshape(-1, 3), axis=0)) > 200


def test_it_fits_a_telephone(visit):
    page = visit("one", width=400)
    stage = page.locator(".stage").first
    assert stage.bounding_box()["width"] <= 400
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    # A button without a use here, as of playing back, is hidden.
    visible = [
        button for button in page.locator(".crystal-view button").all() if button.is_visible()
    ]
    assert visible
    for button in visible:
        box = button.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 400
    atoms = page.evaluate(f"() => ({VIEWS})()[0].clickable()")
    first, other = atoms[0], next(atom for atom in atoms if atom["site"] != atoms[0]["site"])
    for atom in (first, other):  # taps gather, for a finger has no shift
        stage.tap(position={"x": atom["x"], "y": atom["y"]})
    says(page, f"picked {sorted([first['site'], other['site']])}")


def test_the_colours_follow_the_theme(page, visit):
    light = picture(page)
    dark = picture(visit("one", scheme="dark"))
    assert light[2, 2].min() > 230
    assert dark[2, 2].max() < 40


def test_controls_have_names_and_text_is_never_parsed(page):
    for button in page.locator(".crystal-view :is(button, select)").all():
        assert button.get_attribute("aria-label") or button.text_content().strip()
    built = (PACKAGE_ROOT / "viewer" / "src").glob("*.js")
    for source in built:
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML", source.read_text())


def test_distances_angles_and_coordination_are_measured_by_clicking(page):
    page.get_by_role("button", name="Measure").click()
    said = page.locator(".measured")
    click_atom(page, element="Ti")
    expect(said).to_contain_text("coordination 6")
    click_atom(page, element="O")
    expect(said).to_contain_text(re.compile(r"Ti\d+–O\d+: \d\.\d{3} Å"))
    atoms = page.evaluate(f"() => ({VIEWS})()[0].clickable()")
    second = [atom for atom in atoms if atom["element"] == "Ti"][1]
    page.locator(".stage").click(position={"x": second["x"], "y": second["y"]})
    expect(said).to_contain_text(re.compile(r"Ti\d+–O\d+–Ti\d+: [1-9]\d*\.\d°"))
    page.locator(".stage").press("Escape")
    expect(said).to_contain_text("Click an atom")
    page.get_by_role("button", name="Measure").click()
    expect(page.locator(".measured")).to_have_count(0)
    expect(page.get_by_text("picked []")).to_be_visible()


def test_an_element_is_hidden_and_comes_back(page):
    elements = f"() => ({VIEWS})()[0].clickable().map((one) => one.element)"
    whole = picture(page)
    page.get_by_role("button", name="Hide O").click()
    settle(page)
    assert set(page.evaluate(elements)) == {"Ti"}
    lone = picture(page)
    assert differs(whole, lone)
    bonds = page.get_by_role("toolbar").get_by_role("button", name="Bonds")
    bonds.click()
    assert not differs(lone, picture(page)), "each bond leads to an oxygen, and has gone with it"
    bonds.click()
    page.get_by_role("button", name="Show O").click()
    settle(page)
    assert "O" in page.evaluate(elements)
    size = page.get_by_label("Size of atoms")
    usual = size.input_value()
    size.select_option("large")
    assert differs(whole, picture(page))
    size.select_option(usual)


def test_polyhedra_stand_around_the_element_that_is_chosen(visit):
    page = visit("perovskite")
    every = picture(page)
    page.get_by_label("Polyhedra around").select_option("Ti")
    titanium = picture(page)
    assert differs(every, titanium)
    page.get_by_label("Polyhedra around").select_option("Ca")
    assert differs(titanium, picture(page))


def test_beyond_the_cell_stands_only_what_completes_a_polyhedron_that_is_drawn(visit):
    page = visit("perovskite")
    count = f"() => ({VIEWS})()[0].atoms.filter((atom) => atom.group === 'outside').length"
    every = page.evaluate(count)
    page.get_by_label("Polyhedra around").select_option("Ti")
    titanium = page.evaluate(count)
    assert 0 < titanium < every
    page.get_by_role("button", name="Hide Ti").click()
    assert page.evaluate(count) == 0
    page.get_by_role("button", name="Show Ti").click()
    page.get_by_label("Polyhedra around").select_option("")
    assert page.evaluate(count) == every


def test_no_line_of_the_legend_ends_between_an_element_and_its_eye(visit):
    page = visit("perovskite")
    apart = page.locator(".legend").evaluate(
        """(legend) => {
          const top = (element) => element.getBoundingClientRect().top;
          const apart = [];
          for (let width = 80; width < 280; width += 10) {
            legend.style.width = `${width}px`;
            const tops = [...legend.querySelectorAll('button')].map(top);
            for (let place = 0; place < tops.length; place += 2)
              if (tops[place] !== tops[place + 1]) apart.push(width);
          }
          legend.style.width = '';
          return apart;
        }"""
    )
    assert apart == []
    # The button that is pressed keeps the focus although the legend is drawn anew.
    page.get_by_role("button", name="Hide Ti").focus()
    page.keyboard.press("Enter")
    settle(page)
    expect(page.get_by_role("button", name="Show Ti")).to_be_focused()
    page.keyboard.press("Enter")


def test_linked_viewers_turn_together_and_a_relaxation_is_played_back(visit):
    page = visit("relaxation", views=2)
    eyes = f"() => ({VIEWS})().map((view) => view.eye.orientation.toArray())"
    page.locator(".stage").first.press("ArrowLeft")
    first, second = page.evaluate(eyes)
    assert first == pytest.approx(second)
    player = page.get_by_role("group", name="Relaxation")
    expect(player.get_by_text("step 2")).to_be_visible()
    player.get_by_role("slider").fill("0")
    expect(player.get_by_text("step 0")).to_be_visible()
    page.get_by_role("button", name="Play the relaxation").click()
    expect(player.get_by_text("step 2")).to_be_visible()
    # Side by side, each keeps its buttons in one row.
    heights = page.locator(".toolbar").evaluate_all("bars => bars.map((bar) => bar.clientHeight)")
    assert max(heights) < 50, heights


def test_half_a_bond_that_points_at_the_eye_ends_in_a_bright_disc(visit):
    page = visit("lone")
    page.evaluate(
        f"""() => {{
          const view = ({VIEWS})()[0];
          view.eye.orientation.set(0, 0, 0, 1);
          view.invalidate();
        }}"""
    )
    bonded = picture(page)
    page.get_by_role("button", name="Bonds").click()
    bare = picture(page)
    down, across = (extent // 2 for extent in bare.shape[:2])
    background = bare[5, across]
    atom = np.abs(bare - background).max(axis=2) > 30
    radius = int(np.sqrt(atom.sum() / np.pi))
    near = (
        slice(down - radius // 2, down + radius // 2),
        slice(across - radius // 2, across + radius // 2),
    )
    end = np.abs(bonded[near] - bare[near]).max(axis=2) > 6
    rows, columns = np.flatnonzero(end.any(axis=1)), np.flatnonzero(end.any(axis=0))
    tall, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
    assert 10 < wide < radius and abs(tall - wide) <= 3, "the end is no circle"
    assert bonded[near][end].mean() > 0.6 * bare[atom].mean(), "the end is dark"


def test_what_is_drawn_anew_keeps_its_shaders(visit):
    page = visit("one")
    shaders = f"() => ({VIEWS})()[0].scene.renderer.info.programs.map((one) => one.id)"
    first = page.evaluate(shaders)
    assert first
    page.get_by_label("Size of atoms").select_option("large")
    settle(page)
    assert page.evaluate(shaders) == first
