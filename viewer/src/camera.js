// Where the eye stands: an orientation, a zoom and a shift of the picture's centre.
import { Quaternion, Vector3, Matrix4 } from 'three';

const HOME_AZIMUTH = (-68 * Math.PI) / 180;
const HOME_ELEVATION = (16 * Math.PI) / 180;
const ZOOM_RANGE = [0.4, 12];

// a and b lie flat, c stands up, and nothing hides exactly behind anything.
function homeOrientation() {
  const eye = new Vector3(
    Math.cos(HOME_ELEVATION) * Math.cos(HOME_AZIMUTH),
    Math.cos(HOME_ELEVATION) * Math.sin(HOME_AZIMUTH),
    Math.sin(HOME_ELEVATION),
  );
  const matrix = new Matrix4().lookAt(eye, new Vector3(), new Vector3(0, 0, 1));
  return new Quaternion().setFromRotationMatrix(matrix);
}

export class Eye {
  constructor() {
    this.reset();
  }

  reset() {
    this.orientation = homeOrientation();
    this.zoom = 1; // the sphere around the crystal and its cell is seen whole
    this.shift = { x: 0, y: 0 };
  }

  /** Turns the crystal under the pointer, by angles about the screen's axes. */
  turn(right, down) {
    const aboutUp = new Quaternion().setFromAxisAngle(new Vector3(0, 1, 0), -right);
    const aboutRight = new Quaternion().setFromAxisAngle(new Vector3(1, 0, 0), -down);
    this.orientation.multiply(aboutUp).multiply(aboutRight).normalize();
  }

  magnify(factor) {
    this.zoom = Math.min(ZOOM_RANGE[1], Math.max(ZOOM_RANGE[0], this.zoom * factor));
  }

  pan(x, y) {
    this.shift.x += x;
    this.shift.y += y;
  }

  /** Sets a camera so that a sphere of `radius` about the origin fills the view. */
  apply(camera, radius, width, height) {
    const perPixel = (2 * radius) / Math.min(width, height);
    const halfWidth = (perPixel * width) / 2;
    const halfHeight = (perPixel * height) / 2;
    const x = (-this.shift.x * perPixel) / this.zoom;
    const y = (this.shift.y * perPixel) / this.zoom;
    camera.left = -halfWidth;
    camera.right = halfWidth;
    camera.top = halfHeight;
    camera.bottom = -halfHeight;
    camera.near = 0;
    camera.far = 8 * radius;
    camera.zoom = this.zoom;
    camera.quaternion.copy(this.orientation);
    camera.position.set(x, y, 4 * radius).applyQuaternion(this.orientation);
    camera.updateProjectionMatrix();
    camera.updateMatrixWorld(true);
    return this.zoom / perPixel;
  }
}
