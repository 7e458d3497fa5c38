// Ranked bars and a periodic table of one distribution; a click on an element tells Python.
//
// Plain elements of HTML instead of charts: they are there as soon as the answer is.

const shown = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  let odds = shown.get(parentElement);
  if (!odds) {
    odds = build(parentElement.querySelector(".odds"));
    shown.set(parentElement, odds);
  }
  odds.tell = (symbol) => setTriggerValue("clicked", symbol);
  odds.show(data);
}

function build(root) {
  const odds = { at: null, buttons: new Map(), tell: () => {} };
  const bars = add(root, "ol", { class: "bars", "aria-label": "The likeliest elements" });
  const side = add(root, "div", { class: "side" });
  const table = add(side, "div", { class: "table", role: "grid" });
  const scale = add(side, "div", { class: "scale", "aria-hidden": "true" });
  const remark = add(side, "p", { class: "remark", "aria-live": "polite" });
  const rows = new Map();
  table.addEventListener("keydown", move);
  root.addEventListener("mouseleave", () => say(null));

  odds.show = (data) => {
    odds.data = data;
    for (const [name, colour] of Object.entries(data.colours)) {
      root.style.setProperty(`--odds-${name}`, colour);
    }
    bars.replaceChildren(...data.bars.map(bar));
    table.setAttribute("aria-label", data.label);
    data.cells.forEach(cell);
    scale.replaceChildren();
    add(scale, "span", {}, data.scale.low);
    add(scale, "i", {}).style.background = `linear-gradient(to right, ${data.scale.colours.join(", ")})`;
    add(scale, "span", {}, data.scale.high);
    say(null);
  };

  function bar({ symbol, text, share, spread, barred, remark: said }) {
    const line = document.createElement("li");
    line.classList.toggle("barred", barred);
    add(line, barred ? "s" : "b", {}, symbol);
    const track = add(line, "span", { class: "track" });
    const fill = add(track, "i", {});
    fill.style.flexBasis = `calc((100% - 4rem) * ${share})`;
    if (spread) {
      const whisker = add(fill, "em", {});
      whisker.style.width = `${(200 * spread) / share}%`;
      whisker.style.right = `${(-100 * spread) / share}%`;
    }
    const number = add(track, "span", {}, text);
    if (spread) {
      number.style.marginLeft = `calc((100% - 4rem) * ${spread})`;
    }
    line.addEventListener("mouseenter", () => say(said));
    return line;
  }

  function cell(element) {
    let button = odds.buttons.get(element.symbol)?.button;
    if (!button) {
      if (!rows.has(element.row)) {
        rows.set(element.row, add(table, "div", { role: "row" }));
      }
      button = add(rows.get(element.row), "button", { type: "button", role: "gridcell" });
      button.style.gridColumn = element.column;
      // One row below the gap that sets the f-block apart.
      button.style.gridRow = element.row + (element.row >= 8 ? 1 : 0);
      const now = () => odds.buttons.get(element.symbol).element;
      button.addEventListener("click", () => {
        visit(now());
        if (odds.data.clickable && !now().unavailable) {
          odds.tell(element.symbol);
        }
      });
      button.addEventListener("focus", () => visit(now()));
      button.addEventListener("mouseenter", () => say(now().remark));
      odds.at = odds.at ?? element.symbol;
      button.tabIndex = element.symbol === odds.at ? 0 : -1;
    }
    button.replaceChildren();
    add(button, element.barred ? "s" : "span", {}, element.symbol);
    button.style.background = element.background;
    button.style.color = element.ink;
    button.classList.toggle("here", element.here);
    button.classList.toggle("clickable", odds.data.clickable && !element.unavailable);
    button.setAttribute("aria-label", element.remark.join(". "));
    odds.buttons.set(element.symbol, { button, element });
  }

  function visit(element) {
    odds.buttons.get(odds.at).button.tabIndex = -1;
    odds.at = element.symbol;
    odds.buttons.get(odds.at).button.tabIndex = 0;
    say(element.remark);
  }

  function say(lines) {
    remark.replaceChildren();
    const [first, ...others] = lines ?? ["", odds.data.hint];
    add(remark, "b", {}, first);
    for (const line of others) {
      add(remark, "span", {}, line);
    }
  }

  function move(event) {
    const step = {
      ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0],
    }[event.key];
    if (!step) {
      return;
    }
    event.preventDefault();
    const { row, column } = odds.buttons.get(odds.at).element;
    const ahead = [...odds.buttons.values()].filter(({ element }) =>
      step[0]
        ? (element.row - row) * step[0] > 0
        : element.row === row && (element.column - column) * step[1] > 0,
    );
    const cost = ({ element }) =>
      Math.abs(element.row - row) * 30 + Math.abs(element.column - column);
    ahead.sort((first, second) => cost(first) - cost(second))[0]?.button.focus();
  }

  return odds;
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
