// What is measured between clicked atoms: coordination, distance, angle, torsion.

const MOST = 4;

export class Measure {
  constructor() {
    this.active = false;
    this.atoms = [];
  }

  toggle() {
    this.active = !this.active;
    this.atoms = [];
  }

  clear() {
    this.atoms = [];
  }

  /** Adds an atom, or takes the last one away where it is clicked again. */
  take(atom) {
    if (this.atoms.at(-1)?.world.distanceTo(atom.world) < 1e-6) this.atoms.pop();
    else if (this.atoms.length === MOST) this.atoms = [atom];
    else this.atoms.push(atom);
  }

  /** The result as a sentence; `neighbours` are bond lengths by site. */
  text(neighbours) {
    const names = this.atoms.map(({ element, site, masked }) => `${masked ? '?' : element}${site}`);
    const points = this.atoms.map(({ world }) => world);
    if (!points.length) return 'Click an atom for its coordination, two for a distance, three for an angle, four for a torsion';
    if (points.length === 1) return `${names[0]}: ${coordination(neighbours[this.atoms[0].site] ?? [])}`;
    const chain = names.join('–');
    if (points.length === 2) return `${chain}: ${points[0].distanceTo(points[1]).toFixed(3)} Å`;
    if (points.length === 3) return `${chain}: ${angle(...points).toFixed(1)}°`;
    return `${chain}: torsion ${torsion(...points).toFixed(1)}°`.replace('-', '−');
  }
}

function coordination(lengths) {
  if (!lengths.length) return 'no bonded neighbour';
  const count = `coordination ${lengths.length}`;
  const [shortest, longest] = [lengths[0], lengths.at(-1)].map((length) => length.toFixed(3));
  if (shortest === longest) return `${count}, ${lengths.length > 1 ? 'every bond' : 'bond'} ${shortest} Å`;
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  return `${count}, mean bond ${mean.toFixed(3)} Å, ${shortest} to ${longest} Å`;
}

function angle(first, middle, last) {
  return (first.clone().sub(middle).angleTo(last.clone().sub(middle)) * 180) / Math.PI;
}

function torsion(a, b, c, d) {
  const axis = c.clone().sub(b);
  const one = b.clone().sub(a).cross(axis);
  const other = axis.clone().cross(d.clone().sub(c));
  const sign = Math.sign(one.clone().cross(other).dot(axis)) || 1;
  return (sign * one.angleTo(other) * 180) / Math.PI;
}
