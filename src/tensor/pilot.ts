/**
 * A few members of a lattice, run before the others to see which inputs tell them from the reference. Worth it on the layered route
 * alone, where an input is dear and blocks are few.
 */
import { product } from '../catalog/shape.js';
import type { Lattice } from '../catalog/values.js';
import type { EvaluateWork, Family, WorkControl } from '../catalog/work.js';
import { chunksOf } from './blocks.js';
import { familyCount } from './family.js';
import { blockOf, firstLayerAffine, type LayeredEngine } from './layered.js';
import { Members } from './members.js';
import { Pace } from './pace.js';
import { stream } from './random.js';

const PILOTS = 16; // members
const WORTH = 64; // times as many members there must be

/** The lattice whose members are worth a pilot: the whole of it, whichever of its members are wanted. */
export function pilotLattice(family: Family): Lattice | undefined {
  if (family.kind !== 'lattice' && family.kind !== 'members') return undefined;
  const { lattice } = family;
  return familyCount({ kind: 'lattice', lattice }) >= WORTH * PILOTS ? lattice : undefined;
}

/**
 * What each input has in J, on average over some members of the lattice, each with the weight 1/J: 16 members drawn at random, the
 * same ones for every evaluation on this lattice. Members whose J is 0 or not finite say nothing.
 */
export async function pilotShares(
  work: EvaluateWork,
  lattice: Lattice,
  engine: LayeredEngine,
  control: WorkControl,
): Promise<Float64Array> {
  const { architecture, inputs, outputs } = work;
  const family = { kind: 'lattice', lattice } as const;
  const draws = stream(0, 'pilot', 0);
  const count = familyCount(family);
  const pilots = Uint32Array.from({ length: PILOTS }, () => Math.floor(draws.uniform() * count));
  const members = new Members(family);
  const features = product(inputs.item);
  const { y, width } = outputs;
  const losses = Array.from(pilots, () => new Float64Array(inputs.count));
  const pace = new Pace(control);
  const breathe = (): Promise<void> => pace.step(0, 'putting the inputs in order');
  for (const { start, end } of chunksOf(inputs.count, blockOf(engine, work))) {
    const x = inputs.x.subarray(start * features, end * features);
    const block = await engine.open(x, end - start, members, firstLayerAffine(architecture, members));
    try {
      for (const group of chunksOf(PILOTS, block.group)) {
        const values = await block.run(pilots.subarray(group.start, group.end), breathe);
        values.forEach((phi, i) => {
          for (let n = start; n < end; n++) {
            let square = 0;
            for (let j = 0; j < width; j++) square += (phi[(n - start) * width + j]! - y[n * width + j]!) ** 2;
            losses[group.start + i]![n] = inputs.weights[n]! * square;
          }
        });
        await breathe();
      }
    } finally {
      block.close();
    }
  }
  const shares = new Float64Array(inputs.count);
  for (const loss of losses) {
    const total = loss.reduce((sum, value) => sum + value, 0);
    if (!(total > 0 && total < Number.POSITIVE_INFINITY)) continue;
    for (let n = 0; n < shares.length; n++) shares[n]! += loss[n]! / total;
  }
  return shares;
}
