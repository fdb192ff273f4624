/** Data nodes before and in a run: shapes from headers, faults at the parameter that is meant. */
import { describe, expect, it } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { MemoryFiles } from '../../src/arrays/file-source.js';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { meantParams } from '../../src/catalog/form.js';
import type { Cost } from '../../src/catalog/info.js';
import type { Inputs } from '../../src/catalog/values.js';
import type { View } from '../../src/catalog/views.js';
import type { Params } from '../../src/document/schema.js';
import { fixture } from '../arrays/fixtures.js';

const node = (type: string) => builtin.find((candidate) => candidate.type === type)!;
const files = new MemoryFiles();
const bytes = (...parts: (number | readonly number[])[]) => Uint8Array.from(parts.flat());
const side = (n: number) => [0, 0, 0, n];
const images = await files.add('i.idx', bytes(0, 0, 8, 3, side(2), side(1), side(3), 0, 51, 102, 153, 204, 255));
const labels = await files.add('l.idx', bytes(0, 0, 8, 1, side(2), 4, 1));
const three = await files.add('three.idx', bytes(0, 0, 8, 1, side(3), 0, 1, 2));
const batch = await files.add('b.bin', bytes(7, new Array<number>(3072).fill(255)));
const csv = await files.add('t.csv', new TextEncoder().encode('a,b,kind\n1,2,x\n3,4,y\n5,6,x\n'));
const gap = await files.add('gap.csv', new TextEncoder().encode('a,b,kind\n1,,x\n'));
const pets = await files.add('pets.zip', fixture('images/pets.zip'));
const absent = { name: 'absent.bin', sha256: 'a'.repeat(64) };

