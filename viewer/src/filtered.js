// A scene with what is hidden left out, and atoms of the size that was asked for.

/** Elements that have polyhedra around them. */
export function centres(scene) {
  const group = scene.contents.find(({ name }) => name === 'polyhedra');
  return [...new Set((group?.contents ?? []).map((item) => facts(item)?.element).filter(Boolean))];
}

/** What Python says of a part; Crystal Toolkit puts that of bonds into a second list. */
function facts({ _meta }) {
  return [_meta].flat(Infinity)[0];
}

export function filtered(scene, { hiddenElements, around, size }) {
  const kept = (item) => {
    const meta = facts(item);
    if (!meta) return true;
    const element = meta.masked ? '?' : meta.element;
    if (hiddenElements.has(element) || hiddenElements.has(meta.other)) return false;
    return item.type !== 'convex' || !around || element === around;
  };
  const sized = (item) => (item.type === 'spheres' ? { ...item, radius: item.radius * size } : item);
  const contents = scene.contents.map((group) => ({ ...group, contents: group.contents.filter(kept) }));
  const outside = contents.find(({ name }) => name === 'outside');
  if (outside && (around || hiddenElements.size)) {
    const polyhedra = contents.find(({ name }) => name === 'polyhedra')?.contents ?? [];
    outside.contents = completing(outside.contents, polyhedra);
  }
  return { ...scene, contents: contents.map((group) => ({ ...group, contents: group.contents.map(sized) })) };
}

/** Of what lies beyond the cell that which completes polyhedra that are drawn. */
function completing(items, polyhedra) {
  const corners = new Set(polyhedra.flatMap(({ positions }) => positions.map(place)));
  const dropped = [];
  const spheres = (item) => {
    const kept = item.positions.map((position) => corners.has(place(position)));
    item.positions.forEach((position, index) => kept[index] || dropped.push(position));
    const meta = facts(item);
    const sites = meta?.sites.filter((_, index) => kept[index]);
    return {
      ...item,
      positions: item.positions.filter((_, index) => kept[index]),
      _meta: meta && [{ ...meta, sites }],
    };
  };
  const lost = (end) => dropped.some((atom) => Math.hypot(...atom.map((x, axis) => x - end[axis])) < 0.01);
  // Half a bond, from one atom to the middle.
  const stays = ([start, middle]) => !lost(start) && !lost(start.map((x, axis) => 2 * middle[axis] - x));
  const cylinders = (item) => ({ ...item, positionPairs: item.positionPairs.filter(stays) });
  const atoms = items.filter(({ type }) => type === 'spheres').map(spheres);
  const bonds = items.filter(({ type }) => type === 'cylinders').map(cylinders);
  return [...atoms.filter(({ positions }) => positions.length), ...bonds.filter(({ positionPairs }) => positionPairs.length)];
}

/** A position as a key: that of an atom and that of a corner upon it are the same numbers. */
function place(position) {
  return position.join();
}
