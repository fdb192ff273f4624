/** Small nodes and a device that counts, so that tests see what runs. */
import { z } from 'zod';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { type AnyNode, defineNode } from '../../src/catalog/node.js';
import { choice, integer, number, seed } from '../../src/catalog/params.js';
import { Registry } from '../../src/catalog/registry.js';
import type { Outputs } from '../../src/catalog/values.js';
import type { View } from '../../src/catalog/views.js';
import type { Device } from '../../src/catalog/work.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { Executor, type ExecutorOptions } from '../../src/execute/executor.js';
import type { RunEvent, RunReport } from '../../src/execute/protocol.js';
import { documentOf, type Nodes } from '../documents.js';

const outputs = (y: Float32Array): Outputs => ({ type: 'Outputs', y, count: y.length, width: 1 });
const view = (summary: View['summary']): View => ({ summary, rows: [], notes: [], plots: [] });
const input = { types: ['Outputs'], label: 'Values', help: 'numbers' } as const;
const output = { type: 'Outputs', label: 'Values', help: 'numbers' } as const;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The node types, and how often each ran. */
export interface Lab {
  readonly registry: Registry;
  readonly runs: Record<string, number>;
  readonly devices: FakeDevice[];
  /** Opens the gate that `stubborn` waits for. */
  release(): void;
  executor(options?: Partial<ExecutorOptions>): Executor;
}

/** A device that counts its dispatches and may be lost. */
export class FakeDevice implements Device {
  readonly software = false;
  dispatches = 0;
  disposed = false;
  constructor(
    readonly name: Device['name'],
    readonly adapter = 'fake',
  ) {}
  evaluate(): never {
    throw new Error('not asked for');
  }
  descend(): never {
    throw new Error('not asked for');
  }
  forward(): never {
    throw new Error('not asked for');
  }
  train(): never {
    throw new Error('not asked for');
  }
  score(): never {
    throw new Error('not asked for');
  }
  record(): never {
    throw new Error('not asked for');
  }
  estimateStatistics(): never {
    throw new Error('not asked for');
  }
  async dispose(): Promise<void> {
    this.disposed = true;
  }
}

