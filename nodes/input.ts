import { z } from 'zod';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { integers } from '../src/catalog/params.js';
import { product } from '../src/catalog/shape.js';

const checked = (shape: readonly number[]): readonly number[] => {
  if (shape.length === 1 || shape.length === 3) return shape;
  throw new FiberscopeError(
    'parameter',
    `parameter 'shape': expected one number (a vector) or channels, height, width, got ${shape.length} numbers; type for example 1, 28, 28`,
  );
};

export default defineNode({
  type: 'input',
  version: 1,
  title: 'Input',
  group: 'Architecture',
  summary: 'Starts an architecture with the shape of one input.',
  help: `The space $X$ of one input: a vector of $n$ numbers, or an image [channels, height, width]. Wire layers after it.

Caveat: the Inputs that a reference is taken on must have this shape.

Source: Lengyel et al. 2020 (GENNI), Section 2 ($\\varphi : X \\times \\Theta \\to Y$).`,
  params: z.strictObject({
    shape: integers({
      label: 'Shape of one input',
      help: '2 for a vector of two numbers, 1, 28, 28 for an image',
      default: [2],
      min: 1,
      max: 4096,
      length: 3,
    }),
  }),
  inputs: {},
  outputs: { architecture: { type: 'Architecture', label: 'Architecture', help: 'no layers yet' } },
  card: ({ shape }) => [['shape', shape.join(' × ')]],
  infer: ({ params }) => ({
    outputs: { architecture: { architecture: { type: 'Architecture', input: checked(params.shape), layers: [] } } },
  }),
  run: async ({ params }) => ({
    architecture: { type: 'Architecture' as const, input: checked(params.shape), layers: [] },
  }),
  view: ({ params }) => ({
    summary: { inputs: product(params.shape) },
    rows: [['shape', params.shape.join(' × ')]],
    notes: [],
    plots: [],
  }),
});
