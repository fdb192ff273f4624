/** Whether a change of weights left the function as it was: measured on inputs. */
import type { Inputs, Model, Table } from '../../catalog/values.js';
import type { Device, WorkControl } from '../../catalog/work.js';
import { networkAt } from '../models/networks.js';
import { inPair } from '../models/pairs.js';
import { outputsOf } from '../models/score.js';
import { part } from '../progress.js';
import { randomInputs } from '../random-inputs.js';
import { compared, DRAWN, type Preservation, preservationTable } from './verdict.js';

/** Max and RMS of φ(x, gθ) − φ(x, θ) relative to RMS φ(x, θ), network by network, on inputs or on 64 draws of N(0, 1). */
export async function preservation(
  before: Model,
  after: Model,
  inputs: Inputs | undefined,
  device: Device,
  control: WorkControl,
): Promise<Table> {
  const on = inputs ?? drawn(before);
  const found: Preservation[] = [];
  for (let i = 0; i < after.count; i++) {
    const share = part(control, i / after.count, (i + 1) / after.count);
    const phi = await outputsOf(networkAt(before, inPair(before, i)), on, device, share);
    const moved = await outputsOf(networkAt(after, i), on, device, share);
    found.push({ ...compared(phi, moved), on: on.source, network: after.names[i]! });
  }
  return preservationTable(found);
}

function drawn({ architecture: { input: shape } }: Model): Inputs {
  return randomInputs({ shape, count: DRAWN, seed: 0, distribution: 'normal', mean: 0, deviation: 1, low: 0, high: 1 });
}
