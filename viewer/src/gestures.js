// Mouse, touch and keys, turned into words that the view understands.

const CLICK_SLACK = 5; // pixels that a hand moves while it clicks
const TURN = 0.0085; // radians a pixel
const KEY_TURN = Math.PI / 18;
const KEYS = {
  ArrowLeft: (view) => view.turn(-KEY_TURN, 0),
  ArrowRight: (view) => view.turn(KEY_TURN, 0),
  ArrowUp: (view) => view.turn(0, -KEY_TURN),
  ArrowDown: (view) => view.turn(0, KEY_TURN),
  '+': (view) => view.magnify(1.15),
  '=': (view) => view.magnify(1.15),
  '-': (view) => view.magnify(1 / 1.15),
  r: (view) => view.reset(),
  R: (view) => view.reset(),
  Escape: (view) => view.clearSelection(),
};

/** Listens on the stage until `signal` aborts. */
export function listen(stage, view, signal) {
  const fingers = new Map();
  let travelled = 0;
  const options = { signal };

  stage.addEventListener('pointerdown', (event) => {
    if (event.button === 1) return;
    stage.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    if (!fingers.size) travelled = 0;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    view.hideTip();
  }, options);

  stage.addEventListener('pointermove', (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) {
      view.hover(...within(stage, event));
      return;
    }
    const dx = event.clientX - last.x;
    const dy = event.clientY - last.y;
    travelled += Math.hypot(dx, dy);
    if (fingers.size === 2) {
      const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      const before = Math.hypot(last.x - other.x, last.y - other.y);
      const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
      if (before > 0) view.magnify(after / before);
      view.pan(dx / 2, dy / 2);
    } else if (travelled > CLICK_SLACK) {
      if (event.shiftKey || event.buttons === 2) view.pan(dx, dy);
      else view.turn(dx * TURN, dy * TURN);
    }
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }, options);

  stage.addEventListener('pointerup', (event) => {
    const clicked = fingers.size === 1 && travelled <= CLICK_SLACK && event.button === 0;
    fingers.delete(event.pointerId);
    if (!clicked) return;
    // A finger has no shift key: its taps gather atoms.
    const adds = event.shiftKey || event.ctrlKey || event.metaKey || event.pointerType === 'touch';
    view.click(...within(stage, event), adds);
  }, options);

  stage.addEventListener('pointercancel', (event) => fingers.delete(event.pointerId), options);
  stage.addEventListener('pointerleave', () => view.hideTip(), options);
  stage.addEventListener('contextmenu', (event) => event.preventDefault(), options);

  // A page must scroll over a viewer that nobody has touched.
  stage.addEventListener('wheel', (event) => {
    const focused = stage.getRootNode().activeElement === stage;
    if (!focused && !event.ctrlKey) return;
    event.preventDefault();
    view.magnify(Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) * 0.004));
  }, { signal, passive: false });

  stage.addEventListener('keydown', (event) => {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    // Streamlit has shortcuts of its own on single letters.
    event.stopPropagation();
    act(view);
  }, options);
}

function within(stage, event) {
  const box = stage.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}
