/** The layered route and `forward` in plain JavaScript. */

import { range } from '../arrays/numbers.js';
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import { product } from '../catalog/shape.js';
import type { ForwardEngine } from './backing.js';
import { INPUT_BLOCK, powerOfTwo } from './blocks.js';
import { CpuNetwork, columns, inputRows } from './cpu-network.js';
import { firstLayerSize, type LayeredBlock } from './layered.js';
import type { Members } from './members.js';
import type { Breathe } from './pace.js';

const BUFFER_NUMBERS = 2 ** 22; // of one layer: 32 MB

/** Inputs that go through the network at once: a whole block where its layers fit. */
export function cpuCapacity(architecture: Architecture): number {
  const widest = Math.max(...layoutOf(architecture).shapes.map((shape) => product(shape)));
  return powerOfTwo(Math.min(INPUT_BLOCK, BUFFER_NUMBERS / widest), 4);
}

/** [k, n] with columns of padding to [count, k]. */
function transposed(out: Float64Array, outputs: number, n: number, count: number, to: Float64Array): void {
  for (let j = 0; j < outputs; j++) for (let i = 0; i < count; i++) to[i * outputs + j] = out[j * n + i]!;
}

/** Runs networks of one Architecture; `count` is called with the number of network passes, so that they are counted. */
export class CpuEngine implements ForwardEngine {
  readonly block: number;
  readonly cappedBlock: number;
  private readonly network: CpuNetwork;

  constructor(
    private readonly architecture: Architecture,
    private readonly count: (passes: number) => void,
  ) {
    this.block = cpuCapacity(architecture);
    this.cappedBlock = this.block;
    this.network = new CpuNetwork(architecture, this.block);
  }

  async open(x: Float32Array, count: number, members: Members, affine: boolean): Promise<LayeredBlock> {
    const { network } = this;
    const n = columns(count);
    const rows = inputRows(x, network.features, range(count));
    const long = network.isLong(n);
    const theta = new Float64Array(members.size);
    const maps: Float64Array[] = [];
    const skip = affine ? firstLayerSize(this.architecture) : 0;
    if (affine)
      for (let k = 0; k <= members.subspace!.rank; k++)
        maps.push(network.project(Float64Array.from(members.map(k)), rows, n).slice());
    const z = new Float64Array(maps[0]?.length ?? 0);
    const result = new Float64Array(count * network.outputs);
    return {
      group: 1,
      run: async ([only], breathe) => {
        const member = only!; // a group is one member
        this.count(1);
        members.theta(member, theta, skip);
        let out: Float64Array;
        if (affine) {
          combine(maps, members.coefficients(member), z);
          out = long
            ? await network.forwardInParts(theta, z, n, breathe, network.afterHead)
            : network.forwardFrom(theta, z, n);
        } else out = long ? await network.forwardInParts(theta, rows, n, breathe) : network.forward(theta, rows, n);
        transposed(out, network.outputs, n, count, result);
        return [result];
      },
      close: () => {},
    };
  }

  /** Outputs [count, k] of one θ. */
  async forward(theta: Float32Array, x: Float32Array, count: number, breathe: Breathe): Promise<Float64Array> {
    const { network } = this;
    this.count(1);
    const n = columns(count);
    const rows = inputRows(x, network.features, range(count));
    const values = new Float64Array(theta);
    const out = network.isLong(n)
      ? await network.forwardInParts(values, rows, n, breathe)
      : network.forward(values, rows, n);
    const result = new Float64Array(count * network.outputs);
    transposed(out, network.outputs, n, count, result);
    return result;
  }
}

/** z = maps[0] + Σ c_k maps[k + 1]. */
function combine(maps: readonly Float64Array[], c: Float64Array, z: Float64Array): void {
  z.set(maps[0]!);
  for (let k = 0; k < c.length; k++) {
    const map = maps[k + 1]!;
    const ck = c[k]!;
    for (let i = 0; i < z.length; i++) z[i]! += ck * map[i]!;
  }
}
