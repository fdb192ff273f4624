/** The second tier of the cache: results that are dear to compute and cheap to keep, beyond the life of a thread. */
import type { StepResult } from './cache.js';
import { buffersOf } from './settle.js';

/** Keeps results by tag (device and key). Failing to keep or find one is never an error. */
export interface ResultStore {
  get(tag: string): Promise<StepResult | undefined>;
  put(tag: string, result: StepResult): Promise<void>;
}

const DEAR = 1; // seconds
const CHEAP = 32e6; // bytes

/** Bytes of a result's arrays. */
export function bytesOf({ outputs, view }: StepResult): number {
  let bytes = 0;
  for (const buffer of buffersOf([outputs, view])) bytes += buffer.byteLength;
  return bytes;
}

/** Whether a result goes into the second tier: it took more than a second and holds less than 32 MB, as trained θ do. */
export function worthKeeping(result: StepResult): boolean {
  return result.provenance.seconds > DEAR && bytesOf(result) < CHEAP;
}
