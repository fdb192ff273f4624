/** Members that float32 moves below the cap: what is proved holds for J as a device gives it. */
import { expect, test } from 'vitest';
import { mlp } from '../../src/catalog/presets.js';
import type { Reference } from '../../src/catalog/values.js';
import { adaptiveMembers } from '../../src/methods/adaptive.js';
import { openDevice } from '../../src/tensor/device.js';

const quiet = { signal: new AbortController().signal, progress: () => undefined };

/** φ = c·ReLU(x) − d·ReLU(x) with c and d large and nearly equal, beside φ = x: forming d in float32 moves φ by c/2²⁴. */
async function nearlyCancelling(large: number, device: Awaited<ReturnType<typeof openDevice>>) {
  const architecture = mlp([1, 2, 1], { name: 'relu' }, false);
  const x = Float32Array.from({ length: 64 }, (_, i) => 0.5 + i / 64);
  const weights = new Float32Array(64).fill(1 / 64);
  const inputs = { type: 'Inputs', x, count: 64, item: [1], weights, source: 'test' } as const;
  const origin = Float32Array.of(1, 1, large, 1 - large);
  const y = await device.forward(architecture, origin, inputs, quiet);
  const outputs = { type: 'Outputs', y, count: 64, width: 1 } as const;
  const power = y.reduce((sum, value) => sum + (value * value) / 64, 0);
  const scale = { power, variance: power, zero: power, constant: power };
  const reference: Reference = { type: 'Reference', architecture, inputs, outputs, scale };
  const basis = Float32Array.of(0, 0, 0, 1);
  const coordinates = new Float64Array(1);
  const subspace = { type: 'Subspace', origin, basis, rank: 1, size: 4, coordinates, flags: [] } as const;
  return { reference, lattice: { subspace, low: -1, high: 1, points: 20_001 }, cap: 0.2501 * power };
}

test.each(['cpu', 'wasm'] as const)('%s: no member is missed where terms nearly cancel', async (name) => {
  const device = await openDevice(name, { threads: 1 });
  for (const large of [1e3, 1e4, 1e5, 1e6]) {
    const { reference, lattice, cap } = await nearlyCancelling(large, device);
    const { architecture, inputs, outputs } = reference;
    const family = { kind: 'lattice', lattice } as const;
    const { loss } = await device.evaluate({ architecture, inputs, outputs, family, cap }, quiet);
    const expected = [...loss.keys()].filter((i) => loss[i]! < cap);
    expect(expected.length).toBeGreaterThan(5000);
    const { index } = await adaptiveMembers(lattice, reference, device, quiet, { rule: 'proved', cap });
    expect([...index]).toEqual(expected);
  }
});
