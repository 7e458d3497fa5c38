// Crystal Toolkit's Scene, with three changes for a page of many viewers:
// it draws through the shared WebGL context, spheres and cylinders are impostors (one draw
// call per element instead of one per atom), and camera and picking are ours.
import Scene from '@materialsproject/mp-react-components/src/components/crystal-toolkit/scene/Scene.ts';
import { disposeSceneHierarchy } from '@materialsproject/mp-react-components/src/components/crystal-toolkit/utils.ts';
import { mergeBufferGeometries } from 'three/examples/jsm/utils/BufferGeometryUtils.js';
import { Color, LineSegments, Mesh, MeshLambertMaterial, Object3D } from 'three';
import { cylinderMesh, sphereMesh } from './impostors.js';
import { viewRenderer } from './shared_gl.js';

const NOWHERE = { setSize() {}, render() {}, domElement: null };
const LIGHTS = [
  { type: 'HemisphereLight', args: ['#ffffff', '#a9b1ba', 0.7] },
  { type: 'DirectionalLight', args: ['#ffffff', 0.4], position: [-4, 6, 10] },
];

const HALO = 0.14; // ångström

export class ToolkitScene extends Scene {
  constructor(element) {
    super({}, element, { lights: LIGHTS, secondaryObjectView: false, defaultSurfaceOpacity: 0.32 }, 80, 10, () => {}, () => {}, null);
    // Its listeners cast rays at every triangle on each move of the mouse; ours do not.
    this.removeListener();
    this.lights = this.scene.getObjectByName('lights');
    // Of the materials only Crystal Toolkit's physical one would cost frames without a GPU.
    this.objectBuilder.makeMaterial = (color, animated, opacity = 1) =>
      new MeshLambertMaterial({ color, opacity, transparent: opacity < 1 });
    // Light comes from where the viewer stands, however the crystal is turned.
    this.camera.add(this.lights);
    this.root = null;
    this.halo = [];
    this.drawn = false; // whether what is shown has been drawn since it was shown
    this.before = null; // what was drawn before that
  }

  get canvas() {
    return this.renderer.domElement;
  }

  determineSceneRenderer() {
    return viewRenderer();
  }

  configureLabelRenderer() {
    this.labelRenderer = NOWHERE;
  }

  configureControls() {
    this.controls = { update() {}, dispose() {} };
  }

  configurePostProcessing() {}

  setupCamera() {}

  /** The size of the view in device pixels. */
  setPixels(width, height) {
    this.cachedMountNodeSize = { width, height };
  }

  /** Replaces what is drawn. */
  show(sceneJson) {
    this.setHalo([], null);
    if (this.drawn) this.#setAside();
    else this.#drop(this.root);
    this.threeUUIDTojsonObject = {};
    this.computeIdToThree = {};
    this.addToScene(sceneJson, true);
    this.root = this.scene.getObjectByName(sceneJson.name);
    mergeByColour(this.scene.getObjectByName('polyhedra'));
    this.root.updateMatrixWorld(true);
  }

  renderScene() {
    super.renderScene();
    this.drawn = Boolean(this.root);
    if (!this.before) return;
    this.#drop(this.before);
    this.before = null;
  }

  clear() {
    this.setHalo([], null);
    this.#drop(this.root);
    this.#drop(this.before);
    this.root = this.before = null;
  }

  // three.js forgets a shader with the last material that uses it, and to compile one anew takes
  // half a second in software: what was drawn is kept until what follows it is drawn.
  #setAside() {
    this.scene.remove(this.root);
    this.before = this.root;
    this.drawn = false;
  }

  #drop(root) {
    if (!root) return;
    disposeSceneHierarchy(root);
    this.scene.remove(root);
  }

  makeObject(json) {
    if (json.type === 'spheres') return wrap(sphereMesh(json.positions, json.radius, json.color));
    if (json.type === 'cylinders') return wrap(cylinderMesh(json.positionPairs, json.radius, json.color));
    return super.makeObject(json);
  }

  /** A coloured rim around atoms: discs behind them. */
  setHalo(atoms, color) {
    this.halo.forEach((disc) => {
      this.scene.remove(disc);
      disc.geometry.dispose();
      disc.material.dispose();
    });
    const radii = new Set(atoms.map(({ radius }) => radius));
    this.halo = [...radii].map((radius) => {
      const places = atoms.filter((atom) => atom.radius === radius).map(({ world }) => world.toArray());
      return sphereMesh(places, radius + HALO, color, true);
    });
    if (this.halo.length) this.scene.add(...this.halo);
  }

  /** Lines of the cell in the colour of the page's text. */
  setLineColor(color) {
    this.scene.getObjectByName('unit_cell')?.traverse((item) => {
      if (item.isLineSegments) item.material.color = new Color(color);
    });
  }

  setVisible(name, visible) {
    const group = this.scene.getObjectByName(name);
    if (group) group.visible = visible;
  }

  onDestroy() {
    this.clear();
    this.controls ??= { update() {}, dispose() {} };
    super.onDestroy();
  }
}

// Hundreds of polyhedra as a handful of meshes: one of faces and one of edges for each colour.
function mergeByColour(group) {
  if (!group) return;
  const parts = new Map();
  group.traverse((item) => {
    if (!item.geometry) return;
    const kind = `${item.type} ${item.material.color.getHexString()}`;
    if (!parts.has(kind)) parts.set(kind, []);
    parts.get(kind).push(item);
  });
  group.clear();
  for (const items of parts.values()) {
    const geometry = mergeBufferGeometries(items.map((item) => item.geometry));
    items.forEach((item) => item.geometry.dispose());
    const Kind = items[0].isLineSegments ? LineSegments : Mesh;
    group.add(new Kind(geometry, items[0].material));
  }
}

function wrap(mesh) {
  const holder = new Object3D();
  holder.add(mesh);
  return holder;
}
