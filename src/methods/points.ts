/** Parameter vectors that are given, not searched for. */
import { FiberscopeError } from '../catalog/errors.js';
import type { Parameters, Reference } from '../catalog/values.js';
import type { Device, WorkControl } from '../catalog/work.js';

/** J and output power of each of `count` parameter vectors [count, P], as float64. */
export async function lossOf(
  theta: Float32Array,
  count: number,
  reference: Reference,
  device: Device,
  control: WorkControl,
): Promise<{ loss: Float64Array; power: Float64Array }> {
  const { architecture, inputs, outputs } = reference;
  const family = { kind: 'explicit', theta, count } as const;
  const { loss, power } = await device.evaluate({ architecture, inputs, outputs, family }, control);
  return { loss: Float64Array.from(loss), power: Float64Array.from(power) };
}

/** Given vectors [count, P] as Parameters of the reference's architecture, with their J and output power. */
export async function pointsOf(
  theta: Float32Array,
  count: number,
  reference: Reference,
  device: Device,
  control: WorkControl,
): Promise<Parameters> {
  const at = theta.findIndex((value) => !Number.isFinite(value));
  const size = theta.length / count;
  if (at >= 0)
    throw new FiberscopeError(
      'parameter',
      `θ${Math.floor(at / size)}: expected finite numbers, got ${theta[at]} at place ${at % size}`,
    );
  const { loss, power } = await lossOf(theta, count, reference, device, control);
  return { type: 'Parameters', theta, count, size, reference, loss, power, flags: [] };
}