function infer(type: string, params: object, inputs: object = {}): { outputs: Record<string, object>; cost: Cost } {
  const meant = meantParams(node(type), node(type).params.parse(params) as Params, Object.keys(inputs));
  return node(type).infer({ params: meant, inputs, files } as never) as never;
}
function refusal(type: string, params: object, inputs: object = {}): string {
  try {
    infer(type, params, inputs);
  } catch (error) {
    if (error instanceof FiberscopeError) return `${error.kind}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}
async function run(type: string, params: object, inputs: object = {}) {
  const context = { files, signal: new AbortController().signal, progress: () => undefined };
  const args = { params: node(type).params.parse(params), inputs };
  const outputs = (await node(type).run({ ...args, context } as never)) as Record<string, Inputs>;
  return { outputs, view: node(type).view({ ...args, outputs } as never) as View };
}
const known = (inputs: Inputs) => ({
  count: inputs.count,
  item: inputs.item,
  ...(inputs.classes ? { classes: inputs.classes.length } : {}),
});

describe('what is known before a run is what a run gives', () => {
  it.each([
    ['glyphs', { count: 30 }],
    ['textures', { count: 20 }],
    ['idx-images', { images, labels }],
    ['idx-images', { images, labels: null }],
    ['cifar10', { batches: [batch] }],
    ['csv-data', { file: csv, label: 'kind' }],
    ['csv-data', { file: csv, label: '', leaveOut: 'kind' }],
    ['csv-data', { file: csv, label: '-1', form: 'image', image: [1, 2, 1] }],
    ['image-folder', { file: pets }],
    ['image-folder', { file: pets, colour: 'grey', sizes: 'resize', size: [7, 5] }],
  ] as const)('%s %#', async (type, params) => {
    const { outputs, cost } = infer(type, params);
    const { outputs: given, view } = await run(type, params);
    const { inputs } = given as { inputs: Inputs };
    expect(outputs.inputs).toEqual(known(inputs));
    const numbers = inputs.x.length + inputs.weights.length + (inputs.labels?.length ?? inputs.count);
    expect(cost.bytes).toBe(4 * numbers);
    expect(inputs.x.every(Number.isFinite)).toBe(true);
    expect(view.summary).toMatchObject({ count: inputs.count, classes: inputs.classes?.length ?? null });
    expect(view.plots[0]!.kind).toBe(inputs.item.length === 3 ? 'pictures' : 'table');
  });

  it('also of parts', async () => {
    const { inputs } = (await run('glyphs', { count: 50 })).outputs;
    const whole = { type: 'Inputs', ...known(inputs!) };
    for (const [type, params] of [
      ['split', { share: 0.3, stratified: true }],
      ['split', { by: 'count', count: 7 }],
      ['subsample', { count: 12 }],
      ['standardise', {}],
    ] as const) {
      const before = infer(type, params, { inputs: whole }).outputs;
      const { outputs, view } = await run(type, params, { inputs });
      for (const [port, info] of Object.entries(before)) expect(info).toMatchObject(known(outputs[port]!));
      expect(view.plots.length).toBeGreaterThan(1);
    }
  });
});

describe('faults before a run', () => {
  const whole = { type: 'Inputs', count: 100, item: [2] };

  it.each([
    ['idx-images', {}, "file: parameter 'images': expected a file, got none; choose an IDX file of images"],
    [
      'idx-images',
      { images: absent },
      "file: parameter 'images': expected 'absent.bin' (SHA-256 aaaaaaaa…), got no such",
    ],
    ['idx-images', { images: labels }, "file: parameter 'images': file 'l.idx': expected images"],
    ['idx-images', { images, labels: images }, "file: parameter 'labels': file 'i.idx': expected labels"],
    ['idx-images', { images, labels: three }, "parameter 'labels': file 'three.idx': expected 2 labels"],
    ['idx-images', { images, labels, names: 'a, b' }, "parameter 'labels': file 'l.idx': expected labels from 0 to 1"],
    ['cifar10', {}, "file: parameter 'batches': expected at least one file, got none"],
    ['cifar10', { batches: [batch, batch] }, "file: parameter 'batches': expected files that differ, got"],
    [
      'cifar10',
      { batches: [batch, images] },
      "file: parameter 'batches': file 'i.idx': expected records of 3,073 bytes",
    ],
    ['csv-data', {}, "file: parameter 'file': expected a file, got none; choose a .csv file"],
    ['csv-data', { file: gap }, "parameter 'file': file 'gap.csv' line 2, column 'b': expected a number, got a gap"],
    [
      'csv-data',
      { file: csv, form: 'image', image: [2] },
      "parameter 'image': expected height, width, channels, got 1",
    ],
    ['csv-data', { file: csv, form: 'image' }, "parameter 'image': expected height × width × channels = 2"],
    ['image-folder', { file: csv }, "file: parameter 'file': file 't.csv': expected a ZIP archive"],
    ['image-folder', { file: pets, sizes: 'resize', size: [3] }, "parameter 'size': expected height, width, got 1"],
  ] as const)('%s %j', (type, params, message) => {
    expect(refusal(type, params)).toContain(message);
  });

  it.each([
    ['split', { share: 0.001 }, "parameter 'share': expected at least one of the 100 examples in each part, got 0 for"],
    ['split', { by: 'count', count: 100 }, "parameter 'count': expected at least one of the 100 examples in each part"],
    [
      'split',
      { stratified: true },
      "input 'inputs': expected examples with labels, because Stratified is on, got none",
    ],
    ['subsample', { count: 101 }, "parameter 'count': expected at most the 100 examples that there are, got 101"],
    ['subsample', { count: 5, stratified: true }, "input 'inputs': expected examples with labels"],
  ] as const)('%s %j', (type, params, message) => {
    expect(refusal(type, params, { inputs: whole })).toContain(message);
  });

  it('statistics of other shapes do not fit', () => {
    const fit = { ...whole, item: [3] };
    expect(refusal('standardise', {}, { inputs: whole, fit })).toBe(
      "shape: input 'fit': expected inputs of shape [2], as the data, got [3]; wire the training part of the same data set",
    );
  });
});

it('standardise says what it took away, and what did not vary', async () => {
  const inputs: Inputs = {
    type: 'Inputs',
    x: Float32Array.of(1, 7, 3, 7),
    count: 2,
    item: [2],
    weights: Float32Array.of(0.5, 0.5),
    source: 'typed',
  };
  const { outputs, view } = await run('standardise', {}, { inputs });
  expect([...outputs.inputs!.x]).toEqual([-1, 0, 1, 0]);
  expect(view.summary).toMatchObject({
    takenMean0: 2,
    takenDeviation0: 1,
    takenMean1: 7,
    takenDeviation1: 0,
    constantValues: 1,
  });
  expect(view.notes.map(({ text }) => text)).toEqual(['1 of 2 features does not vary: moved by the mean, not scaled.']);
  expect((await run('standardise', { by: 'global' }, { inputs })).view.notes).toEqual([]);
});
