// The controls around the picture: toolbar above, legend and what is chosen below.
import { ICONS, icon, make } from './dom.js';

const LAYERS = [
  ['bonds', 'Bonds'],
  ['polyhedra', 'Polyhedra'],
  ['cell', 'Cell'],
  ['labels', 'Labels'],
];

const SIZES = [
  ['0.6', 'small'],
  ['1', 'medium'],
  ['1.5', 'large'],
];

export class Panel {
  constructor(view) {
    this.view = view;
    this.layers = new Map();
    this.axes = [];
    this.toolbar = make('div', { className: 'toolbar', role: 'toolbar', 'aria-label': 'View' });
    this.legend = make('div', { className: 'legend', role: 'group', 'aria-label': 'Elements' });
    this.chosen = make('div', { className: 'chosen', role: 'status', 'aria-live': 'polite' });
    this.toolbar.append(this.#layerButtons(), this.#choices(), this.#cellCounts(), this.#actions());
    this.player = this.#player();
  }

  #layerButtons() {
    const group = make('div', { className: 'group', role: 'group', 'aria-label': 'Shown' });
    for (const [name, title] of LAYERS) {
      const button = this.#button(name, title, () => this.view.toggleLayer(name));
      button.setAttribute('aria-pressed', 'false');
      this.layers.set(name, button);
      group.append(button);
    }
    this.measure = this.#button('measure', 'Measure', () => this.view.toggleMeasure(), 'Measure distances, angles and coordination');
    group.append(this.measure);
    return group;
  }

