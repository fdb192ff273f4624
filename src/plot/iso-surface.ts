/**
 * The surface J = level in a 3-D lattice by marching tetrahedra: each cube is cut into six along its main diagonal, the same way
 * everywhere, so that faces of neighbours meet and the surface has no holes but where the lattice ends.
 */

import { FiberscopeError } from '../catalog/errors.js';
import { formatCount } from '../catalog/text.js';

/** A triangle mesh in lattice units. Normals point to larger values. */
export interface Mesh {
  readonly position: Float32Array; // [vertices, 3]
  readonly normal: Float32Array; // [vertices, 3]
  readonly index: Uint32Array; // [triangles, 3], counter-clockwise seen from larger values
}

// Corner d of a cube has offsets (d >> 2, (d >> 1) & 1, d & 1) along axes 0, 1, 2. Six paths from corner 0 to corner 7.
const TETRAHEDRA = [
  [0, 4, 6, 7],
  [0, 6, 2, 7],
  [0, 2, 3, 7],
  [0, 3, 1, 7],
  [0, 1, 5, 7],
  [0, 5, 4, 7],
] as const; // all with the same orientation

/** Triangles in one surface at most: beyond, it is noise, and takes gigabytes. */
export const MOST_TRIANGLES = 2 ** 23;

/** How a surface is cut. */
export interface IsoOptions {
  /** What is interpolated instead of the values, an increasing function: √ for a sum of squares, which is nearer to linear. */
  readonly measure?: (value: number) => number;
  /** Triangles at most; more are refused. */
  readonly most?: number;
}

/**
 * The surface where `values` [n0, n1, n2] (last axis fastest) cross `level`. Vertices lie on lattice edges, face diagonals and body
 * diagonals, interpolated linearly in `measure` of the values; normals are interpolated gradients (central differences). A cube
 * with a value that is not finite gives nothing. Beside the mesh it takes memory for two slices of the lattice.
 */
