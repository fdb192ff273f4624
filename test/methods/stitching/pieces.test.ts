/** Networks taken apart and put together: what is the same stays the same, and what is spliced comes from where it should. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Architecture, layoutOf } from '../../../src/catalog/architecture.js';
import { namedPlaces } from '../../../src/catalog/layer-names.js';
import { mlp, myrtle, resnet20 } from '../../../src/catalog/presets.js';
import type { Device } from '../../../src/catalog/work.js';
import { networkAt } from '../../../src/methods/models/networks.js';
import { cutInputs } from '../../../src/methods/stitching/cut.js';
import { channelMap } from '../../../src/methods/stitching/phi.js';
import { assemble, inserted, piecesOf, stitched, turnedArchitecture } from '../../../src/methods/stitching/pieces.js';
import { openDevice } from '../../../src/tensor/device.js';
import { drawnInputs, drawnModel, outputsOf, silent } from './networks.js';

const relu = { name: 'relu' } as const;
const CASES: readonly (readonly [string, Architecture])[] = [
  ['MLP', mlp([6, 5, 4, 3], relu, true)],
  ['Myrtle CNN', myrtle([3, 8, 8], 2, 4, relu)],
  ['ResNet20', resnet20([3, 8, 8], 2, 4, relu)],
];

describe.each(CASES)('pieces of %s', (_, architecture) => {
  const model = drawnModel(architecture, 2, 1);
  const other = drawnModel(architecture, 2, 2);
  const { size, bufferSize, tensors } = layoutOf(architecture);
  const own = (all: Float32Array, i: number, width: number) => [...all.subarray(i * width, (i + 1) * width)];

  it('make the network again', () => {
    for (const i of [0, 1]) {
      const again = assemble(architecture.input, piecesOf(model, i));
      expect(again.architecture).toEqual(architecture);
      expect([...again.theta]).toEqual(own(model.theta, i, size));
      expect([...again.buffers]).toEqual(own(model.buffers, i, bufferSize));
      expect(again.trainable).toEqual([]);
    }
  });

  it('are stitched with themselves into the same network, after every layer', () => {
    const pieces = piecesOf(model, 0);
    for (const { path } of layoutOf(architecture).places) {
      const same = assemble(architecture.input, stitched(pieces, pieces, path, []));
      expect(same.architecture).toEqual(architecture);
      expect([...same.theta]).toEqual(own(model.theta, 0, size));
    }
  });

  it('come from f up to the stitch and from the other network after it; in a residual what goes round is f’s', () => {
    const [f, g] = [own(model.theta, 0, size), own(other.theta, 1, size)];
    for (const { path } of layoutOf(architecture).places) {
      const { theta } = assemble(architecture.input, stitched(piecesOf(model, 0), piecesOf(other, 1), path, []));
      const steps = path.split('.');
      for (const { path: at, offset } of tensors) {
        const from = comesFirst(at.split('.'), steps) ? f : g;
        expect(theta[offset]).toBe(from[offset]);
      }
    }
  });

  it('have φ where it was put, alone trainable', () => {
    const phi = { ...channelMap([1, 2, 3, 4], 2, architecture.input.length > 1), trained: true as const };
    const place = namedPlaces(architecture).find(({ to, inside }) => to[0] === 2 && !inside);
    if (place === undefined) return void expect(architecture.input).toEqual([6]);
    const network = assemble(architecture.input, stitched(piecesOf(model, 0), piecesOf(other, 0), place.path, [phi]));
    const [{ start, end }] = network.trainable as [{ start: number; end: number }];
    expect(network.trainable).toHaveLength(1);
    expect([...network.theta.subarray(start, end)]).toEqual([1, 2, 3, 4]);
    const layout = layoutOf(network.architecture);
    expect(layout.tensors.find(({ offset }) => offset === start)!.path).toBe(String(place.top + 1));
    expect(layout.size).toBe(size + 4);
  });
});

/** Whether a layer comes before or at another one, or goes round a block that holds it. */
function comesFirst(at: readonly string[], stitch: readonly string[]): boolean {
  const [a, b] = [Number(at[0]), Number(stitch[0])];
  if (a !== b) return a < b;
  if (stitch.length === 1 || at.length === 1) return true;
  return at[1] === stitch[1] ? comesFirst(at.slice(2), stitch.slice(2)) : true;
}

describe('on a device', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice('cpu');
  });
  afterAll(() => device.dispose());

  it.each(CASES)(
    'what comes after a cut gives on recorded values what the whole network of %s gives',
    async (_, architecture) => {
      const model = drawnModel(architecture, 2, 3);
      const inputs = drawnInputs(architecture.input, 5);
      const whole = await outputsOf({ ...model, ...networkAt(model, 1) }, inputs, device);
      for (const at of [0, 1, 3, architecture.layers.length - 1]) {
        const cut = await cutInputs(networkAt(model, 1), at, inputs, device, silent);
        const { architecture: rest, theta, buffers } = assemble(cut.item, piecesOf(model, 1).slice(at));
        const outputs = await outputsOf({ ...model, architecture: rest, theta, buffers, count: 1 }, cut, device);
        outputs.forEach((value, k) => {
          expect(value).toBeCloseTo(whole[k]!, 5);
        });
      }
    },
  );

  it.each(CASES)('the identity before any activation of %s changes nothing', async (_, architecture) => {
    const model = drawnModel(architecture, 1, 4);
    const inputs = drawnInputs(architecture.input, 4);
    const whole = await outputsOf(model, inputs, device);
    for (const place of namedPlaces(architecture).filter(({ layer }) => layer.kind === 'activation')) {
      const d = place.from[0]!;
      const identity = Float32Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0));
      const layer = channelMap(identity, d, place.from.length > 1);
      const network = assemble(architecture.input, inserted(piecesOf(model, 0), place.path, [layer]));
      expect(network.architecture).toEqual(turnedArchitecture(architecture, place));
      const outputs = await outputsOf({ ...model, ...network, count: 1 }, inputs, device);
      outputs.forEach((value, k) => {
        expect(value).toBeCloseTo(whole[k]!, 5);
      });
    }
  });
});
