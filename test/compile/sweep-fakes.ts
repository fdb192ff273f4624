/** Nodes to sweep over: draw → train → judge, which count how often they run, and the sweep itself. */
import { z } from 'zod';
import sweep from '../../nodes/sweep.js';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { type AnyNode, defineNode } from '../../src/catalog/node.js';
import { choice, file, integer, integers, number, seed, toggle } from '../../src/catalog/params.js';
import { Registry } from '../../src/catalog/registry.js';
import type { Curve, Outputs, Table } from '../../src/catalog/values.js';
import type { RunContext } from '../../src/catalog/work.js';
import type { Params, PipelineDocument } from '../../src/document/schema.js';
import { MODEL_FLAG } from '../../src/methods/diagnostics/models.js';
import { documentOf, type Nodes } from '../documents.js';

const about = { version: 1, group: 'Look', summary: 'A fake.', help: 'A fake.', card: () => [] } as const;
const values = { types: ['Outputs'], label: 'Values', help: '' } as const;
const output = { type: 'Outputs', label: 'Values', help: '' } as const;
const one = (y: number): Outputs => ({ type: 'Outputs', y: Float32Array.of(y), count: 1, width: 1 });
const shape = { count: 1, width: 1 };

/** The width at which training takes a while, so that it can be told to end early: it gives 1 then. */
export const SLOW = 17;

/** Trains for a while; whether to the end. */
async function ended({ finish, progress }: RunContext): Promise<boolean> {
  for (let step = 0; step < 40 && !finish?.aborted; step++) {
    progress(step / 40);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return !finish?.aborted;
}

/** The node types, and how often each ran. */
export function sweepLab(): { readonly registry: Registry; readonly runs: Record<string, number> } {
  const runs: Record<string, number> = {};
  const count = (type: string): void => {
    runs[type] = (runs[type] ?? 0) + 1;
  };
  const draw = defineNode({
    ...about,
    type: 'draw',
    title: 'Draw',
    params: z.strictObject({ seed: seed({ default: 0 }), weights: file({ label: 'Weights' }) }),
    inputs: {},
    outputs: { values: output },
    infer: () => ({ outputs: { values: shape } }),
    async run({ params }) {
      count('draw');
      return { values: one(params.seed) };
    },
    view: () => ({ summary: {}, rows: [], notes: [], plots: [] }),
  });
  const train = defineNode({
    ...about,
    type: 'train',
    title: 'Train',
    params: z.strictObject({
      width: integer({ label: 'Width', default: 4, min: 1, max: 64 }),
      rate: number({ label: 'Rate', unit: 'per step', default: 0.1, positive: true }),
      hidden: integers({ label: 'Hidden', default: [8], min: 1, max: 99 }),
    }),
    inputs: { values },
    outputs: { values: output },
    infer({ params: { width } }) {
      if (width > 40) throw new FiberscopeError('parameter', `parameter 'width': expected at most 40, got ${width}`);
      return { outputs: { values: shape }, cost: { points: width, multiplyAdds: 10 * width, bytes: 100 } };
    },
    finishes: true,
    async run({ params, inputs, context }) {
      count('train');
      if (params.width === SLOW && !(await ended(context))) return { values: one(1) };
      if (params.width === 13) throw new FiberscopeError('search', 'training diverged');
      return { values: one(100 * params.width + inputs.values.y[0]! + params.hidden.length / 4) };
    },
    view: ({ params: { width } }) => {
      const notes = width === 5 ? [{ level: 'warning' as const, id: MODEL_FLAG, text: 'seed 0: diverged.' }] : [];
      return { summary: {}, rows: [], notes, plots: [] };
    },
  });
  const judge = defineNode({
    ...about,
    type: 'judge',
    title: 'Judge',
    params: z.strictObject({
      kind: choice({ label: 'Kind', choices: { plain: 'Plain', cut: 'With a cut' }, default: 'plain' }),
      cut: number({ label: 'Cut', default: 1, when: { param: 'kind', is: ['cut'] } }),
      strict: toggle({ label: 'Strict', default: false }),
    }),
    inputs: { values },
    outputs: {
      curve: { type: 'Curve', label: 'Curve', help: '' },
      table: { type: 'Table', label: 'Table', help: '' },
    },
    infer: () => ({ outputs: { curve: {}, table: {} } }),
    async run({ params, inputs }) {
      count('judge');
      const y = inputs.values.y[0]! * (params.kind === 'cut' ? params.cut : 1) + (params.strict ? 0.5 : 0);
      return { curve: curveOf(y), table: tableOf(y) };
    },
    view: ({ outputs: { curve } }) => ({
      summary: { score: curve.lines[0]!.y[0]! + 1000 },
      rows: [],
      notes: [],
      plots: [{ kind: 'curves', title: 'Judged', curve, caption: '' }],
    }),
  });
  return { registry: new Registry([draw, train, judge, sweep] as AnyNode[]), runs };
}

const curveOf = (y: number): Curve => ({
  type: 'Curve',
  x: Float64Array.of(0, 1),
  xName: 'layer',
  yName: 'penalty',
  logY: false,
  places: ['1.relu', '3.relu'],
  lines: [
    { name: 'full', y: Float64Array.of(y, y + 2) },
    { name: 'rank', y: Float64Array.of(2 * y, 2 * y + 2) },
  ],
});
const tableOf = (y: number): Table => ({
  type: 'Table',
  columns: [{ name: 'class' }, { name: 'loss', unit: 'nats' }],
  rows: [
    ['full', y],
    ['rank', 3 * y],
  ],
});

/** draw → train → judge → sweep over `judge.curve` or another output. */
export function swept(params: Params, change: Partial<Record<string, Params>> = {}, of = 'curve'): PipelineDocument {
  const nodes: Nodes = {
    draw: ['draw', change.draw ?? {}],
    train: ['train', change.train ?? {}],
    judge: ['judge', change.judge ?? {}],
    sweep: ['sweep', params],
  };
  return documentOf(nodes, ['draw.values train.values', 'train.values judge.values', `judge.${of} sweep.of`]);
}
