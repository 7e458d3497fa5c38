// One WebGL context for the whole page.
//
// Browsers drop the oldest context when a page asks for too many (16 in Chromium), so a
// viewer owns none. The one renderer draws off-screen, and each picture is handed over to the
// viewer's canvas as a bitmap: without a copy, which software rendering would feel (a 2D
// canvas filled by drawImage halves the frames). A lost context is lost for all and restored
// for all.
import { WebGLRenderer } from 'three';

const views = new Set();
let shared = null;

function sharedRenderer() {
  if (shared) return shared;
  shared = new WebGLRenderer({ canvas: new OffscreenCanvas(8, 8), antialias: true, alpha: true });
  shared.autoClear = false;
  shared.setPixelRatio(1);
  shared.setClearColor(0x000000, 0);
  const canvas = shared.domElement;
  // preventDefault tells the browser that we want the context back; three.js rebuilds it.
  canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
  canvas.addEventListener('webglcontextrestored', () => views.forEach((view) => view.invalidate()));
  return shared;
}

// Without any view left the context goes back to the browser.
function release(view) {
  views.delete(view);
  if (views.size || !shared) return;
  shared.dispose();
  shared.forceContextLoss();
  shared = null;
}

/**
 * What Crystal Toolkit's Scene takes for its own WebGLRenderer.
 *
 * It inherits everything from the shared renderer (so `instanceof WebGLRenderer` holds) and
 * keeps to itself what belongs to one view: canvas and size.
 */
export function viewRenderer() {
  const real = sharedRenderer();
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

/** The picture of `width` × `height` device pixels that `draw` makes; null without a context. */
export function drawShared(width, height, draw) {
  const real = sharedRenderer();
  if (real.getContext().isContextLost()) return null;
  const canvas = real.domElement;
  if (canvas.width !== width || canvas.height !== height) real.setSize(width, height, false);
  draw();
  return canvas.transferToImageBitmap();
}
