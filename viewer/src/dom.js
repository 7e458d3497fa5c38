// Elements are made one by one and text is set as text: nothing is ever parsed as HTML.

const SVG = 'http://www.w3.org/2000/svg';

export function make(tag, { className, text, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function icon(...paths) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('aria-hidden', 'true');
  for (const d of paths) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

export const ICONS = {
  bonds: ['M5.2 14.8 14.8 5.2', 'M3 15.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0', 'M13 4.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0'],
  polyhedra: ['M10 2.5 17 10l-7 7.5L3 10z', 'M3 10l7 2 7-2', 'M10 2.5V12v5.5'],
  cell: ['M3 7l7-4 7 4v7l-7 4-7-4z', 'M3 7l7 4 7-4', 'M10 11v7'],
  labels: ['M4 5V3.5h12V5', 'M10 3.5v13', 'M7.5 16.5h5'],
  measure: ['M2.5 13.5 13.5 2.5l4 4-11 11z', 'M6 10l1.6 1.6', 'M9 7l1.6 1.6', 'M12 4l1.6 1.6'],
  play: ['M6 4l10 6-10 6z'],
  eye: ['M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z', 'M8 10a2 2 0 1 0 4 0 2 2 0 1 0-4 0'],
  reset: ['M4 10a6 6 0 1 0 1.8-4.3', 'M6 2.5v3.4h3.4'],
  picture: ['M10 3v9', 'M6.5 9 10 12.5 13.5 9', 'M4 16.5h12'],
};
