/** A worker of the pool on a machine that has no more memory, once its device is open. */
import { parentPort } from 'node:worker_threads';
import '../../../src/tensor/pool/worker.js';

parentPort!.on('message', ({ kind }: { readonly kind: string }) => {
  if (kind === 'start') return;
  WebAssembly.Memory = class {
    constructor() {
      throw new RangeError('WebAssembly.Memory(): could not allocate memory');
    }
  } as unknown as typeof WebAssembly.Memory;
});
