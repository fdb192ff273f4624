/** What a node is: one declarative definition that drives palette, form, checks, command line and docs. */
import type { z } from 'zod';
import type { DocumentNode } from '../document/schema.js';
import type { Cost, Infos } from './info.js';
import type { SweepAxis, SweepRun, Swept } from './sweep.js';
import type { PortType, PortValues } from './values.js';
import type { View } from './views.js';
import type { Effort, FileSource, RunContext } from './work.js';

/** Palette groups, in palette order. */
export const GROUPS = [
  'Inputs',
  'Data',
  'Architecture',
  'Equivalents',
  'Subspace',
  'Models',
  'Weights',
  'Representations',
  'Stitching',
  'Look',
  'Compare',
] as const;
/** Name of a palette group. */
export type Group = (typeof GROUPS)[number];

/** An input port: it accepts any of `types` (after the listed conversions). */
export interface InputPort {
  readonly types: readonly PortType[];
  readonly label: string;
  readonly help: string;
  readonly optional?: boolean;
}

/** An output port. */
export interface OutputPort {
  readonly type: PortType;
  readonly label: string;
  readonly help: string;
  /** Where the port exists only for some parameters: the reason it gives nothing otherwise comes from `infer`. */
  readonly optional?: boolean;
}

/** Input ports by name. */
export type InputPorts = Readonly<Record<string, InputPort>>;
/** Output ports by name. */
export type OutputPorts = Readonly<Record<string, OutputPort>>;

type ValueOf<P extends InputPort> = PortValues[P['types'][number]];
/** Input values by port name; an optional port may be undefined. */
export type InputValues<I extends InputPorts> = {
  readonly [K in keyof I]: I[K] extends { readonly optional: true } ? ValueOf<I[K]> | undefined : ValueOf<I[K]>;
};
type InfoOf<P extends InputPort> = { [T in P['types'][number]]: { readonly type: T } & Infos[T] }[P['types'][number]];
/** Input shapes by port name. */
export type InputInfos<I extends InputPorts> = {
  readonly [K in keyof I]: I[K] extends { readonly optional: true } ? InfoOf<I[K]> | undefined : InfoOf<I[K]>;
};
/** Output values by port name. */
export type OutputValues<O extends OutputPorts> = {
  readonly [K in keyof O]: O[K] extends { readonly optional: true }
    ? PortValues[O[K]['type']] | undefined
    : PortValues[O[K]['type']];
};
/** Output shapes by port name; undefined for an optional output that these parameters do not give. */
export type OutputInfos<O extends OutputPorts> = {
  readonly [K in keyof O]: O[K] extends { readonly optional: true }
    ? Infos[O[K]['type']] | undefined
    : Infos[O[K]['type']];
};

/** A node type. `P` is the parameter schema, `I` and `O` the ports, `M` the parameters as they are meant. */
export interface NodeDefinition<
  P extends z.ZodObject = z.ZodObject,
  I extends InputPorts = InputPorts,
  O extends OutputPorts = OutputPorts,
  M extends z.output<P> = z.output<P>,
> {
  readonly type: string; // kebab-case
  readonly version: number;
  readonly title: string;
  readonly group: Group;
  readonly summary: string; // one sentence
  readonly help: string; // Markdown paragraphs with $TeX$: formula, shapes, units, source with equation or section, caveat
  readonly params: P;
  readonly inputs: I;
  readonly outputs: O;
  /** `migrations[v]` turns parameters of version v into those of v + 1; contiguous from 1. */
  readonly migrations?: Readonly<Record<number, (params: Record<string, unknown>) => Record<string, unknown>>>;
  /** The parameters as they are meant with these inputs wired: a choice that follows the wires becomes the one it stands for. All below take these. */
  meant?(params: z.output<P>, wired: ReadonlySet<string>): M;
  /**
   * What inputs of these shapes put in the place of parameters, of those whose field says by what it is overruled. Key, `infer`, `run` and
   * `view` take these, and form and card show them. Does not throw.
   */
  overruled?(params: M, inputs: InputInfos<I>): Partial<M>;
  /** The two or three parameters on the card before a result is there; `unknown` are those that an input overrules whose shape nobody knows yet. */
  card(params: M, unknown: ReadonlySet<string>): readonly (readonly [label: string, text: string])[];
  /** Shapes and cost without running. Throws a FiberscopeError of kind `shape`, `parameter`, `file` or `limit`. */
  infer(args: { readonly params: M; readonly inputs: InputInfos<I>; readonly files: FileSource }): {
    readonly outputs: OutputInfos<O>;
    readonly cost?: Cost;
    /** Why an optional output is not given, by port: `the file has no weights`. */
    readonly absent?: Readonly<Record<string, string>>;
  };
  /**
   * Parameters that only say how far the node goes. Results that differ in nothing else are handed to `run` as `previous`, newest
   * first, as far as they are held: it may go on from one, and must give what it would give without.
   */
  readonly extends?: readonly (keyof z.output<P> & string)[];
  /** Where `run` heeds `context.finish`: it can end early and keep what there is. Such a result is kept in memory only. */
  readonly finishes?: true;
  /**
   * Of a node that sweeps: what is upstream of its one input runs once for each combination of these values, shared steps once. `run`
   * and `view` get the runs as `swept` in place of the input, the last axis fastest, also those that failed.
   */
  sweep?(params: M): readonly SweepAxis[];
  /** Of a node that sweeps: throws where a run cannot be read. Asked as soon as one is done, so that the others need not run. */
  reads?(params: M, run: SweepRun): void;
  run(args: {
    readonly params: M;
    readonly inputs: InputValues<I>;
    readonly context: RunContext;
    readonly previous?: readonly OutputValues<O>[];
    readonly swept?: Swept;
  }): Promise<OutputValues<O>>;
  /** What is shown of the result, and of what it took where `run` accounted for it. Pure. */
  view(args: {
    readonly params: M;
    readonly inputs: InputValues<I>;
    readonly outputs: OutputValues<O>;
    readonly effort?: Effort | undefined;
    readonly swept?: Swept;
  }): View;
}

/** Any node type, with the type parameters erased. */
// biome-ignore lint/suspicious/noExplicitAny: the registry holds definitions of every parameter type
export type AnyNode = NodeDefinition<any, any, any, any>;

/** Declares a node; inference of the port and parameter types is its only job. */
export function defineNode<
  P extends z.ZodObject,
  const I extends InputPorts,
  const O extends OutputPorts,
  M extends z.output<P> = z.output<P>,
>(definition: NodeDefinition<P, I, O, M>): NodeDefinition<P, I, O, M> {
  return definition;
}

/** What a node is called on its card: its own title, else its type's, else the type's name where it is foreign. */
export const titleOf = (
  { title, type }: Pick<DocumentNode, 'title' | 'type'>,
  definition: Pick<AnyNode, 'title'> | undefined,
): string => title ?? definition?.title ?? type;
