/**
 * How a network goes through the memory of the SIMD kernels: slabs of `width` examples pass a phase of operations one after the other,
 * while they are in the cache; a new phase begins where batch normalisation has to know the whole batch first.
 */
import type { Activation } from '../../catalog/architecture.js';
import type { ParameterRange } from '../../catalog/work.js';
import { type Stage, stageOf } from '../simd/stages.js';
import { type JoinStep, type NormStep, type Operation, type Program, wantedOf } from './program.js';

/** Batch normalisation with the activation that follows it. */
export interface NormStage extends NormStep {
  readonly activation?: Activation;
}

/** What an operation does, as emitted code takes it. */
export type PlanStage = Stage | NormStage | JoinStep;

/** An operation in its phase. */
export interface Planned {
  readonly stage: PlanStage;
  readonly from: readonly number[];
  readonly to: number;
  readonly phase: number;
  readonly parameters: readonly ParameterRange[];
}

/** What the machine is for. */
export interface Purpose {
  readonly statistics: 'batch' | 'running';
  readonly trainable: readonly ParameterRange[]; // nothing is walked back where there is none
  readonly kept: readonly number[]; // slots that are read besides the outputs
  readonly estimates?: boolean; // only the statistics of the batch are wanted
}

/** Where the derivatives by a slot are. */
export interface Slopes {
  readonly storage: number; // slots with the same one share it
  readonly first: ReadonlySet<number>; // operations whose derivative is the first to get there: it need not be added
}

/** A network in phases. */
export interface Plan {
  readonly program: Program;
  readonly operations: readonly Planned[];
  readonly phases: number;
  readonly held: readonly boolean[]; // by slot: whether its values are kept for all slabs
  readonly wanted: readonly boolean[]; // by slot: whether its derivative is
  readonly moving: readonly boolean[]; // by operation: whether its own parameters' are
  /** The operations that are walked back at each phase, in order. A norm of the batch comes twice: in its phase it adds up, in the one below it passes on. */
  readonly back: readonly (readonly { readonly operation: number; readonly passes: boolean }[])[];
  readonly slopes: readonly (Slopes | undefined)[]; // by slot
  readonly storages: readonly { readonly rows: number; readonly held: boolean }[];
}

/** Operations with an activation taken into the batch normalisation right before it, where nothing else reads that. */
function fused({ operations, result }: Program, kept: readonly number[]): Operation[] {
  const readers = readersOf(operations);
  const norms = new Map<number, number>(); // by the slot that each writes, its place in `done`
  const done: Operation[] = [];
  for (const operation of operations) {
    const [slot] = operation.from as readonly [number];
    const last = norms.get(slot);
    const alone = readers.get(slot)!.length === 1 && !kept.includes(slot);
    if (operation.step.kind === 'activation' && last !== undefined && alone && slot !== result) {
      const norm = done[last]!;
      const step = { ...norm.step, activation: operation.step.activation };
      done[last] = { ...norm, step, to: operation.to };
      continue;
    }
    if (operation.step.kind === 'batch-norm') norms.set(operation.to, done.length);
    done.push(operation);
  }
  return done;
}

function readersOf(operations: readonly Operation[]): Map<number, number[]> {
  const readers = new Map<number, number[]>();
  operations.forEach(({ from }, i) => {
    for (const slot of from) readers.set(slot, [...(readers.get(slot) ?? []), i]);
  });
  return readers;
}

/** Whether an operation waits for the whole batch. */
const awaits = ({ step }: Pick<Operation, 'step'>, { statistics }: Purpose): boolean =>
  step.kind === 'batch-norm' && statistics === 'batch';

