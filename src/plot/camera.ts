/** The camera of 3-D plots: plain angles, so that two plots can share one, and the projection that all drawers use. */
import type { PlotData } from '../catalog/views.js';
import type { Box } from './drawing.js';

/** Angles in radians; `zoom` 1 fits the box. The vertical axis points up. */
export interface Camera {
  readonly azimuth: number;
  readonly elevation: number;
  readonly zoom: number;
}

/** The camera that a 3-D plot starts with. */
export const DEFAULT_CAMERA: Camera = { azimuth: -0.95, elevation: 0.4, zoom: 1 };
/** The camera for surfaces: a little higher, so that valleys are seen. */
export const SURFACE_CAMERA: Camera = { azimuth: -0.95, elevation: 0.62, zoom: 1 };
/** The camera that a 3-D plot starts with. */
export const startCamera = (plot: PlotData): Camera => (plot.kind === 'surface' ? SURFACE_CAMERA : DEFAULT_CAMERA);

/** Distance of the eye from the centre in units of half the box's width; a mild perspective. */
export const EYE_DISTANCE = 6.5;
const STEEP = 1.5533; // 89°

/** The camera turned by angles in radians and zoomed by a factor; the elevation stops short of the poles. */
export function turn(camera: Camera, azimuth: number, elevation: number, zoom = 1): Camera {
  return {
    azimuth: camera.azimuth + azimuth,
    elevation: Math.min(STEEP, Math.max(-STEEP, camera.elevation + elevation)),
    zoom: Math.min(8, Math.max(0.4, camera.zoom * zoom)),
  };
}

/** The camera after a pointer moved by (dx, dy) px. */
export const drag = (camera: Camera, dx: number, dy: number): Camera => turn(camera, -dx * 0.009, dy * 0.009);

/** The camera after a key press, or undefined where the key means nothing: arrows turn, + and − zoom, 0 and Home reset. */
export function keyTurn(camera: Camera, key: string, start: Camera): Camera | undefined {
  const step = Math.PI / 24;
  switch (key) {
    case 'ArrowLeft':
      return turn(camera, step, 0);
    case 'ArrowRight':
      return turn(camera, -step, 0);
    case 'ArrowUp':
      return turn(camera, 0, -step);
    case 'ArrowDown':
      return turn(camera, 0, step);
    case '+':
    case '=':
      return turn(camera, 0, 0, 1.15);
    case '-':
      return turn(camera, 0, 0, 1 / 1.15);
    case '0':
    case 'Home':
      return start;
    default:
      return undefined;
  }
}

/** A camera bound to a rectangle: from world coordinates to px. */
export interface Projection {
  readonly eye: readonly [number, number, number]; // unit vector from the centre to the eye
  readonly right: readonly [number, number, number];
  readonly up: readonly [number, number, number];
  readonly centre: readonly [number, number];
  readonly scale: number; // px per unit at the centre
  readonly body: Box;
}

/** Room for labels around the box in px: above, below, on each side. */
const LABELS = { above: 10, below: 22, beside: 44 } as const;
const BARE = { above: 3, below: 3, beside: 3 } as const;

/**
 * Binds a camera to the rectangle that it draws into, for a box of these half sizes. At zoom 1 the box fits however it is turned
 * about the upright axis, with room for labels unless `bare`.
 */
export function projection(
  camera: Camera,
  body: Box,
  half: readonly [number, number, number],
  bare = false,
): Projection {
  const ce = Math.cos(camera.elevation);
  const se = Math.sin(camera.elevation);
  const ca = Math.cos(camera.azimuth);
  const sa = Math.sin(camera.azimuth);
  const room = bare ? BARE : LABELS;
  // Heights that a corner reaches on its way around, at the distance r from the upright axis.
  const r = Math.hypot(half[0], half[1]);
  const heights = [r, -r].flatMap((x) =>
    [half[2], -half[2]].map((z) => (EYE_DISTANCE * (z * ce - x * se)) / (EYE_DISTANCE - x * ce - z * se)),
  );
  const [top, bottom] = [Math.max(...heights), -Math.min(...heights)];
  const side = (r * EYE_DISTANCE) / (EYE_DISTANCE - half[2] * Math.abs(se) - 0.1 * r);
  const fit = Math.max(
    4,
    Math.min((body.height - room.above - room.below) / (top + bottom), (body.width - 2 * room.beside) / (2 * side)),
  );
  const slack = body.height - room.above - room.below - fit * (top + bottom);
  return {
    eye: [ce * ca, ce * sa, se],
    right: [-sa, ca, 0],
    up: [-se * ca, -se * sa, ce],
    centre: [body.x + body.width / 2, body.y + room.above + slack / 2 + fit * top],
    scale: camera.zoom * fit,
    body,
  };
}

/** A world point in px, its distance from the eye, and the px per unit there. */
export function project(
  p: Projection,
  x: number,
  y: number,
  z: number,
): { readonly x: number; readonly y: number; readonly depth: number; readonly scale: number } {
  const depth = EYE_DISTANCE - (x * p.eye[0] + y * p.eye[1] + z * p.eye[2]);
  const scale = (p.scale * EYE_DISTANCE) / depth;
  return {
    x: p.centre[0] + scale * (x * p.right[0] + y * p.right[1]),
    y: p.centre[1] - scale * (x * p.up[0] + y * p.up[1] + z * p.up[2]),
    depth,
    scale,
  };
}
