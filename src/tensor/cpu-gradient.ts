/** J and its gradient by plain loops: reverse mode over the layers, in float64. */
import type { Architecture } from '../catalog/architecture.js';
import { layoutOf } from '../catalog/architecture.js';
import { chunksOf } from './blocks.js';
import { cpuCapacity } from './cpu-engine.js';
import { CpuNetwork, columns, inputRows } from './cpu-network.js';
import type { GradientEngine } from './descend.js';
import type { Minibatch } from './minibatch.js';

/** The gradient engine of the plain route; `count` is called with the number of network passes. */
export class CpuGradient implements GradientEngine {
  private readonly network: CpuNetwork;
  private readonly size: number;

  constructor(
    architecture: Architecture,
    private readonly count: (passes: number) => void,
  ) {
    this.network = new CpuNetwork(architecture, cpuCapacity(architecture));
    this.size = layoutOf(architecture).size;
  }

  async gradients(
    theta: Float64Array,
    candidates: readonly number[],
    batch: Minibatch,
    each: (candidate: number, loss: number, gradient: ArrayLike<number>) => void,
    breathe: () => Promise<void>,
  ): Promise<void> {
    const { network, size } = this;
    const parts = chunksOf(batch.count, network.capacity).map(({ start, end }) => {
      const index = Array.from({ length: end - start }, (_, i) => start + i);
      return { start, count: end - start, n: columns(end - start), rows: inputRows(batch.x, network.features, index) };
    });
    const gradient = new Float64Array(size);
    const slope = new Float64Array(network.outputs * columns(network.capacity));
    for (const candidate of candidates) {
      const row = theta.subarray(candidate * size, (candidate + 1) * size);
      gradient.fill(0);
      let loss = 0;
      for (const { start, count, n, rows } of parts) {
        const out = network.forward(row, rows, n);
        slope.fill(0);
        for (let j = 0; j < network.outputs; j++)
          for (let i = 0; i < count; i++) {
            const weight = batch.weights[start + i]!;
            const rest = out[j * n + i]! - batch.y[(start + i) * network.outputs + j]!;
            loss += weight * rest * rest;
            slope[j * n + i] = 2 * weight * rest; // ∂J/∂φ
          }
        network.backward(row, slope, gradient, n);
      }
      this.count(parts.length);
      each(candidate, loss, gradient);
      await breathe();
    }
  }

  dispose(): void {}
}
