/** The networks that the fused routes take: chains of dense layers with pointwise activations between them. */
import { type Activation, type Architecture, layoutOf } from '../../catalog/architecture.js';

/** One dense layer and the activations that follow it. Offsets are in numbers, into θ; the weight is [outputs, inputs]. */
export interface Stage {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: number;
  readonly bias: number | undefined;
  readonly activations: readonly Activation[];
}

/** A chain: `prelude` acts on the inputs, then one stage after another. */
export interface Chain {
  readonly inputs: number; // numbers in one input
  readonly outputs: number; // numbers in one output
  readonly size: number; // P
  readonly prelude: readonly Activation[];
  readonly stages: readonly Stage[]; // at least one
}

/** Widest layer of a chain, inputs included; a wider network is layered. */
const WIDEST = 4096;
/** Most parameters of a chain that are formed for each member; a first layer that is projected does not count. Measured: with more, those of four members leave the cache. */
const MOST_PARAMETERS = 16_384;

/** Largest first layer that is projected here; a larger one is projected faster by matrix products. */
const MOST_PROJECTED = 32_768;

/** Widest layer that the threads of a GPU hold, and most parameters that a workgroup forms for a block. Measured: up to there this is as fast as layer by layer, or faster. */
const GPU_WIDEST = 256;
const GPU_PARAMETERS = 16_384;
/** Widest first layer whose maps a GPU reads anew for each member. */
const GPU_PROJECTED = 64;

/** The chain of an Architecture, or undefined where it has another kind of layer or no dense layer. */
export function chainOf(architecture: Architecture): Chain | undefined {
  const { tensors, shapes, size, outputs } = layoutOf(architecture);
  const prelude: Activation[] = [];
  const stages: (Stage & { activations: Activation[] })[] = [];
  for (const [index, layer] of architecture.layers.entries()) {
    if (layer.kind === 'flatten') continue; // row-major values stay where they are
    if (layer.kind === 'activation') {
      if (layer.activation.name !== 'identity') (stages.at(-1)?.activations ?? prelude).push(layer.activation);
    } else if (layer.kind === 'dense') {
      const find = (role: string) => tensors.find((tensor) => tensor.layer === index && tensor.role === role)?.offset;
      const [inputs] = shapes[index] as readonly [number];
      stages.push({ inputs, outputs: layer.units, weight: find('weight')!, bias: find('bias'), activations: [] });
    } else return undefined;
  }
  const first = stages[0];
  return first && { inputs: first.inputs, outputs, size, prelude, stages };
}

/** Parameters of the first dense layer. */
export function firstLayerSize({ inputs, outputs, bias }: Stage): number {
  return inputs * outputs + (bias === undefined ? 0 : outputs);
}

/**
 * Whether projecting the inputs once into m + 1 maps beats forming the first layer of each member: counted in
 * multiply-adds per input and unit, m against d inputs. One is added because a map is read for every product while an input
 * is shared by all units.
 */
export function projects(chain: Chain, rank: number): boolean {
  return rank + 1 < chain.inputs;
}

/** Whether the fused routes take this chain. `affine` says that the first layer is projected. */
export function fits(chain: Chain, affine: boolean): boolean {
  const first = firstLayerSize(chain.stages[0]!);
  if (affine && first > MOST_PROJECTED) return false;
  const formed = chain.size - (affine ? first : 0);
  const widest = Math.max(affine ? 0 : chain.inputs, ...chain.stages.map((stage) => stage.outputs));
  return formed <= MOST_PARAMETERS && widest <= WIDEST;
}

/** Whether the fused route of a GPU takes this chain, where the others do. */
export function fitsGpu(chain: Chain, affine: boolean): boolean {
  const widest = Math.max(...chain.stages.map(({ outputs }) => outputs));
  const formed = chain.size - (affine ? firstLayerSize(chain.stages[0]!) : 0);
  const projected = affine ? chain.stages[0]!.outputs : 0;
  return widest <= GPU_WIDEST && formed <= GPU_PARAMETERS && projected <= GPU_PROJECTED;
}
