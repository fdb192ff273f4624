import type { Device } from '../catalog/work.js';
import { ResultCache, type StepOutputs, type StepResult } from './cache.js';
import { tagOf } from './device-in-use.js';
import type { Held, Run } from './run.js';
import { schedule } from './schedule.js';
import { type ResultStore, worthKeeping } from './store.js';

const NONE: ReadonlySet<string> = new Set();

/** The results of finished steps by tag: in memory, bounded by bytes, and in a store where one is given and they are dear. */
export class KeptResults {
  readonly #cache: ResultCache;
  readonly #store: ResultStore | undefined;
  readonly #unkept = new Set<string>(); // tags that the store does not have
  readonly #stopped = new Map<string, ReadonlySet<string>>(); // tag of what is not whole → tags of the steps that ended early
  readonly #kin = new Map<string, Set<string>>(); // tag of a kin → tags of its results in memory, newest last
  #keeping: Promise<void> = Promise.resolve(); // a store keeps one result after the other

  constructor(bytes: number, store: ResultStore | undefined) {
    this.#cache = new ResultCache(bytes);
    this.#store = store;
  }

  /** Outputs of a step; undefined when they are no longer (or not yet) in memory. */
  outputs(tag: string): StepOutputs | undefined {
    return this.#cache.outputs(tag);
  }

  /** Tags of the steps that ended early behind a result; none of one that is whole. */
  stoppedBehind(tag: string): ReadonlySet<string> {
    return this.#stopped.get(tag) ?? NONE;
  }

  /** Keeps a result that ended early, or was computed from such ones: in memory only, until one of `behind` is forgotten. */
  addStopped(tag: string, result: StepResult, behind: ReadonlySet<string>): void {
    this.#cache.set(tag, result);
    this.#stopped.set(tag, behind);
  }

  /** Forgets a result that ended early, and all that was computed from it. */
  forget(tag: string): void {
    for (const [other, behind] of this.#stopped)
      if (behind.has(tag)) {
        this.#cache.delete(other);
        this.#stopped.delete(other);
      }
  }

  /** Keeps a result, also in the store when it was dear to compute; `kin` is the tag of those that it can be gone on from by. */
  add(tag: string, result: StepResult, kin?: string): void {
    this.forget(tag); // it is whole now, and what was computed from a part of it no longer holds
    this.#cache.set(tag, result);
    if (kin !== undefined) {
      const tags = this.#kin.get(kin) ?? new Set();
      this.#kin.set(kin, tags);
      tags.delete(tag);
      tags.add(tag);
    }
    if (!this.#store || !worthKeeping(result)) return;
    this.#unkept.delete(tag);
    const put = [this.#store.put(tag, result)];
    if (kin !== undefined) put.push(this.#store.put(kin, pointerTo(result)));
    this.#keeping = Promise.all(put).then(
      () => undefined,
      () => undefined,
    );
  }

  /** Outputs of the results of a kin that are held, newest first, and last the one that the store has. */
  async ofKin(kin: string, tagOfKey: (key: string) => string): Promise<readonly StepOutputs[]> {
    const tags = this.#kin.get(kin) ?? new Set();
    const found: StepOutputs[] = [];
    for (const tag of [...tags].reverse()) {
      const outputs = this.#cache.outputs(tag);
      if (outputs) found.push(outputs);
      else tags.delete(tag); // dropped: the store may have it
    }
    const pointer = await this.#store?.get(kin).catch(() => undefined);
    const tag = pointer && tagOfKey(pointer.provenance.key);
    if (tag === undefined || tags.has(tag)) return found;
    const kept = await this.#store!.get(tag).catch(() => undefined);
    return kept ? [...found, kept.outputs] : found;
  }

  /** When all that the store was given is written. */
  settled(): Promise<void> {
    return this.#keeping;
  }

  /** What is held of the steps of a run, after the store was asked for what memory does not hold. */
  async of(run: Pick<Run, 'plan' | 'targets'>, device: Device): Promise<Held> {
    const cache = this.#cache;
    const recalled = new Map<string, StepResult>(); // a full cache may drop them before they are read
    const held: Held = {
      knows: (key) => (recalled.has(key) ? 'outputs' : cache.knows(tagOf(device, key))),
      outputs: (key) => recalled.get(key)?.outputs ?? cache.outputs(tagOf(device, key)),
      shown: (key) => recalled.get(key) ?? cache.shown(tagOf(device, key)),
    };
    await this.#recall(run, device, held, recalled);
    return held;
  }

  /**
   * Asks the store for the steps that would run, also for those whose outputs were dropped. The last come first: what is found
   * of them may leave nothing above them to run.
   */
  async #recall(
    { plan, targets }: Pick<Run, 'plan' | 'targets'>,
    device: Device,
    held: Held,
    recalled: Map<string, StepResult>,
  ): Promise<void> {
    if (!this.#store) return;
    for (;;) {
      const { steps } = schedule(plan, targets, (key) => held.knows(key));
      const key = steps.findLast((step) => step.run && !this.#unkept.has(tagOf(device, step.key)))?.key;
      if (key === undefined) return;
      const tag = tagOf(device, key);
      const result = await this.#store.get(tag);
      if (result) {
        this.#cache.set(tag, result);
        recalled.set(key, result);
      } else this.#unkept.add(tag);
    }
  }
}

/** What the store keeps by the tag of a kin: whose result was the last. */
const pointerTo = ({ provenance }: StepResult): StepResult => ({
  outputs: {},
  view: { summary: {}, rows: [], notes: [], plots: [] },
  provenance,
});
