/** Shapes as people read them: `[500, 1, 28, 28]`, `50³`, `P 43,661`. */
import { layoutOf } from '../catalog/architecture.js';
import type { Info } from '../catalog/info.js';
import { formatCount, formatPower } from '../catalog/text.js';

/** One line on the shape of a value that was not computed yet. */
export function shapeText(info: Info): string {
  switch (info.type) {
    case 'Architecture':
    case 'Model': {
      const { size, outputs } = layoutOf(info.architecture);
      return `[${info.architecture.input.join(', ')}] → [${outputs}], P ${formatCount(size)}`;
    }
    case 'Reference': {
      const { size, outputs } = layoutOf(info.architecture);
      return `N ${formatCount(info.count)} → [${outputs}], P ${formatCount(size)}`;
    }
    case 'Inputs':
      return `[${[info.count, ...info.item].join(', ')}]`;
    case 'Outputs':
      return `[${info.count}, ${info.width}]`;
    case 'Parameters':
      return `[${info.count}, ${info.size}]`;
    case 'Subspace':
      return `m ${info.rank} in P ${formatCount(info.size)}`;
    case 'Field':
      return formatPower(info.points, info.rank);
    case 'EpsilonSet':
      return `part of ${formatPower(info.points, info.rank)}`;
    case 'Embedding':
      return `${info.dimension}-D`;
    default:
      return '';
  }
}
