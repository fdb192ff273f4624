/** A random reference and the shipped nodes run on it one after the other, as a pipeline would run them. */
import connectivity from '../../../nodes/connectivity.js';
import gramSchmidt from '../../../nodes/gram-schmidt.js';
import grid from '../../../nodes/grid.js';
import points from '../../../nodes/points.js';
import referenceNode from '../../../nodes/reference.js';
import searchNode from '../../../nodes/search.js';
import threshold from '../../../nodes/threshold.js';
import umap from '../../../nodes/umap.js';
import { MemoryFiles } from '../../../src/arrays/file-source.js';
import { type Architecture, layoutOf } from '../../../src/catalog/architecture.js';
import { FiberscopeError } from '../../../src/catalog/errors.js';
import { genniFcn, mlp } from '../../../src/catalog/presets.js';
import { product } from '../../../src/catalog/shape.js';
import type {
  Embedding,
  EpsilonSet,
  Field,
  Inputs,
  Outputs,
  Parameters,
  Reference,
  Subspace,
  Table,
} from '../../../src/catalog/values.js';
import type { View } from '../../../src/catalog/views.js';
import type { Device } from '../../../src/catalog/work.js';
import { inputsOf, silent, testRandom } from '../fixtures.js';

/** The families that references are drawn from: every activation layer kind that can die, several outputs, a ReLU at the end. */
export const FAMILIES: readonly Architecture[] = [
  genniFcn(),
  mlp([1, 3, 1], { name: 'relu' }, true),
  mlp([2, 3, 1], { name: 'tanh' }, true),
  mlp([2, 2, 2], { name: 'leaky-relu', slope: 0.1 }, false),
  {
    type: 'Architecture',
    input: [1, 4, 4],
    layers: [
      { kind: 'conv', channels: 2, kernel: [3, 3], stride: 1, padding: 0, bias: true },
      { kind: 'activation', activation: { name: 'relu' } },
      { kind: 'pool', pool: 'max', size: 2, stride: 2 },
      { kind: 'flatten' },
      { kind: 'dense', units: 1, bias: true },
      { kind: 'activation', activation: { name: 'relu' } },
    ],
  },
];

/** Where θ_0…θ_m of a case come from. */
export type Chosen = 'given' | 'first' | 'independent';

/** What came of one case; `views` holds what each node says. */
export interface Chain {
  readonly architecture: Architecture;
  readonly inputs: Inputs;
  readonly theta: Float32Array | undefined; // typed, or unknown
  readonly outputs: Outputs | undefined; // loaded, where θ is not known
  readonly chosen: Chosen;
  readonly reference: Reference;
  readonly parameters: Parameters;
  readonly subspace: Subspace;
  readonly field: Field;
  readonly set: EpsilonSet;
  readonly components: Table;
  readonly embedding: Embedding | undefined; // undefined: refused, fewer than 3 members
  readonly limit: number; // most members embedded
  readonly views: Readonly<Record<string, View>>;
}

