/** A small software renderer for 3-D plots: depth-buffered triangles and shaded dots, for files and where WebGL is missing. */
import { ABOVE_SOLID } from './above-cap.js';
import { EYE_DISTANCE, type Projection, project } from './camera.js';
import type { Picture } from './heat.js';
import type { Space } from './space.js';
import { VIRIDIS } from './viridis.js';

/** Direction of the light in the camera's frame: right, up, towards the eye. The three.js shaders use the same. */
export const LIGHT = [-0.4, 0.55, 0.733] as const;
/** Brightness of a surface turned by the cosine `c` from the light, on both sides. */
export const SHADE = { floor: 0.52, gain: 0.54 } as const;
/** Radius of a mark in world units. */
export const MARK_RADIUS = 0.052;

/**
 * The data of a space (no axes) over the projection's body, `density` pixels per px, on a transparent ground. Marks hidden by
 * the data shine through in their colours, a little veiled.
 */
export function rasterise(space: Space, p: Projection, density: number): Picture {
  const width = Math.max(1, Math.round(p.body.width * density));
  const height = Math.max(1, Math.round(p.body.height * density));
  const rgba = new Uint8ClampedArray(4 * width * height);
  const depths = new Float32Array(width * height).fill(Number.POSITIVE_INFINITY);
  const screen = (x: number, y: number, z: number) => {
    const s = project(p, x, y, z);
    return { x: (s.x - p.body.x) * density, y: (s.y - p.body.y) * density, depth: s.depth, scale: s.scale * density };
  };
  const { mesh, plateau } = space;
  if (mesh) drawMesh(mesh, VIRIDIS, p, screen, rgba, depths, width, height);
  if (plateau) {
    const tone = new Uint8Array(plateau.position.length / 3);
    drawMesh({ ...plateau, tone }, Uint8Array.from(ABOVE_SOLID), p, screen, rgba, depths, width, height);
  }
  if (space.points) {
    const { position, tone, radius } = space.points;
    for (let k = 0; k < tone.length; k++) {
      const s = screen(position[3 * k]!, position[3 * k + 1]!, position[3 * k + 2]!);
      const row = 3 * tone[k]!;
      const colour = [VIRIDIS[row]!, VIRIDIS[row + 1]!, VIRIDIS[row + 2]!] as const;
      dot(s, radius, Math.max(1.2 * density, radius * s.scale), colour, 'solid', rgba, depths, width, height);
    }
  }
  for (const at of marksBackToFront(space.marks, p)) {
    const mark = space.marks[at]!;
    const s = screen(...mark.position);
    const r = Math.max(4.5 * density, MARK_RADIUS * s.scale);
    const colour = [1, 3, 5].map((from) => Number.parseInt(mark.colour.slice(from, from + 2), 16)) as [
      number,
      number,
      number,
    ];
    dot(s, 0, r * 1.3, [255, 255, 255], 'ring', rgba, depths, width, height);
    dot(s, MARK_RADIUS * 2, r, colour, 'ghost', rgba, depths, width, height);
  }
  return { rgba, width, height };
}

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly depth: number;
  readonly scale: number;
}

function dot(
  s: Spot,
  thickness: number,
  r: number,
  [red, green, blue]: readonly [number, number, number],
  kind: 'solid' | 'ghost' | 'ring',
  rgba: Uint8ClampedArray,
  depths: Float32Array,
  width: number,
  height: number,
): void {
  if (!(s.depth > 0)) return;
  const x0 = Math.max(0, Math.floor(s.x - r));
  const x1 = Math.min(width - 1, Math.ceil(s.x + r));
  const y0 = Math.max(0, Math.floor(s.y - r));
  const y1 = Math.min(height - 1, Math.ceil(s.y + r));
  for (let y = y0; y <= y1; y++) {
    for (let x = x0; x <= x1; x++) {
      const dx = (x + 0.5 - s.x) / r;
      const dy = (s.y - y - 0.5) / r;
      const rest = 1 - dx * dx - dy * dy;
      if (rest < 0) continue;
      const dz = Math.sqrt(rest);
      const at = y * width + x;
      const depth = s.depth - dz * thickness;
      const hidden = depth >= depths[at]!;
      if (hidden && kind === 'solid') continue;
      const light = Math.max(0, dx * LIGHT[0] + dy * LIGHT[1] + dz * LIGHT[2]);
      const flat = kind === 'ring' ? 1 : kind === 'ghost' ? SPHERE.markFlat : 0;
      const shade = (SPHERE.floor + SPHERE.gain * light) * (1 - flat) + flat;
      const cover = !hidden ? 1 : kind === 'ring' ? VEILED.ring : VEILED.mark;
      const k = 4 * at;
      rgba[k] = rgba[k]! * (1 - cover) + red * shade * cover;
      rgba[k + 1] = rgba[k + 1]! * (1 - cover) + green * shade * cover;
      rgba[k + 2] = rgba[k + 2]! * (1 - cover) + blue * shade * cover;
      rgba[k + 3] = Math.max(rgba[k + 3]!, 255 * cover);
      if (!hidden) depths[at] = depth;
    }
  }
}

