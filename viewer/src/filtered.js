// A scene with what is hidden left out, and atoms of the size that was asked for.

/** Elements that have polyhedra around them. */
export function centres(scene) {
  const group = scene.contents.find(({ name }) => name === 'polyhedra');
  return [...new Set((group?.contents ?? []).map(({ _meta }) => _meta?.[0]?.element).filter(Boolean))];
}

export function filtered(scene, { hiddenElements, around, size }) {
  const kept = (item) => {
    const meta = item._meta?.[0];
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
