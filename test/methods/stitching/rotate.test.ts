/** Acting before an activation, and what fine-tuning leaves as it is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layoutOf } from '../../../src/catalog/architecture.js';
import { namedPlaces } from '../../../src/catalog/layer-names.js';
import { mlp, myrtle, resnet20 } from '../../../src/catalog/presets.js';
import type { Device } from '../../../src/catalog/work.js';
import { fineTune, tuneTable } from '../../../src/methods/stitching/fine-tune.js';
import { channelMap } from '../../../src/methods/stitching/phi.js';
import { assemble, inserted, piecesOf } from '../../../src/methods/stitching/pieces.js';
import { rotate, turnMatrix } from '../../../src/methods/stitching/rotate.js';
import { rotationCurve, rotationPenalties, rotationTable } from '../../../src/methods/stitching/rotation-penalty.js';
import { openDevice } from '../../../src/tensor/device.js';
import { drawnInputs, drawnModel, labelledBy, outputsOf, silent } from './networks.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice('cpu');
});
afterAll(() => device.dispose());

const relu = { name: 'relu' } as const;
const ARCHITECTURES = [
  ['MLP', mlp([5, 6, 6, 3], relu, true)],
  ['Myrtle CNN', myrtle([3, 8, 8], 2, 3, relu)],
  ['ResNet20', resnet20([3, 8, 8], 2, 3, relu)],
] as const;
const furthest = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
const RULES = {
  optimizer: { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  schedule: { name: 'constant' },
  weightDecay: 0,
  epochs: 2,
  batch: 16,
} as const;

describe.each(ARCHITECTURES)('%s acted on', (_, architecture) => {
  const model = drawnModel(architecture, 2, 20);
  const places = namedPlaces(architecture).filter(({ layer }) => layer.kind === 'activation');
  const place = places[1]!;

  it('by G_ReLU is mended by its inverse after the activation, by a rotation it is not (Proposition 3.4)', async () => {
    const one = drawnModel(architecture, 1, 20);
    const inputs = drawnInputs(architecture.input, 6);
    const before = await outputsOf(one, inputs, device);
    const scale = Math.max(...before.map(Math.abs));
    const d = place.from[0]!;
    for (const turn of [{ kind: 'group', spread: 1 }, { kind: 'orthogonal' }] as const) {
      const acted = rotate(one, place, turn, 3);
      expect(furthest(await outputsOf(acted, inputs, device), before)).toBeGreaterThan(0.01 * scale);
      const a = turnMatrix(turn, d, 3, 0);
      const inverse = a.map((_, at) => {
        const entry = a[(at % d) * d + Math.floor(at / d)]!;
        return turn.kind === 'group' && entry !== 0 ? 1 / entry : entry; // (PD)⁻¹ has 1 / entry in the transposed place
      });
      const [index] = place.path.split('.').slice(-1);
      const next = `${place.path.slice(0, place.path.length - index!.length)}${Number(index) + 2}`;
      const mended = assemble(
        architecture.input,
        inserted(piecesOf(acted, 0), next, [channelMap(inverse, d, place.from.length > 1)]),
      );
      const after = await outputsOf({ ...one, ...mended, count: 1 }, inputs, device);
      if (turn.kind === 'group') expect(furthest(after, before)).toBeLessThan(1e-4 * scale);
      else expect(furthest(after, before)).toBeGreaterThan(0.01 * scale);
    }
  });

  it('gives each network a draw of its own, the same again; Q^0 changes nothing', async () => {
    const acted = rotate(model, place, { kind: 'orthogonal' }, 4);
    const { size } = layoutOf(architecture);
    const d = place.from[0]!;
    expect(acted.theta.length).toBe(2 * (size + d * d));
    expect(rotate(model, place, { kind: 'orthogonal' }, 4)).toEqual(acted);
    expect([...turnMatrix({ kind: 'orthogonal' }, d, 4, 0)]).not.toEqual([
      ...turnMatrix({ kind: 'orthogonal' }, d, 4, 1),
    ]);
    const still = turnMatrix({ kind: 'geodesic', alpha: 0 }, d, 4, 0);
    expect([...still]).toEqual([...turnMatrix({ kind: 'none' }, d, 4, 0)]);
  });
});

describe('fine-tuning after a layer', () => {
  it('leaves all up to it to the bit, statistics too, and brings the loss down', async () => {
    const architecture = myrtle([3, 8, 8], 2, 3, relu);
    const model = drawnModel(architecture, 2, 21);
    const data = await labelledBy(drawnModel(architecture, 1, 22), drawnInputs([3, 8, 8], 48), device);
    const place = namedPlaces(architecture).find(({ short }) => short === 'ReLU 2')!;
    const outcome = await fineTune(model, place, data, RULES, 0, device, silent);
    const { model: tuned, epochs } = outcome;
    expect(epochs).toEqual([RULES.epochs, RULES.epochs]);
    const { size, bufferSize, tensors, buffers } = layoutOf(architecture);
    for (const i of [0, 1]) {
      for (const { offset, size: own, layer } of tensors) {
        const part = (all: Float32Array) => [...all.subarray(i * size + offset, i * size + offset + own)];
        if (layer <= place.top) expect(part(tuned.theta)).toEqual(part(model.theta));
        else expect(part(tuned.theta)).not.toEqual(part(model.theta));
      }
      for (const { offset, path } of buffers) {
        const at = i * bufferSize + offset;
        if (Number(path) <= place.top) expect(tuned.buffers[at]).toBe(model.buffers[at]);
        else expect(tuned.buffers[at]).not.toBe(model.buffers[at]);
      }
    }
    const loss = async (of: typeof model) =>
      (await device.score(of, { inputs: data }, 'cross-entropy', silent)).loss.reduce((sum, each) => sum + each, 0);
    expect(await loss(tuned)).toBeLessThan(await loss(model));
    const table = await tuneTable(model, outcome, model, data, device, silent);
    for (const row of table.rows.slice(0, 2)) {
      const [original, before, after, penalty] = row.slice(1) as [number, number, number, number];
      expect(before).toBe(original);
      expect(penalty).toBeCloseTo(original - after, 10);
    }
    expect(table.columns[1]!.name).toBe('accuracy of the original'); // what a sweep reads unless told
    const stopped = await tuneTable(model, { model: tuned, epochs: [RULES.epochs, 0] }, model, data, device, silent);
    expect(stopped.rows[2]!.slice(1)).toEqual(stopped.rows[0]!.slice(1)); // the second does not count in the mean
  });
});

describe('rotation penalties', () => {
  it('are those of every layer, way to act and trial; what is not acted on loses nothing without fine-tuning', async () => {
    const architecture = mlp([5, 8, 8, 3], relu, true);
    const one = drawnModel(architecture, 1, 23);
    const data = await labelledBy(one, drawnInputs([5], 200), device);
    const places = namedPlaces(architecture).filter(({ layer }) => layer.kind === 'activation');
    const turns = [{ kind: 'none' }, { kind: 'group', spread: 1 }, { kind: 'orthogonal' }] as const;
    const options = { turns, draws: 3, rules: { ...RULES, epochs: 1 }, seed: 0 };
    const found = await rotationPenalties(one, places, data, data, options, device, silent);
    expect(found.before).toEqual([100, 100, 100]);
    expect(found.unrepaired[0]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    for (const turn of [1, 2]) for (const runs of found.unrepaired[turn]!) expect(Math.max(...runs)).toBeGreaterThan(5);
    const curve = rotationCurve(found, places, turns);
    expect(curve.lines.map(({ name }) => name)).toEqual(['not acted on', 'G_ReLU', 'orthogonal']);
    expect(curve.places).toEqual(['ReLU 1', 'ReLU 2']);
    curve.lines.forEach(({ y, samples }, t) => {
      y.forEach((mean, p) => {
        expect(mean).toBeCloseTo(found.penalties[t]![p]!.reduce((sum, each) => sum + each, 0) / 3, 10);
      });
      expect(samples).toHaveLength(3);
    });
    expect(rotationTable(found, places, turns).rows).toHaveLength(6);
  });
});
