// The choices along a crystal, reshaped by temperature and nucleus in the browser: every
// distribution came once, at τ = 1 and P = 1, so a slider asks nobody.

const kept = new WeakMap();
const MOST_BARS = 40;
const WORDS = {
  spacegroup: "space group", whole: "length, whole Å", tenth: "length, tenths of Å",
  angle: "angle, degrees", element: "element", letter: "Wyckoff letter", digit: "digit",
  x: "coordinate x", y: "coordinate y", z: "coordinate z", end: "end", separator: "what comes next",
};
const ORDERED = new Set(["whole", "tenth", "angle", "digit", "x", "y", "z"]);

export default function ({ parentElement, data, setTriggerValue }) {
  let view = kept.get(parentElement);
  if (!view) {
    view = build(parentElement.querySelector(".reshape"));
    kept.set(parentElement, view);
  }
  view.take = (value) => setTriggerValue("taken", value);
  view.show(data);
}

// Probabilities at a temperature, zero outside the nucleus: the smallest set of likeliest
// choices that holds at least topP; as crystal_llm.generation.sampling.nucleus.
export function reshaped(logs, temperature, topP) {
  const highest = Math.max(...logs);
  const weights = logs.map((value) => Math.exp((value - highest) / temperature));
  const sum = weights.reduce((a, b) => a + b, 0);
  const shares = weights.map((value) => value / sum);
  if (topP >= 1) return shares;
  const order = shares.map((_, place) => place).sort((a, b) => shares[b] - shares[a] || a - b);
  const within = new Array(shares.length).fill(0);
  let before = 0;
  for (const place of order) {
    if (before >= topP) break;
    within[place] = shares[place];
    before += shares[place];
  }
  const total = within.reduce((a, b) => a + b, 0);
  return within.map((value) => value / total);
}

export function entropyBits(shares) {
  return -shares.reduce((sum, value) => sum + (value > 0 ? value * Math.log2(value) : 0), 0);
}

