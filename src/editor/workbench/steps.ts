/** The open document and its history: every edit one undoable step, edits that belong together joined. */
import { History } from '../../document/history.js';
import type { PipelineDocument } from '../../document/schema.js';

/** Steps whose `coalesce` begins with this are one step however far apart they come: a drag that pauses. */
export const WHOLE_GESTURE = 'gesture: ';

const COALESCE_PAUSE = 1000; // ms between steps of one name that are still one

/** A history that joins steps of one series: those that share a `coalesce` name and follow each other at once. */
export class Steps {
  readonly #history: History;
  #last = { name: '', time: 0, series: 0 };

  constructor(document: PipelineDocument) {
    // The history joins by name alone; the names here are those of series.
    this.#history = new History(document, { window: Number.POSITIVE_INFINITY });
  }

  get document(): PipelineDocument {
    return this.#history.document;
  }

  get undoLabel(): string | undefined {
    return this.#history.undoLabel;
  }

  get redoLabel(): string | undefined {
    return this.#history.redoLabel;
  }

  /** Applies an edit; answers whether it changed anything. */
  edit(label: string, change: (document: PipelineDocument) => PipelineDocument, coalesce?: string): boolean {
    const before = this.document;
    const time = Date.now();
    const last = this.#last;
    if (coalesce !== undefined) {
      const goes = last.name === coalesce && time - last.time <= COALESCE_PAUSE;
      this.#last = { name: coalesce, time, series: goes ? last.series : last.series + 1 };
    }
    const series = coalesce?.startsWith(WHOLE_GESTURE) ? coalesce : coalesce && `${coalesce} ${this.#last.series}`;
    this.#history.apply(label, change, series);
    return this.document !== before;
  }

  /** Takes the last step back; answers whether there was one. */
  undo(): boolean {
    if (this.undoLabel === undefined) return false;
    this.#history.undo();
    return true;
  }

  /** Makes the step that was taken back again; answers whether there was one. */
  redo(): boolean {
    if (this.redoLabel === undefined) return false;
    this.#history.redo();
    return true;
  }

  /** Changes where the document is looked at, which is no step. */
  look(change: (document: PipelineDocument) => PipelineDocument): PipelineDocument {
    return this.#history.look(change);
  }
}
