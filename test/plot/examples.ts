/** Small plots with known answers, for the tests of this folder. */
import type { JScale } from '../../src/catalog/values.js';
import type { PlotData } from '../../src/catalog/views.js';

export const scale: JScale = { power: 2, variance: 1.5, zero: 2, constant: 1.5 };

export const axis = (name: string, low: number, high: number, n: number) => ({
  name,
  values: Float64Array.from({ length: n }, (_, k) => low + ((high - low) * k) / (n - 1)),
});

type Lattice = Extract<PlotData, { kind: 'surface' | 'contour' | 'line' | 'iso-surface' }>;

/** J = f(c) on a lattice of n points per axis on [−2, 2]. */
export function lattice(
  kind: Lattice['kind'],
  n: number,
  f: (c: readonly number[]) => number,
  more: Partial<Lattice> = {},
): Lattice {
  const m = kind === 'line' ? 1 : kind === 'iso-surface' ? 3 : 2;
  const axes = Array.from({ length: m }, (_, k) => axis(`c${'₁₂₃'[k]}`, -2, 2, n));
  const values = new Float32Array(n ** m);
  for (let at = 0; at < values.length; at++) {
    const c = axes.map((a, k) => a.values[Math.floor(at / n ** (m - 1 - k)) % n]!);
    values[at] = f(c);
  }
  return {
    kind,
    title: 'J over the lattice',
    axes,
    values,
    marks: [
      { name: 'θ₀', position: [0, 0, 0].slice(0, m), loss: 0.25 },
      { name: 'θ₁', position: [1, -1, 0.5].slice(0, m), loss: 0.5 },
    ],
    scale,
    colouring: { log: false, relative: false },
    caption: 'made for a test',
    ...more,
  };
}

/** Points on a small lattice with J equal to the squared radius. */
export function points(dimension: 2 | 3, more: Partial<Extract<PlotData, { kind: 'points' }>> = {}) {
  const position: number[] = [];
  const values: number[] = [];
  const steps = [-1, -0.5, 0, 0.5, 1];
  for (const x of steps)
    for (const y of steps)
      for (const z of dimension === 3 ? steps : [0]) {
        const c = [x, y, z].slice(0, dimension);
        const j = c.reduce((sum, v) => sum + v * v, 0);
        if (j >= 1.3) continue;
        position.push(...c);
        values.push(j);
      }
  return {
    kind: 'points' as const,
    title: 'ε-set',
    dimension,
    axes: Array.from({ length: dimension }, (_, k) => ({ name: `c${'₁₂₃'[k]}`, low: -1, high: 1 })),
    position: Float32Array.from(position),
    values: Float32Array.from(values),
    total: 5 ** dimension,
    epsilon: 1.3,
    marks: [{ name: 'θ₀', position: Array.from({ length: dimension }, () => 0), loss: 0 }],
    scale,
    colouring: { log: false, relative: true },
    caption: '',
    ...more,
  } satisfies PlotData;
}

export const curves: Extract<PlotData, { kind: 'curves' }> = {
  kind: 'curves',
  title: 'Loss of the candidates',
  caption: '',
  curve: {
    type: 'Curve',
    x: Float64Array.of(0, 1, 2, 3),
    xName: 'step',
    yName: 'J / E[φ²]',
    logY: true,
    lines: [
      { name: 'θ₀', y: Float64Array.of(1, 0.1, 0.01, 0.001), state: 'selected' },
      { name: 'θ₁', y: Float64Array.of(1, 0.2, 0.01, 0.0011), state: 'selected' },
      { name: 'candidate 7', y: Float64Array.of(1, 0.9, 0.8, Number.NaN), state: 'loss' },
    ],
  },
};
