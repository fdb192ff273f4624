/** The outputs of one network on inputs, block by block. */
import { type Architecture, beyondSequence, freshBuffers, layoutOf } from '../catalog/architecture.js';
import { product } from '../catalog/shape.js';
import type { Inputs } from '../catalog/values.js';
import type { WorkControl } from '../catalog/work.js';
import type { ForwardEngine } from './backing.js';
import { chunksOf } from './blocks.js';
import { checkWork } from './layered.js';
import type { NetworkEngine } from './network/engine.js';
import { checkInputs } from './network/examples.js';
import { Pace } from './pace.js';

/** What gives the outputs of a block of inputs. */
type OutputsEngine = Pick<ForwardEngine, 'block' | 'forward'>;

/** Throws a typed error where a network and inputs do not fit; says whether the network is a plain sequence, or has joins or batch normalisation. */
export function checkForward(architecture: Architecture, theta: Float32Array, inputs: Inputs): 'sequence' | 'network' {
  const layout = layoutOf(architecture);
  if (beyondSequence(architecture) !== undefined) {
    checkInputs(inputs, layout, 'forward');
    return 'network';
  }
  const { count } = inputs;
  const width = layout.outputs;
  const outputs = { type: 'Outputs', y: new Float32Array(count * width), count, width } as const;
  checkWork({ architecture, inputs, outputs, family: { kind: 'explicit', theta, count: 1 } });
  return 'sequence';
}

/** Outputs [N, k]. */
export async function forwardWith(
  engine: OutputsEngine,
  architecture: Architecture,
  theta: Float32Array,
  inputs: Inputs,
  control: WorkControl,
): Promise<Float32Array> {
  const k = layoutOf(architecture).outputs;
  const features = product(inputs.item);
  const y = new Float32Array(inputs.count * k);
  const pace = new Pace(control);
  for (const { start, end } of chunksOf(inputs.count, engine.block)) {
    const x = inputs.x.subarray(start * features, end * features);
    const breathe = (share: number): Promise<void> => pace.step((start + share * (end - start)) / inputs.count);
    y.set(await engine.forward(theta, x, end - start, breathe), start * k);
    await pace.step(end / inputs.count);
  }
  return y;
}

/** Outputs of a network with batch normalisation that has seen nothing. */
export function freshOutputs(engine: NetworkEngine, architecture: Architecture): OutputsEngine {
  const buffers = freshBuffers(architecture);
  return {
    block: engine.block,
    forward: async (theta, x, count, breathe) => (await engine.forward(theta, buffers, x, count, [], breathe)).outputs,
  };
}
