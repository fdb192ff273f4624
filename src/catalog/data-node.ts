/** Nodes that read a data set from files: they differ in their files and in how these are read. */
import type { z } from 'zod';
import type { Cost, Infos } from './info.js';
import { defineNode, type NodeDefinition } from './node.js';
import type { Inputs } from './values.js';
import type { View } from './views.js';
import type { FileSource, RunContext } from './work.js';

const INPUTS = {
  otherwise: {
    types: ['Inputs'],
    label: 'Otherwise',
    help: 'what is taken while no file is chosen, so that a pipeline runs without one',
    optional: true,
  },
} as const;
const OUTPUTS = {
  inputs: {
    type: 'Inputs',
    label: 'Data',
    help: 'x [N, …], images channels first and in [0, 1], labels where there are, weights 1/N',
  },
} as const;

type DataNode<P extends z.ZodObject> = NodeDefinition<P, typeof INPUTS, typeof OUTPUTS>;

/** What a data node says of itself. */
export type DataNodeOptions<P extends z.ZodObject> = Pick<
  DataNode<P>,
  'type' | 'version' | 'title' | 'summary' | 'help' | 'params' | 'card'
> & {
  /** Whether a file is chosen. */
  readonly chosen: (params: z.output<P>) => boolean;
  /** Shape and cost from the files' headers; throws a `file` error where one is not chosen, not here or malformed. */
  readonly check: (params: z.output<P>, files: FileSource) => { readonly info: Infos['Inputs']; readonly cost: Cost };
  readonly read: (params: z.output<P>, context: RunContext) => Promise<Inputs>;
  readonly view: (inputs: Inputs) => View;
};

/** Declares a node that reads a data set from files, or passes on what is wired while none is chosen. */
export function defineDataNode<P extends z.ZodObject>(options: DataNodeOptions<P>): DataNode<P> {
  const { chosen, check, read, view, ...rest } = options;
  return defineNode({
    ...rest,
    group: 'Data',
    inputs: INPUTS,
    outputs: OUTPUTS,
    infer({ params, inputs: { otherwise }, files }) {
      if (otherwise !== undefined && !chosen(params)) {
        const { count, item, classes } = otherwise;
        return { outputs: { inputs: { count, item, ...(classes === undefined ? {} : { classes }) } } };
      }
      const { info, cost } = check(params, files);
      return { outputs: { inputs: info }, cost };
    },
    run: async ({ params, inputs: { otherwise }, context }) => ({
      inputs: otherwise !== undefined && !chosen(params) ? otherwise : await read(params, context),
    }),
    view({ params, inputs: { otherwise }, outputs: { inputs } }) {
      const shown = view(inputs);
      if (otherwise === undefined || chosen(params)) return shown;
      const text = `No file is chosen: this is what is wired to Otherwise, ${inputs.source}.`;
      return { ...shown, notes: [{ level: 'info', id: 'otherwise', text }, ...shown.notes] };
    },
  });
}
