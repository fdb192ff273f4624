/** Nodes that lengthen an Architecture by one layer: they differ in their parameters and in the layer these make. */
import type { z } from 'zod';
import { type Architecture, type Layer, layoutOf } from './architecture.js';
import { defineNode, type NodeDefinition } from './node.js';
import { describeArchitecture, extend } from './presets.js';
import { formatCount } from './text.js';
import type { View } from './views.js';

const INPUTS = {
  architecture: { types: ['Architecture'], label: 'Architecture', help: 'the layers before this one' },
} as const;
const OUTPUTS = {
  architecture: { type: 'Architecture', label: 'Architecture', help: 'with this layer at its end' },
} as const;

type LayerNode<P extends z.ZodObject> = NodeDefinition<P, typeof INPUTS, typeof OUTPUTS>;

/** What a layer node says of itself; `layer` makes the layer that its parameters describe. */
export type LayerNodeOptions<P extends z.ZodObject> = Pick<
  LayerNode<P>,
  'type' | 'version' | 'title' | 'summary' | 'help' | 'params' | 'card'
> & { readonly layer: (params: z.output<P>) => Layer };

/** Declares a node that takes an Architecture and gives one that is longer by a layer. */
export function defineLayerNode<P extends z.ZodObject>({ layer, ...rest }: LayerNodeOptions<P>): LayerNode<P> {
  return defineNode({
    ...rest,
    group: 'Architecture',
    inputs: INPUTS,
    outputs: OUTPUTS,
    infer: ({ params, inputs }) => ({
      outputs: { architecture: { architecture: extend(inputs.architecture.architecture, layer(params)) } },
    }),
    run: async ({ params, inputs }) => ({ architecture: extend(inputs.architecture, layer(params)) }),
    view: ({ outputs: { architecture } }) => architectureView(architecture),
  });
}

/** An Architecture so far: the shape that its last layer gives, and P. */
export function architectureView(architecture: Architecture): View {
  const layout = layoutOf(architecture);
  return {
    summary: { parameters: layout.size, outputs: layout.outputs },
    rows: [
      ['shape', layout.shapes.at(-1)!.join(' × ')],
      ['P', formatCount(layout.size)],
    ],
    status: describeArchitecture(architecture),
    notes: [],
    plots: [],
  };
}
