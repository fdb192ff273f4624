/** What `compile` makes of a document: which steps there are, what they depend on, and what they will take. Pure data. */
import type { Cost, Info } from '../catalog/info.js';
import type { Params, Problem } from '../document/schema.js';
import type { Estimate } from './rates.js';

/** Where an input comes from, after the listed conversion, if any. */
export interface Source {
  readonly node: string;
  readonly output: string;
  readonly convert?: string; // name in the conversion table
}

/** One node of the plan. Nodes with equal `key` are computed once. */
export interface PlannedNode {
  readonly id: string;
  readonly type: string;
  readonly params: Params; // validated, defaults written out; what the form does not show as its default
  readonly inputs: Readonly<Record<string, Source>>;
  readonly key: string; // hex; equal keys give equal results; '' where the node cannot run
  /** Key of all steps that differ from this one only in how far they go: its result may go on from one of theirs. */
  readonly kin?: string;
  readonly outputs: Readonly<Record<string, Info>>; // what is known before running
  readonly cost: Cost;
  readonly estimate?: Estimate; // where a rate is known
  /** Why it cannot run: its own faults, or the nodes upstream that cannot. */
  readonly blocked?: { readonly reason: 'invalid' | 'muted' | 'upstream' | 'foreign'; readonly by: readonly string[] };
}

/** A compiled document. `order` lists the ids so that inputs come first. */
export interface Plan {
  readonly nodes: ReadonlyMap<string, PlannedNode>;
  readonly order: readonly string[];
  readonly problems: readonly Problem[];
  readonly documentHash: string; // SHA-256 of the canonical document
}
