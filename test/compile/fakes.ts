/** Small node types for tests of the compiler: enough of each kind, nothing that computes. */
import { z } from 'zod';
import type { Architecture } from '../../src/catalog/architecture.js';
import { layoutOf } from '../../src/catalog/architecture.js';
import { FiberscopeError } from '../../src/catalog/errors.js';
import type { AnyNode } from '../../src/catalog/node.js';
import { defineNode } from '../../src/catalog/node.js';
import { file, integer, number, seed, toggle } from '../../src/catalog/params.js';
import { Registry } from '../../src/catalog/registry.js';
import { addNode, connect } from '../../src/document/commands.js';
import { emptyDocument } from '../../src/document/format.js';
import type { Params, PipelineDocument } from '../../src/document/schema.js';

const unused = {
  summary: 'For tests.',
  help: 'For tests.',
  card: () => [],
  run: () => Promise.reject(new Error('never run here')),
  view: () => ({ summary: {}, rows: [], notes: [], plots: [] }),
} as const;

/** 2 → 3 → 1 with ReLU: P = 9. */
export const network: Architecture = {
  type: 'Architecture',
  input: [2],
  layers: [
    { kind: 'dense', units: 3, bias: false },
    { kind: 'activation', activation: { name: 'relu' } },
    { kind: 'dense', units: 1, bias: false },
  ],
};

const draw = defineNode({
  ...unused,
  type: 'draw',
  version: 1,
  title: 'Draw',
  group: 'Inputs',
  params: z.strictObject({
    count: integer({ label: 'N', default: 500, min: 1, max: 1e6 }),
    seed: seed({ default: 10 }),
  }),
  inputs: {},
  outputs: { inputs: { type: 'Inputs', label: 'Inputs', help: '' } },
  infer: ({ params: { count } }) => ({ outputs: { inputs: { count, item: [2] } } }),
});

const net = defineNode({
  ...unused,
  type: 'net',
  version: 1,
  title: 'Net',
  group: 'Architecture',
  params: z.strictObject({}),
  inputs: {},
  outputs: { architecture: { type: 'Architecture', label: 'Architecture', help: '' } },
  infer: () => ({ outputs: { architecture: { architecture: network } } }),
});

const reference = defineNode({
  ...unused,
  type: 'reference',
  version: 1,
  title: 'Reference θ',
  group: 'Equivalents',
  params: z.strictObject({ seed: seed({ default: 1 }) }),
  inputs: {
    architecture: { types: ['Architecture'], label: 'Architecture', help: '' },
    inputs: { types: ['Inputs'], label: 'Inputs', help: '' },
  },
  outputs: { reference: { type: 'Reference', label: 'Reference', help: '' } },
  infer: ({ inputs: { architecture, inputs } }) => ({
    outputs: { reference: { architecture: architecture.architecture, count: inputs.count } },
  }),
});

const model = defineNode({
  ...unused,
  type: 'model',
  version: 1,
  title: 'Model',
  group: 'Compare',
  params: z.strictObject({ seed: seed({ default: 1 }) }),
  inputs: {
    architecture: { types: ['Architecture'], label: 'Architecture', help: '' },
    start: { types: ['Parameters', 'Model'], label: 'start', help: '', optional: true },
  },
  outputs: { model: { type: 'Model', label: 'Model', help: '' } },
  infer: ({ inputs: { architecture } }) => ({
    outputs: { model: { architecture: architecture.architecture, count: 1 } },
  }),
});

const plane = defineNode({
  ...unused,
  type: 'plane',
  version: 1,
  title: 'Plane',
  group: 'Subspace',
  params: z.strictObject({ rank: integer({ label: 'm', default: 3, min: 1, max: 7 }) }),
  inputs: { parameters: { types: ['Parameters'], label: 'Parameters', help: '' } },
  outputs: { subspace: { type: 'Subspace', label: 'Subspace', help: '' } },
  infer({ params: { rank }, inputs: { parameters } }) {
    const { size, reference: known } = parameters;
    if (rank > size)
      throw new FiberscopeError('parameter', `parameter 'rank': expected at most P = ${size}, got ${rank}`);
    return { outputs: { subspace: { rank, size, ...(known === undefined ? {} : { reference: known }) } } };
  },
});

