/** 784–512–10 on inputs of MNIST's shape: the affine first layer leaves m multiply-adds of each unit's 784. */
import type { Bench } from '../bench.js';
import { besidePeers, ours } from '../contest.js';
import { openOpChain } from '../peers/op-chain.js';
import { digits, slice } from '../problems.js';

/** 20³ × 2,048, a slice of 2,000 points. */
export async function mlp(bench: Bench): Promise<void> {
  const device = await bench.wasm();
  const work = slice(await digits(device), bench.slice(2000, 100));
  await besidePeers(bench, 'MLP 784–512–10 20³ × 2,048, whole Field, CPU, 1 thread', {
    work,
    own: ours(device, 1, work),
    trial: 4,
    peers: [{ open: openOpChain('wasm'), chunks: [1, 4], atLeast: 20 }],
  });
}