/** Brightness of a dot: darker at its rim, so that neighbours stay apart. Marks are shaded less by `markFlat`, to keep their colours. */
export const SPHERE = { floor: 0.6, gain: 0.46, markFlat: 0.6 } as const;
/** How much of a mark and of its ring is seen where data lies in front of it: enough to tell which mark it is. */
export const VEILED = { ring: 0.6, mark: 0.88 } as const;

/** Indices of the marks from the farthest from the eye to the nearest: the order to draw them in over everything. */
export function marksBackToFront(marks: Space['marks'], { eye }: Projection): number[] {
  const nearness = marks.map(({ position: [x, y, z] }) => x * eye[0] + y * eye[1] + z * eye[2]);
  return [...nearness.keys()].sort((a, b) => nearness[a]! - nearness[b]!);
}

function drawMesh(
  mesh: NonNullable<Space['mesh']>,
  colours: Uint8Array, // [tones, 3]
  p: Projection,
  screen: (x: number, y: number, z: number) => Spot,
  rgba: Uint8ClampedArray,
  depths: Float32Array,
  width: number,
  height: number,
): void {
  const count = mesh.tone.length;
  const xy = new Float32Array(2 * count);
  const depth = new Float32Array(count);
  const shade = new Float32Array(count);
  const light = [0, 1, 2].map((d) => LIGHT[0] * p.right[d]! + LIGHT[1] * p.up[d]! + LIGHT[2] * p.eye[d]!);
  for (let k = 0; k < count; k++) {
    const s = screen(mesh.position[3 * k]!, mesh.position[3 * k + 1]!, mesh.position[3 * k + 2]!);
    xy[2 * k] = s.x;
    xy[2 * k + 1] = s.y;
    depth[k] = s.depth;
    const n = mesh.normal;
    const cosine = n[3 * k]! * light[0]! + n[3 * k + 1]! * light[1]! + n[3 * k + 2]! * light[2]!;
    shade[k] = SHADE.floor + SHADE.gain * Math.abs(cosine);
  }
  for (let t = 0; t < mesh.index.length; t += 3) {
    const [a, b, c] = [mesh.index[t]!, mesh.index[t + 1]!, mesh.index[t + 2]!];
    const [ax, ay, bx, by, cx, cy] = [
      xy[2 * a]!,
      xy[2 * a + 1]!,
      xy[2 * b]!,
      xy[2 * b + 1]!,
      xy[2 * c]!,
      xy[2 * c + 1]!,
    ];
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (Math.abs(area) < 1e-9 || Math.min(depth[a]!, depth[b]!, depth[c]!) < 0.05 * EYE_DISTANCE) continue;
    const x0 = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
    const x1 = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
    const y0 = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
    const y1 = Math.min(height - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const px = x + 0.5;
        const py = y + 0.5;
        const wa = ((bx - px) * (cy - py) - (cx - px) * (by - py)) / area;
        const wb = ((cx - px) * (ay - py) - (ax - px) * (cy - py)) / area;
        const wc = 1 - wa - wb;
        if (wa < 0 || wb < 0 || wc < 0) continue;
        const at = y * width + x;
        const z = wa * depth[a]! + wb * depth[b]! + wc * depth[c]!;
        if (z >= depths[at]!) continue;
        depths[at] = z;
        const row = 3 * Math.round(wa * mesh.tone[a]! + wb * mesh.tone[b]! + wc * mesh.tone[c]!);
        const s = wa * shade[a]! + wb * shade[b]! + wc * shade[c]!;
        const k = 4 * at;
        rgba[k] = colours[row]! * s;
        rgba[k + 1] = colours[row + 1]! * s;
        rgba[k + 2] = colours[row + 2]! * s;
        rgba[k + 3] = 255;
      }
    }
  }
}
