/** What is known of a value before anything runs: shapes, from parameters, input shapes and file headers. */
import type { Architecture } from './architecture.js';
import type { PortType } from './values.js';

interface ReferenceInfo {
  readonly architecture: Architecture;
  readonly count: number; // N
}
interface FieldInfo {
  readonly rank: number; // m
  readonly points: number; // n per axis
  readonly low: number;
  readonly high: number;
  readonly reference: ReferenceInfo;
}

/** Shape information by port type. */
export interface Infos {
  Architecture: { readonly architecture: Architecture };
  Inputs: { readonly count: number; readonly item: readonly number[] };
  Outputs: { readonly count: number; readonly width: number };
  Reference: ReferenceInfo;
  Model: { readonly architecture: Architecture };
  Parameters: { readonly count: number; readonly size: number; readonly reference?: ReferenceInfo };
  Subspace: { readonly rank: number; readonly size: number; readonly reference?: ReferenceInfo };
  Field: FieldInfo;
  EpsilonSet: FieldInfo;
  Embedding: { readonly dimension: number };
  Table: Record<never, never>;
  Curve: Record<never, never>;
  Figure: Record<never, never>;
}

/** Info tagged with its port type. */
export type Info = { [T in PortType]: { readonly type: T } & Infos[T] }[PortType];

/** What a step will take. Zero where nothing worth counting happens. */
export interface Cost {
  readonly points: number; // members of a family, candidates × steps, rows embedded
  readonly multiplyAdds: number;
  readonly bytes: number; // of the result held in memory
  readonly route?: string; // how it will be computed, one phrase
}
