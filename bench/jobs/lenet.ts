/** LeNet-5 on the CPU: the whole Field beside peers, on more cores, and the ε-set alone on the authors' recorded plane. */
import type { Bench } from '../bench.js';
import { besidePeers, ours } from '../contest.js';
import { openOpChain } from '../peers/op-chain.js';
import { openPython } from '../peers/python.js';
import { lenet as lenetProblem, recordedLenet, slice } from '../problems.js';
import { missingRow } from '../rows.js';
import { onCores, reportCores } from './cores.js';
import { epsilonSets } from './epsilon-set.js';

/** 35³ × 500, a slice of 2,000 points. */
export async function lenet(bench: Bench): Promise<void> {
  const job = 'LeNet-5 35³ × 500, whole Field, CPU';
  const device = await bench.wasm();
  const problem = await lenetProblem(device);
  const work = slice(problem, bench.slice(2000, 16));
  const [one, ...others] = await besidePeers(bench, `${job}, 1 thread`, {
    work,
    own: ours(device, 1, work),
    trial: 16,
    more: await onCores(bench, work),
    peers: [
      { open: openOpChain('wasm'), chunks: [16], atLeast: 1.5 },
      { open: openPython('numpy_peer.py', 1), chunks: [1, 4, 16], atLeast: 2.5 },
      { open: openPython('torch_peer.py', 1), chunks: [1, 4, 16] },
    ],
  });
  reportCores(bench, job, one!, others);
}

/** The recorded plane with 45 points per axis: 2,025 points. */
export async function lenetEpsilon(bench: Bench): Promise<void> {
  const points = bench.slice(45, 9);
  const job = `LeNet-5 ${points}² × 500, ε-set only, cap 0.0025, recorded plane, CPU, 1 thread`;
  const problem = recordedLenet(points);
  if (typeof problem === 'string') return bench.row(missingRow(job, problem, 2));
  await epsilonSets(bench, await bench.wasm(), 1, [{ job, work: problem.work, cap: 0.0025, atLeast: 2 }]);
}
