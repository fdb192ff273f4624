/** Networks acted on before an activation, and not compensated (intertwiner paper, Sections 3.3 and 6). */

import { joined } from '../../arrays/numbers.js';
import type { NamedPlace } from '../../catalog/layer-names.js';
import type { Model } from '../../catalog/values.js';
import { stream } from '../../tensor/random.js';
import { randomElement } from './group.js';
import { channelMap } from './phi.js';
import { assemble, inserted, type Network, piecesOf } from './pieces.js';
import { randomOrthogonal, rotationPlanes, rotationPower } from './rotation.js';
import { type Turn, turnName } from './turns.js';

/** The matrix A [d, d] of a turn; `item` tells draws of one seed apart. */
export function turnMatrix(turn: Turn, d: number, seed: number, item: number): Float64Array {
  const random = stream(seed, 'rotate', item);
  switch (turn.kind) {
    case 'none':
      return Float64Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0));
    case 'group':
      return randomElement('positive', d, turn.spread, random);
    case 'orthogonal':
      return randomOrthogonal(d, random);
    case 'geodesic':
      return rotationPower(rotationPlanes(randomOrthogonal(d, random, true), d), turn.alpha);
  }
}

/**
 * Every network of a Model with a layer more, z ↦ Az on the channels before the activation at `place`: a 1 × 1 convolution or, of
 * vectors, a dense layer, without bias. Network i has a matrix of its own, drawn with (seed, first + i).
 */
export function rotate(model: Model, place: NamedPlace, turn: Turn, seed: number, first = 0): Model {
  const d = place.from[0]!;
  const networks = Array.from({ length: model.count }, (_, i): Network => {
    const layer = channelMap(turnMatrix(turn, d, seed, first + i), d, place.from.length > 1);
    return assemble(model.architecture.input, inserted(piecesOf(model, i), place.path, [layer]));
  });
  return {
    ...model,
    architecture: networks[0]!.architecture,
    theta: joined(networks.map(({ theta }) => theta)),
    buffers: joined(networks.map(({ buffers }) => buffers)),
    origin: `${model.origin}; ${turnName(turn)} before ${place.short}`,
  };
}
