/** What a point costs as the lattice grows: time per point, and memory beyond the result, which a process of its own measures. */
import { execFile } from 'node:child_process';
import type { Device } from '../../src/catalog/work.js';
import { openDevice } from '../../src/tensor/device.js';
import { familyCount } from '../../src/tensor/family.js';
import type { Bench } from '../bench.js';
import { contest, type Entry } from '../contest.js';
import { control, fcn } from '../problems.js';
import { rowOf, type Side } from '../rows.js';
import { number } from '../table.js';

const SIDES = [10, 22, 46, 100, 215]; // points per axis of three: 10³ to 10⁷ points
const QUICK = SIDES.slice(0, 3);
const INPUTS = 500;
const FLAT = 1.1; // times the time per point of the cheapest smaller size is still flat: clocks waver
const MEMORY = 64 * 2 ** 20; // bytes beyond the result that a larger lattice may take more than the smallest
const LEAST = 1e5; // points of one run: a smaller lattice is evaluated several times

/** The child's work: evaluates one lattice and prints how many bytes its process grew by at most, without the result's own. */
export async function measureMemory(side: number): Promise<void> {
  const device = await openDevice('wasm', { threads: 1 });
  const { work } = await fcn('plain', { inputs: INPUTS, points: side }, device);
  await device.evaluate((await fcn('plain', { inputs: INPUTS, points: 10 }, device)).work, control); // compilers
  const before = process.memoryUsage().rss;
  const { loss, power } = await device.evaluate(work, control);
  const after = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(String(Math.max(0, after - before - loss.byteLength - power.byteLength)));
}

const memoryOf = (side: number): Promise<number> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [process.argv[1]!, '--memory', String(side)], (error, stdout) => {
      if (error) reject(error);
      else resolve(Number(stdout));
    });
  });

/** A lattice of so many points per axis, so often that a run can be timed. */
async function entryOf(device: Device, side: number): Promise<Entry> {
  const { work } = await fcn('plain', { inputs: INPUTS, points: side }, device);
  const points = familyCount(work.family);
  const often = Math.ceil(LEAST / points);
  return {
    who: `Fiberscope, ${device.name}`,
    threads: 1,
    count: points * often,
    how: () => (often === 1 ? `${side}³` : `${side}³, ${often} times`),
    run: async () => {
      for (let i = 1; i < often; i++) await device.evaluate(work, control);
      return { values: (await device.evaluate(work, control)).loss };
    },
  };
}

/** 10³ to 10⁷ points of the small network on 500 inputs, one thread: each size beside the cheapest smaller one. */
export async function cost(bench: Bench): Promise<void> {
  const device = await bench.wasm();
  const sides = bench.quick ? QUICK : SIDES;
  const entries: Entry[] = [];
  for (const side of sides) entries.push(await entryOf(device, side));
  const results = await contest(bench, entries);
  let cheapest: Side | undefined;
  let least: number | undefined; // memory of the smallest
  for (const [i, { side }] of results.entries()) {
    const memory = await memoryOf(sides[i]!);
    least ??= memory;
    const answer = `${number(1e9 / side.rate)} ns a point; the process grew by ${(memory / 2 ** 20).toFixed(0)} MiB beyond the result`;
    const job = `cost against N: ${(sides[i]! ** 3).toLocaleString('en')} points × ${INPUTS}`;
    if (cheapest !== undefined) {
      const flat = memory <= least + MEMORY;
      const row = { job: `${job}, beside the cheapest smaller size`, ours: side, against: cheapest };
      bench.row(rowOf(row, { atLeast: 1 / FLAT, same: flat, answer: flat ? answer : `${answer}: not flat` }));
    } else bench.row({ ...missing(job), ours: side, answer });
    if (cheapest === undefined || side.rate > cheapest.rate) cheapest = side;
  }
}

/** A row that has nothing beside it. */
const missing = (job: string) =>
  ({ job, unit: 'points', against: null, ratio: null, atLeast: null, met: null, difference: null }) as const;
