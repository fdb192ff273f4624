/** Sweeps: a node that has what is upstream of it run once for each of several values of a parameter there. */
import type { Json } from '../document/schema.js';
import type { Value } from './values.js';
import type { PlotData, Scalar } from './views.js';

/** A parameter of a node upstream and what to set it to, as a node that sweeps asks for it. */
export interface SweepAxis {
  readonly target: string; // 'stitch.ranks'
  /** Texts are read as the parameter's form would read them; numbers are rounded where the parameter is whole. */
  readonly values: readonly (string | number)[];
  /** The sweep's own parameters that say so, for faults. */
  readonly says: { readonly target: string; readonly values: string };
}

/** A parameter that was swept over. */
export interface SweptParameter {
  readonly param: string; // 'rank'
  readonly name: string; // as its form says it: 'Rank'
  readonly unit?: string;
  readonly of: string; // the title of the node's type
  readonly values: readonly Json[];
  readonly texts: readonly string[]; // the values as people read them
}

/** One run of what is upstream. */
export interface SweepRun {
  readonly places: readonly number[]; // which value of each parameter it had
  readonly value?: Value; // what arrives at the sweep's input
  readonly summary: Readonly<Record<string, Scalar>>; // of the node that made it
  readonly plots: readonly PlotData[];
  readonly warnings?: readonly string[]; // what the networks behind it say of themselves: diverged, stopped early
  readonly stopped?: true; // something behind it was told to end early and kept what there was
  readonly error?: string; // why there is no value
}

/** All runs of a sweep, the last parameter fastest. */
export interface Swept {
  readonly parameters: readonly SweptParameter[];
  readonly runs: readonly SweepRun[];
}
