// The controls around the picture: toolbar above, legend and what is chosen below.
import { ICONS, icon, make } from './dom.js';

const LAYERS = [
  ['bonds', 'Bonds'],
  ['polyhedra', 'Polyhedra'],
  ['cell', 'Cell'],
  ['labels', 'Labels'],
];

export class Panel {
  constructor(view) {
    this.view = view;
    this.layers = new Map();
    this.axes = [];
    this.toolbar = make('div', { className: 'toolbar', role: 'toolbar', 'aria-label': 'View' });
    this.legend = make('div', { className: 'legend', role: 'group', 'aria-label': 'Elements' });
    this.chosen = make('div', { className: 'chosen', role: 'status', 'aria-live': 'polite' });
    this.toolbar.append(this.#layerButtons(), this.#cellCounts(), this.#actions());
  }

  #layerButtons() {
    const group = make('div', { className: 'group', role: 'group', 'aria-label': 'Shown' });
    for (const [name, title] of LAYERS) {
      const button = this.#button(name, title, () => this.view.toggleLayer(name));
      button.setAttribute('aria-pressed', 'false');
      this.layers.set(name, button);
      group.append(button);
    }
    return group;
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

  update({ shown, supercell, cellLimit, hasPolyhedra, elements, selected, pickable }) {
    for (const [name, button] of this.layers) button.setAttribute('aria-pressed', String(Boolean(shown[name])));
    const polyhedra = this.layers.get('polyhedra');
    polyhedra.disabled = !hasPolyhedra;
    polyhedra.title = hasPolyhedra ? 'Polyhedra' : 'No atom here has a polyhedron around it';
    this.axes.forEach((select, index) => {
      select.value = String(supercell[index]);
      const others = supercell.reduce((product, count, at) => (at === index ? product : product * count), 1);
      for (const option of select.options) option.disabled = Number(option.value) * others > cellLimit;
    });
    this.#drawLegend(elements, selected, pickable);
    this.#drawChosen(elements, selected, pickable);
  }

  #drawLegend(elements, selected, pickable) {
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
      return chip;
    });
    // The focus stays on its chip although the chips are new.
    const at = [...this.legend.children].indexOf(this.legend.getRootNode().activeElement);
    this.legend.replaceChildren(...chips);
    if (at >= 0) chips[at]?.focus();
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
