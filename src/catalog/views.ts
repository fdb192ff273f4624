/**
 * What a node shows: made beside the values (in the worker), drawn by the editor, written by the command line. Plain data;
 * no chart options and no HTML. `src/plot` turns PlotData into pictures.
 */
import type { Curve, JScale, Mark, Matrix, Table } from './values.js';

/** A computed sentence. `warning` is an honest flag (ε above a null model), `problem` a failed expectation. */
export interface Note {
  readonly level: 'info' | 'warning' | 'problem';
  readonly id: string; // stable name of the sentence, for tests: 'epsilon-above-zero'
  readonly text: string;
}

/** How J is coloured and measured. */
export interface Colouring {
  readonly log: boolean;
  readonly relative: boolean; // divide by scale.power
}

/** The plots that exist. All lattice arrays have the last axis fastest, axis k = coefficient of basis vector k. */
export type PlotData =
  | {
      /** J over a lattice with m = 1 (line), 2 (surface or contour) or 3 (iso-surface at `epsilon`). */
      readonly kind: 'surface' | 'contour' | 'line' | 'iso-surface';
      readonly title: string;
      readonly axes: readonly { readonly name: string; readonly values: Float64Array }[];
      readonly values: Float32Array;
      readonly cap?: number; // absolute: values are +∞ where J ≥ cap
      readonly epsilon?: number;
      readonly marks: readonly Mark[];
      readonly scale: JScale;
      readonly colouring: Colouring;
      readonly caption: string;
    }
  | {
      /** Points in 2-D or 3-D coloured by J: an ε-set or an embedding. */
      readonly kind: 'points';
      readonly title: string;
      readonly dimension: 2 | 3;
      readonly axes: readonly { readonly name: string; readonly low?: number; readonly high?: number }[];
      readonly position: Float32Array | Float64Array; // [count, dimension]
      readonly values: Float32Array; // [count] J
      readonly member?: Uint32Array; // [count] index into the lattice, where the position does not say it
      readonly total?: number; // members of the family the set was drawn from
      readonly epsilon?: number;
      readonly marks: readonly Mark[];
      readonly scale: JScale;
      readonly colouring: Colouring;
      readonly caption: string;
    }
  | { readonly kind: 'curves'; readonly title: string; readonly curve: Curve; readonly caption: string }
  | { readonly kind: 'matrix'; readonly title: string; readonly matrix: Matrix; readonly caption: string }
  | {
      /** Small pictures with what they show: samples of a data set. */
      readonly kind: 'pictures';
      readonly title: string;
      readonly height: number;
      readonly width: number;
      readonly channels: 1 | 3;
      readonly pixels: Uint8ClampedArray; // [count, height, width, channels]
      readonly labels: readonly string[]; // [count]
      readonly caption: string;
    }
  | { readonly kind: 'table'; readonly title: string; readonly table: Table; readonly caption: string };

/** What the J ruler marks, all absolute J. */
export interface RulerData {
  readonly scale: JScale;
  readonly marks: readonly { readonly name: string; readonly loss: number }[];
  readonly epsilon?: number;
  readonly cap?: number; // ε reaches up to it
  readonly lowest: number; // smallest J of the field
  readonly highest: number;
}

/** A scalar in a summary: what `manifest.json` holds. */
export type Scalar = number | string | boolean | null;

/** All that is shown of one finished node. */
export interface View {
  readonly summary: Readonly<Record<string, Scalar>>; // every scalar, full precision
  readonly rows: readonly (readonly [label: string, text: string])[]; // the two or three lines on the card
  readonly status?: string; // one line for the card's foot
  readonly notes: readonly Note[];
  readonly plots: readonly PlotData[]; // the first is the card's preview
  readonly ruler?: RulerData;
}
