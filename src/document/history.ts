/** Undo and redo over named steps, each held as the patches that make and unmake it. Results are no part of a document, so undo never loses any. */
import { enablePatches, Immer, type Patch } from 'immer';
import type { PipelineDocument } from './schema.js';

enablePatches();
const immer = new Immer({ autoFreeze: false });

interface Step {
  readonly label: string;
  readonly forward: readonly Patch[];
  readonly backward: readonly Patch[];
  readonly coalesce: string | undefined;
  readonly time: number; // ms
  readonly base: PipelineDocument; // what the step started from
}

/** How a history is kept. */
export interface HistoryOptions {
  readonly steps?: number; // most steps kept, 500
  readonly window?: number; // ms within which steps with one `coalesce` name become one, 1000
  readonly now?: () => number; // ms
}

/** The document being edited and the way back. */
export class History {
  #document: PipelineDocument;
  #done: Step[] = [];
  #undone: Step[] = [];
  readonly #steps: number;
  readonly #window: number;
  readonly #now: () => number;

  constructor(document: PipelineDocument, { steps = 500, window = 1000, now = Date.now }: HistoryOptions = {}) {
    this.#document = document;
    this.#steps = steps;
    this.#window = window;
    this.#now = now;
  }

  /** The present document. */
  get document(): PipelineDocument {
    return this.#document;
  }

  /** Name of the step that `undo` takes back; undefined when there is none. */
  get undoLabel(): string | undefined {
    return this.#done.at(-1)?.label;
  }

  /** Name of the step that `redo` makes again. */
  get redoLabel(): string | undefined {
    return this.#undone.at(-1)?.label;
  }

  /**
   * Makes one named step. Steps with the same `coalesce` name within a second of each other become one. A change that gives
   * back the same document is no step; one that throws leaves everything as it was.
   */
  apply(label: string, change: (document: PipelineDocument) => PipelineDocument, coalesce?: string): PipelineDocument {
    const next = change(this.#document);
    if (next === this.#document) return next;
    const time = this.#now();
    const last = this.#done.at(-1);
    const joins =
      last !== undefined &&
      coalesce !== undefined &&
      last.coalesce === coalesce &&
      this.#undone.length === 0 &&
      time - last.time <= this.#window;
    const base = joins ? withView(last.base, this.#document.view) : this.#document;
    const [forward, backward] = difference(base, next);
    if (joins) this.#done.pop();
    if (forward.length > 0) this.#done.push({ label, forward, backward, coalesce, time, base });
    if (this.#done.length > this.#steps) this.#done.shift();
    this.#undone = [];
    this.#document = next;
    return next;
  }

  /** Changes only where the canvas looks, which is saved but is no step. Other parts of what `change` gives are not taken. */
  look(change: (document: PipelineDocument) => PipelineDocument): PipelineDocument {
    const { view } = change(this.#document);
    this.#document = withView(this.#document, view);
    return this.#document;
  }

  /** Takes the last step back. */
  undo(): PipelineDocument {
    const step = this.#done.pop();
    if (step !== undefined) {
      this.#document = immer.applyPatches(this.#document, step.backward);
      this.#undone.push(step);
    }
    return this.#document;
  }

  /** Makes the last step taken back again. */
  redo(): PipelineDocument {
    const step = this.#undone.pop();
    if (step !== undefined) {
      this.#document = immer.applyPatches(this.#document, step.forward);
      // A step made again is finished: nothing joins it.
      this.#done.push({ ...step, coalesce: undefined });
    }
    return this.#document;
  }
}

function withView(document: PipelineDocument, view: PipelineDocument['view']): PipelineDocument {
  if (view === document.view) return document;
  const { view: _, ...rest } = document;
  return view === undefined ? rest : { ...rest, view };
}

/** The patches from one document to another, found by following what the two do not share. */
function difference(base: PipelineDocument, next: PipelineDocument): readonly [Patch[], Patch[]] {
  const [, forward, backward] = immer.produceWithPatches(base, (draft) => merge(draft, base, next));
  return [forward, backward];
}

type Tree = Record<string | number, unknown>;

function merge(draft: unknown, base: unknown, next: unknown): void {
  const [target, from, to] = [draft as Tree, base as Tree, next as Tree];
  for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) delete target[key];
  for (const key of Object.keys(to)) {
    if (from[key] === to[key] && Object.hasOwn(from, key)) continue;
    if (alike(from[key], to[key])) merge(target[key], from[key], to[key]);
    else target[key] = to[key];
  }
}

/** Whether two values can be followed into: lists of one length, or objects with the same names in the same order, which undo keeps. */
function alike(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [from, to] = [Object.keys(a), Object.keys(b)];
  return from.length === to.length && from.every((key, index) => key === to[index]);
}
