/** The reference function: its values on the inputs and the scale of J. */
import type { Architecture } from '../catalog/architecture.js';
import { layoutOf } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import { formatNumber } from '../catalog/text.js';
import type { Inputs, JScale, Outputs, Parameters, Reference } from '../catalog/values.js';
import type { Device, WorkControl } from '../catalog/work.js';
import { deadUnits } from './dead-units.js';
import { initialTheta } from './initialise.js';
import { scaleOf } from './null-models.js';
import { part } from './progress.js';
import type { ThetaChoice } from './theta-choice.js';

/** What a reference can be made of; `requireTheta` says whether what a choice needs is there and fits. */
export interface ThetaSources {
  readonly architecture: Architecture;
  readonly inputs: Inputs;
  readonly parameters: Parameters | undefined;
  readonly outputs: Outputs | undefined;
}

const DRAWN = 0.2; // of the progress bar: the share of drawing θ

/** The reference of a choice: seeded random, typed or loaded θ, or loaded outputs without a θ. */
export async function chosenReference(
  choice: ThetaChoice,
  { architecture, inputs, parameters, outputs }: ThetaSources,
  device: Device,
  control: WorkControl,
): Promise<Reference> {
  const { from, initialisation, deviation, seed, values, row } = choice;
  if (from === 'outputs') return referenceFromOutputs(architecture, inputs, outputs!);
  const { size } = layoutOf(architecture);
  const theta =
    from === 'typed'
      ? Float32Array.from(values)
      : from === 'random'
        ? await initialTheta(
            architecture,
            { name: initialisation, deviation },
            seed,
            'reference',
            0,
            part(control, 0, DRAWN),
          )
        : parameters!.theta.slice(row * size, (row + 1) * size);
  return referenceOf(architecture, theta, inputs, device, part(control, DRAWN, 1));
}

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
  const at = theta.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new FiberscopeError(
      'parameter',
      `θ: expected ${layout.size} numbers within float32 (up to 3.4·10³⁸), got ${theta[at]} at place ${at + 1}; choose smaller ones`,
    );
  const y = await device.forward(architecture, theta, inputs, part(control, 0, 0.5));
  requireFinite(y, inputs, layout.outputs);
  const units = await deadUnits(architecture, theta, inputs, device, part(control, 0.5, 1));
  const outputs: Outputs = { type: 'Outputs', y, count: inputs.count, width: layout.outputs };
  return { type: 'Reference', architecture, inputs, outputs, theta, units, scale: scaleWithin(inputs, outputs) };
}

/** Refuses outputs that overflowed where they count. */
function requireFinite(y: Float32Array, inputs: Inputs, width: number): void {
  const at = y.findIndex((value, i) => !Number.isFinite(value) && inputs.weights[Math.floor(i / width)] !== 0);
  if (at < 0) return;
  const input = Math.floor(at / width);
  throw new FiberscopeError(
    'parameter',
    `the reference overflows: expected φ(x, θ) within float32 (up to 3.4·10³⁸), got ${y[at]} at input ${input + 1} of ${inputs.count}; choose smaller inputs, smaller θ or another architecture`,
  );
}

/** The scale of J; refuses one beyond float32, in which J is computed. */
function scaleWithin(inputs: Inputs, outputs: Outputs): JScale {
  const scale = scaleOf(inputs, outputs);
  if (scale.power <= 3.4e38) return scale;
  throw new FiberscopeError(
    'parameter',
    `the reference is too large: expected E[φ²] within float32 (up to 3.4·10³⁸), got ${formatNumber(scale.power)}, so that J would be ∞; choose smaller inputs, smaller θ or another architecture`,
  );
}

/** A reference whose θ is not known: recorded outputs on the inputs. */
function referenceFromOutputs(architecture: Architecture, inputs: Inputs, outputs: Outputs): Reference {
  return { type: 'Reference', architecture, inputs, outputs, scale: scaleWithin(inputs, outputs) };
}
