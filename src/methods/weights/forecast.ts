/** What the nodes of Weights will take: plain counting, without a device. */
import { type Architecture, layoutOf } from '../../catalog/architecture.js';
import type { Cost } from '../../catalog/info.js';
import { DRAWN } from './verdict.js';

/** Bytes of so many networks. */
export function modelBytes(architecture: Architecture, count: number): number {
  const { size, bufferSize } = layoutOf(architecture);
  return 4 * count * (size + bufferSize);
}

/** Forward passes of `networks` networks on so many inputs each, and `bytes` kept. */
export function passes(architecture: Architecture, networks: number, inputs: number, bytes: number): Cost {
  return {
    points: networks * inputs,
    multiplyAdds: networks * inputs * layoutOf(architecture).multiplyAdds,
    work: { kind: 'infer', architecture },
    bytes,
  };
}

/** Changing `count` networks and measuring their functions before and after, on `inputs` inputs where some are wired. */
export const changing = (architecture: Architecture, count: number, inputs = DRAWN): Cost =>
  passes(architecture, 2 * count, inputs, modelBytes(architecture, count));
