/** Writes the open document away a moment after each edit. */
import type { StoreApi } from 'zustand/vanilla';
import { formatDocument } from '../../document/format.js';
import { waitsForRun, writeSaved } from './autosave.js';
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

  /** Saves at once; an empty document, too, so that a reload shows it and not an older one. */
  async now(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#disposed) return;
    const { document, edited, trusted, ...state } = this.store.getState();
    const running = waitsForRun(state);
    const { storage, session } = this;
    const at = new Date().toISOString();
    try {
      const empty = document.nodes.length === 0;
      await writeSaved(storage, { session, text: formatDocument(document), trusted, running, edited, empty, at });
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
