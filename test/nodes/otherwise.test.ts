/** Nodes that read files pass on what is wired to Otherwise, as long as no file is chosen. */
import { describe, expect, it } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { MemoryFiles } from '../../src/arrays/file-source.js';
import type { Inputs } from '../../src/catalog/values.js';

const NODES = ['idx-images', 'cifar10', 'csv-data', 'image-folder'];
const given: Inputs = {
  type: 'Inputs',
  x: Float32Array.of(0.25, 0.5),
  count: 2,
  item: [1],
  weights: Float32Array.of(0.5, 0.5),
  labels: Int32Array.of(0, 1),
  classes: ['left', 'right'],
  source: 'two numbers',
};
const file = { name: 'missing.bin', sha256: '0'.repeat(64) };
const CHOSEN: Readonly<Record<string, object>> = {
  'idx-images': { images: file },
  cifar10: { batches: [file] },
  'csv-data': { file },
  'image-folder': { file },
};

describe.each(NODES)('%s', (type) => {
  const node = builtin.find((one) => one.type === type)!;
  const infer = (params: object, inputs: object) =>
    node.infer({ params: node.params.parse(params), inputs, files: new MemoryFiles() } as never);
  const otherwise = { type: 'Inputs', count: 2, item: [1], classes: 2 };

  it('passes on what is wired, and says so', async () => {
    const params = node.params.parse({});
    expect(infer({}, { otherwise }).outputs).toEqual({ inputs: { count: 2, item: [1], classes: 2 } });
    const outputs = await node.run({ params, inputs: { otherwise: given }, context: {} } as never);
    expect(outputs).toEqual({ inputs: given });
    const { notes } = node.view({ params, inputs: { otherwise: given }, outputs } as never);
    expect(notes.map(({ text }) => text)).toContain(
      'No file is chosen: this is what is wired to Otherwise, two numbers.',
    );
  });

  it('asks for a file where nothing is wired, and takes the file where one is chosen', () => {
    expect(() => infer({}, {})).toThrow(/^parameter '\w+': expected (a|at least one) file, got none/);
    expect(() => infer(CHOSEN[type]!, { otherwise })).toThrow(
      "expected 'missing.bin' (SHA-256 00000000…), got no such",
    );
  });
});
