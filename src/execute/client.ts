/** The window's side of an Executor in a worker. */
import { type Endpoint, proxy, wrap } from 'comlink';
import { FiberscopeError } from '../catalog/errors.js';
import type { ExecutorApi } from './protocol.js';
import type { Answer, ServedExecutor } from './wire.js';

/** The Executor that `serve` runs behind a worker (or any message port). When the worker dies, every call, also a waiting one, rejects with a `device` error. */
export function connectWorker(worker: Endpoint): ExecutorApi {
  const remote = wrap<ServedExecutor>(worker);
  const died = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      const message = 'message' in event && typeof event.message === 'string' ? event.message : '';
      const reason = message ? `: ${message}` : '';
      reject(new FiberscopeError('device', `the worker that computes has stopped${reason}; reload the page`));
    });
  });
  died.catch(() => undefined); // it may die while nothing is asked of it
  const ask = async <T>(answer: Promise<Answer<T>>): Promise<T> => {
    const got = await Promise.race([answer, died]);
    if (got.ok) return got.value;
    throw new FiberscopeError(got.kind, got.message);
  };
  return {
    run: (document, targets, listen) => ask(remote.run(document, targets, proxy(listen))),
    cancel: () => void remote.cancel(),
    chooseDevice: (choice) => ask(remote.chooseDevice(choice)),
    device: () => ask(remote.device()),
    addFile: (file, bytes) => ask(remote.addFile(file, bytes)),
    arrays: (key, output) => ask(remote.arrays(key, output)),
  };
}
