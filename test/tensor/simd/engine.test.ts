import { describe, expect, test } from 'vitest';
import { type Architecture, layoutOf } from '../../../src/catalog/architecture.js';
import { product } from '../../../src/catalog/shape.js';
import type { Subspace } from '../../../src/catalog/values.js';
import type { Family } from '../../../src/catalog/work.js';
import { Members } from '../../../src/tensor/members.js';
import { projectsFirstLayer } from '../../../src/tensor/route.js';
import { SimdEngine } from '../../../src/tensor/simd/index.js';
import { LENET, NETWORKS, someTheta } from '../../numeric/networks.js';
import { network, normals } from '../../numeric/oracle.js';

const still = async (): Promise<void> => {};

function plane(architecture: Architecture, rank: number): Subspace {
  const { size } = layoutOf(architecture);
  return {
    type: 'Subspace',
    origin: someTheta(architecture, 1, 3),
    basis: normals(rank * size, 0.3, 5),
    rank,
    size,
    coordinates: new Float64Array(rank),
    flags: [],
  };
}

/** θ0 + Σ c_k b_k, each number rounded to float32. */
function thetaOf({ origin, basis, size }: Subspace, c: readonly number[]): Float32Array {
  return origin.map((value, i) => c.reduce((sum, ck, k) => sum + ck * basis[k * size + i]!, value));
}

function expectClose(got: ArrayLike<number>, want: readonly number[], tolerance: number): void {
  const scale = Math.sqrt(want.reduce((sum, v) => sum + v * v, 0) / want.length) + 1e-6;
  expect(got).toHaveLength(want.length);
  want.forEach((v, i) => {
    expect(Math.abs(got[i]! - v)).toBeLessThan(tolerance * scale);
  });
}

/** Outputs of the oracle on `count` inputs. */
function outputsOf(architecture: Architecture, theta: Float32Array, x: Float32Array, count: number): number[] {
  const features = x.length / count;
  return Array.from({ length: count }, (_, n) =>
    network(architecture, theta, x.subarray(n * features, (n + 1) * features)),
  ).flat();
}

const COEFFICIENTS = [
  [0.1, 0.4, -0.2],
  [0.1, 0.4, 0.6], // only the last one differs: the settled part stays
  [-0.3, 0.4, 0.6],
  [0.1, 0.4, -0.2],
];

describe.each(Object.entries({ ...NETWORKS, LENET }))('members of a family on %s', (name, architecture) => {
  const count = name === 'LENET' ? 19 : 37; // more than one row of inputs, the last in part
  const x = normals(count * product(architecture.input), 1, 7);
  const tolerance = name === 'LENET' ? 2e-4 : 1e-5;

  test('give the outputs of plain loops, projected or not, in any order and company', async () => {
    const subspace = plane(architecture, 3);
    const family: Family = { kind: 'affine', subspace, coefficients: Float64Array.from(COEFFICIENTS.flat()) };
    const members = new Members(family);
    const want = COEFFICIENTS.map((c) => outputsOf(architecture, thetaOf(subspace, c), x, count));
    for (const affine of [false, true]) {
      if (affine && !projectsFirstLayer(architecture, 0)) continue;
      const engine = new SimdEngine(architecture, () => undefined);
      const block = await engine.open(x, count, members, affine);
      for (const chosen of [[0], [3, 1, 0], [2]].filter((list) => list.length <= block.group)) {
        const got = await block.run(Uint32Array.from(chosen), still);
        chosen.forEach((member, i) => {
          expectClose(got[i]!, want[member]!, tolerance);
        });
      }
      const again = await engine.open(x.subarray(0, x.length / count), 1, members, affine); // the same memory
      expectClose(
        (await again.run(Uint32Array.of(1), still))[0]!,
        want[1]!.slice(0, want[1]!.length / count),
        3 * tolerance,
      );
    }
  });

  test('give the same when θ is listed, and by forward', async () => {
    const theta = someTheta(architecture, 2, 8);
    const size = theta.length / 2;
    const engine = new SimdEngine(architecture, () => undefined);
    const block = await engine.open(x, count, new Members({ kind: 'explicit', theta, count: 2 }), false);
    const second = theta.slice(size);
    const want = outputsOf(architecture, second, x, count);
    expectClose((await block.run(Uint32Array.of(1), still))[0]!, want, tolerance);
    expectClose(await engine.forward(second, x, count, still), want, tolerance);
  });
});

