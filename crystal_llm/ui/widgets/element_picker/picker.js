// A periodic table whose elements are painted with a mode: mouse, touch and keyboard.
//
// Python sends what is chosen with `serial`, the count of the last choice it has seen, and
// `revision`, which grows when the choice was changed elsewhere (the text field). A late
// answer of Python never undoes a newer click.

const kept = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  let picker = kept.get(parentElement);
  if (!picker) {
    picker = build(parentElement);
    kept.set(parentElement, picker);
  }
  picker.send = (value) => setStateValue("chosen", value);
  picker.show(data);
}

function build(parent) {
  const root = parent.querySelector(".picker");
  const picker = {
    chosen: {}, serial: 0, revision: null, mode: null, at: null, buttons: new Map(), data: null,
    send: () => {},
  };

  picker.show = (data) => {
    const fresh = picker.data === null || layoutOf(picker.data) !== layoutOf(data);
    picker.data = data;
    if (picker.revision !== data.revision || data.serial >= picker.serial) {
      picker.chosen = { ...data.chosen };
      picker.serial = Math.max(picker.serial, data.serial);
      picker.revision = data.revision;
    }
    for (const [name, colour] of Object.entries(data.colours)) {
      root.style.setProperty(`--picker-${name}`, colour);
    }
    if (fresh) {
      draw();
    }
    paint();
  };

  function draw() {
    const { modes, elements } = picker.data;
    root.replaceChildren();
    picker.buttons.clear();
    picker.mode = modes.some((one) => one.name === picker.mode) ? picker.mode : modes[0].name;
    const bar = add(root, "div", { class: "modes" });
    const group = add(bar, "div", { class: "modes", role: "radiogroup", "aria-label": "What a click means" });
    group.style.margin = "0";
    picker.modeButtons = modes.map((mode, index) => {
      const button = add(group, "button", { type: "button", role: "radio", title: mode.help });
      add(button, "span", { class: "swatch", "data-mode": mode.name, "aria-hidden": "true" }, "");
      button.append(mode.label);
      button.addEventListener("click", () => choose(mode.name));
      button.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (step) {
          event.preventDefault();
          const next = (index + step + modes.length) % modes.length;
          choose(modes[next].name);
          picker.modeButtons[next].focus();
        }
      });
      return { name: mode.name, button, focus: () => button.focus() };
    });
    if (modes.length === 1) {
      group.style.display = "none";
    }
    const clear = add(bar, "button", { type: "button", class: "clear" }, "Clear");
    clear.addEventListener("click", () => {
      picker.chosen = {};
      tell();
    });
    const table = add(root, "div", { class: "table", role: "grid", "aria-label": picker.data.label });
    let row = null;
    let number = 0;
    for (const element of [...elements].sort((a, b) => a.row - b.row || a.column - b.column)) {
      if (element.row !== number) {
        number = element.row;
        if (number === 8) {
          add(table, "div", { class: "gap", "aria-hidden": "true" });
        }
        row = add(table, "div", { role: "row" });
        row.style.display = "contents";
      }
      const button = add(row, "button", { type: "button", role: "gridcell", tabindex: "-1" }, element.symbol);
      button.style.gridColumn = element.column;
      // One row below the gap that sets the f-block apart.
      button.style.gridRow = element.row + (element.row >= 8 ? 1 : 0);
      button.addEventListener("click", () => toggle(element));
      button.addEventListener("focus", () => visit(element));
      button.addEventListener("mouseenter", () => say(element));
      picker.buttons.set(element.symbol, { button, element });
    }
    table.querySelector(".gap")?.style.setProperty("grid-row", "8");
    table.addEventListener("keydown", (event) => move(event));
    table.addEventListener("mouseleave", () => say(null));
    picker.told = add(root, "p", { class: "told", "aria-live": "polite" });
    picker.at = picker.buttons.has(picker.at) ? picker.at : elements[0].symbol;
    picker.buttons.get(picker.at).button.tabIndex = 0;
  }

  function choose(mode) {
    picker.mode = mode;
    paint();
  }

  function toggle(element) {
    if (element.reason) {
      say(element);
      return;
    }
    if (picker.chosen[element.symbol] === picker.mode) {
      delete picker.chosen[element.symbol];
    } else {
      picker.chosen[element.symbol] = picker.mode;
    }
    visit(element);
    tell();
  }

  function tell() {
    picker.serial += 1;
    paint();
    picker.send({ chosen: { ...picker.chosen }, serial: picker.serial });
  }

  function visit(element) {
    picker.buttons.get(picker.at).button.tabIndex = -1;
    picker.at = element.symbol;
    picker.buttons.get(picker.at).button.tabIndex = 0;
    say(element);
  }

  function say(element) {
    if (!element) {
      picker.told.textContent = picker.data.hint;
      return;
    }
    const mode = picker.chosen[element.symbol];
    const label = picker.data.modes.find((one) => one.name === mode)?.label.toLowerCase();
    const more = element.reason || label || "";
    picker.told.textContent = `${element.number} ${element.name}${more ? ` – ${more}` : ""}`;
  }

  function move(event) {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (!step) {
      return;
    }
    event.preventDefault();
    const { row, column } = picker.buttons.get(picker.at).element;
    const all = [...picker.buttons.values()].map((one) => one.element);
    const ahead = all.filter((one) =>
      step[0] ? (one.row - row) * step[0] > 0 : one.row === row && (one.column - column) * step[1] > 0,
    );
    const cost = (one) => Math.abs(one.row - row) * 30 + Math.abs(one.column - column);
    const next = ahead.sort((a, b) => cost(a) - cost(b))[0];
    if (next) {
      picker.buttons.get(next.symbol).button.focus();
    }
  }

  function paint() {
    for (const { button, element } of picker.buttons.values()) {
      const mode = picker.chosen[element.symbol];
      const label = picker.data.modes.find((one) => one.name === mode)?.label;
      if (mode) {
        button.dataset.mode = mode;
      } else {
        delete button.dataset.mode;
      }
      button.setAttribute("aria-selected", String(Boolean(mode)));
      button.setAttribute("aria-disabled", String(Boolean(element.reason)));
      const more = element.reason || label;
      button.setAttribute("aria-label", `${element.name}${more ? `, ${more}` : ""}`);
      button.title = `${element.name}${more ? `: ${more}` : ""}`;
    }
    for (const { name, button } of picker.modeButtons) {
      button.setAttribute("aria-checked", String(name === picker.mode));
      button.tabIndex = name === picker.mode ? 0 : -1;
    }
    if (!picker.told.textContent) {
      say(null);
    }
  }

  return picker;
}

function layoutOf(data) {
  return JSON.stringify([data.modes, data.elements, data.label]);
}

function add(parent, name, attributes = {}, text = undefined) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  if (text !== undefined) {
    made.textContent = text;
  }
  parent.append(made);
  return made;
}
