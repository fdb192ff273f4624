import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoSurface, type Mesh } from '../../src/plot/iso-surface.js';

const field = (n: number, f: (i: number, j: number, k: number) => number): Float64Array =>
  Float64Array.from({ length: n ** 3 }, (_, p) => f(Math.floor(p / n / n), Math.floor(p / n) % n, p % n));

const vertex = (mesh: Mesh, k: number): [number, number, number] => [
  mesh.position[3 * k]!,
  mesh.position[3 * k + 1]!,
  mesh.position[3 * k + 2]!,
];

/** Area, and the enclosed volume by the divergence theorem (positive where the triangles face outwards). */
function measure(mesh: Mesh): { area: number; volume: number } {
  let area = 0;
  let volume = 0;
  for (let t = 0; t < mesh.index.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((d) => vertex(mesh, mesh.index[t + d]!)) as unknown as [
      number[],
      number[],
      number[],
    ];
    const u = a.map((v, d) => b[d]! - v);
    const w = a.map((v, d) => c[d]! - v);
    const n = [u[1]! * w[2]! - u[2]! * w[1]!, u[2]! * w[0]! - u[0]! * w[2]!, u[0]! * w[1]! - u[1]! * w[0]!];
    area += Math.hypot(...n) / 2;
    volume += (a[0]! * n[0]! + a[1]! * n[1]! + a[2]! * n[2]!) / 6;
  }
  return { area, volume };
}

