// One WebGL context for the whole page.
//
// Browsers drop the oldest context when a page asks for too many (16 in Chromium), so a
// viewer owns none. The one renderer draws off-screen, and each picture is handed over to the
// viewer's canvas as a bitmap: without a copy, which software rendering would feel (a 2D
// canvas filled by drawImage halves the frames). A lost context is lost for all and restored
// for all.
//
// A machine that is slow without smoothed edges has a second context that leaves them out
// while a view turns: resolving the samples is a third of a frame in software.
import { WebGLRenderer } from 'three';

const views = new Set();
const renderers = { smooth: null, quick: null };

/** Whether the quick context draws: its edges are whole pixels. */
export const QUICK = { value: false };

function sharedRenderer(kind) {
  if (renderers[kind]) return renderers[kind];
  const made = new WebGLRenderer({ canvas: new OffscreenCanvas(8, 8), antialias: kind === 'smooth', alpha: true });
  made.autoClear = false;
  made.setPixelRatio(1);
  made.setClearColor(0x000000, 0);
  const canvas = made.domElement;
  // preventDefault tells the browser that we want the context back; three.js rebuilds it.
  canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
  canvas.addEventListener('webglcontextrestored', () => views.forEach((view) => view.invalidate()));
  renderers[kind] = made;
  return made;
}

// Without any view left the contexts go back to the browser.
function release(view) {
  views.delete(view);
  if (views.size) return;
  for (const [kind, renderer] of Object.entries(renderers)) {
    renderer?.dispose();
    renderer?.forceContextLoss();
    renderers[kind] = null;
  }
}

/**
 * What Crystal Toolkit's Scene takes for its own WebGLRenderer.
 *
 * It inherits everything from the shared renderer (so `instanceof WebGLRenderer` holds) and
 * keeps to itself what belongs to one view: canvas and size.
 */
export function viewRenderer() {
  const real = sharedRenderer('smooth');
  const canvas = document.createElement('canvas');
  const facade = Object.create(real);
  facade.domElement = canvas;
  facade.setSize = () => {};
  facade.dispose = () => {};
  facade.forceContextLoss = () => {};
  return facade;
}

/** Registers a view for redraws after a lost context; returns the way out. */
export function register(view) {
  views.add(view);
  return () => release(view);
}

/**
 * The picture of `width` × `height` device pixels of a scene; null without a context.
 *
 * `quick` leaves the edges as they fall on the pixels.
 */
export function drawShared(width, height, scene, quick) {
  const real = sharedRenderer(quick ? 'quick' : 'smooth');
  if (real.getContext().isContextLost()) return null;
  const canvas = real.domElement;
  if (canvas.width !== width || canvas.height !== height) real.setSize(width, height, false);
  QUICK.value = quick;
  Object.setPrototypeOf(scene.renderer, real);
  scene.renderScene();
  return canvas.transferToImageBitmap();
}