test('a family of one direction, and of none, is projected', async () => {
  const architecture = NETWORKS['relu, convolutional']!;
  const x = normals(60 * 5, 1, 2);
  for (const rank of [0, 1]) {
    const subspace = plane(architecture, rank);
    const c = [0.7].slice(0, rank);
    const family: Family = { kind: 'affine', subspace, coefficients: Float64Array.from(c) };
    const block = await new SimdEngine(architecture, () => undefined).open(x, 5, new Members(family), true);
    expectClose(
      (await block.run(Uint32Array.of(0), still))[0]!,
      outputsOf(architecture, thetaOf(subspace, c), x, 5),
      1e-5,
    );
  }
});

test('NaN in an input reaches its outputs, through pools and activations, and no others', async () => {
  const architecture = NETWORKS['max pools that overlap']!;
  const x = normals(3 * 72, 1, 2);
  x.fill(Number.NaN, 72, 144);
  const got = await new SimdEngine(architecture, () => undefined).forward(someTheta(architecture, 1, 1), x, 3, still);
  expect([...got].map(Number.isNaN)).toEqual([false, false, true, true, false, false]);
});

test('counts the passes', async () => {
  let passes = 0;
  const architecture = NETWORKS['a wide first layer']!;
  const engine = new SimdEngine(architecture, (n) => {
    passes += n;
  });
  const theta = someTheta(architecture, 3, 8);
  const block = await engine.open(normals(80, 1, 1), 2, new Members({ kind: 'explicit', theta, count: 3 }), false);
  await block.run(Uint32Array.of(0, 2), still);
  expect(passes).toBe(2);
});

test('sums of blocks are those of the outputs, whatever fills up the last rows', async () => {
  const architecture = NETWORKS['an MLP with three outputs']!;
  const count = 300; // three blocks, the last in part
  const x = normals(5 * count, 1, 1);
  const target = { y: normals(3 * count, 1, 2), weights: normals(count, 1, 3) };
  const theta = someTheta(architecture, 3, 8);
  const engine = new SimdEngine(architecture, () => undefined);
  const members = new Members({ kind: 'explicit', theta, count: 3 });
  expect(engine.block).toBeGreaterThanOrEqual(128);
  for (let start = 0; start < count; start += engine.block) {
    const n = Math.min(engine.block, count - start);
    const here = {
      y: target.y.subarray(3 * start, 3 * (start + n)),
      weights: target.weights.subarray(start, start + n),
    };
    const block = await engine.open(x.subarray(5 * start, 5 * (start + n)), n, members, false, here);
    const chosen = Uint32Array.of(2, 0);
    const outputs = await block.run(chosen, still);
    const { blocks, values } = await block.sums!(chosen, still);
    expect(blocks).toBe(Math.ceil(n / 128));
    for (let g = 0; g < 2; g++)
      for (let b = 0; b < blocks; b++) {
        let [loss, power] = [0, 0];
        for (let i = 128 * b; i < Math.min(n, 128 * (b + 1)); i++)
          for (let j = 0; j < 3; j++) {
            const phi = outputs[g]![3 * i + j]!;
            loss += here.weights[i]! * (phi - here.y[3 * i + j]!) ** 2;
            power += here.weights[i]! * phi ** 2;
          }
        expect(Math.abs(values[2 * (g * blocks + b)]! - loss)).toBeLessThan(2e-6 * n);
        expect(Math.abs(values[2 * (g * blocks + b) + 1]! - power)).toBeLessThan(2e-6 * n);
      }
  }
});
