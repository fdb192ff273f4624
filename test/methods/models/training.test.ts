/** Networks drawn and trained on plain JavaScript: what comes out, and what is said when it does not go well. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import scoreNode from '../../../nodes/score.js';
import { mlp, myrtle } from '../../../src/catalog/presets.js';
import type { Inputs } from '../../../src/catalog/values.js';
import type { Device, WorkControl } from '../../../src/catalog/work.js';
import { initialTheta } from '../../../src/methods/initialise.js';
import { networkAt } from '../../../src/methods/models/networks.js';
import { scoreModel } from '../../../src/methods/models/score.js';
import { modelView } from '../../../src/methods/models/trained-view.js';
import { initialModel, type TrainingOptions, train } from '../../../src/methods/models/training.js';
import { BackedDevice } from '../../../src/tensor/backed-device.js';
import { CpuBacking } from '../../../src/tensor/cpu-backing.js';
import { openDevice } from '../../../src/tensor/device.js';
import { PooledDevice } from '../../../src/tensor/pool/pooled-device.js';
import { silent } from '../fixtures.js';

/** Points around three corners of a triangle, told apart by which is nearest: a linear model can. */
function triangle(count: number, noise: number): Inputs {
  const x = new Float32Array(2 * count);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  labels.forEach((label, i) => {
    x[2 * i] = Math.cos((2 * Math.PI * label) / 3) + noise * Math.sin(12.9 * i);
    x[2 * i + 1] = Math.sin((2 * Math.PI * label) / 3) + noise * Math.cos(78.2 * i);
  });
  const weights = new Float32Array(count).fill(1 / count);
  return { type: 'Inputs', x, count, item: [2], weights, labels, classes: ['a', 'b', 'c'], source: 'a triangle' };
}

