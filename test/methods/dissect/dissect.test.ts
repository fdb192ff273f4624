/** Fractions of interpretable units of a network whose units are concepts, as it is rotated. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Architecture } from '../../../src/catalog/architecture.js';
import { namedPlaces } from '../../../src/catalog/layer-names.js';
import type { Device } from '../../../src/catalog/work.js';
import { rotationNotes } from '../../../src/methods/diagnostics/dissect.js';
import { dissect, dissectCurve, unitTable } from '../../../src/methods/dissect/dissect.js';
import { scenes } from '../../../src/methods/dissect/scenes.js';
import { openDevice } from '../../../src/tensor/device.js';
import { silent } from '../stitching/networks.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice('cpu');
});
afterAll(() => device.dispose());

/** Channels of colour: a channel less the mean of the other two, rectified. */
const architecture: Architecture = {
  type: 'Architecture',
  input: [3, 32, 32],
  layers: [
    { kind: 'conv', channels: 3, kernel: [1, 1], stride: 1, padding: 0, bias: false },
    { kind: 'activation', activation: { name: 'relu' } },
  ],
};
const colours = Float32Array.of(1, -0.5, -0.5, -0.5, 1, -0.5, -0.5, -0.5, 1);
const model = {
  type: 'Model',
  architecture,
  theta: Float32Array.of(...colours, ...colours),
  buffers: new Float32Array(0),
  count: 2,
  names: ['one', 'two'],
  origin: 'written down',
  flags: [],
} as const;
const options = { alphas: [0, 0.5, 1], rotations: 2, quantile: 0.1, threshold: 0.3, seed: 0 };

describe('units that are colours', () => {
  const drawn = scenes({ count: 24, seed: 5, noise: 0 }, silent);
  const places = namedPlaces(architecture);

  it('are found to be, each its own, and fewer when they are mixed', async () => {
    const inputs = await drawn;
    const found = await dissect(model, places, inputs, options, device, silent);
    const relu = found.units[1]!.map(({ concept }) => inputs.concepts!.names[concept]);
    expect(relu).toEqual(['red', 'green', 'blue']);
    for (const { iou } of found.units[1]!) expect(iou).toBeGreaterThan(0.5);
    const curve = dissectCurve(found, places, options.alphas);
    expect(curve.lines.map(({ name }) => name)).toEqual(['conv 1', 'ReLU 1']);
    for (const { y, samples } of curve.lines) {
      expect(y[0]).toBe(1);
      expect(samples).toHaveLength(2); // networks
      expect(samples![0]).toEqual(samples![1]); // equal ones
    }
    expect(curve.lines[1]!.y[2]).toBeLessThan(1);
    const table = unitTable(found, places, inputs.concepts!.names, options.threshold);
    expect(table.rows.slice(3).map((row) => [row[2], row[4]])).toEqual([
      ['red', 'yes'],
      ['green', 'yes'],
      ['blue', 'yes'],
    ]);
  });

  it('are the same whatever Q is at α = 0', async () => {
    const inputs = await drawn;
    const still = await dissect(
      model,
      places,
      inputs,
      { ...options, alphas: [0], rotations: 3, seed: 9 },
      device,
      silent,
    );
    for (const layer of still.fractions)
      expect(layer[0]).toEqual([
        [1, 1, 1],
        [1, 1, 1],
      ]);
  });
});

describe('sentences of fractions', () => {
  const conv = architecture.layers[0]!;
  const mixed: Architecture = { ...architecture, layers: [conv, conv, architecture.layers[1]!] };
  const [first, , relu] = namedPlaces(mixed);
  const mixedPlaces = [first!, relu!];
  const line = (name: string, ...samples: number[][]) => ({
    name,
    y: Float64Array.from(samples[0]!, (_, at) => samples.reduce((sum, run) => sum + run[at]!, 0) / samples.length),
    samples: samples.map((run) => Float64Array.from(run)),
  });
  const curve = (linear: number[][], activated: number[][]) => ({
    type: 'Curve' as const,
    x: Float64Array.of(0, 1),
    xName: 'α',
    yName: 'fraction',
    logY: false,
    lines: [line('conv 1', ...linear), line('ReLU 1', ...activated)],
  });
  const falling = [
    [0.8, 0.3],
    [0.9, 0.5],
    [0.7, 0.2],
  ];
  const flat = [
    [0.5, 0.6],
    [0.6, 0.5],
    [0.5, 0.5],
  ];

  it('expect a fall where an activation precedes and none where none does', () => {
    const levels = (linear: number[][], activated: number[][]) =>
      rotationNotes(mixed, curve(linear, activated), mixedPlaces).map(({ id, level }) => `${id} ${level}`);
    expect(levels(flat, falling)).toEqual(['interpretable-free info', 'interpretable-activated info']);
    expect(levels(falling, flat)).toEqual(['interpretable-free warning', 'interpretable-activated warning']);
  });

  it('say the paired fall with two standard errors', () => {
    const [, note] = rotationNotes(mixed, curve(flat, falling), mixedPlaces);
    // falls 0.5, 0.4, 0.5: mean 0.467, 2 · 0.0577 / √3 = 0.067
    expect(note!.text).toBe(
      'ReLU 1 (a nonlinearity precedes): the fraction of interpretable units falls as the representation is rotated, from 0.8 to 0.33 (fall 0.47 ± 0.067).',
    );
  });
});
