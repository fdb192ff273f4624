/** What a peer is: another program that gives J of the same members, written as its users would write it, in one or more ways. */
import { writeNpz } from '../../src/arrays/npz.js';
import type { EvaluateWork } from '../../src/catalog/work.js';
import { familyCount, latticeCoefficients, latticeIndex } from '../../src/tensor/family.js';
import { type Run, timed } from '../measure.js';

/** One way of writing it, with one chunk size: J of the first `count` members. */
export interface Way {
  readonly name: string;
  run(count: number): Promise<Run>;
}

/** A peer made ready for one piece of work. */
export interface Peer {
  readonly name: string; // 'jax-js 0.1.25, WASM'
  readonly ways: readonly Way[];
  readonly peak?: number | undefined; // FLOP/s of its device in float32, where it knows
  close(): Promise<void>;
}

/** Makes a peer ready for a piece of work on a lattice, or says in words why it is not there. */
export type OpenPeer = (work: EvaluateWork, chunks: readonly number[]) => Promise<Peer | string>;

/** What all peers are given besides the network: coefficients [count, m] of the members, in float32. */
export function coefficientsOf({ family }: EvaluateWork): { readonly data: Float32Array; readonly rank: number } {
  if (family.kind !== 'lattice' && family.kind !== 'members') throw new Error('peer: expected members of a lattice');
  const { rank } = family.lattice.subspace;
  const data = new Float32Array(familyCount(family) * rank);
  const c = new Float64Array(rank);
  for (let i = 0; i < data.length / rank; i++)
    data.set(latticeCoefficients(family.lattice, latticeIndex(family, i), c), i * rank);
  return { data, rank };
}

/** Whether all inputs weigh 1/N, so that a user would write a mean. */
export const isMean = ({ inputs }: EvaluateWork): boolean => inputs.weights.every((w) => w === inputs.weights[0]);

/** The work as a .npz file: x [N, …], y [N, k], w [N], origin [P], basis [m, P], coefficients [count, m]. */
export function workFile(work: EvaluateWork): Uint8Array {
  const { inputs, outputs, family } = work;
  if (family.kind !== 'lattice' && family.kind !== 'members') throw new Error('peer: expected members of a lattice');
  const { origin, basis, size } = family.lattice.subspace;
  const { data, rank } = coefficientsOf(work);
  return writeNpz({
    x: { data: inputs.x, shape: [inputs.count, ...inputs.item] },
    y: { data: outputs.y, shape: [outputs.count, outputs.width] },
    w: { data: inputs.weights, shape: [inputs.count] },
    origin: { data: origin, shape: [size] },
    basis: { data: basis, shape: [rank, size] },
    coefficients: { data, shape: [data.length / rank, rank] },
  });
}

const SECONDS = 3000; // ms; a run that takes longer needs no warm-up
const FAR = 1.5; // times the best so far is not tried again

/** The way that is fastest on `count` members: after a warm-up (compilers) the better of two runs, where it is near the best. */
export async function bestWay(peer: Peer, count: number, tick: (text: string) => void): Promise<Way> {
  let best: { readonly way: Way; readonly time: number } | undefined;
  for (const way of peer.ways) {
    const run = (): Promise<Run> => way.run(count);
    let { time } = await timed(run);
    for (
      let again = 0;
      again < 2 && time < SECONDS && time < (again === 0 ? Infinity : FAR * (best?.time ?? time));
      again++
    )
      time = Math.min(time, (await timed(run)).time);
    tick(`${peer.name}, ${way.name}: ${time.toPrecision(3)} ms for ${count}`);
    if (best === undefined || time < best.time) best = { way, time };
  }
  if (best === undefined) throw new Error(`${peer.name}: expected at least one way to write it`);
  return best.way;
}
