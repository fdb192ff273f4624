/** What is known of a value before anything runs: shapes, from parameters, input shapes and file headers. */
import type { Architecture } from './architecture.js';
import type { PortType } from './values.js';

interface ReferenceInfo {
  readonly architecture: Architecture;
  readonly count: number; // N
}
/** The J from which on a Field does not tell members apart: absolute, or in units of E[φ²]. */
export interface CapInfo {
  readonly value: number;
  readonly relative: boolean;
}
interface FieldInfo {
  readonly rank: number; // m
  readonly points: number; // n per axis
  readonly low: number;
  readonly high: number;
  readonly cap?: CapInfo;
  readonly known?: number; // members whose J it knows, at most; all where absent
  readonly reference: ReferenceInfo;
}

/** Shape information by port type. */
export interface Infos {
  Architecture: { readonly architecture: Architecture };
  Inputs: {
    readonly count: number;
    readonly item: readonly number[];
    readonly classes?: number; // where labelled
    readonly concepts?: number; // where masks say what is where
  };
  Outputs: { readonly count: number; readonly width: number };
  Reference: ReferenceInfo;
  Model: { readonly architecture: Architecture; readonly count: number };
  Activations: {
    readonly architecture: Architecture;
    readonly models: number;
    readonly layers: readonly string[];
    readonly count: number; // inputs
    readonly reading: 'channels' | 'mean' | 'flat';
    readonly rows: number;
  };
  Matrix: { readonly rows: number; readonly columns: number };
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

/** A lattice that is searched coarse to fine, and by what cells are skipped: what is proved, or samples times a margin. */
export interface AdaptiveInfo {
  readonly points: number; // per axis
  readonly low: number;
  readonly high: number;
  readonly margin?: number; // none where the rule is proved
}

/**
 * What multiply-adds are spent on: as much as decides how many of them a device does per second, and enough to time a slice.
 * `rank` is m of an affine family, 0 for vectors given one by one.
 */
export type Work =
  | {
      readonly kind: 'evaluate';
      readonly architecture: Architecture;
      readonly rank: number;
      readonly inputs: number; // N
      readonly cap?: CapInfo; // members from which on are given up: the multiply-adds of the cost are the most there can be
      readonly adaptive?: AdaptiveInfo; // a lattice that is searched coarse to fine: most members are never evaluated
    }
  | {
      readonly kind: 'descend';
      readonly architecture: Architecture;
      readonly candidates: number; // at once
      readonly batch: number;
      readonly inputs: number; // N
    }
  | {
      readonly kind: 'train';
      readonly architecture: Architecture;
      readonly batch: number;
      readonly networks?: number; // trained side by side, a thread for each; 1 where absent
    }
  | { readonly kind: 'infer'; readonly architecture: Architecture } // forward passes of models
  | { readonly kind: 'loops' } // plain loops of one thread; each type of node has its own speed once it ran
  | { readonly kind: 'draw'; readonly of: 'glyphs' | 'textures' | 'scenes'; readonly each: number } // pictures that are generated, of so many bytes each
  | { readonly kind: 'embed'; readonly neighbours: number };

/** What a step will take. Zero where nothing worth counting happens. */
export interface Cost {
  readonly points: number; // members of a family, candidates × steps, rows embedded
  readonly multiplyAdds: number;
  readonly besides?: number; // what is done besides, in multiply-adds that take as long
  readonly work?: Work; // what the multiply-adds (of what is drawn, the bytes) are, where a slice of it can be timed
  readonly bytes: number; // of the result held in memory
  readonly working?: number; // bytes beside it while it runs, where they are worth counting
  readonly rounds?: number; // most times that all this is done; progress counts them all, and fewer may do
  readonly atMost?: true; // points and multiply-adds are a bound: how many there are is known only when they are there
  readonly route?: string; // how it will be computed, one phrase
}
