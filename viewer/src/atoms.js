// The drawn atoms as plain numbers, for picking, labels and outlines.
import { Vector3 } from 'three';

/** Every drawn atom: site of the original cell, element, centre in the world, radius. */
export function drawnAtoms(scene) {
  const atoms = [];
  for (const group of scene.contents) {
    const origin = new Vector3(...(group.origin ?? [0, 0, 0]));
    for (const item of group.contents) {
      if (item.type !== 'spheres') continue;
      const [meta] = item._meta;
      item.positions.forEach((position, index) => {
        atoms.push({
          site: meta.sites[index],
          element: meta.element,
          masked: meta.masked,
          group: group.name,
          color: item.color,
          radius: item.radius,
          world: new Vector3(...position).add(origin),
        });
      });
    }
  }
  return atoms;
}

/** Radii of the spheres about the origin that hold the cell's atoms, and those around it too. */
export function extent(atoms, scene) {
  const reach = (shown) => Math.max(1.5, ...shown.map(({ world, radius }) => world.length() + radius));
  const inside = Math.max(scene._meta.corner, reach(atoms.filter(({ group }) => group === 'atoms')));
  return { inside, withOutside: Math.max(inside, reach(atoms)) };
}

/** Screen positions in CSS pixels, nearer atoms with larger depth. */
export function projected(atoms, camera, width, height) {
  const point = new Vector3();
  return atoms.map((atom) => {
    point.copy(atom.world).project(camera);
    return {
      atom,
      x: ((point.x + 1) / 2) * width,
      y: ((1 - point.y) / 2) * height,
      depth: -point.z,
    };
  });
}

/** The nearest atom under a point, or null. */
export function atomAt(places, x, y, pixelsPerAngstrom) {
  let found = null;
  for (const place of places) {
    // Small atoms stay easy to hit with a finger.
    const reach = Math.max(5, place.atom.radius * pixelsPerAngstrom);
    if ((place.x - x) ** 2 + (place.y - y) ** 2 > reach ** 2) continue;
    if (!found || place.depth > found.depth) found = place;
  }
  return found;
}

/** Whether another atom stands before this one's middle. */
export function hidden(place, places, pixelsPerAngstrom) {
  return places.some(
    (other) =>
      other.depth > place.depth &&
      (other.x - place.x) ** 2 + (other.y - place.y) ** 2 <
        (other.atom.radius * pixelsPerAngstrom * 0.8) ** 2,
  );
}
