/**
 * The pipeline document: what is saved, shared and undone. Types only of plain JSON; the validator that turns unknown JSON
 * into a `PipelineDocument` is `parseDocument` in `parse.ts`. Nothing here knows node types, tensors or the DOM.
 */

/** Newest version of the document format that this build reads and writes. */
export const DOCUMENT_VERSION = 1;

/** The random stream of this build, as documents name it; `src/tensor/random.ts` is its definition. */
export const RANDOM = 'threefry2x32-v1';

/** JSON values, the only thing that parameters may hold. Numbers are finite. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
/** Parameters of a node by name. */
export type Params = Readonly<Record<string, Json>>;

/** A file that a node needs, named by file name and content, kept beside the document. */
export type FileReference = {
  readonly name: string;
  readonly sha256: string; // 64 hex digits
};

/** One node. `at` is the canvas position of its top left corner in px. */
export interface DocumentNode {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly params: Params;
  readonly at: readonly [number, number];
  readonly title?: string; // overrides the type's title on the card
  readonly muted?: boolean;
}

/** A wire between named ports, each `nodeId.port`. */
export interface Wire {
  readonly from: string;
  readonly to: string;
}

/** A titled frame around nodes. */
export interface Frame {
  readonly id: string;
  readonly title: string;
  readonly at: readonly [number, number];
  readonly size: readonly [number, number];
}

/** The canvas' viewport. */
export interface DocumentView {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** A pinned result: a plot of a node by its place in the node's plots. */
export interface Pin {
  readonly node: string;
  readonly plot: number;
}

/** A whole experiment. Arrays are in canonical order when saved (nodes and wires by id). */
export interface PipelineDocument {
  readonly format: 'fiberscope';
  readonly version: number;
  readonly title: string;
  readonly description: string;
  readonly random: string;
  readonly requires: readonly { readonly package: string; readonly version: string }[];
  readonly nodes: readonly DocumentNode[];
  readonly wires: readonly Wire[];
  readonly frames: readonly Frame[];
  readonly view?: DocumentView;
  readonly pins: readonly Pin[];
}

/** A fault with its place in the document (`nodes[3].params.points`) or on a node. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly path: string; // JSON path, or '' when it concerns the whole document
  readonly node?: string; // id of the node to locate
  readonly port?: string;
  readonly message: string;
}