/** A fresh set of nodes: source → scale → threshold → paint, and nodes that misbehave. */
export function lab(): Lab {
  const runs: Record<string, number> = {};
  const devices: FakeDevice[] = [];
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const count = (type: string): void => {
    runs[type] = (runs[type] ?? 0) + 1;
  };
  const about = { version: 1, group: 'Look', summary: 'A fake.', help: 'A fake.', card: () => [] } as const;
  const source = defineNode({
    ...about,
    type: 'source',
    title: 'Source',
    params: z.strictObject({
      count: integer({ label: 'Count', default: 4, min: 1, max: 1e6 }),
      seed: seed({ default: 7 }),
    }),
    inputs: {},
    outputs: { values: output },
    infer: ({ params }) => ({ outputs: { values: { count: params.count, width: 1 } } }),
    async run({ params, context }) {
      count('source');
      (context.device as FakeDevice).dispatches++;
      return { values: outputs(Float32Array.from({ length: params.count }, (_, i) => params.seed + i)) };
    },
    view: ({ outputs: { values } }) => view({ first: values.y[0]! }),
  });
  const scale = defineNode({
    ...about,
    type: 'scale',
    title: 'Scale',
    params: z.strictObject({ factor: number({ label: 'Factor', default: 2 }) }),
    inputs: { values: input },
    outputs: { values: output },
    infer: ({ inputs }) => ({
      outputs: { values: inputs.values },
      cost: { points: inputs.values.count, multiplyAdds: 0, bytes: 0 },
    }),
    async run({ params, inputs, context }) {
      count('scale');
      context.progress(0.5, 'half way');
      return { values: outputs(inputs.values.y.map((v) => v * params.factor)) };
    },
    view: ({ outputs: { values } }) => view({ first: values.y[0]! }),
  });
  const threshold = defineNode({
    ...about,
    type: 'cut',
    title: 'Cut',
    params: z.strictObject({ epsilon: number({ label: 'ε', default: 17 }) }),
    inputs: { values: input },
    outputs: { values: output },
    infer: ({ inputs }) => ({ outputs: { values: inputs.values } }),
    async run({ params, inputs }) {
      count('cut');
      return { values: outputs(inputs.values.y.filter((v) => v < params.epsilon)) };
    },
    view: ({ outputs: { values } }) => view({ count: values.count }),
  });
  const paint = defineNode({
    ...about,
    type: 'paint',
    title: 'Paint',
    params: z.strictObject({
      colouring: choice({ label: 'Colouring', choices: { linear: 'Linear', log: 'Log' }, default: 'linear' }),
    }),
    inputs: { values: input },
    outputs: {},
    infer: () => ({ outputs: {} }),
    async run() {
      count('paint');
      return {};
    },
    view: ({ params, inputs }) => view({ colouring: params.colouring, count: inputs.values.count }),
  });
  const misbehaving = (type: string, run: AnyNode['run']): AnyNode =>
    defineNode({
      ...about,
      type,
      title: type,
      params: z.strictObject({}),
      inputs: { values: { ...input, optional: true } },
      outputs: { values: output },
      infer: () => ({ outputs: { values: { count: 1, width: 1 } } }),
      async run(args) {
        count(type);
        return run(args) as Promise<{ values: Outputs }>;
      },
      view: () => view({}),
    });
  const one = { values: outputs(Float32Array.of(1)) };
  const registry = new Registry([
    source,
    scale,
    threshold,
    paint,
    misbehaving('failing', async () => {
      throw new FiberscopeError('search', 'no candidate reached the tolerance');
    }),
    misbehaving('faulty', async () => {
      throw new TypeError('x is undefined');
    }),
    misbehaving('empty', async () => ({})),
    misbehaving('meddling', async ({ inputs }) => {
      (inputs.values as { count: number }).count = 0;
      return one;
    }),
    misbehaving('windowed', async () => ({ values: outputs(new Float32Array(1000).subarray(10, 12)) })),
    misbehaving('patient', async ({ context }) => {
      for (let i = 0; i < 400; i++) {
        context.progress(i / 400);
        await pause(5);
        if (context.signal.aborted) throw new FiberscopeError('cancelled', 'cancelled');
      }
      return one;
    }),
    {
      ...misbehaving('climbing', async ({ context }) => {
        let height = 0;
        for (; height < 250 && !context.finish?.aborted; height++) {
          context.progress(height / 250);
          await pause(5);
          if (context.signal.aborted) throw new FiberscopeError('cancelled', 'cancelled');
        }
        return { values: outputs(Float32Array.of(height)) };
      }),
      finishes: true,
      view: ({ outputs: { values } }) => view({ height: values.y[0]! }),
    },
    misbehaving('stubborn', async () => {
      await gate;
      return one;
    }),
    misbehaving('losing', async ({ context }) => {
      if (devices.length === 1) throw new FiberscopeError('device', `${context.device.name}: the device was lost`);
      return one;
    }),
  ]);
  return {
    registry,
    runs,
    devices,
    release: () => release(),
    executor: (options) =>
      new Executor({
        registry,
        openDevice: async (choice) => {
          const device = new FakeDevice(choice === 'auto' ? 'cpu' : choice);
          devices.push(device);
          return device;
        },
        ...options,
      }),
  };
}

/** A document of `id: [type, params]` and wires `a.values → b.values`, written 'a b'. */
export function pipeline(nodes: Nodes, wires: readonly string[]): PipelineDocument {
  return documentOf(
    nodes,
    wires.map((wire) => wire.replace(/\S+/g, '$&.values')),
  );
}

/** Events in short: 'a queued', 'a done', 'b failed: why'. Progress is left out. */
export function story(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind === 'running') return [];
    if (event.kind === 'done') return [`${event.result.id} ${event.result.cached ? 'cached' : 'done'}`];
    if (event.kind === 'failed' || event.kind === 'blocked') return [`${event.id} ${event.kind}: ${event.message}`];
    return [`${event.id} ${event.kind}`];
  });
}

/** A report with the events that led to it. */
export type Outcome = RunReport & { events: RunEvent[]; story: readonly string[] };

/** Runs a document, all of it or what the targets need. */
export async function runOn(
  executor: Executor,
  document: PipelineDocument,
  targets?: readonly string[],
): Promise<Outcome> {
  const events: RunEvent[] = [];
  const report = await executor.run(document, targets, (event) => events.push(event));
  return { ...report, events, story: story(events) };
}

/** Four steps, each from the one before. */
export const chain = (params: { epsilon?: number; colouring?: string; factor?: number } = {}): PipelineDocument =>
  pipeline(
    {
      source: ['source'],
      scale: ['scale', { factor: params.factor ?? 2 }],
      cut: ['cut', { epsilon: params.epsilon ?? 17 }],
      paint: ['paint', { colouring: params.colouring ?? 'linear' }],
    },
    ['source scale', 'scale cut', 'cut paint'],
  );
