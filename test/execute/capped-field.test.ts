/** Moving a Field's cap: what is evaluated, and that the numbers do not depend on what was there before. */
import { describe, expect, it, test } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { MemoryFiles } from '../../src/arrays/file-source.js';
import { Registry } from '../../src/catalog/registry.js';
import type { Device, EvaluateWork } from '../../src/catalog/work.js';
import type { Params, PipelineDocument } from '../../src/document/schema.js';
import type { StepResult } from '../../src/execute/cache.js';
import { Executor, type ExecutorOptions } from '../../src/execute/executor.js';
import type { NodeResult } from '../../src/execute/protocol.js';
import type { ResultStore } from '../../src/execute/store.js';
import { openDevice } from '../../src/tensor/device.js';
import { familyCount } from '../../src/tensor/family.js';
import { bytesOf, pipelineOf, there } from '../golden/recorded-grids.js';
import { readDocument } from '../golden/run.js';
import { genni } from './genni.js';

const registry = new Registry(builtin);

/** The family of each evaluation of lattice members: its kind and how many there are. */
type Asked = { readonly kind: string; readonly count: number }[];

/** An executor whose device notes the lattice members that it is given. */
function watched(options: Partial<ExecutorOptions> & { readonly slow?: boolean } = {}) {
  const asked: Asked = [];
  const { slow, ...rest } = options;
  const executor = new Executor({
    registry,
    device: 'cpu',
    openDevice: async (choice) => {
      const real = await openDevice(choice);
      return new Proxy(real, {
        get(device, name) {
          if (name !== 'evaluate') {
            const value = Reflect.get(device, name, device);
            return typeof value === 'function' ? value.bind(device) : value;
          }
          return async (work: EvaluateWork, control: Parameters<Device['evaluate']>[1]) => {
            if (work.family.kind !== 'explicit') {
              asked.push({ kind: work.family.kind, count: familyCount(work.family) });
              if (slow) await new Promise((resolve) => setTimeout(resolve, 1100)); // dear enough for the store
            }
            return device.evaluate(work, control);
          };
        },
      });
    },
    ...rest,
  });
  const run = async (document: PipelineDocument) => {
    asked.length = 0;
    const results = new Map<string, NodeResult>();
    const failures: string[] = [];
    await executor.run(document, undefined, (event) => {
      if (event.kind === 'done') results.set(event.result.id, event.result);
      if (event.kind === 'failed' || event.kind === 'blocked') failures.push(event.message);
    });
    expect(failures).toEqual([]);
    const grid = results.get('grid')!;
    const field = (await executor.arrays(grid.key, 'field'))!.arrays;
    return { asked: [...asked], grid, values: [...field.values!.data], power: [...field.power!.data] };
  };
  return { executor, run };
}

type Ran = Awaited<ReturnType<ReturnType<typeof watched>['run']>>;
const below = (cap: number): Params => ({ keep: 'below', cap, capUnit: 'relative' });
const censored = ({ values }: Ran): number => values.filter((j) => j === Number.POSITIVE_INFINITY).length;
const numbers = ({ values, power }: Ran) => ({ values, power });

/** All ways to caps at a tenth and at half of the members: whatever was there before, the numbers are those of a fresh run. */
async function everyWay(make: (grid: Params) => PipelineDocument, options = {}) {
  const fresh = async (grid: Params) => watched(options).run(make(grid));
  const whole = await fresh({});
  const sorted = [...whole.values].sort((a, b) => a - b);
  const [low, high] = [0.1, 0.5].map((share) => sorted[Math.floor(share * sorted.length)]!) as [number, number];
  const below = (cap: number): Params => ({ keep: 'below', cap, capUnit: 'absolute' });
  const [upper, lower] = [await fresh(below(high)), await fresh(below(low))];
  const members = whole.values.length;
  for (const one of [whole, upper, lower]) expect(one.asked).toEqual([{ kind: 'lattice', count: members }]);
  expect(censored(whole)).toBe(0);
  expect(censored(lower)).toBe(sorted.filter((j) => j >= low).length);
  expect(censored(upper)).toBe(sorted.filter((j) => j >= high).length);
  lower.values.forEach((j, i) => {
    if (j !== Number.POSITIVE_INFINITY) expect(Object.is(j, whole.values[i])).toBe(true);
  });

  const up = watched(options);
  expect(numbers(await up.run(make(below(low))))).toEqual(numbers(lower));
  const raised = await up.run(make(below(high)));
  expect(raised.asked).toEqual([{ kind: 'members', count: censored(lower) }]);
  expect(numbers(raised)).toEqual(numbers(upper));
  expect(raised.grid.provenance.effort).toMatchObject({ members, evaluated: censored(lower) });
  expect(raised.grid.provenance.effort!.from).toMatch(/^a Field below /);
  const all = await up.run(make({}));
  expect(all.asked).toEqual([{ kind: 'members', count: censored(upper) }]);
  expect(numbers(all)).toEqual(numbers(whole));

  const down = watched(options);
  await down.run(make({}));
  const cut = await down.run(make(below(low)));
  expect(cut.asked).toEqual([]);
  expect(numbers(cut)).toEqual(numbers(lower));
  expect(cut.grid.provenance.effort).toMatchObject({ evaluated: 0, blocks: 0, from: 'a whole Field' });
  const again = await down.run(make(below(high))); // the whole one is still the better start
  expect(again.asked).toEqual([]);
  expect(numbers(again)).toEqual(numbers(upper));
}