/** How often each directed edge is used; a closed oriented surface uses every one once, and its reverse once. */
function edges(mesh: Mesh): Map<string, number> {
  const seen = new Map<string, number>();
  for (let t = 0; t < mesh.index.length; t += 3) {
    for (let d = 0; d < 3; d++) {
      const key = `${mesh.index[t + d]} ${mesh.index[t + ((d + 1) % 3)]}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
  }
  return seen;
}

function openEdges(mesh: Mesh): string[] {
  const seen = edges(mesh);
  expect(Math.max(0, ...seen.values())).toBeLessThanOrEqual(1);
  return [...seen.keys()].filter((key) => !seen.has(key.split(' ').reverse().join(' ')));
}

const euler = (mesh: Mesh): number => {
  const used = new Set(mesh.index).size;
  return used - edges(mesh).size / 2 + mesh.index.length / 3;
};

describe('iso-surface', { timeout: 30_000 }, () => {
  it('of the distance is a sphere: area 4πR², volume 4πR³/3, watertight, facing larger values', () => {
    const n = 41;
    const R = 15;
    const mesh = isoSurface(
      field(n, (i, j, k) => Math.hypot(i - 20, j - 20, k - 20)),
      [n, n, n],
      R,
    );
    const { area, volume } = measure(mesh);
    expect(area / (4 * Math.PI * R * R)).toBeCloseTo(1, 2);
    expect(volume / ((4 / 3) * Math.PI * R ** 3)).toBeCloseTo(1, 2);
    expect(openEdges(mesh)).toEqual([]);
    expect(euler(mesh)).toBe(2);
    for (let k = 0; k < mesh.position.length / 3; k++) {
      const p = vertex(mesh, k).map((v) => v - 20);
      expect(Math.hypot(...p)).toBeCloseTo(R, 1);
      const cosine = [0, 1, 2].reduce((sum, d) => sum + (p[d]! / Math.hypot(...p)) * mesh.normal[3 * k + d]!, 0);
      expect(cosine).toBeGreaterThan(0.99);
    }
  });

  it('of a torus has Euler number 0', () => {
    const n = 33;
    const torus = field(n, (i, j, k) => Math.hypot(Math.hypot(i - 16, j - 16) - 9, k - 16));
    const mesh = isoSurface(torus, [n, n, n], 4);
    expect(openEdges(mesh)).toEqual([]);
    expect(euler(mesh)).toBe(0);
    expect(measure(mesh).volume / (2 * Math.PI ** 2 * 9 * 16)).toBeCloseTo(1, 1);
  });

  it('of a plane is exact and ends on the border only, on a lattice with three different sides', () => {
    const [n0, n1, n2] = [5, 7, 9];
    const values = Float64Array.from({ length: n0 * n1 * n2 }, (_, p) => {
      const [i, j, k] = [Math.floor(p / (n1 * n2)), Math.floor(p / n2) % n1, p % n2];
      return i + 0.5 * j + 0.25 * k;
    });
    const mesh = isoSurface(values, [n0, n1, n2], 3.3);
    for (let v = 0; v < mesh.position.length / 3; v++) {
      const [i, j, k] = vertex(mesh, v);
      expect(i + 0.5 * j + 0.25 * k).toBeCloseTo(3.3, 5);
    }
    for (const edge of openEdges(mesh)) {
      const [a, b] = edge.split(' ').map((k) => vertex(mesh, Number(k)));
      const onFace = [n0, n1, n2].some((n, d) => [0, n - 1].some((side) => a![d] === side && b![d] === side));
      expect(onFace).toBe(true);
    }
  });

  it('is closed around any set that stays off the border', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 27, maxLength: 27 }), (inner) => {
        const values = field(5, (i, j, k) =>
          [i, j, k].some((v) => v === 0 || v === 4) ? 2 : inner[(i - 1) * 9 + (j - 1) * 3 + k - 1]!,
        );
        const mesh = isoSurface(values, [5, 5, 5], 0.5);
        expect(openEdges(mesh)).toEqual([]);
        expect(mesh.index.length > 0).toBe(inner.some((v) => v < 0.5));
        if (mesh.index.length > 0) expect(measure(mesh).volume).toBeGreaterThan(0);
      }),
    );
  });

  it('gives nothing where nothing crosses, and nothing beside values that are missing', () => {
    expect(
      isoSurface(
        field(4, () => 1),
        [4, 4, 4],
        2,
      ).index,
    ).toHaveLength(0);
    const hole = field(4, (i) => i);
    hole[21] = Number.NaN;
    const whole = isoSurface(
      field(4, (i) => i),
      [4, 4, 4],
      1.5,
    );
    const holed = isoSurface(hole, [4, 4, 4], 1.5);
    expect(holed.index.length).toBeLessThan(whole.index.length);
    expect([...holed.position].every(Number.isFinite)).toBe(true);
  });

  it('interpolates a measure of the values: √ of the squared distance gives the surface of the distance', () => {
    const n = 17;
    const square = field(n, (i, j, k) => (i - 8) ** 2 + (j - 8) ** 2 + (k - 8) ** 2);
    const mesh = isoSurface(square, [n, n, n], 6.5 ** 2, { measure: Math.sqrt });
    const distance = isoSurface(square.map(Math.sqrt), [n, n, n], 6.5);
    expect(mesh.index).toEqual(distance.index);
    expect(Math.max(...mesh.position.map((v, k) => Math.abs(v - distance.position[k]!)))).toBeLessThan(1e-6);
  });

  it('needs memory for two slices of the lattice, not for all of it', () => {
    const n = 64;
    const values = field(n, (i, j, k) => Math.hypot(i - 32, j - 32, k - 32));
    let most = 0;
    const watched = new Proxy(values, {
      get: (from, key) => {
        if (key === '0' || key === String(n ** 3 - 1)) most = Math.max(most, process.memoryUsage().arrayBuffers);
        return Reflect.get(from, key) as unknown;
      },
    });
    const before = process.memoryUsage().arrayBuffers;
    isoSurface(watched, [n, n, n], 5);
    expect(most).toBeGreaterThan(0);
    expect(most - before).toBeLessThan(n ** 3 * 4 * 2); // all edges of the lattice would be four times that
  });

  it('refuses noise that would take more triangles than may be drawn, with what to do', () => {
    const noise = field(12, (i, j, k) => (i + j + k) % 2);
    expect(() => isoSurface(noise, [12, 12, 12], 0.5, { most: 1000 })).toThrow(
      /at most 1,000 triangles, got more on 12 × 12 × 12 points; choose another ε/,
    );
  });
});
