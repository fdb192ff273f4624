/** Calibration against a device whose speed is known, on a clock that the device moves. */
import { describe, expect, test } from 'vitest';
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import { FiberscopeError } from '../../src/catalog/errors.js';
import type { Work } from '../../src/catalog/info.js';
import { genniFcn, lenet5, mlp, resnet20 } from '../../src/catalog/presets.js';
import type {
  DescendWork,
  Descent,
  EvaluateWork,
  Evaluation,
  Examples,
  Networks,
  Scores,
  Training,
  TrainWork,
  WorkControl,
} from '../../src/catalog/work.js';
import { speedKey } from '../../src/compile/rates.js';
import { calibrate } from '../../src/execute/calibrate.js';
import { familyCount } from '../../src/tensor/family.js';
import { FakeDevice } from './fakes.js';

/** Does nothing, and takes for it: seconds to start (the first time more), and seconds by multiply-adds. */
class ClockDevice extends FakeDevice {
  time = 0;
  calls = 0;
  readonly seen: (EvaluateWork | DescendWork)[] = [];
  readonly trained: TrainWork[] = [];
  ended: Training['ended'][number] = 'done';

  constructor(
    readonly rate: number,
    readonly start = 0.004,
    readonly first = 0.05,
  ) {
    super('cpu');
  }

  #take(multiplyAdds: number, { signal }: WorkControl): void {
    if (signal.aborted) throw new FiberscopeError('cancelled', 'cancelled');
    this.time += (this.calls++ === 0 ? this.first : 0) + this.start + multiplyAdds / this.rate;
  }

  override evaluate = (async (work: EvaluateWork, control: WorkControl): Promise<Evaluation> => {
    this.seen.push(work);
    const { multiplyAdds } = layoutOf(work.architecture);
    this.#take(familyCount(work.family) * work.inputs.count * multiplyAdds, control);
    return { loss: new Float32Array(0), power: new Float32Array(0), route: 'fake', blocks: 0 };
  }) as never;

  override descend = (async (work: DescendWork, control: WorkControl): Promise<Descent> => {
    this.seen.push(work);
    const { multiplyAdds } = layoutOf(work.architecture);
    this.#take(3 * work.count * work.steps * work.batch * multiplyAdds, control);
    return { theta: work.start, steps: new Float64Array(0), history: new Float32Array(0) };
  }) as never;

  override train = (async (work: TrainWork, control: WorkControl): Promise<Training> => {
    this.trained.push(work);
    const { multiplyAdds } = layoutOf(work.networks.architecture);
    this.#take(3 * work.epochs * work.examples.inputs.count * multiplyAdds, control);
    return { networks: work.networks, ended: [this.ended] } as unknown as Training;
  }) as never;

  override score = (async ({ architecture }: Networks, { inputs }: Examples, _: unknown, control: WorkControl) => {
    this.#take(inputs.count * layoutOf(architecture).multiplyAdds, control);
    return {} as Scores;
  }) as never;
}

const grid = (architecture = genniFcn(), rank = 3): Work => ({ kind: 'evaluate', architecture, rank, inputs: 500 });
const search = (architecture = genniFcn()): Work => ({
  kind: 'descend',
  architecture,
  candidates: 32,
  batch: 256,
  inputs: 500,
});
const training = (architecture: Architecture, batch = 64): Work => ({ kind: 'train', architecture, batch });
const never = new AbortController().signal;
const on = (device: ClockDevice, works: readonly Work[], seconds = 1) =>
  calibrate(device, works, { signal: never, seconds, now: () => device.time });

