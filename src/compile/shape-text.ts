/** Shapes as people read them: `[500, 1, 28, 28]`, `50³`, `P 43,661`. */
import { layoutOf } from '../catalog/architecture.js';
import type { CapInfo, Info } from '../catalog/info.js';
import { formatCount, formatPower, formatValue } from '../catalog/text.js';

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
      return `${formatPower(info.points, info.rank)}${belowText(info.cap)}`;
    case 'EpsilonSet':
      return `part of ${formatPower(info.points, info.rank)}`;
    case 'Embedding':
      return `${info.dimension}-D`;
    default:
      return '';
  }
}

/** What of a Field is known, where that is not all. */
const belowText = (cap: CapInfo | undefined): string =>
  cap === undefined ? '' : ` below ${formatValue(cap.value)}${cap.relative ? ' E[φ²]' : ''}`;
