/** Pools whose workers run a built file, as Node runs no TypeScript in threads, and which can be watched and harmed. */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'vite';
import { BackedDevice } from '../../../src/tensor/backed-device.js';
import { CpuBacking } from '../../../src/tensor/cpu-backing.js';
import type { Order } from '../../../src/tensor/pool/messages.js';
import { PooledDevice } from '../../../src/tensor/pool/pooled-device.js';
import { startThread, type Thread } from '../../../src/tensor/pool/thread.js';
import { openWasm } from '../../../src/tensor/wasm-backing.js';
import { turn } from '../../held.js';

/** A folder of this process with the built worker; inside the checkout, so that packages are found. */
const folder = resolve(`test/output/tensor-worker-${process.pid}`);

/** Builds the worker (or a test's own file around it) and gives its path. */
export async function builtWorker(source = 'src/tensor/pool/worker.ts', name = 'worker'): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: source,
      outDir: `${folder}/${name}`,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'worker.js' } },
    },
  });
  return `${folder}/${name}/worker.js`;
}

/** Removes what was built. */
export const removeWorkers = (): void => rmSync(folder, { recursive: true, force: true });

/** Sees every order before a worker gets it, and may give another in its place. */
export type Meddle = (order: Order, thread: Thread, worker: number) => Order;

/** A pool of `threads` that uses workers for whatever takes more than some milliseconds. */
export async function poolOf(
  name: 'cpu' | 'wasm',
  threads: number,
  path: string,
  meddle: Meddle = (order) => order,
): Promise<PooledDevice> {
  const own = new BackedDevice(name === 'cpu' ? new CpuBacking() : await openWasm());
  let started = 0;
  const start = (): Thread => {
    const worker = started++;
    const thread = startThread(path)!;
    return { ...thread, post: (order, transfer) => thread.post(meddle(order, thread, worker), transfer) };
  };
  return new PooledDevice(own, threads, { device: name }, start, { size: 1e6, ready: 1, starting: 1 });
}

const TRIES = 2000; // of work that takes some milliseconds, while workers start on a machine that is busy

/** Repeats `work` until workers have taken part in it; gives the last result. */
export async function withWorkers<T>(device: PooledDevice, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < TRIES; tries++) {
    const before = device.workerSeconds;
    const result = await work();
    if (device.workerSeconds > before) return result;
    await turn(); // what started meanwhile is heard
  }
  throw new Error('no worker took part');
}

/** Whether two arrays are the same to the bit. */
export const same = (a: Float32Array, b: Float32Array): boolean =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));
