/**
 * The jobs on a real GPU, beside PyTorch with torch.compile and JAX with jit(vmap) on the same card: `npm run bench -- --gpu`.
 * What their users would do for an ε-set is the whole Field and a threshold.
 */
import { layoutOf } from '../../src/catalog/architecture.js';
import type { Device, EvaluateWork } from '../../src/catalog/work.js';
import type { Bench } from '../bench.js';
import { besidePeers, ours, type PeerEntry } from '../contest.js';
import { openPython } from '../peers/python.js';
import { digits, fcn, lenet, type Problem, recordedLenet } from '../problems.js';
import { missingRow, rowOf } from '../rows.js';
import { number } from '../table.js';
import { epsilonSets } from './epsilon-set.js';

const WHOLE = 0.5; // times JAX for whole Fields
const EPSILON_SET = 1; // times JAX for ε-sets

/** Multiply-adds of the network itself, times 2: what a whole Field takes without any shortcut. */
const operations = ({ architecture, inputs }: EvaluateWork, points: number): number =>
  2 * points * inputs.count * layoutOf(architecture).multiplyAdds;

/** A whole Field, then its ε-set, each beside both peers; says milliseconds and the share of the card's float32 peak. */
async function onGpu(
  bench: Bench,
  device: Device,
  job: string,
  { work }: Problem,
  { chunks, cap, words }: { chunks: readonly number[]; cap?: number; words: readonly string[] },
): Promise<void> {
  let peak: number | undefined;
  const own = ours(device, null, work);
  const peer = (script: string, atLeast?: number): PeerEntry => ({
    open: openPython(`gpu/${script}`, 16, ...words),
    chunks,
    ...(atLeast !== undefined && { atLeast }),
    opened: (peer) => {
      peak ??= peer.peak;
    },
  });
  const peers = [peer('jax_gpu.py', WHOLE), peer('torch_gpu.py')];
  const [one] = await besidePeers(bench, `${job}, whole Field`, { work, own, peers, trial: Math.max(...chunks) });
  const { side } = one!;
  const rate = operations(work, side.rate);
  const share =
    peak === undefined ? 'the peak of the card is not known' : `${number((100 * rate) / peak)} % of its peak`;
  bench.row({
    ...missingRow(`${job}, whole Field: time and share of the float32 peak`, ''),
    ours: side,
    answer: `${number((1000 * side.count) / side.rate)} ms, ${number(rate / 1e12)} TFLOP/s, ${share}`,
  });
  if (cap === undefined) return;
  const name = `${job}, ε-set only`;
  const [capped] = await epsilonSets(bench, device, null, [{ job: name, work, cap }]);
  for (const row of bench.rows.filter(({ job: of, against }) => of === `${job}, whole Field` && against !== null)) {
    const atLeast = row.against!.who.startsWith('JAX') ? EPSILON_SET : undefined;
    const told = { atLeast, same: true, answer: 'the peer computes the whole Field; members checked in the row above' };
    bench.row(rowOf({ job: name, ours: capped!, against: row.against! }, told));
  }
}

/** All jobs on the best real adapter; `words` go to the Python scripts. */
export async function gpu(bench: Bench, words: readonly string[]): Promise<void> {
  const device = await bench.device('webgpu');
  if (typeof device === 'string') return bench.row(missingRow('GPU', device));
  if (device.software && !words.includes('--cpu'))
    return bench.row(missingRow('GPU', `the only adapter is ${device.adapter}`));
  const side = bench.slice(50, 12);
  const small = await fcn('plain', { inputs: 500, points: side }, device);
  const large = await fcn('plain', { inputs: 16_384, points: side }, device);
  const general = await fcn('general', { inputs: 16_384, points: side }, device);
  const chunks = bench.quick ? [1024] : [4096, 16_384, 125_000];
  const relative = (problem: Problem) => ({ chunks, cap: 0.01 * problem.power, words });
  await onGpu(bench, device, `FCN ${side}³ × 500 (Figure 2)`, small, relative(small));
  await onGpu(bench, device, `FCN ${side}³ × 16,384`, large, { ...relative(large), chunks: [256, 1024, 4096] });
  await onGpu(bench, device, `FCN ${side}³ × 16,384, biases and two inputs`, general, {
    ...relative(general),
    chunks: [256, 1024, 4096],
  });
  if (!bench.quick) {
    await onGpu(bench, device, 'LeNet-5 35³ × 500 (Figure 5)', await lenet(device), { chunks: [16, 64, 256], words });
    await onGpu(bench, device, 'MLP 784–512–10 20³ × 2,048', await digits(device), { chunks: [16, 64, 256], words });
  }
  const points = bench.slice(45, 5);
  const job = `LeNet-5 ${points}² × 500, recorded plane`;
  const recorded = recordedLenet(points);
  if (typeof recorded === 'string') bench.row(missingRow(job, recorded));
  else await onGpu(bench, device, job, recorded, { chunks: [16, 64], cap: 0.0025, words });
}
