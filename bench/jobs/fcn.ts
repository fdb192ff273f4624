/** The paper's small network: whole Fields beside peers, and the ε-set alone. Every job also with biases and two inputs. */
import { layoutOf } from '../../src/catalog/architecture.js';
import type { Device, DeviceName, EvaluateWork } from '../../src/catalog/work.js';
import type { Bench } from '../bench.js';
import { besidePeers, type Ours, ours, type PeerEntry } from '../contest.js';
import { difference } from '../measure.js';
import { openJax } from '../peers/jax.js';
import { openOpChain } from '../peers/op-chain.js';
import { openPython } from '../peers/python.js';
import { fcn, slice } from '../problems.js';
import { missingRow, type Row, rowOf, type Side, sameWithin } from '../rows.js';
import { cores } from './cores.js';
import { epsilonSets } from './epsilon-set.js';

const GENERAL = 'biases and two inputs';
const OF_PLAIN = 1 / 2; // of the plain network's rate per multiply-add is promised for it

/** J of the first members by an op chain, to check ours where no peer is timed. */
async function checked(work: EvaluateWork, { last }: Ours): Promise<ReturnType<typeof sameWithin>> {
  const count = Math.min(1000, last().loss.length);
  const peer = await openOpChain('wasm')(work, [100]);
  if (typeof peer === 'string') throw new Error(peer);
  const { values } = await peer.ways[0]!.run(count);
  const compared = sameWithin(difference(last().loss.subarray(0, count), values, last().power));
  return { ...compared, answer: `${compared.answer}, on ${count} members` };
}

/** The network with biases and two inputs beside the plain one, per multiply-add. */
function perMultiplyAdd(
  job: string,
  side: Side,
  plain: Side,
  works: readonly [EvaluateWork, EvaluateWork],
  checked: { readonly same: boolean; readonly answer: string },
): Row {
  const [own, other] = works.map(({ architecture }) => layoutOf(architecture).multiplyAdds);
  const row = { job: `${job}, ${GENERAL}, per multiply-add`, ours: side, against: plain };
  return rowOf(row, { atLeast: OF_PLAIN, scale: own! / other!, ...checked });
}

/** A whole Field of 50³ points on one device and one thread beside peers. */
async function wholeField(
  bench: Bench,
  job: string,
  device: Device,
  { inputs, count, peers, trial }: { inputs: number; count: number; peers: readonly PeerEntry[]; trial: number },
): Promise<void> {
  const threads = device.name === 'webgpu' ? null : 1;
  const works: EvaluateWork[] = [];
  for (const kind of ['plain', 'general'] as const)
    works.push(slice(await fcn(kind, { inputs, points: 50 }, await bench.wasm()), count));
  const [plain, other] = works as [EvaluateWork, EvaluateWork];
  const own = ours(device, threads, plain);
  const biased = ours(device, threads, other, GENERAL);
  const [one, more] = await besidePeers(bench, job, { work: plain, own, peers, more: [biased], trial });
  bench.row(perMultiplyAdd(job, more!.side, one!.side, [other, plain], await checked(other, biased)));
}

/** 50³ × 500 on a device, beside jax-js on the same. */
export async function fcn500(bench: Bench, name: DeviceName): Promise<void> {
  const job = `FCN 50³ × 500, whole Field, ${name === 'webgpu' ? 'WebGPU' : 'WASM'}`;
  const device = await bench.device(name);
  if (typeof device === 'string') return bench.row(missingRow(job, device, 1));
  const backend = name === 'webgpu' ? 'webgpu' : 'wasm';
  const chain = { open: openOpChain(backend), chunks: [256, 1024, 4096], ...(name === 'wasm' && { atLeast: 3 }) };
  await wholeField(bench, job, device, {
    inputs: 500,
    count: bench.slice(125_000, 20_000),
    trial: 20_000,
    peers: [
      { open: openJax(backend), chunks: name === 'wasm' ? [1024, 4096, 16_384] : [16_384, 65_536], atLeast: 1 },
      ...(device.software ? [] : [chain]), // an op chain on a software GPU takes minutes
    ],
  });
}

/** 50³ × 16,384 on the CPU, one thread each; then ours on more cores. */
export async function fcn16384(bench: Bench): Promise<void> {
  const job = 'FCN 50³ × 16,384, whole Field, CPU, 1 thread';
  await wholeField(bench, job, await bench.wasm(), {
    inputs: 16_384,
    count: bench.slice(20_000, 2000),
    trial: 2000,
    peers: [
      { open: openJax('wasm'), chunks: [64, 256, 1024], atLeast: 1 },
      { open: openPython('numpy_peer.py', 1), chunks: [1, 4, 16, 64], atLeast: 1 },
      { open: openPython('torch_peer.py', 1), chunks: [1, 4, 16, 64], atLeast: 1 },
      { open: openOpChain('wasm'), chunks: [4, 16, 64] },
    ],
  });
  const whole = await fcn('plain', { inputs: 16_384, points: 50 }, await bench.wasm());
  await cores(bench, 'FCN 50³ × 16,384, whole Field', slice(whole, bench.slice(125_000, 10_000)));
}

/** 50³ × 16,384, only the members under 0.01 E[φ²]. */
export async function fcnEpsilon(bench: Bench): Promise<void> {
  const job = 'FCN 50³ × 16,384, ε-set only, cap 0.01 E[φ²]';
  const device = await bench.wasm();
  const size = { inputs: 16_384, points: bench.slice(50, 20) };
  const plain = await fcn('plain', size, device);
  const other = await fcn('general', size, device);
  const [side, biased] = await epsilonSets(bench, device, 1, [
    { job, work: plain.work, cap: 0.01 * plain.power, atLeast: 20 },
    { job: `${job}, ${GENERAL}`, work: other.work, cap: 0.01 * other.power },
  ]);
  const same = { same: true, answer: 'checked in the row above' };
  bench.row(perMultiplyAdd(job, biased!, side!, [other.work, plain.work], same));
}
