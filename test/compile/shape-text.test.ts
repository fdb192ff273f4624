import { expect, test } from 'vitest';
import type { Architecture } from '../../src/catalog/architecture.js';
import type { Info } from '../../src/catalog/info.js';
import { shapeText } from '../../src/compile/shape-text.js';

const conv = (channels: number) =>
  ({ kind: 'conv', channels, kernel: [5, 5], stride: 1, padding: 0, bias: true }) as const;
const dense = (units: number) => ({ kind: 'dense', units, bias: true }) as const;
const pool = { kind: 'pool', pool: 'max', size: 2, stride: 2 } as const;
/** The GENNI authors' LeNet-5 with one output: 43,661 parameters. */
const lenet: Architecture = {
  type: 'Architecture',
  input: [1, 28, 28],
  layers: [conv(6), pool, conv(16), pool, { kind: 'flatten' }, dense(120), dense(84), dense(1)],
};
const reference = { architecture: lenet, count: 500 };
const field = { rank: 3, points: 50, low: -2, high: 2, reference };

test.each<[Info, string]>([
  [{ type: 'Architecture', architecture: lenet }, '[1, 28, 28] → [1], P 43,661'],
  [{ type: 'Model', architecture: lenet, count: 1 }, '[1, 28, 28] → [1], P 43,661'],
  [{ type: 'Reference', ...reference }, 'N 500 → [1], P 43,661'],
  [{ type: 'Inputs', count: 500, item: [1, 28, 28] }, '[500, 1, 28, 28]'],
  [{ type: 'Outputs', count: 500, width: 1 }, '[500, 1]'],
  [{ type: 'Parameters', count: 4, size: 43_661 }, '[4, 43661]'],
  [{ type: 'Subspace', rank: 3, size: 43_661 }, 'm 3 in P 43,661'],
  [{ type: 'Field', ...field }, '50³'],
  [{ type: 'Field', ...field, cap: { value: 0.05, relative: true } }, '50³ below 0.05 E[φ²]'],
  [{ type: 'Field', ...field, cap: { value: 3, relative: false } }, '50³ below 3'],
  [{ type: 'EpsilonSet', ...field }, 'part of 50³'],
  [{ type: 'Embedding', dimension: 2 }, '2-D'],
  [{ type: 'Table' }, ''],
])('%s', (info, text) => {
  expect(shapeText(info)).toBe(text);
});