const network = mlp([2, 8, 3], { name: 'relu' }, true);
const options: TrainingOptions = {
  seeds: [0, 5],
  initialisation: { name: 'pytorch', deviation: 1 },
  optimizer: { name: 'adam', learningRate: 0.03, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  schedule: { name: 'constant' },
  weightDecay: 0,
  epochs: 6,
  batch: 16,
};
const data = triangle(96, 0.3);
const held = triangle(60, 0.5);

describe('trained networks', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice('cpu', { threads: 1 });
  });
  afterAll(() => device.dispose());
  const trained = (change: Partial<TrainingOptions> = {}, control: WorkControl = silent) =>
    train({ ...options, ...change }, network, { inputs: data }, { inputs: held }, device, control);

  it('learn, a network for each seed, and are told by their seeds', async () => {
    const { model, history, accuracy, scores } = await trained();
    expect(model).toMatchObject({ count: 2, names: ['seed 0', 'seed 5'], flags: [] });
    expect(model.origin).toBe('trained 6 epochs on 96 inputs (a triangle); Adam, learning rate 0.03, batches of 16');
    expect(history.lines.map(({ name }) => name)).toEqual(['training', 'validation']);
    expect([...history.x]).toEqual([1, 2, 3, 4, 5, 6]);
    const [line] = history.lines;
    expect(line!.y.at(-1)).toBeLessThan(0.5 * line!.y[0]!);
    for (const [e, mean] of line!.y.entries()) {
      const [a, b] = line!.samples!.map((sample) => sample[e]!) as [number, number];
      expect(mean).toBeCloseTo((a + b) / 2, 12);
      expect(line!.spread![e]).toBeCloseTo(Math.abs(a - b) / Math.SQRT2, 6); // standard deviation of two
    }
    expect(accuracy!.yName).toBe('accuracy (%)');
    expect(accuracy!.lines[1]!.y.at(-1)).toBeGreaterThan(90);
    expect(scores.rows.map(([name]) => name)).toEqual(['seed 0', 'seed 5', 'mean', 'standard deviation']);
    expect(modelView({ model, history, accuracy, scores }, { training: data, validation: held }).notes).toEqual([]);
  });

  it('do not depend on the seeds beside theirs', async () => {
    const both = await trained({ epochs: 2 });
    const alone = await trained({ epochs: 2, seeds: [5] });
    expect(alone.model.theta).toEqual(networkAt(both.model, 1).theta.slice());
    expect(alone.history.lines[0]!.samples).toBeUndefined(); // one line says it all
  });

  it('are scored as a table and a confusion of classes, whose diagonal is the accuracy of each', async () => {
    const { model, scores } = await trained();
    const { table, confusion } = await scoreModel(model, held, device, silent);
    const column = (of: typeof table, name: string): unknown[] => {
      const at = of.columns.findIndex((each) => each.name === name);
      return of.rows.map((row) => row[at]);
    };
    for (const name of ['loss', 'accuracy'])
      for (const [i, value] of column(table, name).entries())
        expect(value as number).toBeCloseTo(column(scores, `validation ${name}`)[i] as number, 5);
    const share = [0, 1, 2].map((c) => confusion.values[c * 3 + c]!);
    const [, , mean] = column(table, 'accuracy') as number[];
    expect((100 * (share[0]! + share[1]! + share[2]!)) / 3).toBeCloseTo(mean!, 9); // 20 of each class
    for (let r = 0; r < 3; r++)
      expect(confusion.values.subarray(3 * r, 3 * r + 3).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(confusion.rows).toEqual(['a', 'b', 'c']);
  });

  it('that are told to finish keep what there is, and say so', async () => {
    const finish = new AbortController();
    const { train: real } = device;
    const watching = Object.assign(Object.create(device) as Device, {
      train: (...[work, control]: Parameters<Device['train']>) => {
        setTimeout(() => finish.abort());
        return real.call(device, { ...work, epochs: 5000 }, control);
      },
    });
    const control = { ...silent, finish: finish.signal };
    const many = { ...options, epochs: 5000 };
    const { model, history } = await train(many, network, { inputs: data }, undefined, watching, control);
    expect(model.flags).toHaveLength(2);
    expect(model.flags[0]).toMatch(/^seed 0: stopped (after epoch \d+|in its first epoch) of 5000\.$/);
    expect(history.x.length).toBeLessThan(5000);
    expect(model.theta.every(Number.isFinite)).toBe(true);
  });

  it('that were stopped before their turn are named, and count in no mean', async () => {
    const finish = new AbortController();
    const own = new BackedDevice(new CpuBacking());
    const learn = own.train.bind(own);
    let taught = 0;
    own.train = async (...asked) => {
      const training = await learn(...asked);
      if (++taught === 2) finish.abort();
      return training;
    };
    const noWorkers = (): never => expect.fail('this thread does all');
    const queue = new PooledDevice(own, 1, { device: 'cpu' }, noWorkers, { size: 0, ready: 0, starting: 0 });
    const seeds = [0, 5, 8, 9];
    const control = { ...silent, finish: finish.signal };
    const outputs = await train({ ...options, seeds }, network, { inputs: data }, { inputs: held }, queue, control);
    const { model, history, scores } = outputs;
    expect(model.flags).toEqual(['seed 8, seed 9: untrained; stopped before their first step.']);
    const drawn = await initialModel(network, { ...options, seeds }, silent);
    const untouched = seeds.map((_, i) => `${networkAt(model, i).theta}` === `${networkAt(drawn, i).theta}`);
    expect(untouched).toEqual([false, false, true, true]);
    const pair = await trained({ seeds: [0, 5] });
    expect(history).toEqual(pair.history);
    expect(scores.rows).toHaveLength(6);
    expect(scores.rows.slice(4)).toEqual(pair.scores.rows.slice(2)); // mean and deviation of those two
    const of = { training: data, validation: held };
    const [view, alone] = [modelView(outputs, of), modelView(pair, of)];
    expect(view.rows).toEqual(alone.rows);
    expect(view.summary).toEqual({ ...alone.summary, networks: 4 });
    expect(view.notes.map(({ text }) => text)).toEqual([
      model.flags[0],
      'The means count 2 of 4 networks: those trained for at least one epoch.',
    ]);
    const score = await scoreModel(model, held, device, silent);
    const { notes } = scoreNode.view({ params: {}, inputs: { model, data: held }, outputs: score, effort: undefined });
    expect(notes[0]).toEqual({ level: 'warning', id: 'model-flag', text: model.flags[0] });
    await queue.dispose();
  });

  it('that were all stopped at once still have curves, which are empty, and means, of which it is said what they are', async () => {
    const outputs = await trained({}, { ...silent, finish: AbortSignal.abort() });
    expect([outputs.history, outputs.accuracy].map((curve) => curve?.lines)).toEqual([[], []]);
    const { notes, summary } = modelView(outputs, { training: data, validation: undefined });
    expect(notes.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'seed 0, seed 5: untrained; stopped before their first step.',
        'No network was trained for a whole epoch: the means count all 2 as they are.',
      ]),
    );
    const { loss } = await device.score(outputs.model, { inputs: data }, 'cross-entropy', silent);
    expect(summary.trainingLoss).toBeCloseTo((loss[0]! + loss[1]!) / 2, 12);
  });

  it('that diverge end with their last good weights, and say which and when', async () => {
    const wild = { optimizer: { name: 'sgd', learningRate: 1e6, momentum: 0.9 } } as const;
    const { model, history, accuracy, scores } = await trained({ ...wild, seeds: [3] });
    expect(model.flags).toHaveLength(1);
    expect(model.flags[0]).toMatch(/^seed 3: diverged in epoch \d of 6; its weights .* smaller learning rate helps\.$/);
    expect(model.theta.every(Number.isFinite)).toBe(true);
    const view = modelView({ model, history, accuracy, scores }, { training: data, validation: held });
    expect(view.notes).toContainEqual({ level: 'warning', id: 'model-flag', text: model.flags[0] });
  });

  it('are said to be no better than chance where they are not', async () => {
    const still = { optimizer: { name: 'sgd', learningRate: 1e-12, momentum: 0 }, epochs: 1 } as const;
    const dull: Inputs = { ...data, x: new Float32Array(data.x.length) }; // all points alike
    const { model, history, accuracy, scores } = await train(
      { ...options, ...still },
      network,
      { inputs: dull },
      undefined,
      device,
      silent,
    );
    const { notes } = modelView({ model, history, accuracy, scores }, { training: dull, validation: undefined });
    expect(notes.map(({ id }) => id)).toEqual(['accuracy-chance']);
    expect(notes[0]!.text).toContain('33.3 %, is no better than that of always giving the most frequent class, 33.3 %');
  });

  it('fit targets by the squared error, without an accuracy', async () => {
    const y = Float32Array.from(
      { length: data.count * 3 },
      (_, i) => 0.5 * data.x[2 * Math.floor(i / 3) + ((i % 3) % 2)]!,
    );
    const targets = { type: 'Outputs', y, count: data.count, width: 3 } as const;
    const { labels: _, classes: __, ...inputs } = data;
    const fitted = await train({ ...options, epochs: 30 }, network, { inputs, targets }, undefined, device, silent);
    expect(fitted.accuracy).toBeUndefined();
    expect(fitted.history.lines[0]!.y.at(-1)).toBeLessThan(0.1 * fitted.history.lines[0]!.y[0]!);
    expect(fitted.scores.columns.map(({ name }) => name)).toEqual(['network', 'epochs', 'training loss']);
  });
});

it('drawn networks are the draws of their seeds, with fresh statistics', async () => {
  const normed = myrtle([1, 8, 8], 2, 3);
  const initialisation = { name: 'he', deviation: 1 } as const;
  const model = await initialModel(normed, { seeds: [7, 8], initialisation }, silent);
  const drawn = await initialTheta(normed, initialisation, 8, 'model', 0, silent);
  expect(networkAt(model, 1).theta.slice()).toEqual(drawn);
  expect(model.origin).toBe('drawn (he), not trained');
  expect(new Set(model.buffers)).toEqual(new Set([0, 1]));
});