const grid = defineNode({
  ...unused,
  type: 'grid',
  version: 1,
  title: 'Grid',
  group: 'Subspace',
  params: z.strictObject({
    low: number({ label: 'low', default: -2 }),
    points: integer({ label: 'points', default: 50, min: 2, max: 10_000 }),
  }),
  inputs: {
    subspace: { types: ['Subspace'], label: 'Subspace', help: '' },
    reference: { types: ['Reference'], label: 'Reference', help: '', optional: true },
  },
  outputs: { field: { type: 'Field', label: 'Field', help: '' } },
  infer({ params: { low, points }, inputs }) {
    const known = inputs.reference ?? inputs.subspace.reference;
    if (known === undefined) throw new FiberscopeError('wire', "input 'reference': expected a wire, got none");
    const { rank } = inputs.subspace;
    const members = points ** rank;
    return {
      outputs: { field: { rank, points, low, high: 2, reference: known } },
      cost: {
        points: members,
        multiplyAdds: members * known.count * layoutOf(known.architecture).multiplyAdds,
        bytes: 8 * members,
        route: 'fused, affine',
      },
    };
  },
});

const threshold = defineNode({
  ...unused,
  type: 'threshold',
  version: 1,
  title: 'Threshold ε',
  group: 'Look',
  params: z.strictObject({
    epsilon: number({ label: 'ε', default: 0.0025, positive: true }),
    counted: toggle({ label: 'Count', default: false }),
  }),
  inputs: { field: { types: ['Field'], label: 'Field', help: '' } },
  outputs: {
    set: { type: 'EpsilonSet', label: 'ε-set', help: '' },
    table: { type: 'Table', label: 'Table', help: '', optional: true },
  },
  infer: ({ params: { counted }, inputs: { field } }) => ({
    outputs: { set: field, table: counted ? {} : undefined },
    absent: { table: 'its switch Count is off' },
  }),
});

const scatter = defineNode({
  ...unused,
  type: 'scatter',
  version: 3,
  title: 'Scatter',
  group: 'Look',
  params: z.strictObject({ size: number({ label: 'size', default: 1, min: 0, max: 9 }) }),
  migrations: {
    1: ({ radius, ...rest }) => ({ ...rest, diameter: 2 * Number(radius ?? 1) }),
    2: ({ diameter, ...rest }) => ({ ...rest, size: diameter }),
  },
  inputs: { of: { types: ['EpsilonSet', 'Field', 'Table'], label: 'of', help: '' } },
  outputs: { figure: { type: 'Figure', label: 'Figure', help: '' } },
  infer: () => ({ outputs: { figure: {} } }),
});

const load = defineNode({
  ...unused,
  type: 'load',
  version: 1,
  title: 'Load',
  group: 'Inputs',
  params: z.strictObject({ file: file({ label: 'File' }) }),
  inputs: {},
  outputs: { inputs: { type: 'Inputs', label: 'Inputs', help: '' } },
  infer({ params, files }) {
    const header = params.file && files.headers(params.file)?.[0];
    if (!header)
      throw new FiberscopeError('file', `parameter 'file': expected '${params.file?.name}', got no such file`);
    return { outputs: { inputs: { count: header.shape[0]!, item: header.shape.slice(1) } } };
  },
});

const broken = defineNode({
  ...unused,
  type: 'broken',
  version: 1,
  title: 'Broken',
  group: 'Look',
  params: z.strictObject({ silent: toggle({ label: 'silent', default: false }) }),
  inputs: {},
  outputs: { table: { type: 'Table', label: 'Table', help: '' } },
  infer({ params: { silent } }) {
    if (!silent) throw new TypeError('x is undefined');
    return { outputs: {} as { table: Record<never, never> } };
  },
});

/** All of them. */
export const fakes: readonly AnyNode[] = [draw, net, reference, model, plane, grid, threshold, scatter, load, broken];
/** The registry of the fakes. */
export const registry = new Registry(fakes);

/** A document from a short table: id → [type, params?], and wires `from → to`. */
export function documentOf(
  nodes: Readonly<Record<string, readonly [type: string, params?: Params]>>,
  wires: Readonly<Record<string, string>> = {},
): PipelineDocument {
  const placed = Object.entries(nodes).reduce(
    (document, [id, [type, params = {}]], index) =>
      addNode(document, { id, type, version: registry.get(type)?.version ?? 1, params, at: [index * 10, 0] }),
    emptyDocument(),
  );
  return Object.entries(wires).reduce((document, [to, from]) => connect(document, from, to), placed);
}

/** Draw and net → reference → plane → grid → threshold → scatter. */
export const pipeline: PipelineDocument = documentOf(
  {
    draw: ['draw'],
    net: ['net'],
    theta: ['reference'],
    plane: ['plane'],
    grid: ['grid'],
    cut: ['threshold'],
    plot: ['scatter'],
  },
  {
    'theta.architecture': 'net.architecture',
    'theta.inputs': 'draw.inputs',
    'plane.parameters': 'theta.reference',
    'grid.subspace': 'plane.subspace',
    'cut.field': 'grid.field',
    'plot.of': 'cut.set',
  },
);
