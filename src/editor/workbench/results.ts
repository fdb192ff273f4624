/** Results of runs as the window keeps them: the newest of each node, and recent ones by key, so that an undo finds its own. */
import type { PlannedNode } from '../../compile/plan.js';
import type { NodeResult } from '../../execute/protocol.js';

/** A result with what it was made of, so that staleness can be explained. */
export interface Made {
  readonly result: NodeResult;
  readonly planned: PlannedNode;
  /** Key of each input's source node at that time, by port. */
  readonly inputKeys: Readonly<Record<string, string>>;
}

/** Whether a result is that of a step on a device; of any device while none is known. */
export const isOf = ({ key, provenance }: NodeResult, step: string, device: string | undefined): boolean =>
  key === step && (device === undefined || provenance.device === device);

/** Bytes of typed arrays inside a value. */
function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + bytesOf(item), 64);
  if (value !== null && typeof value === 'object')
    return Object.values(value).reduce((sum: number, item) => sum + bytesOf(item), 64);
  return 8;
}

/** Results by node and by key, bounded by bytes; the oldest by key go first. */
export class Results {
  readonly #byNode = new Map<string, Made>();
  readonly #byKey = new Map<string, { readonly made: Made; readonly bytes: number }>();
  #bytes = 0;

  constructor(readonly limit = 256 * 2 ** 20) {}

  add(made: Made): void {
    const { id, key } = made.result;
    this.#byNode.set(id, made);
    this.#forget(key);
    const bytes = bytesOf(made.result.view);
    this.#byKey.set(key, { made, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#byKey.keys()) {
      if (this.#bytes <= this.limit) break;
      this.#forget(oldest);
    }
  }

  /** The result of this node with this key, if it is still known; otherwise the node's newest. */
  of(id: string, key: string): Made | undefined {
    const newest = this.#byNode.get(id);
    if (newest?.result.key === key) return newest;
    const kept = key === '' ? undefined : this.#byKey.get(key)?.made;
    if (!kept) return newest;
    const own = kept.result.id === id ? kept : { ...kept, result: { ...kept.result, id, cached: true } };
    this.#byNode.set(id, own);
    return own;
  }

  /** A recent result by key, whichever node made it. */
  withKey(key: string): Made | undefined {
    return this.#byKey.get(key)?.made;
  }

  /** Forgets a node's newest result. */
  drop(id: string): void {
    const made = this.#byNode.get(id);
    if (made) this.#forget(made.result.key);
    this.#byNode.delete(id);
  }

  clear(): void {
    this.#byNode.clear();
    this.#byKey.clear();
    this.#bytes = 0;
  }

  #forget(key: string): void {
    const entry = this.#byKey.get(key);
    if (!entry) return;
    this.#bytes -= entry.bytes;
    this.#byKey.delete(key);
  }
}
