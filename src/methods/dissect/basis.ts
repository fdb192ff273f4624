/** Whether the units of a layer are a special basis of its representation, as far as the architecture says. */
import type { Architecture, Layer } from '../../catalog/architecture.js';
import type { NamedPlace } from '../../catalog/layer-names.js';
import { scalesOf } from '../stitching/scales.js';

/** What singles a layer's units out: a nonlinearity that gives its values, one that takes them, or nothing. */
export type Basis = 'activated' | 'to be activated' | 'free';

/**
 * Looks along the network for an activation whose intertwiner group is not all of GL (Theorem 3.3 of the intertwiner paper) or a max-pool,
 * whose group is that of ReLU, through layers that work on each channel by itself (batch normalisation, mean-pools), up to the next one
 * that mixes channels: first back, then ahead. What a residual adds counts as mixed going back; ahead of a block comes what follows its residual.
 */
export function basisOf(architecture: Architecture, { path }: NamedPlace): Basis {
  const chains = chainsTo(architecture, path);
  const [own] = chains;
  if (own !== undefined && meets(own.layers.slice(0, own.at + 1).reverse())) return 'activated';
  for (const { layers, at } of chains) {
    const ahead = layers.slice(at + 1);
    if (meets(ahead)) return 'to be activated';
    if (ahead.some(mixes)) break;
  }
  return 'free';
}

interface Chain {
  readonly layers: readonly Layer[];
  readonly at: number;
}

/** The chain that holds a layer and those around it, from the inside out, each with the place on the way to the layer. */
function chainsTo(architecture: Architecture, path: string): readonly Chain[] {
  const chains: Chain[] = [];
  let layers = architecture.layers;
  for (const step of path.split('.')) {
    const residual = chains[0]?.layers[chains[0].at];
    if (step === 'block' || step === 'shortcut') {
      if (residual?.kind === 'residual') layers = residual[step];
    } else chains.unshift({ layers, at: Number(step) });
  }
  return chains;
}

const mixes = ({ kind }: Layer): boolean => kind === 'conv' || kind === 'dense' || kind === 'residual';

/** Whether one of the layers up to the first that mixes channels is such a nonlinearity. */
function meets(layers: readonly Layer[]): boolean {
  const end = layers.findIndex(mixes);
  return layers.slice(0, end < 0 ? layers.length : end).some(singles);
}

const singles = (layer: Layer): boolean =>
  layer.kind === 'activation'
    ? scalesOf(layer.activation) !== 'general'
    : layer.kind === 'pool' && layer.pool === 'max' && layer.size > 1;
