/** Running statistics of batch normalisation estimated anew on inputs. */
import { FiberscopeError } from '../../catalog/errors.js';
import { product } from '../../catalog/shape.js';
import type { Inputs } from '../../catalog/values.js';
import type { Networks, WorkControl } from '../../catalog/work.js';
import { chunksOf } from '../blocks.js';
import { Pace } from '../pace.js';
import type { NetworkEngine } from './engine.js';
import { checkInputs, checkNetworks } from './examples.js';

/**
 * The mean over batches, in the order of the inputs, of the mean and the unbiased variance that each layer sees when all layers divide by
 * the batch's own (torch.optim.swa_utils.update_bn). A batch that is a single number for a layer tells nothing of its variance.
 */
export async function estimateWith(
  networks: Networks,
  inputs: Inputs,
  batch: number,
  engine: NetworkEngine,
  control: WorkControl,
): Promise<Float32Array> {
  const layout = checkNetworks(networks, 'statistics');
  checkInputs(inputs, layout, 'statistics');
  if (!(Number.isInteger(batch) && batch >= 1))
    throw new FiberscopeError('parameter', `statistics: expected batch to be an integer ≥ 1, got ${batch}`);
  const { size, bufferSize } = layout;
  const buffers = networks.buffers.slice();
  if (bufferSize === 0) return buffers;
  const features = product(inputs.item);
  const batches = chunksOf(inputs.count, Math.min(batch, inputs.count));
  const pace = new Pace(control);
  for (let network = 0; network < networks.count; network++) {
    const theta = networks.theta.subarray(network * size, (network + 1) * size);
    const sums = new Float64Array(bufferSize);
    const counts = new Float64Array(bufferSize);
    for (const [b, { start, end }] of batches.entries()) {
      const fraction = (network + b / batches.length) / networks.count;
      const x = inputs.x.subarray(start * features, end * features);
      const found = await engine.statistics(theta, x, end - start, () => pace.step(fraction));
      for (let i = 0; i < bufferSize; i++) {
        if (Number.isNaN(found[i]!)) continue;
        sums[i]! += found[i]!;
        counts[i]! += 1;
      }
      await pace.step(fraction);
    }
    for (let i = 0; i < bufferSize; i++) if (counts[i]! > 0) buffers[network * bufferSize + i] = sums[i]! / counts[i]!;
  }
  return buffers;
}
