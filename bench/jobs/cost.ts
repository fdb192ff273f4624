/** What a point costs as the lattice grows: time per point, and memory beyond the result. Each size in a process of its own. */
import { execFile } from 'node:child_process';
import { openDevice } from '../../src/tensor/device.js';
import type { Bench } from '../bench.js';
import { median } from '../measure.js';
import { control, fcn } from '../problems.js';
import type { Row } from '../rows.js';

const SIDES = [10, 22, 46, 100, 215]; // points per axis of three: 10³ to 10⁷ points
const QUICK = SIDES.slice(0, 3);
const INPUTS = 500;
const FLAT = 1.1; // times the cheapest smaller size is still flat: clocks and neighbours waver
const MEMORY = 64 * 2 ** 20; // bytes beyond the result that a larger lattice may take more than the smallest

/** What one process measured. */
interface Cost {
  readonly points: number;
  readonly times: readonly number[]; // ms
  readonly memory: number; // bytes that the process grew by at most, without the result's own
}

/** The child's work: evaluates a lattice five times and prints what it took. */
export async function measureCost(side: number): Promise<void> {
  const device = await openDevice('wasm', { threads: 1 });
  const { work } = await fcn('plain', { inputs: INPUTS, points: side }, device);
  await device.evaluate((await fcn('plain', { inputs: INPUTS, points: 10 }, device)).work, control); // compilers
  const before = process.memoryUsage().rss;
  const { loss, power } = await device.evaluate(work, control);
  const memory = process.resourceUsage().maxRSS * 1024 - before - loss.byteLength - power.byteLength;
  const times: number[] = [];
  const few = loss.length < 1e5 ? 25 : 5; // short runs waver more
  for (let round = 0; round < few; round++) {
    const start = performance.now();
    await device.evaluate(work, control);
    times.push(performance.now() - start);
  }
  process.stdout.write(JSON.stringify({ points: loss.length, times, memory } satisfies Cost));
}

const inChild = (side: number): Promise<Cost> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [process.argv[1]!, '--cost', String(side)], (error, stdout) => {
      if (error) reject(error);
      else resolve(JSON.parse(stdout) as Cost);
    });
  });

/** 10³ to 10⁷ points of the small network on 500 inputs, one thread. */
export async function cost(bench: Bench): Promise<void> {
  let cheapest: { readonly perPoint: number; readonly row: Row['ours'] } | undefined;
  let least: number | undefined; // memory of the smallest
  for (const side of bench.quick ? QUICK : SIDES) {
    const { points, times, memory } = await inChild(side);
    const perPoint = median(times) / points;
    const ours = { who: 'Fiberscope, wasm', how: `${side}³`, threads: 1, count: points, times, rate: 1000 / perPoint };
    least ??= memory;
    const flat = memory <= least + MEMORY;
    bench.row({
      job: `cost against N: ${points.toLocaleString('en')} points × ${INPUTS}, beside the cheapest smaller size`,
      unit: 'points',
      ours,
      against: cheapest?.row ?? null,
      ratio: cheapest === undefined ? null : cheapest.perPoint / perPoint,
      atLeast: cheapest === undefined ? null : 1 / FLAT,
      met: cheapest === undefined ? null : cheapest.perPoint / perPoint >= 1 / FLAT && flat,
      difference: null,
      answer: `${(1e6 * perPoint).toPrecision(3)} ns a point; the process grew by ${(memory / 2 ** 20).toFixed(0)} MiB beyond the result`,
    });
    if (cheapest === undefined || perPoint < cheapest.perPoint) cheapest = { perPoint, row: ours };
  }
}
