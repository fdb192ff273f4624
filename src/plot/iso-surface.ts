/**
 * The surface J = level in a 3-D lattice by marching tetrahedra: each cube is cut into six along its main diagonal, the same way
 * everywhere, so that faces of neighbours meet and the surface has no holes but where the lattice ends.
 */

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

/**
 * The surface where `values` [n0, n1, n2] (last axis fastest) cross `level`. Vertices lie on lattice edges, face diagonals and body
 * diagonals, interpolated linearly; normals are interpolated gradients (central differences). A cube with a value that
 * is not finite gives nothing. Pass √J and √ε to have a sum of squares interpolated where it is closer to linear.
 */
export function isoSurface(values: ArrayLike<number>, shape: readonly [number, number, number], level: number): Mesh {
  const [n0, n1, n2] = shape;
  const position: number[] = [];
  const normal: number[] = [];
  const index: number[] = [];
  const vertices = new Map<number, number>(); // lattice edge → vertex
  const slope = (a: number, b: number, steps: number): number =>
    steps === 0 || !Number.isFinite(a) || !Number.isFinite(b) ? 0 : (b - a) / steps;
  const gradient = (p: number): readonly [number, number, number] => {
    const i = Math.floor(p / (n1 * n2));
    const j = Math.floor(p / n2) % n1;
    const k = p % n2;
    const along = (at: number, n: number, stride: number): number => {
      const back = at > 0 ? 1 : 0;
      const forth = at < n - 1 ? 1 : 0;
      return slope(values[p - back * stride]!, values[p + forth * stride]!, back + forth);
    };
    return [along(i, n0, n1 * n2), along(j, n1, n2), along(k, n2, 1)];
  };
  const vertex = (p: number, q: number): number => {
    const [a, b] = p < q ? [p, q] : [q, p];
    const key = a * 8 + offsetCode(b - a, n1, n2);
    const known = vertices.get(key);
    if (known !== undefined) return known;
    const va = values[a]!;
    const t = (level - va) / (values[b]! - va);
    const point = (s: number): readonly [number, number, number] => [
      Math.floor(s / (n1 * n2)),
      Math.floor(s / n2) % n1,
      s % n2,
    ];
    const pa = point(a);
    const pb = point(b);
    const ga = gradient(a);
    const gb = gradient(b);
    const g = [0, 1, 2].map((d) => ga[d]! + t * (gb[d]! - ga[d]!)) as [number, number, number];
    const size = Math.hypot(...g) || 1;
    for (let d = 0; d < 3; d++) {
      position.push(pa[d]! + t * (pb[d]! - pa[d]!));
      normal.push(g[d]! / size);
    }
    const made = position.length / 3 - 1;
    vertices.set(key, made);
    return made;
  };

  const corner = new Array<number>(8);
  for (let i = 0; i + 1 < n0; i++) {
    for (let j = 0; j + 1 < n1; j++) {
      for (let k = 0; k + 1 < n2; k++) {
        let below = 0;
        let finite = true;
        for (let d = 0; d < 8; d++) {
          const p = ((i + (d >> 2)) * n1 + j + ((d >> 1) & 1)) * n2 + k + (d & 1);
          corner[d] = p;
          const value = values[p]!;
          if (value < level) below++;
          else if (!Number.isFinite(value)) finite = false;
        }
        if (below === 0 || below === 8 || !finite) continue;
        for (const tetrahedron of TETRAHEDRA) march(tetrahedron);
      }
    }
  }

  function march(tetrahedron: readonly [number, number, number, number]): void {
    const low: number[] = [];
    const high: number[] = [];
    let swaps = 0; // parity of the permutation that puts the low corners first
    for (let t = 0; t < 4; t++) {
      const p = corner[tetrahedron[t]!]!;
      if (values[p]! < level) {
        swaps += high.length;
        low.push(p);
      } else high.push(p);
    }
    if (low.length === 0 || high.length === 0) return;
    const even = swaps % 2 === 0;
    const add = (a: number, b: number, c: number): void => {
      if (even) index.push(a, b, c);
      else index.push(a, c, b);
    };
    if (low.length === 1) add(vertex(low[0]!, high[0]!), vertex(low[0]!, high[1]!), vertex(low[0]!, high[2]!));
    else if (low.length === 3) add(vertex(low[0]!, high[0]!), vertex(low[1]!, high[0]!), vertex(low[2]!, high[0]!));
    else {
      const a = vertex(low[0]!, high[0]!);
      const b = vertex(low[0]!, high[1]!);
      const c = vertex(low[1]!, high[1]!);
      const d = vertex(low[1]!, high[0]!);
      add(a, b, c);
      add(a, c, d);
    }
  }
  return {
    position: Float32Array.from(position),
    normal: Float32Array.from(normal),
    index: Uint32Array.from(index),
  };
}

function offsetCode(step: number, n1: number, n2: number): number {
  const d0 = step >= n1 * n2 ? 1 : 0;
  const rest = step - d0 * n1 * n2;
  const d1 = rest >= n2 ? 1 : 0;
  return d0 * 4 + d1 * 2 + (rest - d1 * n2);
}
