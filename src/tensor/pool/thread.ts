/** A thread as browsers and Node make it, behind one interface. */
import { inNode } from '../dawn.js';
import type { Answer, Order } from './messages.js';

/** A started thread that runs `worker.ts`. */
export interface Thread {
  post(order: Order, transfer?: Transferable[]): void;
  /** Calls `answer` for each message, and `end` once with why the thread is no more, where it can be told. */
  listen(answer: (message: Answer) => void, end: (reason: string) => void): void;
  /** Whether the thread keeps the process alive (Node). */
  hold(busy: boolean): void;
  terminate(): void;
}

/** Starts a thread; undefined where there are none. */
export type StartThread = () => Thread | undefined;

const SOURCES = import.meta.url.endsWith('.ts'); // which Node does not run in threads

/** How many threads work can be spread over here: as many as the machine runs at once; 1 where no worker can be started. */
export function threadsHere(path?: string): number {
  if (!inNode()) return typeof Worker === 'function' ? (navigator.hardwareConcurrency ?? 1) : 1;
  return SOURCES && path === undefined ? 1 : process.getBuiltinModule('node:os').availableParallelism();
}

/** Starts `worker.ts`, or the built file at `path`. */
export function startThread(path?: string): Thread | undefined {
  if (inNode()) return nodeThread(path ?? new URL(/* @vite-ignore */ './worker.ts', import.meta.url).href);
  if (typeof Worker !== 'function') return undefined;
  return path === undefined
    ? browserThread(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'tensor' }))
    : browserThread(new Worker(path, { type: 'module', name: 'tensor' }));
}

/** A Web Worker as a Thread. */
function browserThread(worker: Worker): Thread {
  return {
    post: (order, transfer = []) => worker.postMessage(order, transfer),
    listen(answer, end) {
      worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => answer(data));
      worker.addEventListener('messageerror', () => end('a message could not be read'));
      worker.addEventListener('error', (event) => {
        event.preventDefault(); // it is dealt with, so the page need not hear
        end(event.message || 'it could not be loaded');
      });
    },
    hold: () => undefined,
    terminate: () => worker.terminate(),
  };
}

function nodeThread(place: string): Thread {
  const { Worker: NodeWorker } = process.getBuiltinModule('node:worker_threads');
  const url = place.startsWith('file:') ? new URL(place) : process.getBuiltinModule('node:url').pathToFileURL(place);
  const worker = new NodeWorker(url, { execArgv: [] }); // what this process was started with may be no module
  worker.unref();
  return {
    post: (order, transfer = []) => worker.postMessage(order, transfer as ArrayBuffer[]),
    listen(answer, end) {
      worker.on('message', answer);
      worker.on('messageerror', (error) => end(error.message));
      worker.on('error', (error) => end(error.message));
      worker.on('exit', (code) => end(`it ended with code ${code}`));
    },
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}
