/**
 * Finished steps, bounded by the bytes of their arrays. Values share arrays (a Field carries its Reference), so each buffer
 * is counted once, however many entries refer to it. What a node shows outlives its outputs: a dropped Field can still be
 * looked at, and is computed again only when something below it must run.
 */
import type { Value } from '../catalog/values.js';
import type { View } from '../catalog/views.js';
import type { Provenance } from './protocol.js';
import { buffersOf } from './settle.js';

/** Output values of a step by port; undefined where an optional port gives nothing. */
export type StepOutputs = Readonly<Record<string, Value | undefined>>;

/** What remains of a step. */
export interface StepResult {
  readonly outputs: StepOutputs;
  readonly view: View;
  readonly provenance: Provenance;
}

/** What the cache knows of a step: everything, only what is shown, or nothing. */
export type Known = 'outputs' | 'view' | 'nothing';

interface Entry {
  outputs: StepOutputs | undefined;
  readonly view: View;
  readonly provenance: Provenance;
}

/** Least recently used outputs are dropped first; then, if views alone are over the bound, whole entries. */
export class ResultCache {
  readonly #entries = new Map<string, Entry>(); // oldest use first
  readonly #counts = new Map<ArrayBufferLike, number>();
  #bytes = 0;

  constructor(readonly limit: number) {}

  /** Bytes of all distinct arrays held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How much of a step is here. */
  knows(tag: string): Known {
    const entry = this.#entries.get(tag);
    return entry === undefined ? 'nothing' : entry.outputs ? 'outputs' : 'view';
  }

  /** The outputs of a step, if they are here. Counts as a use. */
  outputs(tag: string): StepOutputs | undefined {
    return this.#use(tag)?.outputs;
  }

  /** What a step shows, if it is here. Counts as a use. */
  shown(tag: string): Pick<StepResult, 'view' | 'provenance'> | undefined {
    return this.#use(tag);
  }

  /** Keeps a step's result and drops older ones over the bound; the newest view always stays. */
  set(tag: string, result: StepResult): void {
    const old = this.#entries.get(tag);
    if (old) this.#drop(tag, old);
    this.#entries.set(tag, { ...result });
    this.#count(result.outputs, 1);
    this.#count(result.view, 1);
    for (const entry of this.#entries.values()) {
      if (this.#bytes <= this.limit) return;
      this.#forgetOutputs(entry);
    }
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.limit || oldest === tag) return;
      this.#drop(oldest, entry);
    }
  }

  /** Forgets a step. */
  delete(tag: string): void {
    const entry = this.#entries.get(tag);
    if (entry) this.#drop(tag, entry);
  }

  #use(tag: string): Entry | undefined {
    const entry = this.#entries.get(tag);
    if (entry) {
      this.#entries.delete(tag);
      this.#entries.set(tag, entry);
    }
    return entry;
  }

  #drop(tag: string, entry: Entry): void {
    this.#forgetOutputs(entry);
    this.#count(entry.view, -1);
    this.#entries.delete(tag);
  }

  #forgetOutputs(entry: Entry): void {
    if (entry.outputs) this.#count(entry.outputs, -1);
    entry.outputs = undefined;
  }

  #count(value: unknown, by: 1 | -1): void {
    for (const buffer of buffersOf(value)) {
      const before = this.#counts.get(buffer) ?? 0;
      const after = before + by;
      if (before === 0) this.#bytes += buffer.byteLength;
      if (after === 0) {
        this.#bytes -= buffer.byteLength;
        this.#counts.delete(buffer);
      } else this.#counts.set(buffer, after);
    }
  }
}
