// One viewer: its elements, what is chosen, and when to draw.
import { atomAt, drawnAtoms, extent, hidden, projected } from './atoms.js';
import { Eye } from './camera.js';
import { make } from './dom.js';
import { centres, filtered } from './filtered.js';
import { listen } from './gestures.js';
import { Measure } from './measure.js';
import { AXES_PIXELS, drawAxes, drawInk, drawMeasure } from './overlay.js';
import { Panel } from './panel.js';
import { drawShared, register } from './shared_gl.js';
import { ToolkitScene } from './toolkit_scene.js';

const SLOW_FRAME_MS = 30;
const REST_MS = 160;
const FRAME_MS = 220;

/** All viewers of the page: those with the same link share the eye. */
const views = new Set();

export class CrystalView {
  constructor(parent) {
    this.eye = new Eye();
    this.selected = new Set();
    this.serial = 0; // counts choices made here, so that an old echo never undoes a new one
    this.shown = {};
    this.sharpness = 1; // lowered while turning where the machine is slow
    this.abort = new AbortController();
    this.measure = new Measure();
    this.hiddenElements = new Set();
    this.around = ''; // the element with polyhedra; all where empty
    this.size = 1;
    this.frameAt = -1;
    views.add(this);
    this.panel = new Panel(this);
    this.stage = make('div', { className: 'stage', tabindex: '0', role: 'application' });
    this.tip = make('div', { className: 'tip', hidden: '' });
    this.frame = make('div', { className: 'crystal-view', role: 'group' });
    this.frame.append(
      this.panel.toolbar,
      this.stage,
      this.panel.player,
      make('div', { className: 'footer' }, this.panel.legend, this.panel.chosen),
    );
    parent.append(this.frame);
    this.scene = new ToolkitScene(this.stage);
    this.picture = this.scene.canvas.getContext('bitmaprenderer');
    // Small or mostly hidden, for a large canvas costs a frame's time even if it is empty.
    this.axes = make('canvas', { className: 'axes' }).getContext('2d');
    this.ink = make('canvas', { className: 'ink' }).getContext('2d');
    this.stage.append(this.ink.canvas, this.axes.canvas, this.tip);
    this.stage.crystalView = this; // for tests and measurements
    this.leave = register(this);
    listen(this.stage, this, this.abort.signal);
    this.resized = new ResizeObserver(() => this.invalidate());
    this.resized.observe(this.stage);
    this.seen = new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      if (this.visible) this.invalidate();
    });
    this.seen.observe(this.stage);
    // Streamlit changes its colours without telling: a transition of them does.
    this.stage.addEventListener('transitionend', () => this.#readTheme(), { signal: this.abort.signal });
  }

  /** Takes what Python says. */
  update(data, setStateValue) {
    this.send = setStateValue;
    this.data = data;
    this.stage.style.height = `${data.height_px}px`;
    this.frame.setAttribute('aria-label', `Crystal ${data.name}`);
    this.stage.setAttribute(
      'aria-label',
      `${data.name} in 3D. Arrow keys turn, plus and minus zoom, R resets, Escape clears the choice.`,
    );
    if (data.digest !== this.digest) {
      this.digest = data.digest;
      this.stop();
      this.measure.clear();
      this.frameAt = data.frames.length - 1;
      if (data.crystal !== this.crystal) {
        this.hiddenElements.clear();
        this.around = '';
        this.crystal = data.crystal;
        this.eye.reset();
        this.selected.clear();
      }
      this.#show();
    }
    const asked = JSON.stringify(data.shown);
    if (asked !== this.asked) {
      this.asked = asked;
      this.shown = { ...data.shown };
    }
    // A choice of Python's counts unless a newer one of ours is still on its way there.
    if (data.serial >= this.serial) {
      this.serial = data.serial;
      this.selected = new Set(data.selected);
    }
    this.#refresh();
    this.#readTheme();
  }

  toggleLayer(name) {
    this.shown[name] = !this.shown[name];
    this.#refresh();
  }

  toggleMeasure() {
    this.measure.toggle();
    this.#refresh();
  }

  toggleElement(symbol) {
    if (!this.hiddenElements.delete(symbol)) this.hiddenElements.add(symbol);
    this.measure.clear();
    this.#show();
    this.#refresh();
    this.#readTheme();
  }

  setAround(symbol) {
    this.around = symbol;
    this.#show();
    this.#refresh();
    this.#readTheme();
  }

  setSize(size) {
    this.size = size;
    this.#show();
    this.#refresh();
    this.#readTheme();
  }

  setFrame(index) {
    this.frameAt = Math.max(0, Math.min(this.data.frames.length - 1, index));
    this.measure.clear();
    this.#show();
    this.#refresh();
    this.#readTheme();
  }

  play() {
    if (this.playing) {
      this.stop();
      this.#refresh();
      return;
    }
    const last = this.data.frames.length - 1;
    this.setFrame(this.frameAt >= last ? 0 : this.frameAt);
    this.playing = setInterval(() => {
      if (this.frameAt >= last) this.stop();
      else this.setFrame(this.frameAt + 1);
      this.#refresh();
    }, FRAME_MS);
    this.#refresh();
  }

  stop() {
    clearInterval(this.playing);
    this.playing = null;
  }

  setSupercell(counts) {
    this.send('supercell', counts);
  }

  reset() {
    this.eye.reset();
    this.#lead();
    this.invalidate();
  }

  turn(right, down) {
    this.eye.turn(right, down);
    this.#moving();
  }

  magnify(factor) {
    this.eye.magnify(factor);
    this.#moving();
  }

  pan(x, y) {
    this.eye.pan(x, y);
    this.#moving();
  }

  click(x, y, adds) {
    if (!this.data.pickable && !this.measure.active) return;
    const found = this.#at(x, y);
    if (!found) return;
    if (this.measure.active) {
      this.measure.take(found.atom);
      this.#refresh();
      return;
    }
    const { site } = found.atom;
    const was = this.selected.has(site);
    if (!adds) this.selected.clear();
    if (was) this.selected.delete(site);
    else this.selected.add(site);
    this.#chose();
  }

  chooseElement({ sites }, adds) {
    const all = sites.every((site) => this.selected.has(site));
    if (!adds) this.selected.clear();
    sites.forEach((site) => (all ? this.selected.delete(site) : this.selected.add(site)));
    this.#chose();
  }

  clearSelection() {
    if (this.measure.active) {
      this.measure.clear();
      this.#refresh();
      return;
    }
    if (!this.selected.size) return;
    this.selected.clear();
    this.#chose();
  }

  hover(x, y) {
    const found = this.#at(x, y);
    this.stage.classList.toggle('over-atom', Boolean(found) && (this.data.pickable || this.measure.active));
    if (!found) {
      this.hideTip();
      return;
    }
    const { site, element, masked } = found.atom;
    const place = this.data.coordinates[site].map((value) => value.toFixed(3)).join('  ');
    this.tip.textContent = `${masked ? 'masked site' : element} ${site}   ${place}`;
    this.tip.hidden = false;
    const room = this.stage.clientWidth - this.tip.offsetWidth - 8;
    this.tip.style.left = `${Math.max(4, Math.min(room, x + 14))}px`;
    this.tip.style.top = `${Math.max(4, y - 32)}px`;
  }

  /** Where atoms can be clicked, in pixels of the stage; what tests steer by. */
  clickable() {
    const places = this.#places();
    return places
      .filter((place) => !hidden(place, places, this.pixelsPerAngstrom))
      .map(({ atom, x, y }) => ({ site: atom.site, element: atom.element, x, y }));
  }

  hideTip() {
    this.tip.hidden = true;
  }

  download() {
    const { width, height } = this.#size();
    const ratio = Math.max(2, Math.min(4, 2000 / width));
    const picture = make('canvas', { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    const context = picture.getContext('2d');
    context.fillStyle = this.theme.background;
    context.fillRect(0, 0, picture.width, picture.height);
    const bitmap = this.#render(ratio);
    if (!bitmap) return;
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    this.#write(context, ratio, this.shown.labels);
    context.setTransform(ratio, 0, 0, ratio, 0, (height - AXES_PIXELS) * ratio);
    drawAxes(context, this.scene.camera, this.data.scene.lattice, this.theme);
    picture.toBlob((blob) => {
      const address = URL.createObjectURL(blob);
      const link = make('a', { href: address, download: `${this.data.name.replace(/\W+/g, '') || 'crystal'}.png` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    });
  }

  /** Draws at the next frame; many wishes make one picture. */
  invalidate() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null;
      this.#draw();
    });
  }

  destroy() {
    this.abort.abort();
    this.stop();
    views.delete(this);
    this.resized.disconnect();
    this.seen.disconnect();
    clearTimeout(this.resting);
    if (this.pending) cancelAnimationFrame(this.pending);
    this.scene.onDestroy();
    this.leave();
    this.frame.remove();
  }

  /** Turns the viewers that are linked to this one likewise. */
  #lead() {
    if (!this.data.link) return;
    for (const other of views) {
      if (other === this || other.data?.link !== this.data.link) continue;
      other.eye.orientation.copy(this.eye.orientation);
      other.eye.zoom = this.eye.zoom;
      other.invalidate();
    }
  }

  /** Gives the renderer what is to be seen now. */
  #show() {
    const whole = this.data.frames[this.frameAt]?.scene ?? this.data.scene;
    const scene = filtered(whole, this);
    this.centres = centres(whole);
    this.scene.show(scene);
    this.atoms = drawnAtoms(scene);
    // The crystal keeps its place while parts of it are hidden or it is played back.
    const all = [this.data.scene, ...this.data.frames.map((frame) => frame.scene)].map((one) => extent(drawnAtoms(one), one));
    this.reach = {
      inside: Math.max(...all.map(({ inside }) => inside)),
      withOutside: Math.max(...all.map(({ withOutside }) => withOutside)),
    };
  }

  #at(x, y) {
    return atomAt(this.#places(), x, y, this.pixelsPerAngstrom);
  }

  #places() {
    const { width, height } = this.#size();
    const shown = this.atoms.filter((atom) => atom.group === 'atoms' || this.shown.polyhedra);
    return projected(shown, this.scene.camera, width, height);
  }

  #size() {
    return { width: this.stage.clientWidth, height: this.stage.clientHeight };
  }

  // While something turns, each frame counts; a moment later it is drawn sharp again.
  #moving() {
    this.#lead();
    this.moving = true;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.sharpness = 1;
      this.moving = false;
      this.invalidate();
    }, REST_MS);
    this.invalidate();
  }

  #chose() {
    this.serial += 1;
    this.#refresh();
    this.send('picked', { serial: this.serial, crystal: this.crystal, sites: [...this.selected].sort((a, b) => a - b) });
  }

  #refresh() {
    const hasPolyhedra = this.data.scene.contents.some(
      (group) => group.name === 'polyhedra' && group.contents.length,
    );
    this.panel.update({
      shown: this.shown,
      supercell: this.data.supercell,
      cellLimit: this.data.cell_limit,
      elements: this.data.elements,
      selected: this.selected,
      pickable: this.data.pickable,
      hasPolyhedra,
      centres: this.centres,
      around: this.around,
      size: this.size,
      hiddenElements: this.hiddenElements,
      measuring: this.measure.active,
      measured: this.measure.text(this.data.neighbours),
      frames: this.data.frames,
      frameAt: this.frameAt,
      playing: Boolean(this.playing),
    });
    this.scene.setVisible('bonds', this.shown.bonds);
    this.scene.setVisible('polyhedra', this.shown.polyhedra);
    this.scene.setVisible('outside', this.shown.polyhedra);
    this.scene.setVisible('unit_cell', this.shown.cell);
    this.#drawHalo();
    this.invalidate();
  }

  #drawHalo() {
    const chosen = this.atoms.filter(
      ({ site, group }) => this.selected.has(site) && (group === 'atoms' || this.shown.polyhedra),
    );
    this.scene.setHalo(chosen, this.theme?.accent ?? '#d9480f');
  }

  #readTheme() {
    const style = getComputedStyle(this.stage);
    const read = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
    this.theme = {
      text: read('--st-text-color', '#1b1f24'),
      background: read('--st-background-color', '#ffffff'),
      accent: read('--view-accent', '#d9480f'),
    };
    this.scene.setLineColor(this.theme.text);
    this.#drawHalo();
    this.invalidate();
  }

  #draw() {
    const { width, height } = this.#size();
    if (!this.data || !width || !height || this.visible === false) return;
    const began = performance.now();
    const ratio = pixelRatio() * this.sharpness;
    const bitmap = this.#render(ratio);
    if (!bitmap) return;
    this.picture.transferFromImageBitmap(bitmap);
    this.#drawInk(width, height);
    this.#drawAxes();
    const took = began - (this.drawnAt ?? 0);
    this.drawnAt = began;
    if (this.moving && took > SLOW_FRAME_MS && took < REST_MS * 4) this.sharpness = Math.max(0.5, this.sharpness * 0.9);
    this.frames = (this.frames ?? 0) + 1;
  }

  /** The three-dimensional part of the picture. */
  #render(ratio) {
    const { width, height } = this.#size();
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    const radius = this.shown.polyhedra ? this.reach.withOutside : this.reach.inside;
    this.pixelsPerAngstrom = this.eye.apply(this.scene.camera, radius, width, height);
    this.scene.setPixels(across, down);
    return drawShared(across, down, this.scene, this.sharpness < 1);
  }

  #drawInk(width, height) {
    const { canvas } = this.ink;
    // A slow machine turns without labels, and has them again at rest.
    this.labelled = this.shown.labels && this.sharpness === 1;
    const needed = this.labelled || this.data.masked.length > 0 || this.measure.atoms.length > 0;
    canvas.hidden = !needed;
    if (!needed) return;
    const ratio = pixelRatio();
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    this.#write(this.ink, ratio, this.labelled);
  }

  #write(context, ratio, labels) {
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawInk(context, this.#places(), this.pixelsPerAngstrom, labels);
    const { width, height } = this.#size();
    drawMeasure(context, projected(this.measure.atoms, this.scene.camera, width, height), this.theme);
  }

  #drawAxes() {
    const ratio = pixelRatio();
    this.axes.canvas.width = AXES_PIXELS * ratio;
    this.axes.canvas.height = AXES_PIXELS * ratio;
    this.axes.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawAxes(this.axes, this.scene.camera, this.data.scene.lattice, this.theme);
  }
}

function pixelRatio() {
  return Math.min(2, window.devicePixelRatio || 1);
}