/** One case from a seed. Values are often coarse (−1, 0, 1), so that dead, constant and tied functions occur; some are huge. */
export async function chain(seed: number, family: number, device: Device): Promise<Chain> {
  const random = testRandom(seed);
  const pick = <T>(...from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const context = { ...silent, device, files: new MemoryFiles() };
  const views: Record<string, View> = {};
  const architecture = FAMILIES[family]!;
  const { size, outputs: width } = layoutOf(architecture);
  const features = product(architecture.input);
  const draw = (coarse: boolean): number[] =>
    Array.from({ length: size }, () => (coarse ? Math.round(3 * random() - 1.5) : 3 * random() - 1.5));

  const oneSided = random() < 0.4;
  const count = 6;
  const rows = Array.from({ length: count }, () =>
    Array.from({ length: features }, () => (oneSided ? 0.5 + random() : 4 * random() - 2)),
  );
  const weights = random() < 0.5 ? undefined : rows.map(() => 0.05 + random() / count);
  const inputs: Inputs = { ...inputsOf(rows, weights), item: architecture.input };

  // the reference: typed θ, or values alone
  const unknown = random() < 0.25;
  const base = draw(random() < 0.5);
  const level = pick(0, 1);
  const y = rows.map(() => Array.from({ length: width }, () => (random() < 0.5 ? level : 2 * random() - 1)));
  const flat = random() < 0.3 ? rows.map(() => y[0]!) : y;
  const outputs: Outputs = { type: 'Outputs', y: Float32Array.from(flat.flat()), count, width };
  const theta = unknown ? undefined : Float32Array.from(base);
  const from = unknown ? ('outputs' as const) : ('typed' as const);
  const given = { ...referenceNode.params.parse({ values: unknown ? [] : base }), from };
  const ports = { architecture, inputs, parameters: undefined, outputs: unknown ? outputs : undefined };
  const made = await referenceNode.run({ params: given, inputs: ports, context });
  views.reference = referenceNode.view({ params: given, inputs: ports, outputs: made });
  const { reference } = made;
  const { power } = reference.scale;

  // the points: given, some near θ, some huge; or searched for
  const m = pick(1, 2, 2, 3);
  const huge = random() < 0.15;
  const near = random() < 0.5;
  let chosen: Chosen = power > 0 && !huge ? pick('given', 'given', 'first', 'independent') : 'given';
  let parameters: Parameters | undefined;
  let subspace: Subspace | undefined;
  for (let attempt = 0; subspace === undefined; attempt++) {
    if (attempt > 20) chosen = 'given';
    try {
      if (chosen === 'given') {
        const values = Array.from({ length: m + 1 }, (_, i) =>
          near && i === 0
            ? base.map((value) => value + 0.02 * (random() - 0.5))
            : draw(random() < 0.6).map((value) => (huge && random() < 0.2 ? 1e25 * value : value)),
        );
        const params = { from: 'typed' as const, values };
        const wired = { reference, parameters: undefined };
        parameters = (await points.run({ params, inputs: wired, context })).parameters;
        views.points = points.view({ params, inputs: wired, outputs: { parameters } });
      } else {
        const params = searchNode.params.parse({
          ...{ mode: chosen, rank: m, starts: 4, rounds: 3, steps: 2, batch: 4, tolerance: 1e9, seed: seed + attempt },
          ...{ initialisation: 'normal', deviation: 1, optimizer: pick('adam', 'sgd'), learningRate: 0.01 },
        });
        const found = await searchNode.run({ params, inputs: { reference }, context });
        views.search = searchNode.view({ params, inputs: { reference }, outputs: found });
        const again = { from: 'loaded' as const, values: [] };
        const wired = { reference, parameters: found.parameters };
        parameters = (await points.run({ params: again, inputs: wired, context })).parameters;
        views.points = points.view({ params: again, inputs: wired, outputs: { parameters } });
      }
      subspace = (await gramSchmidt.run({ params: {}, inputs: { parameters }, context })).subspace;
      views['gram-schmidt'] = gramSchmidt.view({ params: {}, inputs: { parameters }, outputs: { subspace } });
    } catch (error) {
      if (!(error instanceof FiberscopeError)) throw error; // dependent or too poor by chance: draw again
    }
  }

  // the lattice and the ε-set
  const reach = pick(0.2, 1, 2, 6) * (huge ? pick(1, 1e25) : 1);
  const lattice = grid.params.parse({ low: -reach, high: pick(1, 1.5) * reach, points: [9, 5, 4][m - 1] });
  const wired = { subspace, reference };
  let { field } = await grid.run({ params: lattice, inputs: wired, context });
  views.grid = grid.view({ params: lattice, inputs: wired, outputs: { field } });
  const finite = [...field.values].filter(Number.isFinite).sort((a, b) => a - b);
  const middle = finite[Math.floor(finite.length / 2)] ?? 1;
  const scale = power > 0 ? power : 1;
  const epsilon = pick(
    0.5 * (finite[0] ?? 1),
    0.1 * scale,
    scale,
    1.5 * scale,
    middle * 1.01,
    2 * (finite.at(-1) ?? 1),
  );
  const chance = testRandom(seed + 1);
  const height = epsilon > 0 ? epsilon : 0.3;
  const cap = chance() < 0.4 ? height * [1, 1.3, 4][Math.floor(3 * chance())]! : undefined;
  if (cap !== undefined) {
    const capped = { ...lattice, keep: 'below' as const, cap, capUnit: 'absolute' as const };
    ({ field } = await grid.run({ params: capped, inputs: wired, context }));
    views.grid = grid.view({ params: capped, inputs: wired, outputs: { field } });
  }
  const params = threshold.params.parse({ unit: 'absolute', epsilon: height });
  const { set } = await threshold.run({ params, inputs: { field }, context });
  views.threshold = threshold.view({ params, inputs: { field }, outputs: { set } });

  const listed = connectivity.params.parse({});
  const { components } = await connectivity.run({ params: listed, inputs: { set }, context });
  views.connectivity = connectivity.view({ params: listed, inputs: { set }, outputs: { components } });

  const limit = 10 + Math.floor(20 * random());
  const laid = umap.params.parse({ limit, epochs: 10, neighbours: pick(5, 20, 60), seed: seed % 1000 });
  let embedding: Embedding | undefined;
  if (set.index.length >= 3) {
    ({ embedding } = await umap.run({ params: laid, inputs: { set }, context }));
    views.umap = umap.view({ params: laid, inputs: { set }, outputs: { embedding } });
  }
  return {
    ...{ architecture, inputs, theta, outputs: unknown ? outputs : undefined, chosen },
    ...{ reference, parameters: parameters!, subspace, field, set, components, embedding, limit, views },
  };
}
