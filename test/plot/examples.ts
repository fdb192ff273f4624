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

type MatrixPlot = Extract<PlotData, { kind: 'matrix' }>;

/** A matrix of n × m with v(i, j) in each cell. */
export function matrix(
  n: number,
  m: number,
  v: (i: number, j: number) => number,
  more: Partial<MatrixPlot['matrix']> = {},
): MatrixPlot {
  return {
    kind: 'matrix',
    title: 'CKA of A and B',
    caption: 'made for a test',
    matrix: {
      type: 'Matrix',
      rows: Array.from({ length: n }, (_, i) => `${i}.block.0.conv`),
      columns: Array.from({ length: m }, (_, j) => `${j}.relu`),
      values: Float64Array.from({ length: n * m }, (_, k) => v(Math.floor(k / m), k % m)),
      rowName: 'layers of A',
      columnName: 'layers of B',
      valueName: 'linear CKA, unbiased',
      better: 'higher',
      ...more,
    },
  };
}

/** Pictures of 2 × 2 pixels; picture k is all of tone k, but for its last pixel, which is white. */
export const pictures = (labels: readonly string[], channels: 1 | 3 = 1): Extract<PlotData, { kind: 'pictures' }> => ({
  kind: 'pictures',
  title: 'Samples',
  caption: '',
  height: 2,
  width: 2,
  channels,
  pixels: Uint8ClampedArray.from({ length: labels.length * 4 * channels }, (_, k) => {
    const size = 4 * channels;
    return k % size >= size - channels ? 255 : Math.floor(k / size);
  }),
  labels,
});

/** A penalty by layer: two lines with error bars, the first with its runs. */
export const penalty: Extract<PlotData, { kind: 'curves' }> = {
  kind: 'curves',
  title: 'Stitching penalty',
  caption: '',
  curve: {
    type: 'Curve',
    x: Float64Array.of(0, 1, 2),
    xName: 'layer',
    yName: 'penalty',
    logY: false,
    places: ['1.relu', '4.relu', '7.relu'],
    spreadName: '± 2 standard errors over 2 pairs',
    baseline: { name: 'no penalty', y: 0 },
    lines: [
      {
        name: 'full',
        y: Float64Array.of(1, 2, 3),
        spread: Float64Array.of(0.5, 0.5, 1),
        samples: [Float64Array.of(0.8, 1.8, 2.5), Float64Array.of(1.2, 2.2, 3.5)],
      },
      { name: 'rank 1', y: Float64Array.of(10, 20, Number.NaN), spread: Float64Array.of(1, 2, 0) },
    ],
  },
};

/** A loss over epochs with a band. */
export const training: Extract<PlotData, { kind: 'curves' }> = {
  kind: 'curves',
  title: 'Loss',
  caption: '',
  curve: {
    type: 'Curve',
    x: Float64Array.from({ length: 40 }, (_, i) => i + 1),
    xName: 'epoch',
    yName: 'cross-entropy',
    logY: true,
    spreadName: '± standard deviation over 5 seeds',
    lines: ['training', 'validation'].map((name, k) => ({
      name,
      y: Float64Array.from({ length: 40 }, (_, i) => (i === 20 && k === 1 ? Number.NaN : 2 / (i + 1) + 0.1 * k)),
      spread: Float64Array.from({ length: 40 }, (_, i) => (k === 0 ? 2.5 : 0.2) / (i + 1)),
    })),
  },
};
