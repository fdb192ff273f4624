/**
 * What the papers find, on the shipped pipelines as they are, with generated data and all their seeds: paired mean differences beyond
 * two standard errors at the places named here, worked out from the single runs in the files and printed.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { readArrays } from '../../src/arrays/array-file.js';
import { mnist, mnistIsThere, requireMnist } from '../methods/data/mnist.js';
import { command } from './command.js';
import { folder } from './harness.js';

const ROOT = resolve(import.meta.dirname, '../..');

/** Runs a shipped pipeline and answers with its folder of results. */
async function results(name: string, ...more: string[]): Promise<string> {
  const out = join(folder(), 'results');
  const run = await command([
    'run',
    join(ROOT, `graphs/${name}.json`),
    '--device',
    'wasm',
    '--out',
    out,
    '--quiet',
    ...more,
  ]);
  expect(run.code, run.err).toBe(0);
  return out;
}

/** The texts of a .npy file of them: little-endian UTF-32, all of one width, filled up with zeros (NEP 1). */
function textsOf(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 10 + view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(10, start));
  const [width, count] = [/'<U(\d+)'/, /'shape': \((\d+),/].map((pattern) => Number(pattern.exec(header)![1]));
  const letter = (i: number): string => String.fromCodePoint(view.getUint32(start + 4 * i, true));
  return Array.from({ length: count! }, (_, t) =>
    Array.from({ length: width! }, (_unused, i) => letter(t * width! + i))
      .join('')
      .replace(/\0+$/, ''),
  );
}

/** The runs of each line of a Curve's file, [runs][places], by the name of the line, and the places. */
function linesOf(out: string, file: string): { runs: Map<string, number[][]>; places: string[] } {
  const arrays = new Map(
    readArrays(file, new Uint8Array(readFileSync(join(out, file)))).map((array) => [array.name, array]),
  );
  const entries = unzipSync(new Uint8Array(readFileSync(join(out, file))));
  const texts = (name: string): string[] => textsOf(entries[`${name}.npy`]!);
  const places = texts('places');
  const runs = new Map(
    texts('names').map((name, i) => {
      const { data, shape } = arrays.get(`samples${i}`)!;
      expect(shape[1]).toBe(places.length);
      const numbers = Array.from(data as Float64Array);
      return [
        name,
        Array.from({ length: shape[0]! }, (_, r) => numbers.slice(r * places.length, (r + 1) * places.length)),
      ];
    }),
  );
  return { runs, places };
}

/** Mean and two standard errors of the paired differences at a place. */
function paired(high: number[][], low: number[][], place: number): { mean: number; twice: number } {
  const differences = high.map((run, i) => run[place]! - low[i]![place]!);
  const mean = differences.reduce((sum, d) => sum + d, 0) / differences.length;
  const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (differences.length - 1);
  return { mean, twice: 2 * Math.sqrt(variance / differences.length) };
}

interface Order {
  readonly high: string;
  readonly low: string;
  readonly at: readonly string[]; // where it must hold
}

const CASES: readonly { name: string; file: string; orders: readonly Order[] }[] = [
  {
    name: 'intertwiner-stitching',
    file: 'stitch.penalty.npz',
    orders: [
      { high: 'rank 1', low: 'G_ReLU', at: ['ReLU 3', 'ReLU 4'] },
      { high: 'G_ReLU', low: 'full affine', at: ['ReLU 3', 'ReLU 4'] },
    ],
  },
  {
    name: 'intertwiner-rotation',
    file: 'rotation.penalty.npz',
    orders: [{ high: 'orthogonal', low: 'G_ReLU', at: ['ReLU 4'] }],
  },
];

describe.each(CASES)('$name', ({ name, file, orders }) => {
  test('finds the order of penalties over five seeds', async () => {
    const { runs, places } = linesOf(await results(name), file);
    for (const { high, low, at } of orders) {
      expect(runs.get(high)).toHaveLength(5);
      for (const [place, layer] of places.entries()) {
        const { mean, twice } = paired(runs.get(high)!, runs.get(low)!, place);
        const must = at.includes(layer);
        console.log(
          `${name}: ${high} − ${low} at ${layer}: ${mean.toFixed(2)} ± ${twice.toFixed(2)} points${must ? '' : ' (not asked for)'}`,
        );
        if (must) expect(mean).toBeGreaterThan(twice);
      }
      expect(places).toEqual(expect.arrayContaining([...at]));
    }
  }, 1_800_000);
});

test('intertwiner-theorem: G_ReLU stitches a network to its image under the group, penalty at most 0.2 points', async () => {
  const { runs, places } = linesOf(await results('intertwiner-theorem'), 'stitch.penalty.npz');
  expect(places).toHaveLength(4);
  for (const run of runs.get('G_ReLU')!) for (const penalty of run) expect(penalty).toBeLessThanOrEqual(0.2);
  // and it takes the group: without a stitching layer the networks do not fit
  for (const run of runs.get('identity')!) for (const penalty of run) expect(penalty).toBeGreaterThan(10);
}, 900_000);

requireMnist();

test.runIf(mnistIsThere)(
  'nodesort-distances runs on MNIST when its files are named',
  async () => {
    const files = (['images', 'labels'] as const).flatMap((kind) => ['--set', `images.${kind}=${mnist(kind).path}`]);
    const fewer = ['--set', 'some.count=1500', '--set', 'split.count=500', '--set', 'model.epochs=2'];
    const out = await results('nodesort-distances', ...files, ...fewer, '--set', 'model.seeds=0,1,2');
    const { nodes } = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    expect(nodes.images.summary).toMatchObject({ count: 10_000, classes: 10, mean: expect.closeTo(0.1325, 3) });
    expect(nodes.model.summary.validationAccuracy).toBeGreaterThan(0.8);
  },
  300_000,
);
