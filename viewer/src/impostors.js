// Spheres and cylinders as quads that face the eye; the shader gives them shape and depth.
//
// A sphere of triangles has hundreds of corners, and software rendering pays for each: 200
// atoms with their bonds took 280 ms a frame as meshes and take a tenth of it so. It is
// exact for an orthographic camera, and rounder.
import { BufferAttribute, BufferGeometry, Color, DoubleSide, Mesh, ShaderMaterial } from 'three';
import { QUICK } from './shared_gl.js';

const CORNERS = [[-1, -1], [1, -1], [1, 1], [-1, 1]];

const LIT = `
  vec3 lit(vec3 color, vec3 normal) {
    const vec3 light = normalize(vec3(-0.45, 0.65, 1.0));
    float diffuse = max(dot(normal, light), 0.0);
    float gloss = pow(max(reflect(-light, normal).z, 0.0), 36.0);
    float rim = smoothstep(0.0, 0.55, normal.z);
    return color * (0.46 + 0.56 * diffuse) * mix(0.72, 1.0, rim) + vec3(0.26 * gloss);
  }
  float depthAt(float viewZ) {
    return (projectionMatrix[2][2] * viewZ + projectionMatrix[3][2]) * 0.5 + 0.5;
  }
`;

// Multisampling knows nothing of edges inside a quad; the share of the pixel goes by alpha.
const SPHERE = {
  vertexShader: `
    attribute vec2 corner;
    uniform float radius;
    varying vec2 at;
    varying float middle;
    void main() {
      at = corner * 1.08;
      vec4 center = modelViewMatrix * vec4(position, 1.0);
      middle = center.z;
      gl_Position = projectionMatrix * (center + vec4(at * radius, 0.0, 0.0));
    }`,
  fragmentShader: `
    uniform mat4 projectionMatrix;
    uniform vec3 color;
    uniform float radius;
    uniform bool flat_;
    uniform bool quick;
    varying vec2 at;
    varying float middle;
    ${LIT}
    void main() {
      float distance = length(at);
      float edge = fwidth(distance);
      float inside = clamp((1.0 - distance) / max(edge, 1e-4) + 0.5, 0.0, 1.0);
      if (quick) inside = step(0.5, inside);
      if (inside <= 0.0) discard;
      float height = flat_ ? 0.0 : sqrt(max(0.0, 1.0 - distance * distance));
      gl_FragDepthEXT = depthAt(middle + height * radius);
      vec3 shade = flat_ ? color : lit(color, vec3(at / max(1.0, distance), height));
      gl_FragColor = vec4(shade, inside);
    }`,
};

// Half of a bond to an atom that is not drawn is a rod with an end: a flat one, which is an ellipse
// on the screen, and all that is seen of a rod that points at the eye. Places along the rod are
// measured on the screen, from where it starts.
const CYLINDER = {
  vertexShader: `
    attribute vec3 end;
    attribute vec2 corner;
    uniform float radius;
    varying float across;
    varying float place;
    varying float seen;
    varying vec2 depths;
    varying vec3 along;
    varying vec3 side;
    void main() {
      vec3 from = (modelViewMatrix * vec4(position, 1.0)).xyz;
      vec3 to = (modelViewMatrix * vec4(end, 1.0)).xyz;
      along = normalize(to - from);
      vec2 flatAlong = length(along.xy) > 1e-4 ? normalize(along.xy) : vec2(1.0, 0.0);
      side = vec3(-flatAlong.y, flatAlong.x, 0.0);
      seen = length((to - from).xy);
      depths = vec2(from.z, to.z);
      across = corner.x;
      float beyond = abs(along.z) * radius * 1.08;
      place = corner.y < 0.0 ? -beyond : seen + beyond;
      vec2 at = from.xy + flatAlong * place + side.xy * across * radius;
      gl_Position = projectionMatrix * vec4(at, from.z, 1.0);
    }`,
  fragmentShader: `
    uniform mat4 projectionMatrix;
    uniform vec3 color;
    uniform float radius;
    varying float across;
    varying float place;
    varying float seen;
    varying vec2 depths;
    varying vec3 along;
    varying vec3 side;
    ${LIT}
    void main() {
      float height = sqrt(max(0.0, 1.0 - across * across));
      float reach = abs(along.z) * height * radius;
      bool nearIsEnd = along.z > 0.0;
      float fromNear = nearIsEnd ? seen - place : place;
      // Its far end lies upon the other half's near one: a pixel more, or the page shines through.
      if (fromNear < -reach || fromNear > seen + reach + fwidth(place)) discard;
      float upright = max(length(along.xy), 1e-4);
      vec3 front = vec3(side.y, -side.x, 0.0) * -along.z + vec3(0.0, 0.0, upright);
      vec3 normal;
      float depth;
      float rim = 1.0;
      if (fromNear < reach) {
        float upwards = fromNear / max(abs(along.z), 1e-4);
        normal = nearIsEnd ? along : -along;
        depth = (nearIsEnd ? depths.y : depths.x) + upwards * upright;
        rim = 1.0 - 0.45 * smoothstep(0.55, 1.0, length(vec2(across, upwards / radius)));
      } else {
        normal = side * across + front * height;
        depth = depths.x + (place + along.z * height * radius) / upright * along.z
          + height * radius * upright;
      }
      gl_FragDepthEXT = depthAt(depth);
      gl_FragColor = vec4(lit(color, normalize(normal)) * rim, 1.0);
    }`,
};

export function sphereMesh(positions, radius, color, flat = false) {
  const geometry = quads(positions.length, { position: positions });
  return mesh(geometry, SPHERE, { radius, color, flat_: flat }, true);
}

export function cylinderMesh(pairs, radius, color) {
  const geometry = quads(pairs.length, {
    position: pairs.map(([start]) => start),
    end: pairs.map(([, end]) => end),
  });
  return mesh(geometry, CYLINDER, { radius, color }, false);
}

// Four corners for each item, with the item's vectors repeated at each.
function quads(count, vectors) {
  const geometry = new BufferGeometry();
  for (const [name, values] of Object.entries(vectors)) {
    const flat = new Float32Array(count * 12);
    values.forEach((value, item) => {
      for (let corner = 0; corner < 4; corner += 1) flat.set(value, item * 12 + corner * 3);
    });
    geometry.setAttribute(name, new BufferAttribute(flat, 3));
  }
  const corners = new Float32Array(count * 8);
  const index = new Uint32Array(count * 6);
  for (let item = 0; item < count; item += 1) {
    corners.set(CORNERS.flat(), item * 8);
    index.set([0, 1, 2, 0, 2, 3].map((corner) => item * 4 + corner), item * 6);
  }
  geometry.setAttribute('corner', new BufferAttribute(corners, 2));
  geometry.setIndex(new BufferAttribute(index, 1));
  return geometry;
}

function mesh(geometry, shaders, { radius, color, ...rest }, smooth) {
  const uniforms = { radius: { value: radius }, color: { value: new Color(color) }, quick: QUICK };
  for (const [name, value] of Object.entries(rest)) uniforms[name] = { value };
  const material = new ShaderMaterial({ ...shaders, uniforms, side: DoubleSide, alphaToCoverage: smooth });
  const made = new Mesh(geometry, material);
  made.frustumCulled = false;
  return made;
}
