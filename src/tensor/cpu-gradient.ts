/** J and its gradient by plain loops: reverse mode over the layers, in float64. */
import type { Architecture } from '../catalog/architecture.js';
import { layoutOf } from '../catalog/architecture.js';
import { chunksOf } from './blocks.js';
import { cpuCapacity } from './cpu-engine.js';
import { CpuNetwork, columns, inputRows } from './cpu-network.js';
import type { GradientEngine } from './descend.js';
import { candidatesTogether, sumOverParts } from './gradient-parts.js';

/** The gradient engine of the plain route; `count` is called with the number of network passes. */
export class CpuGradient implements GradientEngine {
  readonly together: number;
  private readonly network: CpuNetwork;
  private readonly size: number;

  constructor(
    architecture: Architecture,
    private readonly count: (passes: number) => void,
  ) {
    this.network = new CpuNetwork(architecture, cpuCapacity(architecture));
    this.size = layoutOf(architecture).size;
    this.together = candidatesTogether(this.size);
  }

  async gradients(...args: Parameters<GradientEngine['gradients']>): Promise<void> {
    const { network, size } = this;
    const [, candidates, batch, , , breathe] = args;
    const k = network.outputs;
    const parts = chunksOf(batch.count, network.capacity).map(({ start, end }) => {
      const index = Array.from({ length: end - start }, (_, i) => start + i);
      return { start, count: end - start, n: columns(end - start), rows: inputRows(batch.x, network.features, index) };
    });
    const slope = new Float64Array(k * columns(network.capacity));
    const slopesOf = (out: Float64Array, { start, count, n }: (typeof parts)[number]): number => {
      slope.fill(0);
      let loss = 0;
      for (let j = 0; j < k; j++)
        for (let i = 0; i < count; i++) {
          const weight = batch.weights[start + i]!;
          const rest = out[j * n + i]! - batch.y[(start + i) * k + j]!;
          loss += weight * rest * rest;
          slope[j * n + i] = 2 * weight * rest; // ∂J/∂φ
        }
      return loss;
    };
    const breath = (): Promise<void> => breathe(0);
    const long = async (theta: Float64Array, part: (typeof parts)[number], gradient: Float64Array): Promise<number> => {
      const loss = slopesOf(await network.forwardInParts(theta, part.rows, part.n, breath), part);
      await network.backwardInParts(theta, slope, gradient, part.n, breath);
      return loss;
    };
    await sumOverParts(args, size, parts, (theta, part, gradient) => {
      const { n, rows } = part;
      if (network.isLong(3 * n)) return long(theta, part, gradient);
      const loss = slopesOf(network.forward(theta, rows, n), part);
      network.backward(theta, slope, gradient, n);
      return loss;
    });
    this.count(parts.length * candidates.length);
  }

  dispose(): void {}
}