/** The plan of a network for a purpose. */
export function planOf(program: Program, purpose: Purpose): Plan {
  const operations = fused(program, purpose.kept);
  const { slots } = program;
  const phase = new Array<number>(slots.length).fill(0);
  for (const operation of operations) {
    const from = Math.max(...operation.from.map((slot) => phase[slot]!));
    phase[operation.to] = from + (awaits(operation, purpose) ? 1 : 0);
  }
  const phases = phase[program.result]! + 1;
  const wanted = wantedOf({ ...program, operations }, purpose.trainable);
  const isBack = wanted.slots[program.result] === true;
  const held = slots.map(
    (_, slot) =>
      phases > 1 &&
      (isBack ||
        operations.some(
          (operation) =>
            operation.from.includes(slot) && (awaits(operation, purpose) || phase[operation.to] !== phase[slot]),
        )),
  );
  const planned = operations.map(({ step, from, to, parameters }) => ({
    stage: step.kind === 'batch-norm' || step.kind === 'join' ? step : stageOf(step),
    from,
    to,
    phase: phase[to]!,
    parameters,
  }));
  const back = Array.from({ length: phases }, (_, p) => walked(operations, phase, wanted.slots, p, purpose));
  return {
    program,
    operations: planned,
    phases,
    held,
    wanted: wanted.slots,
    moving: wanted.parameters,
    back,
    ...slopesOf(program, operations, phase, phases, wanted.slots, back, purpose),
  };
}

/** What is walked back in a phase: first what norms of the phase above pass on. */
function walked(
  operations: readonly Operation[],
  phase: readonly number[],
  wanted: readonly boolean[],
  at: number,
  purpose: Purpose,
): { operation: number; passes: boolean }[] {
  const backwards = operations.map((_, i) => operations.length - 1 - i).filter((i) => wanted[operations[i]!.to]);
  const above = backwards.filter((i) => awaits(operations[i]!, purpose) && phase[operations[i]!.to] === at + 1);
  const own = backwards.filter((i) => phase[operations[i]!.to] === at);
  return [
    ...above.map((operation) => ({ operation, passes: true })),
    ...own.map((operation) => ({ operation, passes: !awaits(operations[operation]!, purpose) })),
  ];
}

/** Derivatives share storage where one is written over the other; the rest takes scratch as it comes and goes. */
function slopesOf(
  program: Program,
  operations: readonly Operation[],
  phase: readonly number[],
  phases: number,
  wanted: readonly boolean[],
  back: Plan['back'],
  purpose: Purpose,
): Pick<Plan, 'slopes' | 'storages'> {
  const { slots, result } = program;
  const readers = readersOf(operations);
  const owner = slots.map((_, slot) => slot);
  for (const { step, from, to } of operations.toReversed())
    if ((step.kind === 'activation' || step.kind === 'join') && readers.get(from[0]!)!.length === 1)
      owner[from[0]!] = owner[to]!;
  const held = slots.map(() => false);
  operations.forEach((operation) => {
    if (phases === 1) return;
    if (awaits(operation, purpose)) held[owner[operation.to]!] = true;
    else for (const slot of operation.from) if (phase[slot] !== phase[operation.to]) held[owner[slot]!] = true;
  });
  const left = slots.map(() => 0); // slots of an owner that are still to be walked back
  for (const [slot, own] of owner.entries()) if (wanted[slot]) left[own]!++;

  const storages: { rows: number; held: boolean; free: boolean }[] = [];
  const storage = new Map<number, number>(); // by owner
  const firsts = slots.map(() => new Set<number>());
  const place = (slot: number): void => {
    const own = owner[slot]!;
    if (storage.has(own)) return;
    const rows = slots[slot]!;
    const free = held[own] ? -1 : storages.findIndex((one) => one.free && !one.held);
    if (free >= 0) {
      storages[free] = { rows: Math.max(rows, storages[free]!.rows), held: false, free: false };
      storage.set(own, free);
    } else storage.set(own, storages.push({ rows, held: held[own]!, free: false }) - 1);
  };
  if (wanted[result]) place(result);
  for (const list of back.toReversed())
    for (const { operation, passes } of list) {
      const { from, to } = operations[operation]!;
      if (!passes) continue;
      for (const slot of from) {
        if (!wanted[slot]) continue;
        if (!storage.has(owner[slot]!)) firsts[slot]!.add(operation);
        place(slot);
      }
      const own = owner[to]!;
      if (--left[own]! === 0) storages[storage.get(own)!]!.free = true;
    }
  const slopes = slots.map((_, slot) => {
    const at = wanted[slot] ? storage.get(owner[slot]!) : undefined;
    return at === undefined ? undefined : { storage: at, first: firsts[slot]! };
  });
  return { slopes, storages };
}
