/** Opens a device of two threads inside a worker and ends its worker from outside, which browsers say nothing of. */
import type { EvaluateWork, WorkControl } from '../../../src/catalog/work.js';
import { openDevice } from '../../../src/tensor/device.js';
import { FCN } from '../../numeric/networks.js';
import { someInputs, someOutputs } from '../../numeric/oracle.js';
import { someSubspace } from '../../tensor/fused/oracles.js';
import type { Told } from './told.js';

let started = 0;
let ended = 0;
let computing: () => void = () => undefined;

/** Ends the first workers when they have been given their second shard. */
class Mortal extends Worker {
  readonly #nth = ++started;
  #shards = 0;

  override postMessage(
    message: { readonly kind: string },
    transfer?: Transferable[] | StructuredSerializeOptions,
  ): void {
    super.postMessage(message, transfer as Transferable[]);
    if (message.kind !== 'shard') return;
    computing();
    if (++this.#shards !== 2 || this.#nth > 2) return;
    ended++;
    setTimeout(() => this.terminate(), 5);
  }
}
Object.assign(globalThis, { Worker: Mortal });

const quiet: WorkControl = { signal: new AbortController().signal, progress: () => undefined };
const work = (points: number): EvaluateWork => ({
  architecture: FCN,
  inputs: someInputs([1], 2000, 1),
  outputs: someOutputs(2000, 1, 2),
  family: { kind: 'lattice', lattice: { subspace: someSubspace(3, 4, 3), low: -1, high: 1, points } },
});
const kindOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'none',
    (error: { readonly kind: string }) => error.kind,
  );

const points = 120; // some seconds of one thread, so that workers are worth starting
const one = await openDevice('wasm', { threads: 1 });
const two = await openDevice('wasm', { threads: 2 });
const alone = await one.evaluate(work(points), quiet);
let same = true;
while (ended < 2) {
  const together = await two.evaluate(work(points), quiet);
  same &&= together.loss.every((loss, i) => Object.is(loss, alone.loss[i]));
}

/** Runs without end, and does `stop` once a worker computes. */
async function stopped(stop: (controller: AbortController) => void): Promise<string> {
  const begun = new Promise<void>((resolve) => {
    computing = resolve;
  });
  const controller = new AbortController();
  const kind = kindOf(two.evaluate(work(400), { ...quiet, signal: controller.signal }));
  await begun;
  stop(controller);
  return kind;
}

const cancelled = await stopped((controller) => controller.abort());
const after = await two.evaluate(work(points), quiet);
same &&= after.loss.every((loss, i) => Object.is(loss, alone.loss[i]));
const { threads = 1, workerSeconds = 0 } = two;
const closed = await stopped(() => void two.dispose());
const told: Told = { started, ended, threads, workerSeconds, same, cancelled, closed };
postMessage(told);