describe('the FCN', () => {
  const make = (grid: Params) =>
    genni({ x: { count: 300 }, grid: { points: 15, ...grid }, set: { unit: 'suggested' } });

  it('only censored members are evaluated when the cap is raised, none when it is lowered', async () => {
    await everyWay(make);
  });

  it('moving ε under the cap runs nothing upstream, and above it is refused', async () => {
    const { executor, run } = watched();
    await run(genni({ grid: below(0.05), set: { epsilon: 0.01 } }));
    const moved = await run(genni({ grid: below(0.05), set: { epsilon: 0.05 } }));
    expect(moved.asked).toEqual([]);
    expect(moved.grid.cached).toBe(true);
    const messages: string[] = [];
    await executor.run(genni({ grid: below(0.05), set: { epsilon: 0.06 } }), ['set'], (event) => {
      if (event.kind === 'blocked') messages.push(event.message);
    });
    expect(messages).toEqual([
      expect.stringMatching(
        /'epsilon': expected at most the Field's cap of 0.05 E\[φ²\].*got 0.06 E\[φ²\]; raise Cap in Grid, or lower ε$/,
      ),
    ]);
  });

  it('an ε in another unit than the cap is compared when it runs', async () => {
    const { executor } = watched();
    const messages: string[] = [];
    const document = genni({ grid: below(0.05), set: { unit: 'absolute', epsilon: 1e9 } });
    await executor.run(document, ['set'], (event) => {
      if (event.kind === 'failed') messages.push(event.message);
    });
    expect(messages).toEqual([expect.stringMatching(/'epsilon': expected at most the Field's cap of 0.05 E\[φ²\]/)]);
  });
});

describe('LeNet on the recorded subspace', () => {
  const name = 'case_lenet_2d_15';
  it.runIf(there.includes(name))(
    'goes on likewise',
    async () => {
      const files = new MemoryFiles();
      await files.add(`${name}.npz`, bytesOf(name));
      const document = readDocument(pipelineOf(name));
      const make = (params: Params): PipelineDocument => ({
        ...document,
        nodes: document.nodes.map((node) =>
          node.id === 'grid'
            ? { ...node, params: { ...node.params, points: 9, ...params } }
            : node.id === 'set'
              ? { ...node, params: { ...node.params, unit: 'absolute', epsilon: 1e-9 } }
              : node,
        ),
      });
      await everyWay(make, { device: 'wasm', files });
    },
    300_000,
  );
});

test('another executor goes on from what the store has', async () => {
  const kept = new Map<string, StepResult>();
  const store: ResultStore = {
    get: async (tag) => structuredClone(kept.get(tag)),
    put: async (tag, result) => {
      kept.set(tag, structuredClone(result));
    },
  };
  const make = (grid: Params) => genni({ grid, set: { epsilon: 0.01 } });
  const one = watched({ store, slow: true });
  const lower = await one.run(make(below(0.05)));
  await one.executor.dispose();
  const later = watched({ store });
  const raised = await later.run(make(below(0.4)));
  expect(raised.asked).toEqual([{ kind: 'members', count: censored(lower) }]);
  const fresh = await watched().run(make(below(0.4)));
  expect(numbers(raised)).toEqual(numbers(fresh));
});
