/**
 * The layered route of evaluate, for networks that no fused kernel takes: layer by layer over blocks of inputs, member after
 * member, with J and power summed in float64 on the host. Devices differ only in the engine. Memory does not grow with the
 * number of members.
 *
 * On θ0 + Σ c_k b_k the first layer's pre-activation is affine in c: it is projected once per block into m + 1 maps, after
 * which a member costs m multiply-adds per unit.
 */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import { product } from '../catalog/shape.js';
import { formatCount } from '../catalog/text.js';
import type { EvaluateWork, Evaluation, WorkControl } from '../catalog/work.js';
import { chunksOf, INPUT_BLOCK } from './blocks.js';
import { familyCount, familySize } from './family.js';
import { Members } from './members.js';
import { type Breathe, Pace } from './pace.js';
import { projectsFirstLayer } from './route.js';
import type { ThetaOrder } from './theta-order.js';

/** A block of inputs on a device. */
export interface LayeredBlock {
  /** Outputs [n, k], row-major, of each member from `start` to `end`, in order; breathes within a member that takes long. */
  run(start: number, end: number, breathe: Breathe): Promise<readonly ArrayLike<number>[]>;
  close(): void;
}

/** What a device does for the layered route. */
export interface LayeredEngine {
  readonly block: number; // inputs in one block, a multiple of INPUT_BLOCK unless one is too large
  readonly group: number; // members between two reads
  /** Order of the numbers of θ on the device, see Members. */
  readonly order: ThetaOrder | undefined;
  /** Takes `x` [count, features] in; with `affine`, projects it through the first layer of every map of the family. */
  open(x: Float32Array, count: number, members: Members, affine: boolean): Promise<LayeredBlock>;
}

/** Numbers of θ that belong to the first linear layer, which comes first in θ. */
export function firstLayerSize(architecture: Architecture): number {
  const { tensors } = layoutOf(architecture);
  return tensors.reduce((sum, t) => (t.layer === tensors[0]?.layer ? sum + t.size : sum), 0);
}

function unfit(what: string, expected: number, got: number): never {
  throw new FiberscopeError('shape', `evaluate: ${what}: expected ${expected}, got ${got}`);
}

/** Throws a typed error where inputs, outputs and family do not fit the Architecture. */
export function checkWork({ architecture, inputs, outputs, family }: EvaluateWork): void {
  const layout = layoutOf(architecture);
  const width = product(architecture.input);
  const item = product(inputs.item);
  if (item !== width) unfit("numbers in one input of 'inputs'", width, item);
  if (inputs.x.length !== inputs.count * width) unfit("numbers in 'inputs'", inputs.count * width, inputs.x.length);
  if (inputs.weights.length !== inputs.count) unfit('weights of the inputs', inputs.count, inputs.weights.length);
  if (outputs.width !== layout.outputs) unfit("width of 'outputs'", layout.outputs, outputs.width);
  if (outputs.y.length !== inputs.count * layout.outputs)
    unfit("numbers in 'outputs'", inputs.count * layout.outputs, outputs.y.length);
  if (familyCount(family) > 0 && familySize(family) !== layout.size)
    unfit('parameters of a member', layout.size, familySize(family));
}

/** J and power of every member by the layered route. */
export async function evaluateLayered(
  work: EvaluateWork,
  engine: LayeredEngine,
  control: WorkControl,
): Promise<Evaluation> {
  const { architecture, inputs, outputs, family } = work;
  const members = new Members(family, engine.order);
  const affine = members.lattice !== undefined && projectsFirstLayer(architecture, members.lattice.subspace.rank);
  const features = product(inputs.item);
  const k = outputs.width;
  const loss = new Float64Array(members.count);
  const power = new Float64Array(members.count);
  const pace = new Pace(control);
  const total = members.count * inputs.count;

  for (const { start, end } of chunksOf(inputs.count, engine.block)) {
    const x = inputs.x.subarray(start * features, end * features);
    const block = await engine.open(x, end - start, members, affine);
    try {
      const step = (done: number): Promise<void> =>
        pace.step(
          done / total,
          `${formatCount(Math.floor(done / inputs.count))} of ${formatCount(members.count)} points`,
        );
      for (const chunk of chunksOf(members.count, engine.group)) {
        const before = start * members.count + (end - start) * chunk.start;
        const here = (end - start) * (chunk.end - chunk.start);
        const values = await block.run(chunk.start, chunk.end, (share) => step(before + share * here));
        values.forEach((value, i) => {
          const member = chunk.start + i;
          for (const part of chunksOf(end - start, INPUT_BLOCK)) {
            let partialLoss = 0;
            let partialPower = 0;
            for (let n = part.start; n < part.end; n++) {
              let distance = 0;
              let square = 0;
              for (let j = 0; j < k; j++) {
                const v = value[n * k + j]!;
                distance += (v - outputs.y[(start + n) * k + j]!) ** 2;
                square += v * v;
              }
              partialLoss += inputs.weights[start + n]! * distance;
              partialPower += inputs.weights[start + n]! * square;
            }
            loss[member]! += partialLoss;
            power[member]! += partialPower;
          }
        });
        await step(before + here);
      }
    } finally {
      block.close();
    }
  }
  return {
    loss: Float32Array.from(loss),
    power: Float32Array.from(power),
    route: affine ? 'layered · affine' : 'layered',
  };
}
