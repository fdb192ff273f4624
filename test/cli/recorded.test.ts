/** The authors' recorded grids through the command line: the same files give the same numbers as in the app. */
import { readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readArray } from '../../src/arrays/array-file.js';
import { deviation } from '../golden/deviation.js';
import { lossOf, pathOf, pipelineOf, requireRecorded, there } from '../golden/recorded-grids.js';
import { cli, file, folder } from './harness.js';

const ROOT = resolve(import.meta.dirname, '../..');

requireRecorded();

const runs = there.flatMap((name) =>
  (name.includes('lenet') ? ['wasm'] : ['wasm', 'cpu']).map((device) => ({ name, device })),
);

test.each(runs)(
  '$name, run with --out on $device, agrees at every point within 10⁻⁴ relative + 10⁻⁹',
  async ({ name, device }) => {
    const into = folder();
    symlinkSync(pathOf(name), join(into, `${name}.npz`));
    const path = file('pipeline.json', readFileSync(join(ROOT, pipelineOf(name))), into);
    const out = join(into, 'results');
    const run = await cli(['run', path, '--device', device, '--quiet', '--out', out]);
    expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: '' });
    const field = readArray('field.npz', new Uint8Array(readFileSync(join(out, 'grid.field.npz'))), 'values');
    const { data, shape } = lossOf(name);
    expect(field.shape).toEqual(shape);
    expect(deviation(field.data, data, shape)).toBeLessThanOrEqual(1);
  },
  300_000,
);
