/** Networks as PyTorch keeps them: a state_dict with the names of nn.Sequential, to be written. */
import { type WrittenTensor, writeSafetensors } from '../../arrays/safetensors-writer.js';
import { layoutOf } from '../../catalog/architecture.js';
import { fileName } from '../../catalog/file-name.js';
import { describeArchitecture } from '../../catalog/presets.js';
import { product } from '../../catalog/shape.js';
import type { Model } from '../../catalog/values.js';
import { ownTensors } from '../tensor-names.js';
import { networkAt } from './networks.js';

/**
 * The state_dict of network `i`: weights and biases in PyTorch's layout, and for each batch normalisation `running_mean`,
 * `running_var` and `num_batches_tracked` (0: it is not counted here, and PyTorch uses it only where momentum is None), so that
 * `load_state_dict` takes it strictly. A residual join is a module with children `block` and `shortcut`, both nn.Sequential.
 */
export function stateDict(model: Model, i: number): readonly WrittenTensor[] {
  const { theta, buffers } = networkAt(model, i);
  const tensors = ownTensors(model.architecture).map(({ name, shape, part, offset }) => {
    const all = part === 'theta' ? theta : buffers;
    return { name, shape, data: all.slice(offset, offset + product(shape)) };
  });
  const counters = layoutOf(model.architecture).places.flatMap(({ path, layer }) =>
    layer.kind === 'batch-norm' ? [{ name: `${path}.num_batches_tracked`, shape: [], data: BigInt64Array.of(0n) }] : [],
  );
  return [...tensors, ...counters];
}

/** A .safetensors file for each network of a Model: `stem.safetensors`, of several `stem.seed-0.safetensors` after their names. */
export function modelFiles(
  model: Model,
  stem: string,
): readonly { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }[] {
  const taken = new Set<string>();
  return model.names.map((name, i) => {
    const own = fileName(name, 'safetensors', String(i));
    const unique = taken.has(own) ? fileName(`${name} ${i}`, 'safetensors') : own;
    taken.add(unique);
    const metadata = {
      format: 'pt',
      architecture: describeArchitecture(model.architecture),
      network: name,
      origin: model.origin,
    };
    return {
      name: model.count === 1 ? `${stem}.safetensors` : `${stem}.${unique}`,
      bytes: writeSafetensors(stateDict(model, i), metadata),
    };
  });
}