function build(root) {
  const view = { id: null, place: 0, temperature: 1, topP: 1, take: () => {} };
  let data = null;
  let parts = null;

  view.show = (next) => {
    for (const [name, colour] of Object.entries(next.colours)) {
      root.style.setProperty(`--reshape-${name}`, colour);
    }
    data = next;
    if (view.id !== next.id) {
      if (view.id === null) {
        view.temperature = next.temperature;
        view.topP = next.topP;
      }
      view.id = next.id;
      view.place = firstElement(next.choices);
      draw();
    }
    paint();
  };

  function draw() {
    root.replaceChildren();
    const sliders = add(root, "div", { class: "sliders" });
    parts = {
      temperature: slider(sliders, "Temperature τ", 0.05, 2, 0.01, "sharper", "flatter", (value) => { view.temperature = value; }),
      topP: slider(sliders, "Nucleus size P", 0.05, 1, 0.01, "likeliest alone", "all choices", (value) => { view.topP = value; }),
    };
    parts.temperature.value = view.temperature;
    parts.topP.value = view.topP;
    const panes = add(root, "div", { class: "panes" });
    const left = add(panes, "div");
    add(left, "h5", {}, "The crystal as it is written");
    const text = add(left, "div", { class: "text", role: "group", "aria-label": "Places of the crystal" });
    parts.chips = [];
    let line = null;
    let row = null;
    data.choices.forEach((choice, place) => {
      if (choice.line !== line) {
        line = choice.line;
        row = add(text, "div", { class: "line" });
        add(row, "span", { class: "number" }, String(line + 1));
      }
      const chip = add(row, "button", { type: "button", class: "chip", title: word(choice) }, choice.written);
      chip.addEventListener("click", () => go(place));
      chip.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        go(Math.min(Math.max(place + step, 0), data.choices.length - 1));
        parts.chips[view.place].focus();
      });
      parts.chips.push(chip);
    });
    const right = add(panes, "div");
    parts.heading = add(right, "h5");
    parts.told = add(right, "div", { class: "told", "aria-live": "polite" });
    parts.bars = add(right, "div");
    const legend = add(right, "div", { class: "legend" });
    for (const [colour, said] of [["candidate", "what was written"], ["known", "in the nucleus"], ["grid", "outside: never drawn"]]) {
      const one = add(legend, "span");
      add(one, "i", { style: `background: var(--reshape-${colour})` });
      one.append(said);
    }
    const mark = add(legend, "span");
    mark.append("─ the model's own probability (τ = P = 1)");
    add(root, "h5", { style: "margin-top: 0.9rem" }, "Entropy along the crystal (bits): how open each choice is");
    parts.line = add(root, "div");
    const foot = add(root, "div", { class: "foot" });
    const use = add(foot, "button", { type: "button" }, "Generate with this τ and P");
    use.addEventListener("click", () => view.take({ temperature: view.temperature, topP: view.topP }));
  }

  function slider(parent, label, least, most, step, low, high, set) {
    const field = add(parent, "label");
    const said = add(field, "div", { class: "said" });
    add(said, "span", {}, label);
    const output = add(said, "output");
    const input = add(field, "input", { type: "range", min: least, max: most, step, "aria-label": label });
    const scale = add(field, "div", { class: "scale" });
    add(scale, "span", {}, low);
    add(scale, "span", {}, high);
    const control = {
      set value(value) { input.value = value; output.textContent = Number(value).toFixed(2); },
    };
    input.addEventListener("input", () => {
      output.textContent = Number(input.value).toFixed(2);
      set(Number(input.value));
      paint();
    });
    return control;
  }

  function go(place) {
    view.place = place;
    paint();
  }

  function paint() {
    const shapes = data.choices.map((choice) => reshaped(choice.logs, view.temperature, view.topP));
    const entropies = shapes.map(entropyBits);
    const most = Math.max(...data.choices.map((choice) => choice.entropy), 1);
    parts.chips.forEach((chip, place) => {
      chip.setAttribute("aria-pressed", String(place === view.place));
      chip.style.setProperty("--share", `${Math.round((100 * Math.min(entropies[place], most)) / most)}%`);
    });
    const choice = data.choices[view.place];
    const shares = shapes[view.place];
    const open = shares.filter((value) => value > 0).length;
    const at = choice.labels.indexOf(choice.written);
    parts.heading.textContent = `Line ${choice.line + 1}, ${word(choice)}`;
    parts.told.replaceChildren();
    for (const [strong, plain] of [
      [String(open), ` of ${choice.labels.length} choices in the nucleus · entropy `],
      [`${entropies[view.place].toFixed(2)} bits`, ` (${choice.entropy.toFixed(2)} at τ = P = 1) · ${choice.written} at `],
      [percent(shares[at]), shares[at] === 0 ? ": it would not be drawn" : ""],
    ]) {
      add(parts.told, "b", {}, strong);
      parts.told.append(plain);
    }
    paintBars(choice, shares);
    paintLine(entropies);
    root.dataset.open = String(open);
    root.dataset.entropy = entropies[view.place].toFixed(6);
  }

  function paintBars(choice, shares) {
    const own = reshaped(choice.logs, 1, 1);
    let shown = choice.labels.map((_, place) => place);
    if (shown.length > MOST_BARS || !ORDERED.has(choice.kind)) {
      const likely = [...shown].sort((a, b) => Math.max(own[b], shares[b]) - Math.max(own[a], shares[a]) || a - b);
      const written = choice.labels.indexOf(choice.written);
      const most = ORDERED.has(choice.kind) ? MOST_BARS : 24;
      const first = likely.slice(0, most);
      if (!first.includes(written)) first[first.length - 1] = written;
      shown = ORDERED.has(choice.kind) ? first.sort((a, b) => a - b) : first;
    }
    const width = Math.max(parts.bars.clientWidth, 260);
    const height = 230;
    const floor = height - 34;
    const step = width / shown.length;
    const top = Math.max(...shown.map((place) => Math.max(own[place], shares[place])), 1e-9);
    const every = Math.ceil(30 / step);
    const marks = shown.map((place, column) => {
      const left = column * step;
      const room = Math.max(step - 3, 2);
      const bar = (value) => (value / top) * (floor - 18);
      const outside = shares[place] === 0;
      const colour = outside ? "grid" : choice.labels[place] === choice.written ? "candidate" : "known";
      const tall = Math.max(outside ? bar(own[place]) : bar(shares[place]), 1);
      const label = column % every === 0 || choice.labels[place] === choice.written;
      const number = step > 34 && !outside ? `<text x="${left + room / 2}" y="${floor - Math.max(tall, bar(own[place])) - 5}" text-anchor="middle" class="faint">${percent(shares[place])}</text>` : "";
      const line = floor - bar(own[place]);
      return `<g data-label="${escape(choice.labels[place])}" data-share="${shares[place].toFixed(6)}"><title>${escape(choice.labels[place])}: ${percent(shares[place])} (${percent(own[place])} at τ = P = 1)</title>` +
        `<rect x="${left}" y="0" width="${step}" height="${floor}" fill="transparent"/>` +
        `<rect x="${left}" y="${floor - tall}" width="${room}" height="${tall}" rx="2" fill="var(--reshape-${colour})"/>` +
        `<line x1="${left - 1}" x2="${left + room + 1}" y1="${line}" y2="${line}" stroke="var(--st-background-color)" stroke-width="4"/>` +
        `<line x1="${left - 1}" x2="${left + room + 1}" y1="${line}" y2="${line}" stroke="var(--reshape-line)" stroke-width="1.5"/>` +
        number +
        (label ? `<text x="${left + room / 2}" y="${floor + 15}" text-anchor="middle" ${outside ? 'class="faint"' : ""}>${escape(choice.labels[place])}</text>` : "") + "</g>";
    });
    const left = choice.labels.length - shown.length;
    const rest = left ? `<text x="${width}" y="${height - 2}" text-anchor="end" class="faint">${left} less likely choices not drawn</text>` : "";
    parts.bars.innerHTML = `<svg viewBox="0 0 ${width} ${height}" height="${height}" role="img" aria-label="Probabilities of the choices">${marks.join("")}${rest}</svg>`;
  }

  function paintLine(entropies) {
    const width = Math.max(parts.line.clientWidth, 260);
    const height = 164;
    const own = data.choices.map((choice) => choice.entropy);
    const most = Math.max(...own, ...entropies, 1);
    const x = (place) => 34 + (place + 0.5) * ((width - 40) / own.length);
    const y = (value) => height - 22 - (value / most) * (height - 48);
    const path = (values) => values.map((value, place) => `${place ? "L" : "M"}${x(place).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    const ticks = [0, most / 2, most].map((value) => `<line x1="34" x2="${width}" y1="${y(value)}" y2="${y(value)}" stroke="var(--reshape-grid)"/><text x="28" y="${y(value) + 4}" text-anchor="end" class="faint">${value.toFixed(1)}</text>`).join("");
    const dots = entropies.map((value, place) => {
      const choice = data.choices[place];
      const here = place === view.place;
      return `<g class="place" data-place="${place}"><title>line ${choice.line + 1}, ${escape(word(choice))} ${escape(choice.written)}: ${value.toFixed(2)} bits</title>` +
        `<rect x="${x(place) - Math.max((width - 40) / own.length / 2, 4)}" y="0" width="${Math.max((width - 40) / own.length, 8)}" height="${height}" fill="transparent"/>` +
        `<circle cx="${x(place)}" cy="${y(value)}" r="${here ? 5.5 : 3}" fill="var(--reshape-${here ? "candidate" : "known"})"/></g>`;
    });
    const room = (width - 40) / own.length;
    const names = room > 20 ? data.choices.map((choice, place) => `<text x="${x(place)}" y="${height - 5}" text-anchor="middle" class="faint">${escape(choice.written)}</text>`).join("") : `<text x="34" y="${height - 5}" class="faint">place in the text →</text>`;
    parts.line.innerHTML = `<svg viewBox="0 0 ${width} ${height}" height="${height}" role="img" aria-label="Entropy in bits at each place">${ticks}` +
      `<path d="${path(own)}" fill="none" stroke="var(--reshape-line)" stroke-width="1" stroke-dasharray="3 3"/>` +
      `<path d="${path(entropies)}" fill="none" stroke="var(--reshape-known)" stroke-width="1.8"/>${dots.join("")}${names}` +
      `<text x="${width}" y="10" text-anchor="end" class="faint">dashed: at τ = P = 1</text></svg>`;
    for (const one of parts.line.querySelectorAll(".place")) {
      one.addEventListener("click", () => go(Number(one.dataset.place)));
    }
  }

  new ResizeObserver(() => data && parts && paint()).observe(root);
  return view;
}

// Where a reader begins: the element that was most open.
function firstElement(choices) {
  let best = 0;
  choices.forEach((choice, place) => {
    const first = choices[best].kind !== "element";
    if (choice.kind === "element" && (first || choice.entropy > choices[best].entropy)) best = place;
  });
  return best;
}

function word(choice) {
  return WORDS[choice.kind] ?? choice.kind;
}

function percent(value) {
  if (value === 0) return "0%";
  if (value < 0.001) return "<0.1%";
  return value < 0.1 ? `${(100 * value).toFixed(1)}%` : `${Math.round(100 * value)}%`;
}

function escape(text) {
  return String(text).replace(/[&<>"]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[one]);
}

function add(parent, name, attributes = {}, text = null) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== null) element.textContent = text;
  parent.append(element);
  return element;
}
