/** The authors' recorded grids through the command line: the same files give the same numbers as in the app. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readArray } from '../../src/arrays/array-file.js';
import { cli, file, folder } from './harness.js';

const RECORDED = resolve(import.meta.dirname, '../../../shared/reference/genni');
const GOLDEN = resolve(import.meta.dirname, '../golden');
const CASES = ['case_fcn_2d_35', 'case_fcn_3d_50', 'case_lenet_2d_15'];
const there = CASES.filter((name) => existsSync(join(RECORDED, `${name}.npz`)));
console.log(there.length === 0 ? 'reference: absent' : `reference: ${there.length} run`);

test('the recorded grids are there where they must be', () => {
  if (process.env.REQUIRE_REFERENCE === '1') expect(there).toEqual(CASES);
});

test.each(there)(
  '%s, run with --out, agrees at every point within 10⁻⁴ relative + 10⁻⁹',
  async (name) => {
    const recorded = join(RECORDED, `${name}.npz`);
    const into = folder();
    symlinkSync(recorded, join(into, `${name}.npz`));
    const path = file('pipeline.json', readFileSync(join(GOLDEN, `${name}.json`)), into);
    const out = join(into, 'results');
    const run = await cli(['run', path, '--device', 'wasm', '--quiet', '--out', out]);
    expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: '' });
    const field = readArray('field.npz', new Uint8Array(readFileSync(join(out, 'grid.field.npz'))), 'values');
    const { data: loss, shape } = readArray('loss.npz', new Uint8Array(readFileSync(recorded)), 'loss');
    expect(field.shape).toEqual(shape);
    const [n, m] = [shape[0]!, shape.length];
    const worst = Float64Array.from(loss).reduce((most, recordedLoss, at) => {
      // axis k of the recorded grid is the coefficient of basis vector m − 1 − k
      const index = Array.from({ length: m }, (_, k) => Math.floor(at / n ** (m - 1 - k)) % n);
      const ours = field.data[index.reverse().reduce((flat, i) => flat * n + i, 0)]!;
      return Math.max(most, Math.abs(ours - recordedLoss) / (1e-4 * recordedLoss + 1e-9));
    }, 0);
    expect(worst).toBeLessThanOrEqual(1);
  },
  300_000,
);
