// What is written over the picture in 2D: labels, question marks of masked atoms, axes.
import { Vector3 } from 'three';
import { hidden } from './atoms.js';

const FONT = 'Inter, system-ui, -apple-system, "Segoe UI", sans-serif';
/** Side of the square in which the axes stand. */
export const AXES_PIXELS = 84;
const AXIS_LENGTH = 26;
// Above so many atoms the check of who stands before whom costs more than a frame.
const OCCLUSION_LIMIT = 400;

export function drawInk(context, places, pixelsPerAngstrom, labels) {
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  drawMasks(context, places, pixelsPerAngstrom);
  if (labels) drawLabels(context, places, pixelsPerAngstrom);
}

function inFront(places, pixelsPerAngstrom) {
  if (places.length > OCCLUSION_LIMIT) return () => true;
  return (place) => !hidden(place, places, pixelsPerAngstrom);
}

function drawMasks(context, places, pixelsPerAngstrom) {
  const masked = places.filter(({ atom }) => atom.masked);
  if (!masked.length) return;
  const shown = masked.filter(inFront(places, pixelsPerAngstrom));
  for (const { atom, x, y } of shown) {
    const radius = atom.radius * pixelsPerAngstrom;
    hatch(context, x, y, radius);
    context.font = `700 ${Math.max(11, radius * 1.15)}px ${FONT}`;
    outlined(context, '?', x, y + radius * 0.04, '#ffffff', '#3a424c');
  }
}

// Slanted lines inside the disc of an atom: "not known", also without colour.
function hatch(context, x, y, radius) {
  context.save();
  context.beginPath();
  context.arc(x, y, radius * 0.97, 0, 2 * Math.PI);
  context.clip();
  context.strokeStyle = 'rgba(255, 255, 255, 0.4)';
  context.lineWidth = Math.max(1, radius * 0.09);
  context.beginPath();
  for (let at = -2 * radius; at <= 2 * radius; at += Math.max(4, radius * 0.36)) {
    context.moveTo(x + at - radius, y + radius);
    context.lineTo(x + at + radius, y - radius);
  }
  context.stroke();
  context.restore();
}

function drawLabels(context, places, pixelsPerAngstrom) {
  const seen = inFront(places, pixelsPerAngstrom);
  for (const place of places) {
    if (place.atom.masked || !seen(place)) continue;
    const size = Math.min(15, Math.max(10, place.atom.radius * pixelsPerAngstrom * 0.62));
    context.font = `600 ${size}px ${FONT}`;
    outlined(context, `${place.atom.element}${place.atom.site}`, place.x, place.y, '#14181d', '#ffffff');
  }
}

function outlined(context, text, x, y, fill, rim) {
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.strokeStyle = rim;
  context.strokeText(text, x, y);
  context.fillStyle = fill;
  context.fillText(text, x, y);
}

// a, b and c; the letter says which, so the colour need not.
export function drawAxes(context, camera, lattice, theme) {
  const middle = { x: AXES_PIXELS / 2, y: AXES_PIXELS / 2 };
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const turn = camera.quaternion.clone().invert();
  const axes = lattice
    .map((vector, index) => ({
      name: 'abc'[index],
      tip: new Vector3(...vector).normalize().applyQuaternion(turn),
    }))
    .sort((one, other) => one.tip.z - other.tip.z);
  context.lineCap = 'round';
  for (const { name, tip } of axes) {
    const x = middle.x + tip.x * AXIS_LENGTH;
    const y = middle.y - tip.y * AXIS_LENGTH;
    context.globalAlpha = tip.z < -0.2 ? 0.55 : 1;
    context.strokeStyle = theme.text;
    context.lineWidth = 1.6;
    context.beginPath();
    context.moveTo(middle.x, middle.y);
    context.lineTo(x, y);
    context.stroke();
    const length = Math.hypot(tip.x, tip.y);
    // An axis that points at the eye has its letter beside it.
    const away = length > 0.25 ? { x: tip.x / length, y: -tip.y / length } : { x: 0.7, y: 0.7 };
    context.font = `italic 600 12px ${FONT}`;
    context.fillStyle = theme.text;
    context.fillText(name, x + away.x * 9, y + away.y * 9);
  }
  context.globalAlpha = 1;
}

/** The clicked atoms of a measurement, joined by a line. */
export function drawMeasure(context, places, theme) {
  if (!places.length) return;
  context.strokeStyle = theme.accent;
  context.lineWidth = 2.5;
  context.setLineDash([6, 4]);
  context.beginPath();
  places.forEach(({ x, y }, index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
  context.setLineDash([]);
  places.forEach(({ x, y }, index) => {
    context.beginPath();
    context.arc(x, y, 8, 0, 2 * Math.PI);
    context.fillStyle = theme.accent;
    context.fill();
    context.font = `700 11px ${FONT}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillStyle = '#ffffff';
    context.fillText(String(index + 1), x, y + 0.5);
  });
}