  #choices() {
    this.around = make('select', { 'aria-label': 'Polyhedra around', title: 'Polyhedra around', hidden: '' });
    this.around.addEventListener('change', () => this.view.setAround(this.around.value));
    this.size = make('select', { 'aria-label': 'Size of atoms', title: 'Size of atoms' });
    for (const [value, text] of SIZES) this.size.append(make('option', { value, text }));
    this.size.addEventListener('change', () => this.view.setSize(Number(this.size.value)));
    return make('div', { className: 'group', role: 'group', 'aria-label': 'Atoms' }, this.around, this.size);
  }

  #player() {
    this.start = this.#button('play', '', () => this.view.play(), 'Play the relaxation');
    this.at = make('input', { type: 'range', min: '0', step: '1', 'aria-label': 'Step of the relaxation' });
    this.at.addEventListener('input', () => {
      this.view.stop();
      this.view.setFrame(Number(this.at.value));
    });
    this.caption = make('span', { className: 'hint' });
    return make('div', { className: 'player', role: 'group', 'aria-label': 'Relaxation', hidden: '' }, this.start, this.at, this.caption);
  }

  #updatePlayer(frames, frameAt, playing) {
    this.player.hidden = frames.length < 2;
    if (this.player.hidden) return;
    this.at.max = String(frames.length - 1);
    this.at.value = String(frameAt);
    this.at.setAttribute('aria-valuetext', frames[frameAt].caption);
    this.caption.textContent = frames[frameAt].caption;
    this.start.setAttribute('aria-pressed', String(playing));
    const hint = playing ? 'Stop' : 'Play the relaxation';
    this.start.title = hint;
    this.start.setAttribute('aria-label', hint);
  }

  #updateAround(centres, around, shown) {
    this.around.hidden = !shown || centres.length < 2;
    const options = [['', 'all'], ...centres.map((symbol) => [symbol, symbol])];
    this.around.replaceChildren(...options.map(([value, text]) => make('option', { value, text })));
    this.around.value = around;
  }

  #cellCounts() {
    const group = make('div', { className: 'group cells', role: 'group', 'aria-label': 'Cells shown' });
    group.append(make('span', { className: 'hint', text: 'Cells', 'aria-hidden': 'true' }));
    for (const [index, axis] of ['a', 'b', 'c'].entries()) {
      if (index) group.append(make('span', { className: 'times', text: '×', 'aria-hidden': 'true' }));
      const select = make('select', { 'aria-label': `Cells along ${axis}`, title: `Cells along ${axis}` });
      for (const count of [1, 2, 3]) select.append(make('option', { value: count, text: String(count) }));
      select.addEventListener('change', () => this.view.setSupercell(this.axes.map((one) => Number(one.value))));
      this.axes.push(select);
      group.append(select);
    }
    return group;
  }

  #actions() {
    return make(
      'div',
      { className: 'group end', role: 'group', 'aria-label': 'Picture' },
      this.#button('reset', 'Reset', () => this.view.reset(), 'Reset view (R)'),
      this.#button('picture', 'PNG', () => this.view.download(), 'Save the view as PNG'),
    );
  }

  #button(name, title, act, hint = title) {
    const button = make('button', { type: 'button', title: hint, 'aria-label': hint, 'data-name': name });
    button.append(icon(...ICONS[name]), make('span', { text: title }));
    button.addEventListener('click', act);
    return button;
  }

  update(state) {
    const { shown, supercell, cellLimit, hasPolyhedra, elements, selected, pickable } = state;
    this.measure.setAttribute('aria-pressed', String(state.measuring));
    this.size.value = String(state.size);
    this.#updateAround(state.centres, state.around, shown.polyhedra);
    this.#updatePlayer(state.frames, state.frameAt, state.playing);
    for (const [name, button] of this.layers) button.setAttribute('aria-pressed', String(Boolean(shown[name])));
    const polyhedra = this.layers.get('polyhedra');
    polyhedra.disabled = !hasPolyhedra;
    polyhedra.title = hasPolyhedra ? 'Polyhedra' : 'No atom here has a polyhedron around it';
    this.axes.forEach((select, index) => {
      select.value = String(supercell[index]);
      const others = supercell.reduce((product, count, at) => (at === index ? product : product * count), 1);
      for (const option of select.options) option.disabled = Number(option.value) * others > cellLimit;
    });
    this.#drawLegend(elements, selected, pickable, state.hiddenElements);
    if (state.measuring) this.#drawMeasured(state.measured);
    else this.#drawChosen(elements, selected, pickable);
  }

  #drawLegend(elements, selected, pickable, hiddenElements) {
    const chips = elements.map((element) => {
      const all = element.sites.length > 0 && element.sites.every((site) => selected.has(site));
      const what = element.masked ? 'masked sites' : `all ${element.symbol}`;
      const chip = make('button', {
        type: 'button',
        className: element.masked ? 'chip masked' : 'chip',
        'aria-pressed': String(all),
        'aria-label': pickable ? `Choose ${what} (${element.sites.length})` : `${element.symbol}: ${element.sites.length}`,
        title: pickable ? `Choose ${what}; with shift, in addition` : '',
      });
      const swatch = make('i', { 'aria-hidden': 'true', text: element.masked ? '?' : '' });
      // A colour that is not one is refused by the style property itself.
      swatch.style.backgroundColor = element.color;
      chip.append(swatch, make('b', { text: element.masked ? 'masked' : element.symbol }));
      chip.append(make('span', { text: String(element.sites.length) }));
      chip.disabled = !pickable;
      chip.addEventListener('click', (event) => this.view.chooseElement(element, event.shiftKey));
      // Both in one, so that no line ends between them.
      const entry = make('span', { className: 'element' });
      entry.append(chip);
      if (elements.length > 1) entry.append(this.#eye(element, hiddenElements.has(element.symbol)));
      return entry;
    });
    // The focus stays on its button although the buttons are new.
    const buttons = () => [...this.legend.querySelectorAll('button')];
    const at = buttons().indexOf(this.legend.getRootNode().activeElement);
    this.legend.replaceChildren(...chips);
    if (at >= 0) buttons()[at]?.focus();
  }

  #eye({ symbol }, isHidden) {
    const what = symbol === '?' ? 'masked sites' : symbol;
    const hint = `${isHidden ? 'Show' : 'Hide'} ${what}`;
    const eye = make('button', {
      type: 'button', className: 'eye', title: hint, 'aria-label': hint, 'aria-pressed': String(isHidden),
    });
    eye.append(icon(...ICONS.eye));
    eye.addEventListener('click', () => this.view.toggleElement(symbol));
    return eye;
  }

  #drawMeasured(text) {
    this.chosen.replaceChildren(make('span', { className: 'measured', text }));
  }

  #drawChosen(elements, selected, pickable) {
    this.chosen.replaceChildren();
    if (!pickable) return;
    if (!selected.size) {
      this.chosen.append(make('span', { className: 'hint', text: 'Click an atom to choose it, shift-click for more' }));
      return;
    }
    const names = elements
      .map(({ symbol, sites, masked }) => {
        const picked = sites.filter((site) => selected.has(site));
        return picked.length ? `${masked ? '?' : symbol} ${picked.join(', ')}` : '';
      })
      .filter(Boolean);
    const sites = selected.size === 1 ? '1 site' : `${selected.size} sites`;
    const clear = make('button', { type: 'button', className: 'clear', text: 'Clear', title: 'Clear the choice (Esc)' });
    clear.addEventListener('click', () => this.view.clearSelection());
    this.chosen.append(
      make('b', { text: sites }),
      make('span', { className: 'names', text: names.join(' · '), title: names.join(' · ') }),
      clear,
    );
  }
}