export function isoSurface(
  values: ArrayLike<number>,
  shape: readonly [number, number, number],
  level: number,
  { measure = (value) => value, most = MOST_TRIANGLES }: IsoOptions = {},
): Mesh {
  const [n0, n1, n2] = shape;
  const target = measure(level);
  const slice = n1 * n2;
  const position = new Numbers();
  const normal = new Numbers();
  const index = new Numbers();
  // lattice edge → vertex + 1, for edges that start in an even and in an odd slice: one cube touches two slices
  const known = [new Int32Array(8 * slice), new Int32Array(8 * slice)] as const;
  const gradientA = new Float64Array(3);
  const gradientB = new Float64Array(3);

  const along = (p: number, at: number, n: number, stride: number): number => {
    const a = measure(values[at > 0 ? p - stride : p]!);
    const b = measure(values[at < n - 1 ? p + stride : p]!);
    const steps = (at > 0 ? 1 : 0) + (at < n - 1 ? 1 : 0);
    const slope = (b - a) / steps;
    return Number.isFinite(slope) ? slope : 0;
  };
  const gradient = (p: number, out: Float64Array): void => {
    out[0] = along(p, Math.floor(p / slice), n0, slice);
    out[1] = along(p, Math.floor(p / n2) % n1, n1, n2);
    out[2] = along(p, p % n2, n2, 1);
  };
  const vertex = (p: number, q: number): number => {
    const a = Math.min(p, q);
    const b = Math.max(p, q);
    const i = Math.floor(a / slice);
    const edges = known[(i & 1) as 0 | 1];
    const key = 8 * (a - i * slice) + offsetCode(b - a, n1, n2);
    const seen = edges[key]!;
    if (seen > 0) return seen - 1;
    const va = measure(values[a]!);
    const t = (target - va) / (measure(values[b]!) - va);
    gradient(a, gradientA);
    gradient(b, gradientB);
    const x = gradientA[0]! + t * (gradientB[0]! - gradientA[0]!);
    const y = gradientA[1]! + t * (gradientB[1]! - gradientA[1]!);
    const z = gradientA[2]! + t * (gradientB[2]! - gradientA[2]!);
    const size = Math.sqrt(x * x + y * y + z * z) || 1;
    const [j, k] = [Math.floor(a / n2) % n1, a % n2];
    position.push(i + t * (Math.floor(b / slice) - i), j + t * ((Math.floor(b / n2) % n1) - j), k + t * ((b % n2) - k));
    normal.push(x / size, y / size, z / size);
    const made = position.length / 3;
    edges[key] = made;
    return made - 1;
  };

  const corner = new Int32Array(8);
  const low = new Int32Array(4);
  const high = new Int32Array(4);
  const march = (tetrahedron: readonly number[]): void => {
    let lows = 0;
    let highs = 0;
    let swaps = 0; // parity of the permutation that puts the low corners first
    for (let t = 0; t < 4; t++) {
      const p = corner[tetrahedron[t]!]!;
      if (values[p]! < level) {
        swaps += highs;
        low[lows++] = p;
      } else high[highs++] = p;
    }
    if (lows === 0 || highs === 0) return;
    const a = vertex(low[0]!, high[0]!);
    const b = lows === 3 ? vertex(low[1]!, high[0]!) : vertex(low[0]!, high[1]!);
    const c =
      lows === 1 ? vertex(low[0]!, high[2]!) : lows === 3 ? vertex(low[2]!, high[0]!) : vertex(low[1]!, high[1]!);
    const even = swaps % 2 === 0;
    index.push(a, even ? b : c, even ? c : b);
    if (lows !== 2) return;
    const d = vertex(low[1]!, high[0]!);
    index.push(a, even ? c : d, even ? d : c);
  };

  const lowAt = (p: number): number =>
    (values[p]! < level ? 1 : 0) +
    (values[p + n2]! < level ? 1 : 0) +
    (values[p + slice]! < level ? 1 : 0) +
    (values[p + slice + n2]! < level ? 1 : 0);

  for (let i = 0; i + 1 < n0; i++) {
    if (i > 0) known[((i + 1) & 1) as 0 | 1].fill(0); // what it knew of slice i − 1 is not needed any more
    for (let j = 0; j + 1 < n1; j++) {
      const row = i * slice + j * n2;
      let next = lowAt(row);
      for (let k = 0; k + 1 < n2; k++) {
        const before = next;
        next = lowAt(row + k + 1);
        const below = before + next;
        if (below === 0 || below === 8) continue;
        let sum = 0;
        for (let d = 0; d < 8; d++) {
          const p = row + (d >> 2) * slice + ((d >> 1) & 1) * n2 + k + (d & 1);
          corner[d] = p;
          sum += values[p]!;
        }
        if (!Number.isFinite(sum)) continue;
        for (const tetrahedron of TETRAHEDRA) march(tetrahedron);
      }
    }
    if (index.length > 3 * most)
      throw new FiberscopeError(
        'parameter',
        `iso-surface: expected a surface of at most ${formatCount(most)} triangles, got more on ${n0} × ${n1} × ${n2} points; choose another ε, or fewer points per axis`,
      );
  }
  return {
    position: new Float32Array(position.all()),
    normal: new Float32Array(normal.all()),
    index: new Uint32Array(index.all()),
  };
}

/** A list of numbers that grows, three at a time. */
class Numbers {
  length = 0;
  #room = new Float64Array(3 * 1024);

  push(a: number, b: number, c: number): void {
    if (this.length + 3 > this.#room.length) {
      const more = new Float64Array(2 * this.#room.length);
      more.set(this.#room);
      this.#room = more;
    }
    this.#room[this.length++] = a;
    this.#room[this.length++] = b;
    this.#room[this.length++] = c;
  }

  all(): Float64Array {
    return this.#room.subarray(0, this.length);
  }
}

function offsetCode(step: number, n1: number, n2: number): number {
  const d0 = step >= n1 * n2 ? 1 : 0;
  const rest = step - d0 * n1 * n2;
  const d1 = rest >= n2 ? 1 : 0;
  return d0 * 4 + d1 * 2 + (rest - d1 * n2);
}
