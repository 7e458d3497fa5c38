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
  return {
    ...scene,
    contents: scene.contents.map((group) => ({ ...group, contents: group.contents.filter(kept).map(sized) })),
  };
}
