/** An executor without tensors: it compiles, follows the plan, remembers keys, and gives every node an empty view. */
import type { Registry } from '../../../src/catalog/registry.js';
import { deviceText } from '../../../src/catalog/text.js';
import type { Note, View } from '../../../src/catalog/views.js';
import { compile } from '../../../src/compile/compile.js';
import type { Plan } from '../../../src/compile/plan.js';
import type { Rates } from '../../../src/compile/rates.js';
import type { DeviceReport, ExecutorApi, RunEvent, RunReport } from '../../../src/execute/protocol.js';

/** A fresh view each time, as views that come from a worker are. */
const viewOf = (notes: readonly Note[] = []): View => ({ summary: {}, rows: [], notes: [...notes], plots: [] });
const DEVICE: DeviceReport = { name: 'cpu', adapter: 'fake', software: false, dispatches: 0 };

/** What a test may set and look at. */
export interface FakeExecutor extends ExecutorApi {
  readonly runs: (readonly string[] | undefined)[]; // targets of each run
  readonly computed: string[]; // ids in the order they were computed
  readonly failing: Map<string, string>; // id → message
  readonly notes: Map<string, readonly Note[]>; // by id
  readonly seconds: Map<string, number>; // type → provenance.seconds
  readonly files: string[];
  readonly dropped: Set<string>; // ids whose outputs are no longer held
  speeds: Rates; // what `rates` answers
  /** While set, runs wait for it before they compute. */
  gate: Promise<void> | undefined;
  cancels: number;
  finishes: number;
  readonly stopped: Set<string>; // ids that end early, until they are forgotten
  deaf: boolean; // goes on when it is told to stop
}

/** A fake executor over real node definitions. */
export function fakeExecutor(registry: Registry): FakeExecutor {
  const keys = new Set<string>(); // of steps that were computed, with their device
  let device = DEVICE;
  let current: { cancelled: boolean } | undefined;
  const fake: FakeExecutor = {
    runs: [],
    computed: [],
    failing: new Map(),
    notes: new Map(),
    seconds: new Map(),
    files: [],
    dropped: new Set(),
    speeds: {},
    gate: undefined,
    cancels: 0,
    finishes: 0,
    stopped: new Set(),
    deaf: false,
    async run(document, targets, listen) {
      if (current) current.cancelled = true;
      const run = { cancelled: false };
      current = run;
      fake.runs.push(targets);
      const plan = compile(document, { registry });
      const wanted = needed(plan, targets ?? plan.order);
      for (const id of wanted) listen({ kind: 'queued', id });
      await fake.gate;
      const report: RunReport = { outcome: 'done', stepsRun: 0, seconds: 0, device };
      const down = new Set<string>();
      for (const id of wanted) {
        await Promise.resolve();
        listen(stepEvent(plan, id, run.cancelled, down));
      }
      return { ...report, outcome: run.cancelled ? 'cancelled' : 'done' };
    },
    cancel() {
      fake.cancels += 1;
      if (current && !fake.deaf) current.cancelled = true;
    },
    async chooseDevice(choice) {
      device = choice === 'wasm' ? { ...DEVICE, name: 'wasm' } : DEVICE;
      return device;
    },
    device: async () => device,
    async pending(document, targets) {
      const plan = compile(document, { registry });
      return needed(plan, targets ?? plan.order).filter(
        (id) => fake.dropped.has(id) || !keys.has(tagOf(plan.nodes.get(id)!.key)),
      );
    },
    addFile: async (file) => void fake.files.push(file.name),
    rates: async () => fake.speeds,
    finish() {
      fake.finishes += 1;
    },
    async forget(document, node) {
      const plan = compile(document, { registry });
      for (const id of fake.stopped.has(node) ? fake.stopped : []) keys.delete(tagOf(plan.nodes.get(id)!.key));
      fake.stopped.clear();
    },
    arrays: async () => undefined,
    csv: async () => undefined,
    networks: async () => undefined,
  };

  function tagOf(key: string): string {
    return `${device.name} ${key}`;
  }

  function stepEvent(plan: Plan, id: string, cancelled: boolean, down: Set<string>): RunEvent {
    const planned = plan.nodes.get(id)!;
    if (cancelled) return { kind: 'cancelled', id };
    const by = Object.values(planned.inputs)
      .map((source) => source.node)
      .filter((above) => down.has(above));
    if (by.length > 0) {
      down.add(id);
      return { kind: 'blocked', id, by, message: `waits for ${by.join(', ')}, which failed` };
    }
    const message = fake.failing.get(id);
    if (message !== undefined) {
      down.add(id);
      return { kind: 'failed', id, message };
    }
    const cached = keys.has(tagOf(planned.key));
    keys.add(tagOf(planned.key));
    if (!cached) fake.computed.push(id);
    const provenance = {
      documentHash: plan.documentHash,
      key: planned.key,
      seeds: [],
      package: 'fiberscope test',
      device: deviceText(device),
      finished: '2026-01-01T00:00:00.000Z',
      seconds: fake.seconds.get(planned.type) ?? 0.001,
      ...(fake.stopped.has(id) ? { stopped: 'here' as const } : {}),
    };
    return { kind: 'done', result: { id, key: planned.key, view: viewOf(fake.notes.get(id)), provenance, cached } };
  }
  return fake;
}

function needed(plan: Plan, targets: readonly string[]): readonly string[] {
  const wanted = new Set<string>();
  const visit = (id: string): void => {
    if (wanted.has(id) || plan.nodes.get(id)?.blocked) return;
    wanted.add(id);
    for (const source of Object.values(plan.nodes.get(id)?.inputs ?? {})) visit(source.node);
  };
  targets.forEach(visit);
  return plan.order.filter((id) => wanted.has(id));
}
