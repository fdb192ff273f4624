/** Shapes, costs and refusals before anything runs. */
import { describe, expect, it } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { MemoryFiles } from '../../src/arrays/file-source.js';
import { writeNpz } from '../../src/arrays/npz.js';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { countingParams, meantParams } from '../../src/catalog/form.js';
import type { Cost } from '../../src/catalog/info.js';
import { genniFcn, lenet5, mlp, myrtle } from '../../src/catalog/presets.js';
import type { ArrayHeader, FileSource } from '../../src/catalog/work.js';
import type { Params } from '../../src/document/schema.js';

type Inferred = { outputs: Record<string, never>; cost?: Cost; absent?: Record<string, string> };

function infer(type: string, params: object, inputs: object = {}, files: FileSource = new MemoryFiles()): Inferred {
  const node = builtin.find((candidate) => candidate.type === type)!;
  const meant = meantParams(node, node.params.parse(params) as Params, Object.keys(inputs));
  const { params: counting } = countingParams(node, meant, inputs as never);
  return node.infer({ params: counting, inputs, files } as never) as unknown as Inferred;
}

/** The kind and message of the refusal. */
function refusal(type: string, params: object, inputs: object = {}, files?: FileSource): string {
  try {
    infer(type, params, inputs, files);
  } catch (error) {
    if (error instanceof FiberscopeError) return `${error.kind}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const fcn = { type: 'Architecture', architecture: genniFcn() };
const line = { type: 'Inputs', count: 500, item: [1] };
const reference = { type: 'Reference', architecture: genniFcn(), count: 500 };
const subspace = (rank: number, size = 4) => ({ type: 'Subspace', rank, size, reference });

describe('architectures', () => {
  it('the presets have the published numbers of parameters: 4 and 43,661', () => {
    expect(infer('architecture', {}).outputs).toMatchObject({ architecture: { architecture: genniFcn() } });
    expect(infer('architecture', { preset: 'lenet-5' }).outputs).toMatchObject({
      architecture: { architecture: lenet5(true) },
    });
    const without = infer('architecture', { preset: 'lenet-5', outputRelu: false }).outputs;
    expect(without).toMatchObject({ architecture: { architecture: lenet5(false) } });
  });

  it('layer nodes wired one after another make the FCN preset', () => {
    const wire = (type: string, params: object, before: unknown): object => {
      const out = infer(type, params, { architecture: before }).outputs as unknown as { architecture: object };
      return { type: 'Architecture', ...out.architecture };
    };
    const start = {
      type: 'Architecture',
      ...(infer('input', { shape: [1] }).outputs.architecture as unknown as object),
    };
    const built = wire(
      'dense',
      { units: 1, bias: false },
      wire('activation', {}, wire('dense', { units: 2, bias: false }, start)),
    );
    expect(built).toEqual(fcn);
  });

  it('take the shape of an input and the classes from data that are wired', () => {
    const digits = { type: 'Inputs', count: 9, item: [1, 28, 28], classes: 7 };
    const built = (params: object, data: object) =>
      infer('architecture', params, { data }).outputs.architecture as unknown as { architecture: object };
    const perceptron = { preset: 'mlp', widths: [2, 5, 3], activation: 'relu' };
    expect(built(perceptron, digits).architecture).toEqual(mlp([784, 5, 7], { name: 'relu' }, true));
    expect(built(perceptron, { ...digits, classes: undefined }).architecture).toEqual(
      mlp([784, 5, 3], { name: 'relu' }, true),
    );
    expect(built({ preset: 'myrtle', width: 2 }, digits).architecture).toEqual(myrtle([1, 28, 28], 2, 7));
    expect(refusal('architecture', { preset: 'resnet20' }, { data: line })).toMatch(
      /^shape: input 'data': expected images \[channels, height, width\]/,
    );
  });

  it('shapes that do not fit name the layer', () => {
    const image = { type: 'Architecture', architecture: { type: 'Architecture', input: [1, 4, 4], layers: [] } };
    expect(refusal('dense', {}, { architecture: image })).toBe(
      'shape: layer 0 (dense): expected a vector, got [1, 4, 4]; put a Flatten layer before it',
    );
    expect(refusal('conv', { kernel: 5 }, { architecture: image })).toMatch(/^shape: layer 0 \(conv\)/);
    expect(refusal('architecture', { preset: 'mlp', widths: [3] })).toMatch(/^parameter: parameter 'widths'/);
    expect(refusal('input', { shape: [2, 2] })).toMatch(/^parameter: parameter 'shape'/);
    expect(refusal('random-inputs', { shape: [] })).toMatch(/^parameter: parameter 'shape'/);
    expect(refusal('random-inputs', { distribution: 'uniform', low: 1, high: 1 })).toMatch(
      /^parameter: parameter 'high'/,
    );
  });
});

describe('reference', () => {
  const inputs = { architecture: fcn, inputs: line };
  it.each([
    [
      'typed θ of the wrong length',
      { from: 'typed', values: [1, 2] },
      {},
      /^parameter: parameter 'values': expected P = 4 numbers, got 2/,
    ],
    ['no Parameters', { from: 'parameters' }, {}, /^wire: input 'parameters': expected a wire/],
    [
      'Parameters of another P',
      { from: 'parameters' },
      { parameters: { type: 'Parameters', count: 1, size: 5 } },
      /^shape: .*P = 4 numbers, got 5/,
    ],
    [
      'a row that is not there',
      { from: 'parameters', row: 2 },
      { parameters: { type: 'Parameters', count: 2, size: 4 } },
      /^parameter: parameter 'row': expected a row below 2, got 2/,
    ],
    ['no Outputs', { from: 'outputs' }, {}, /^wire: input 'outputs'/],
    [
      'Outputs of another shape',
      { from: 'outputs' },
      { outputs: { type: 'Outputs', count: 499, width: 1 } },
      /^shape: .*expected \[500, 1\].*got \[499, 1\]/,
    ],
    [
      'inputs of another shape',
      {},
      { inputs: { type: 'Inputs', count: 5, item: [1, 28, 28] } },
      /^shape: input 'inputs': expected inputs of shape \[1\].*got \[1, 28, 28\]/,
    ],
  ])('refuses %s', (_, params, extra, message) => {
    expect(refusal('reference', params, { ...inputs, ...extra })).toMatch(message);
  });

  it('accepts what fits', () => {
    expect(infer('reference', { from: 'typed', values: [1, 2, 3, 4] }, inputs).outputs).toEqual({
      reference: { architecture: genniFcn(), count: 500 },
    });
  });
});

describe('points, Gram–Schmidt and Grid', () => {
  it('refuse vectors that do not fit, by line', () => {
    expect(refusal('points', {}, { reference })).toMatch(
      /^parameter: .*expected at least one vector of P = 4 numbers, got none/,
    );
    expect(refusal('points', { values: [[1, 2, 3, 4], [1]] }, { reference })).toMatch(
      /line 2: expected P = 4 numbers, got 1/,
    );
    expect(refusal('points', { from: 'loaded' }, { reference })).toMatch(/^wire: input 'parameters'/);
  });

  it.each([1, 9])('refuse %i vectors', (count) => {
    const parameters = { type: 'Parameters', count, size: 20 };
    expect(refusal('gram-schmidt', {}, { parameters })).toMatch(
      /^shape: input 'parameters': expected 2 to 8 vectors .*got \d/,
    );
  });

  it('refuse more dimensions than there are parameters', () => {
    expect(refusal('search', { rank: 5 }, { reference })).toBe(
      "parameter: parameter 'rank': expected at most P = 4 independent directions for this architecture, got 5",
    );
    expect(refusal('search', { rank: 4 }, { reference })).toBe('accepted');
    const parameters = { type: 'Parameters', count: 6, size: 4 };
    expect(refusal('gram-schmidt', {}, { parameters })).toMatch(
      /expected 2 to 5 vectors \(a plane of 1 to 4 dimensions\), got 6/,
    );
  });

  it('a grid needs a reference from somewhere, of the right P', () => {
    const { reference: _, ...bare } = subspace(2);
    expect(refusal('grid', {}, { subspace: bare })).toMatch(
      /^wire: input 'reference': expected a wire because this Subspace has no reference/,
    );
    expect(infer('grid', { points: 10 }, { subspace: bare, reference }).outputs).toMatchObject({ field: { rank: 2 } });
    expect(refusal('grid', {}, { subspace: subspace(2, 17) })).toMatch(
      /^shape: input 'subspace': expected vectors of P = 4/,
    );
    expect(refusal('grid', { low: 1, high: 1 }, { subspace: subspace(2) })).toMatch(/^parameter: parameter 'high'/);
  });

  it('a grid’s cost is n^m members × N inputs × multiply-adds of the network', () => {
    expect(infer('grid', { points: 50 }, { subspace: subspace(3) }).cost).toMatchObject({
      points: 125_000,
      multiplyAdds: 125_000 * 500 * 4,
      bytes: 8 * 125_000,
    });
    expect(infer('grid', { points: 20 }, { subspace: subspace(7) }).cost!.points).toBe(20 ** 7);
  });

  it('a grid says its cap, which ε may not pass, where both are in one unit', () => {
    const whole = infer('grid', {}, { subspace: subspace(3) });
    expect(whole.outputs.field).not.toHaveProperty('cap');
    expect(whole.cost!.work).not.toHaveProperty('cap');
    const params = { keep: 'below', cap: 0.1, capUnit: 'relative' };
    const { outputs, cost } = infer('grid', params, { subspace: subspace(3) });
    const cap = { value: 0.1, relative: true };
    expect(outputs).toMatchObject({ field: { cap } });
    expect(cost).toMatchObject({ work: { cap }, route: 'fused · rejecting', multiplyAdds: whole.cost!.multiplyAdds });
    const field = { field: { type: 'Field', ...(outputs.field as unknown as object) } };
    expect(refusal('threshold', { epsilon: 0.1 }, field)).toBe('accepted');
    expect(refusal('threshold', { epsilon: 0.11 }, field)).toMatch(
      /^parameter: parameter 'epsilon': .*raise Cap in Grid/,
    );
    expect(refusal('threshold', { epsilon: 0.11, unit: 'absolute' }, field)).toBe('accepted');
    expect(refusal('threshold', { epsilon: 0.11, unit: 'suggested' }, field)).toBe('accepted');
    const data = { data: field.field };
    expect(refusal('plot', { epsilon: 0.1 }, data)).toBe('accepted');
    expect(refusal('plot', { epsilon: 0.2 }, data)).toMatch(/^parameter: parameter 'epsilon'/);
    expect(infer('threshold', { epsilon: 0.1 }, field).outputs).toMatchObject({ set: { cap } });
  });
});

describe('the memory of large networks', () => {
  const large = mlp([2, 4096, 4096, 1], { name: 'tanh' }, true);
  const size = 16_797_697; // 2 · 4096 + 4096 + 4096² + 4096 + 4096 + 1

  it('a reference holds its θ and its outputs', () => {
    const wired = { architecture: { architecture: large }, inputs: { count: 256, item: [2] } };
    expect(infer('reference', { from: 'random' }, wired).cost!.bytes).toBe(4 * (size + 256));
  });

  it('a search keeps for Adam what descends at once, one start of this size, however many there are', () => {
    const working = (starts: number, architecture = large): number =>
      infer('search', { rank: 2, starts, mode: 'independent' }, { reference: { architecture, count: 256 } }).cost!
        .working!;
    expect(working(4096)).toBe(working(1));
    expect(working(16)).toBeGreaterThan((4 + 8 + 16) * size); // its start, θ in float64 and two moments
    expect(working(16)).toBeLessThan(2 * (4 + 8 + 16 + 8 + 8 * 2 + 4 * 3) * size); // gradient, directions, selected
    const small = mlp([2, 4, 1], { name: 'tanh' }, true);
    expect(working(4096, small)).toBeGreaterThan(1000 * working(1, small) * 0.5); // all together
  });
});

describe('plot', () => {
  const field = { rank: 4, points: 5, low: -1, high: 1, reference };
  it('refuses what cannot be drawn, with the reason', () => {
    const data = { data: { type: 'Field', ...field } };
    expect(refusal('plot', { kind: 'surface' }, data)).toBe(
      "parameter: parameter 'kind': surface needs m = 2, got a Field with m = 4; use Threshold ε and UMAP",
    );
    expect(refusal('plot', {}, { data: { type: 'EpsilonSet', ...field } })).toContain('put UMAP before it');
    expect(refusal('plot', {}, { data: { type: 'Embedding', dimension: 2 } })).toBe('accepted');
  });
});

describe('load arrays', () => {
  const file = { name: 'a.npz', sha256: 'a'.repeat(64) };
  const holding = (...headers: readonly (readonly [string, readonly number[]])[]): FileSource => ({
    read: () => Promise.reject(new Error('not read before a run')),
    headers: () => headers.map(([name, shape]): ArrayHeader => ({ name, dtype: 'f4', shape })),
    bytes: () => undefined,
  });
  const recorded = holding(
    ['x', [500, 1]],
    ['y', [500, 1]],
    ['weights', [500]],
    ['theta', [4, 4]],
    ['basis', [3, 4]],
    ['loss', [50, 50, 50]],
  );

  it('takes the usual names', () => {
    expect(infer('load-arrays', { file }, {}, recorded).outputs).toEqual({
      inputs: { count: 500, item: [1] },
      outputs: { count: 500, width: 1 },
      parameters: { count: 4, size: 4 },
      subspace: { rank: 3, size: 4 },
      arrays: {},
    });
  });

  it('costs the numbers of its arrays as float32, and the equal weights of inputs that come without', () => {
    const bytesOf = (files: FileSource) => infer('load-arrays', { file }, {}, files).cost!.bytes;
    expect(bytesOf(holding(['x', [500, 2]], ['weights', [500]]))).toBe(4 * 1500);
    expect(bytesOf(holding(['x', [500, 2]]))).toBe(4 * 1500);
  });

  it('a dash switches one off, and says why its port gives nothing', () => {
    const found = infer('load-arrays', { file, basis: '-' }, {}, recorded);
    expect(found.outputs.subspace).toBeUndefined();
    expect(found.absent!.subspace).toContain('no array for a Subspace');
  });

  it.each([
    ['no file', { file: null }, recorded, /^file: parameter 'file': expected a file, got none/],
    [
      'a file that is not here',
      { file },
      new MemoryFiles(),
      /^file: parameter 'file': expected 'a\.npz' \(SHA-256 aaaaaaaa…\), got no such file here/,
    ],
    [
      'a name that is not there',
      { file, inputs: 'points' },
      recorded,
      /^file: parameter 'inputs': expected an array of 'a\.npz', got 'points'; it holds x \[500, 1\], y/,
    ],
    [
      'inputs of a wrong shape',
      { file, inputs: 'loss' },
      recorded,
      /^shape: .*array 'loss' as inputs: expected shape .* got \[50, 50, 50\]/,
    ],
    [
      'weights that do not fit',
      { file, weights: 'y' },
      recorded,
      /^shape: .*array 'y' as weights: expected shape \[500\], got \[500, 1\]/,
    ],
    [
      'a file with nothing to use',
      { file },
      holding(['other', [3]], ['more', [2]]),
      /^file: .*expected an array to use, got other \[3\], more \[2\]/,
    ],
    [
      'weights without inputs',
      { file, inputs: '-', weights: 'nonexistent' },
      recorded,
      /^file: parameter 'weights': expected no name because no array is used as inputs, got 'nonexistent'/,
    ],
    [
      'an origin without a basis',
      { file, basis: '-', origin: 'theta' },
      recorded,
      /^file: parameter 'origin': expected no name because no array is used as basis, got 'theta'/,
    ],
    [
      'coordinates without a basis',
      { file, basis: '-', coordinates: 'theta' },
      recorded,
      /^file: parameter 'coordinates': expected no name because no array is used as basis, got 'theta'/,
    ],
    [
      'a name that is not there among 80,000, in a short line',
      { file, inputs: 'x' },
      holding(...Array.from({ length: 80_000 }, (_, k) => [`layer${k}.${'w'.repeat(200)}`, [1]] as const)),
      /^file: parameter 'inputs': .{0,1400}… \(80,000 in all\)$/,
    ],
    ['a basis without an origin', { file }, holding(['basis', [2, 4]], ['x', [3, 1]]), /^file: parameter 'origin'/],
    ['an empty array', { file }, holding(['x', [0, 1]]), /^shape: .*got \[0, 1\]/],
  ])('refuses %s', (_, params, files, message) => {
    expect(refusal('load-arrays', params, {}, files)).toMatch(message);
  });

  it('uses the only array of a file as chosen', () => {
    const one = holding(['array', [7, 4]]);
    expect(infer('load-arrays', { file, single: 'parameters' }, {}, one).outputs.parameters).toEqual({
      count: 7,
      size: 4,
    });
    expect(infer('load-arrays', { file }, {}, one).outputs.inputs).toEqual({ count: 7, item: [4] });
  });

  it('joins PyTorch’s tensors when an architecture is wired, and checks each', () => {
    const tensors = holding(['2.weight', [1, 2]], ['0.weight', [2, 1]]);
    expect(infer('load-arrays', { file }, { architecture: fcn }, tensors).outputs.parameters).toEqual({
      count: 1,
      size: 4,
    });
    const wrong = holding(['2.weight', [1, 3]], ['0.weight', [2, 1]]);
    expect(refusal('load-arrays', { file }, { architecture: fcn }, wrong)).toBe(
      "shape: file 'a.npz', array '2.weight': expected [1, 2] for this architecture, got [1, 3]; choose the file of such a network, or another architecture",
    );
  });

  it('refuses numbers that are not finite before a run where the file is small, if the array is used', async () => {
    const files = new MemoryFiles();
    const add = (name: string, count: number): Promise<object> =>
      files.add(
        name,
        writeNpz({
          x: { data: new Float32Array(count).fill(1).fill(Number.NaN, 1, 2), shape: [count, 1] },
          y: { data: new Float32Array(4).fill(1), shape: [4, 1] },
        }),
      );
    const small = await add('small.npz', 4);
    expect(refusal('load-arrays', { file: small }, {}, files)).toBe(
      "file: file 'small.npz' array 'x': expected finite numbers within float32, got NaN at [1, 0]; save the file again without them",
    );
    expect(refusal('load-arrays', { file: small, inputs: '-' }, {}, files)).toBe('accepted');
    expect(refusal('load-arrays', { file: await add('large.npz', 2 ** 20 + 1) }, {}, files)).toBe('accepted'); // found by the run
  });
});
