/** What `compile` makes of a document: which steps there are, what they depend on, and what they will take. Pure data. */
import type { Cost, Info } from '../catalog/info.js';
import type { SweptParameter } from '../catalog/sweep.js';
import type { Params, Problem } from '../document/schema.js';
import type { Estimate } from './rates.js';

/** Where an input comes from, after the listed conversion, if any. */
export interface Source {
  readonly node: string;
  readonly output: string;
  readonly convert?: string; // name in the conversion table
}

/** One run of what a sweep has run. */
export interface PlannedRun {
  readonly places: readonly number[]; // which value of each parameter it has
  readonly source?: Source; // of a copy
  readonly error?: string; // why there is none
}

/** What a sweep has run: copies of the nodes between what it changes and itself. */
export interface PlannedSweep {
  readonly parameters: readonly SweptParameter[];
  readonly runs: readonly PlannedRun[]; // the last parameter fastest
  readonly copies: readonly string[]; // ids in `Plan.copies`, so that inputs come first
  readonly cost: Cost; // of all copies together, equal ones once
  readonly estimate?: Estimate;
}

/** One node of the plan. Nodes with equal `key` are computed once. */
export interface PlannedNode {
  readonly id: string;
  readonly type: string;
  readonly params: Params; // validated, defaults written out; what the form does not show as its default, what inputs overrule as theirs
  readonly overruled?: readonly string[]; // parameters that have an input's values
  readonly inputs: Readonly<Record<string, Source>>;
  readonly key: string; // hex; equal keys give equal results; '' where the node cannot run
  /** Key of all steps that differ from this one only in how far they go: its result may go on from one of theirs. */
  readonly kin?: string;
  readonly outputs: Readonly<Record<string, Info>>; // what is known before running
  readonly cost: Cost;
  readonly estimate?: Estimate; // where a rate is known
  readonly sweep?: PlannedSweep; // its inputs are then not read
  /** Why it cannot run: its own faults, or the nodes upstream that cannot. */
  readonly blocked?: { readonly reason: 'invalid' | 'muted' | 'upstream' | 'foreign'; readonly by: readonly string[] };
}

/** A compiled document. `order` lists the ids so that inputs come first. */
export interface Plan {
  readonly nodes: ReadonlyMap<string, PlannedNode>;
  readonly order: readonly string[];
  /** Nodes that sweeps have run with other parameters, by ids such as `stitch@rank=4`. */
  readonly copies: ReadonlyMap<string, PlannedNode>;
  readonly problems: readonly Problem[];
  readonly documentHash: string; // SHA-256 of the canonical document
}

/** A node of a plan: of its document, or a copy that a sweep has run. */
export const nodeOf = (plan: Plan, id: string): PlannedNode | undefined => plan.nodes.get(id) ?? plan.copies.get(id);

/** Where all that a step reads comes from. */
export const sourcesOf = ({ inputs, sweep }: PlannedNode): readonly Source[] =>
  sweep ? sweep.runs.flatMap(({ source }) => source ?? []) : Object.values(inputs);

/** What a node takes with all that is run for it alone: of a sweep, its copies. */
export const wholeOf = ({
  cost,
  estimate,
  sweep,
}: PlannedNode): { readonly cost: Cost; readonly estimate?: Estimate | undefined } => sweep ?? { cost, estimate };

/** `12 runs`. */
export const runsText = (count: number): string => `${count} ${count === 1 ? 'run' : 'runs'}`;
