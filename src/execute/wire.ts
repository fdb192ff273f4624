/** What crosses between `serve` and `connectWorker`. */
import type { FaultKind } from '../catalog/errors.js';
import type { ExecutorApi } from './protocol.js';

/** A result, or a typed error as data. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly kind: FaultKind; readonly message: string };

type Answering<F> = F extends (...args: infer A) => Promise<infer R> ? (...args: A) => Promise<Answer<R>> : F;

/** ExecutorApi with its promises as answers. */
export type ServedExecutor = { readonly [K in keyof ExecutorApi]: Answering<ExecutorApi[K]> };
