/** The reference function: its values on the inputs and the scale of J. */
import type { Architecture } from '../catalog/architecture.js';
import { layoutOf } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import type { Inputs, Outputs, Reference } from '../catalog/values.js';
import type { Device, WorkControl } from '../catalog/work.js';
import { deadUnits } from './dead-units.js';
import { scaleOf } from './null-models.js';
import { part } from './progress.js';

/** The reference φ(·, θ): its outputs y_i = φ(x_i, θ), the scale of J, and its dead units. */
export async function referenceOf(
  architecture: Architecture,
  theta: Float32Array,
  inputs: Inputs,
  device: Device,
  control: WorkControl,
): Promise<Reference> {
  const layout = layoutOf(architecture);
  if (theta.length !== layout.size)
    throw new FiberscopeError('shape', `θ: expected ${layout.size} numbers (P), got ${theta.length}`);
  const y = await device.forward(architecture, theta, inputs, part(control, 0, 0.5));
  const units = await deadUnits(architecture, theta, inputs, device, control);
  const outputs: Outputs = { type: 'Outputs', y, count: inputs.count, width: layout.outputs };
  return { type: 'Reference', architecture, inputs, outputs, theta, units, scale: scaleOf(inputs, outputs) };
}

/** A reference whose θ is not known: recorded outputs on the inputs. */
export function referenceFromOutputs(architecture: Architecture, inputs: Inputs, outputs: Outputs): Reference {
  return { type: 'Reference', architecture, inputs, outputs, scale: scaleOf(inputs, outputs) };
}
