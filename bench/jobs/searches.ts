/** Many searches at once beside the same searches one after another. */
import { layoutOf } from '../../src/catalog/architecture.js';
import type { DescendWork, Device } from '../../src/catalog/work.js';
import { initialTheta } from '../../src/methods/initialise.js';
import type { Bench } from '../bench.js';
import { contest, type Entry } from '../contest.js';
import { openSearches } from '../peers/searches.js';
import { control, fcn, type Problem } from '../problems.js';
import { missingRow, rowOf, sameBits } from '../rows.js';

const SEARCHES = 256;
const ALONE = 16; // of them are run one after another, and their rate is taken
const PEER = 4; // as many by a peer

/** 256 candidates of the PyTorch initialisation, plain SGD, all on the same minibatches. */
async function descent({ work }: Problem, count: number, steps: number): Promise<DescendWork> {
  const { architecture, inputs, outputs } = work;
  const { size } = layoutOf(architecture);
  const start = new Float32Array(count * size);
  for (let i = 0; i < count; i++)
    start.set(await initialTheta(architecture, { name: 'pytorch', deviation: 1 }, 15, 'search', i, control), i * size);
  const optimizer = { name: 'sgd', learningRate: 0.02, momentum: 0 } as const;
  return { architecture, inputs, outputs, start, count, optimizer, steps, batch: 256, seed: 15, record: steps };
}

function entry(who: string, device: Device, count: number, run: () => Promise<Float32Array>): Entry {
  return {
    who: `Fiberscope, ${device.name}, ${who}`,
    threads: 1,
    count,
    how: () => '',
    run: async () => ({ values: await run() }),
  };
}

const atOnce = (device: Device, work: DescendWork): Entry =>
  entry('at once', device, work.count, async () => (await device.descend(work, control)).theta);

/** The first `count` candidates, each with a descent of its own. */
function oneByOne(device: Device, work: DescendWork, count: number): Entry {
  const size = work.start.length / work.count;
  return entry('one after another', device, count, async () => {
    const theta = new Float32Array(count * size);
    for (let i = 0; i < count; i++) {
      const start = work.start.slice(i * size, (i + 1) * size);
      theta.set((await device.descend({ ...work, start, count: 1 }, control)).theta, i * size);
    }
    return theta;
  });
}

const NEAR = 1e-3; // of the largest parameter: float32 rounding, which ReLU's kinks make larger now and then
const MOST = 0.95; // of the candidates have to be that near

/** How the candidates that two descents share compare: a peer rounds otherwise, and descent lets rounding grow. */
function nearTheta(a: Float32Array, b: Float32Array, size: number): { same: boolean; answer: string } {
  const length = Math.min(a.length, b.length);
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let near = 0;
  for (let start = 0; start < length; start += size) {
    let worst = 0;
    for (let i = start; i < start + size; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
    if (worst <= NEAR * scale) near++; // not where it is NaN
  }
  const all = length / size;
  return { same: near >= MOST * all, answer: `θ of ${near} of ${all} candidates within ${NEAR} of the largest` };
}

/** Our own searches are the same to the bit, alone or not. */
const sameAlone = (all: Float32Array, alone: Float32Array) => sameBits(all.subarray(0, alone.length), alone, 'θ');

/** 256 SGD searches of 1,000 steps on minibatches of 256. */
export async function searches(bench: Bench): Promise<void> {
  const job = 'FCN, 256 SGD searches × 1,000 steps × batch 256';
  const device = await bench.wasm();
  const steps = bench.slice(1000, 100);
  const works: DescendWork[] = [];
  for (const kind of ['plain', 'general'] as const)
    works.push(await descent(await fcn(kind, { inputs: 500, points: 50 }, device), SEARCHES, steps));
  const [plain, general] = works as [DescendWork, DescendWork];
  const peers = [];
  for (const peer of await openSearches(plain, PEER)) {
    if (typeof peer === 'string') bench.row(missingRow(job, peer));
    else peers.push(peer);
  }
  try {
    const [own, alone, more, moreAlone, ...others] = await contest(bench, [
      atOnce(device, plain),
      oneByOne(device, plain, ALONE),
      atOnce(device, general),
      oneByOne(device, general, ALONE),
      ...peers.map(({ entry }) => entry),
    ]);
    const unit = 'searches';
    const checked = sameAlone(own!.values, alone!.values);
    bench.row(rowOf({ job, unit, ours: own!.side, against: alone!.side }, { atLeast: 20, ...checked }));
    for (const { side, values } of others)
      bench.row(
        rowOf(
          { job, unit, ours: own!.side, against: side },
          nearTheta(own!.values, values, plain.start.length / plain.count),
        ),
      );
    const adds = works.map(({ architecture }) => layoutOf(architecture).multiplyAdds);
    const row = { job: `${job}, biases and two inputs, per multiply-add`, unit, ours: more!.side, against: own!.side };
    const scale = adds[1]! / adds[0]!;
    bench.row(rowOf(row, { atLeast: 1 / 2, scale, ...sameAlone(more!.values, moreAlone!.values) }));
  } finally {
    for (const { close } of peers) await close();
  }
}
