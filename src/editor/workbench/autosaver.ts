/** Writes the open document away a moment after each edit. */
import type { StoreApi } from 'zustand/vanilla';
import { formatDocument } from '../../document/format.js';
import { dropSaved, writeSaved } from './autosave.js';
import type { WorkbenchStorage } from './storage.js';
import type { WorkbenchState } from './types.js';

const PAUSE = 500; // ms

/** The autosave of one session. */
export class Autosaver {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(
    readonly store: StoreApi<WorkbenchState>,
    readonly storage: WorkbenchStorage,
    readonly session: string,
    readonly failed: (message: string) => void,
  ) {}

  /** Saves once editing pauses. */
  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.now(), PAUSE);
  }

  /** Saves at once; an empty document that was never edited leaves nothing behind. */
  async now(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#disposed) return;
    const { document, undoLabel, trusted, running } = this.store.getState();
    const { storage, session } = this;
    const at = new Date().toISOString();
    try {
      if (document.nodes.length === 0 && undoLabel === undefined) await dropSaved(storage, session);
      else await writeSaved(storage, { session, text: formatDocument(document), trusted, running, at });
      if (!this.#disposed) this.store.setState({ savedAt: at });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.failed(`autosave failed: ${reason}; save to a file`);
    }
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }
}
