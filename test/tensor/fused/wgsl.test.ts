import { expect, test } from 'vitest';
import { layoutOf } from '../../../src/catalog/architecture.js';
import { genniFcn, mlp } from '../../../src/catalog/presets.js';
import type { EvaluateWork, WorkControl } from '../../../src/catalog/work.js';
import type { GpuContext } from '../../../src/tensor/fused/gpu-context.js';
import { fusedGpuSums } from '../../../src/tensor/fused/index.js';
import * as oracle from './oracles.js';

const quiet: WorkControl = { signal: new AbortController().signal, progress: () => undefined };

/** The shader that a lattice of so many points per axis asks for. */
async function shaderFor(architecture: EvaluateWork['architecture'], points: number): Promise<string> {
  let code = '';
  const gpu = {
    guard: (_label: string, block: (count: () => void) => Promise<unknown>) => block(() => undefined),
    pipeline: (given: string) => {
      code = given;
      return Promise.reject(new Error('the code is enough'));
    },
  } as unknown as GpuContext;
  const { size, outputs } = layoutOf(architecture);
  const work: EvaluateWork = {
    architecture,
    inputs: oracle.someInputs(1, 10, architecture.input[0]!),
    outputs: oracle.someOutputs(1, 10, outputs),
    family: { kind: 'lattice', lattice: { subspace: oracle.someSubspace(2, size, 3), low: -1, high: 1, points } },
  };
  await expect(fusedGpuSums(work, quiet, gpu, { software: true })).rejects.toThrow('the code is enough');
  return code;
}

test.each([
  ['written out', genniFcn()],
  ['looped', mlp([3, 20, 1], { name: 'tanh' }, true)],
  ['with a projected first layer', mlp([9, 4, 1], { name: 'relu' }, true)],
])('one shader does for grids of any number of points: %s', async (_, architecture) => {
  const codes = await Promise.all([35, 50, 51].map((points) => shaderFor(architecture, points)));
  expect(codes[0]).toContain('job.count');
  expect(new Set(codes).size).toBe(1);
});
