/**
 * The authors' recorded grids (GENNI's own code, float32), kept beside a checkout and not in it, and the pipelines that repeat
 * them. Tests that use them print whether they are there.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readArray } from '../arrays/one.js';
import { deviation } from './deviation.js';

const ROOT = resolve(import.meta.dirname, '../..');
const FOLDER = resolve(ROOT, '../shared/reference/genni');
const CASES = ['case_fcn_2d_35', 'case_fcn_3d_50', 'case_lenet_2d_15'] as const;

/** Name of a recorded case. */
export type RecordedCase = (typeof CASES)[number];

/** The cases whose files are there. */
export const there: readonly RecordedCase[] = CASES.filter((name) => existsSync(pathOf(name)));

/** Where a case's file is. */
export function pathOf(name: RecordedCase): string {
  return join(FOLDER, `${name}.npz`);
}

/** The pipeline that repeats a case: its path below the checkout. */
export const pipelineOf = (name: RecordedCase): string => `test/golden/${name}.json`;

/** The bytes of a case's file. */
export const bytesOf = (name: RecordedCase): Uint8Array => new Uint8Array(readFileSync(pathOf(name)));

/** A Field's values, in lattice shape. */
interface GridValues {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** The recorded J, in the recording's own order of axes. */
export const lossOf = (name: RecordedCase) => readArray(`${name}.npz`, bytesOf(name), 'loss');

let run = 0;

/** Expects a case's Field to agree with the recording at every point within 10⁻⁴ relative + 10⁻⁹. */
export function expectRecorded(name: RecordedCase, field: GridValues): void {
  run++;
  const { data, shape } = lossOf(name);
  expect(field.shape).toEqual(shape);
  expect(deviation(field.data, data, shape)).toBeLessThanOrEqual(1);
}

/** Says in the end how many grids were compared, and fails where the recordings must be there and are not. */
export function requireRecorded(): void {
  afterAll(() => console.log(there.length === 0 ? 'reference: absent' : `reference: ${run} run`));
  it('the recorded grids are there where they must be', () => {
    if (process.env.REQUIRE_REFERENCE === '1') expect(there).toEqual(CASES);
  });
}