describe('calibrate', () => {
  test.each([1e7, 1e9, 1e10])('finds a rate of %d multiply-adds per second, whatever starting takes', async (rate) => {
    for (const work of [grid(), grid(lenet5(true)), grid(genniFcn(), 0), search(), search(lenet5(true))]) {
      const device = new ClockDevice(rate);
      const { [speedKey('', work)]: found } = await on(device, [work]);
      expect(found! / rate).toBeGreaterThan(1 / 1.5);
      expect(found! / rate).toBeLessThan(1.5);
    }
  });

  test('keeps to its second, for many kinds of work too', async () => {
    const device = new ClockDevice(3e8);
    const works = [1, 2, 3, 4].flatMap((rank) => [grid(genniFcn(), rank), grid(lenet5(true), rank)]);
    const rates = await on(device, works);
    expect(Object.keys(rates)).toHaveLength(8);
    expect(device.time).toBeLessThan(1.2);
  });

  test('measures what is of one speed once', async () => {
    const device = new ClockDevice(1e9);
    await on(device, [grid()]);
    const once = device.calls;
    const again = new ClockDevice(1e9);
    await on(again, [grid(), { ...grid(), inputs: 510 } as Work]);
    expect(again.calls).toBe(once);
  });

  test('slices are of the work itself: the network, the family and the batch', async () => {
    const device = new ClockDevice(1e9);
    await on(device, [grid(lenet5(true), 2), search()]);
    const [first, ...rest] = device.seen as [EvaluateWork, ...DescendWork[]];
    expect(first.architecture).toEqual(lenet5(true));
    expect(first.family).toMatchObject({ kind: 'members', lattice: { subspace: { rank: 2 } } });
    expect(rest.at(-1)).toMatchObject({ batch: 256, count: 32, inputs: { count: 512 } });
  });

  test('a slower machine gives a smaller rate even where only the smallest amount fits in', async () => {
    const device = new ClockDevice(1e6); // 5 s for the smallest amount
    const { [speedKey('', grid())]: found } = await on(device, [grid()]);
    expect(found! / 1e6).toBeCloseTo(1, 1);
    expect(device.calls).toBeLessThanOrEqual(3);
  });

  test('stops when it is told to, without what was not measured', async () => {
    const controller = new AbortController();
    const device = new ClockDevice(1e9);
    const now = (): number => {
      if (device.calls >= 2) controller.abort();
      return device.time;
    };
    const rates = await calibrate(device, [grid(), search()], { signal: controller.signal, now });
    expect(rates).toEqual({});
    expect(device.calls).toBeLessThanOrEqual(3);
  });

  test('what would hold too much is not drawn', async () => {
    const device = new ClockDevice(1e9);
    const wide = mlp([4096, 4096, 4096, 1], { name: 'relu' }, true); // P = 33.6 million
    expect(await on(device, [grid(wide, 7), search(wide)])).toEqual({});
    expect(device.calls).toBe(0);
    expect(Object.keys(await on(device, [grid(mlp([784, 512, 10], { name: 'relu' }, true), 7)]))).toHaveLength(1);
  });

  test('work with a cap is timed with one, on all inputs and the network’s own outputs', async () => {
    const device = new ClockDevice(1e9);
    const y = new Float32Array(5000).fill(2);
    device.forward = (async () => y) as never;
    const capped = { ...grid(), inputs: 5000, cap: { value: 0.05, relative: true } } as Work;
    const rates = await on(device, [capped]);
    expect(rates[speedKey('', capped)]! / 1e9).toBeGreaterThan(1 / 1.5);
    const seen = device.seen as EvaluateWork[];
    for (const { cap, inputs, outputs } of seen) {
      expect(cap).toBeCloseTo(0.05 * 4, 6); // E[φ²] = 2²
      expect(inputs.count).toBe(5000);
      expect(outputs.y).toBe(y);
    }
    const { family } = seen.at(-1)!;
    const index = family.kind === 'members' ? [...family.index] : [];
    expect(index).toEqual([...index].sort((a, b) => a - b));
    expect(index.at(-1)! - index[0]!).toBeGreaterThan(50 ** 3 / 2); // from all over the lattice
  });

  test('networks are trained and scored for a moment, a large one on fewer inputs than its batch', async () => {
    for (const architecture of [mlp([784, 512, 10], { name: 'relu' }, true), resnet20([3, 32, 32], 16, 10)])
      for (const work of [training(architecture), { kind: 'infer', architecture } as const]) {
        const device = new ClockDevice(2e9);
        const { [speedKey('', work)]: found } = await on(device, [work]);
        expect(found! / 2e9).toBeGreaterThan(1 / 1.5);
        expect(found! / 2e9).toBeLessThan(1.5);
        for (const { batch, examples } of device.trained) {
          expect(batch).toBe(architecture.input.length === 1 ? 64 : 4); // no slab is smaller
          expect(examples.inputs.labels).toHaveLength(examples.inputs.count);
        }
      }
  });

  test('a drawn network that diverges says nothing of the speed', async () => {
    const device = new ClockDevice(1e9);
    device.ended = 'diverged';
    expect(await on(device, [training(genniFcn())])).toEqual({});
  });

  test('a device that fails leaves the estimate out', async () => {
    const device = new ClockDevice(1e9);
    device.evaluate = (async () => {
      throw new FiberscopeError('device', 'lost');
    }) as never;
    expect(Object.keys(await on(device, [grid(), search()]))).toEqual([speedKey('', search())]);
  });

  test('plain loops and pictures that are drawn are timed by themselves, whatever the device', async () => {
    const works: Work[] = [
      { kind: 'loops' },
      ...(['glyphs', 'textures', 'scenes'] as const).map((of) => ({ kind: 'draw', of, each: 4096 }) as const),
    ];
    let time = 0;
    const now = (): number => {
      time += 0.05;
      return time;
    };
    const rates = await calibrate(new FakeDevice('cpu'), works, { signal: never, longest: 60, now });
    expect(Object.keys(rates).sort()).toEqual(works.map((work) => speedKey('', work)).sort());
    for (const rate of Object.values(rates)) expect(rate).toBeGreaterThan(0);
  });

  test('UMAP is timed by embedding a few points', async () => {
    const embed: Work = { kind: 'embed', neighbours: 20 };
    let time = 0;
    const now = (): number => {
      time += 0.05;
      return time;
    };
    const rates = await calibrate(new FakeDevice('cpu'), [embed], { signal: never, longest: 60, now });
    expect(rates[speedKey('', embed)]).toBeGreaterThan(0);
  });
});
