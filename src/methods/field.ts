/** J on the members of a lattice: all of them, or those below a cap. */
import { FiberscopeError } from '../catalog/errors.js';
import { deviceText, formatCount, formatPower } from '../catalog/text.js';
import type { Field, Inputs, Lattice, Reference, Subspace } from '../catalog/values.js';
import type { Device, Effort, WorkControl } from '../catalog/work.js';
import { blockCount } from '../tensor/blocks.js';
import { affineTheta } from '../tensor/family.js';
import { describeCap } from './cap.js';
import { latticeCount } from './lattice.js';
import { lossOf } from './points.js';
import { part, quiet } from './progress.js';

const MOST = 2 ** 31 - 1; // members that a 32-bit index can name with room to spare

/** How far a Field goes, what it may go on from, and who wants to know what it took. */
export interface FieldOptions {
  /** Members with J ≥ cap (absolute) are given up; all are computed to the end where it is undefined. */
  readonly cap?: number | undefined;
  /** Fields of the same lattice and reference on the same device, with other caps or none. */
  readonly previous?: readonly Field[] | undefined;
  readonly account?: ((effort: Effort) => void) | undefined;
}

/**
 * The Field J(θ_0 + Σ c_k b_k) on linspace(low, high, n)^m, and the J of the points that span the subspace. Axis k is the
 * coefficient of basis vector k. With a cap it is censored: +∞ and power NaN where J is not below it. Only members
 * that the best of `previous` leaves open are evaluated; the numbers are the same without it. Source: Lengyel et al. 2020 (GENNI), Section 3 and
 * note 8.
 */
export async function fieldOn(
  lattice: Lattice,
  reference: Reference,
  device: Device,
  control: WorkControl,
  { cap, previous: known = [], account }: FieldOptions = {},
): Promise<Field> {
  const count = latticeCount(lattice);
  if (count > MOST)
    throw new FiberscopeError(
      'limit',
      `expected at most ${formatCount(MOST)} members, got ${formatPower(lattice.points, lattice.subspace.rank)} = ${formatCount(count)}; use fewer points per axis`,
    );
  const best = bestOf(known, count, cap);
  const { field: previous, open } = best ?? {};
  const subspace = await withPointLoss(lattice.subspace, reference, device, quiet(control), previous?.lattice.subspace);
  const measured: Lattice = { ...lattice, subspace };
  const { architecture, inputs, outputs } = reference;
  const { values, power } = previous ? copyOf(previous, count) : emptyOf(count);
  let route = previous?.route.replace(REJECTING, '') ?? '';
  let blocks = 0;
  const began = performance.now();
  if (open === undefined || open.length > 0) {
    const family = open
      ? ({ kind: 'members', lattice: measured, index: open } as const)
      : ({ kind: 'lattice', lattice: measured } as const);
    const work = { architecture, inputs, outputs, family, ...(cap === undefined ? {} : { cap }) };
    const got = await device.evaluate(work, part(control, 0, 1));
    route = got.route.replace(REJECTING, '');
    blocks = got.blocks;
    if (open)
      open.forEach((member, i) => {
        values[member] = got.loss[i]!;
        power[member] = got.power[i]!;
      });
    else {
      values.set(got.loss);
      power.set(got.power);
    }
  }
  const seconds = (performance.now() - began) / 1000;
  if (cap !== undefined) censor(values, power, cap);
  const early = cap !== undefined && inputs.weights.every((weight) => weight >= 0);
  account?.({
    members: count,
    evaluated: open?.length ?? count,
    blocks,
    blocksEach: blocksOf(inputs),
    seconds,
    ...(previous ? { from: describeCap(previous, reference.scale) } : {}),
  });
  return {
    type: 'Field',
    lattice: measured,
    values,
    power,
    ...(cap === undefined ? {} : { cap }),
    reference,
    route: early ? `${route}${REJECTING}` : route,
    device: deviceText(device),
  };
}

const REJECTING = ' · rejecting';

/** Blocks of inputs that a member takes which is computed to the end. */
export function blocksOf({ weights }: Inputs): number {
  return blockCount(weights.reduce((all, weight) => all + (weight === 0 ? 0 : 1), 0));
}

/** The Field that leaves the fewest members open, and these, ascending. */
function bestOf(
  fields: readonly Field[],
  count: number,
  cap: number | undefined,
): { readonly field: Field; readonly open: Uint32Array } | undefined {
  let best: { readonly field: Field; readonly left: number } | undefined;
  for (const field of fields) {
    if (best?.left === 0) break;
    let left = 0;
    eachOpen(field, count, cap, () => left++);
    if (best === undefined || left < best.left) best = { field, left };
  }
  if (best === undefined) return undefined;
  const open = new Uint32Array(best.left); // an array that grows would not hold the largest lattices
  let at = 0;
  eachOpen(best.field, count, cap, (member) => {
    open[at++] = member;
  });
  return { field: best.field, open };
}

/** Calls `take` with each member, ascending, whose numbers with this cap (or none) another Field of the same lattice does not tell. */
function eachOpen(field: Field, count: number, cap: number | undefined, take: (member: number) => void): void {
  const tells = field.cap !== undefined && cap !== undefined && cap <= field.cap; // its censored members are censored here too
  let at = 0; // in its index, where it has one
  for (let member = 0; member < count; member++) {
    const listed = field.index === undefined || field.index[at] === member;
    const value = listed ? field.values[field.index ? at++ : member]! : Number.NaN;
    if (!listed || (field.cap !== undefined && !(value < field.cap) && !tells)) take(member);
  }
}

/** The numbers of a Field on the whole lattice. */
function copyOf({ values, power, index }: Field, count: number): Pick<Field, 'values' | 'power'> {
  if (index === undefined) return { values: values.slice(), power: power.slice() };
  const all = emptyOf(count);
  index.forEach((member, i) => {
    all.values[member] = values[i]!;
    all.power[member] = power[i]!;
  });
  return all;
}

const emptyOf = (count: number): Pick<Field, 'values' | 'power'> => ({
  values: new Float32Array(count),
  power: new Float32Array(count),
});

/** Leaves only what is below the cap: a J that is not a number is not below it either. */
function censor(values: Float32Array, power: Float32Array, cap: number): void {
  for (let i = 0; i < values.length; i++)
    if (!(values[i]! < cap)) {
      values[i] = Number.POSITIVE_INFINITY;
      power[i] = Number.NaN;
    }
}

/** The subspace with J and power of θ_0…θ_m against this reference; `measured` is the same with its numbers, where there is one. */
export async function withPointLoss(
  subspace: Subspace,
  reference: Reference,
  device: Device,
  control: WorkControl,
  measured?: Subspace,
): Promise<Subspace> {
  if (subspace.reference === reference && subspace.pointLoss && subspace.pointPower) return subspace;
  if (measured?.pointLoss && measured.pointPower)
    return { ...subspace, pointLoss: measured.pointLoss, pointPower: measured.pointPower, reference };
  const { origin, basis, coordinates, rank, size } = subspace;
  const points = rank === 0 ? 1 : coordinates.length / rank;
  const theta = new Float32Array(points * size);
  for (let i = 0; i < points; i++)
    affineTheta(
      origin,
      basis,
      coordinates.subarray(i * rank, (i + 1) * rank),
      theta.subarray(i * size, (i + 1) * size),
    );
  const { loss, power } = await lossOf(theta, points, reference, device, control);
  return { ...subspace, pointLoss: loss, pointPower: power, reference };
}
