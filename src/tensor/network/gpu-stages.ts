/**
 * A program as kernels take it: an activation goes along with the operation before it, a pad with the convolution after it, where
 * nothing else reads what lies between.
 */
import type { Activation } from '../../catalog/architecture.js';
import { EACH_PLACE, type Ending, frame, type GpuKernel, type GpuShape, type Slot, spread } from '../gpu-frame.js';
import { endingOf, kernelAt } from '../gpu-kernels.js';
import { paddedKernel, type Reads, readsOf } from '../gpu-padded.js';
import { slopeFromOutput } from '../gpu-slopes.js';
import { normKernel } from './gpu-norm-kernels.js';
import type { NetworkStep, Operation, Program } from './program.js';

/** Operations that one kernel does. */
export interface Stage {
  readonly step: NetworkStep;
  readonly activation: Activation | undefined; // after a step that is none itself
  readonly reads: Reads | undefined; // of a linear step
  readonly padded: boolean; // it reads beyond the edges
  readonly from: readonly number[]; // slots
  readonly to: number;
  readonly operation: number; // index of the step's
}

/** Which operations read each slot. */
function readersOf({ slots, operations }: Program): Operation[][] {
  const readers: Operation[][] = slots.map(() => []);
  for (const operation of operations) for (const slot of operation.from) readers[slot]!.push(operation);
  return readers;
}

/**
 * The stages of a program. `kept`: slots that are wanted for themselves. With `slopes`, an activation is taken along only where its result
 * tells its slope, and where the way back finds one activation at a time.
 */
export function stagesOf(program: Program, kept: ReadonlySet<number>, slopes: boolean): Stage[] {
  const readers = readersOf(program);
  const stages: Stage[] = [];
  const { operations, slots } = program;
  for (let i = 0; i < operations.length; ) {
    const first = operations[i]!;
    const pad = first.step.kind === 'pad' && operations[i + 1]?.step.kind === 'linear' ? first.step : undefined;
    if (pad !== undefined) i++;
    const operation = i;
    const { step, to } = operations[i++]!;
    const next = operations[i];
    const alone = readers[to]!.length === 1 && readers[to]![0] === next && !kept.has(to);
    const joins = step.kind === 'linear' || step.kind === 'batch-norm' || step.kind === 'join';
    let activation: Activation | undefined;
    if (joins && alone && next?.step.kind === 'activation') {
      const tells =
        slopeFromOutput(next.step.activation) && !readers[next.to]!.some((reader) => reader.step.kind === 'activation');
      if (!slopes || tells) {
        activation = next.step.activation;
        i++;
      }
    }
    const reads = step.kind === 'linear' ? readsOf(step, slots[first.from[0]!]!, pad) : undefined;
    stages.push({
      step,
      activation,
      reads,
      padded: pad !== undefined,
      from: first.from,
      to: activation === undefined ? to : next!.to,
      operation,
    });
  }
  return stages;
}

/** The sum of `x` and `value`. */
function joinKernel(rows: number, { result, declared }: Ending, { columns }: GpuShape): GpuKernel {
  const slots: Slot[] = ['x', 'value', 'out'];
  const body = `${EACH_PLACE}
  let at = (origin + place) * columns + column;
  let s = x[at] + value[at];
  out[at] = ${result('s')};`;
  return {
    code: frame(slots, { ROWS_IN: rows, PLACES: rows }, body, declared),
    slots,
    table: new Uint32Array(1),
    rows,
    perMember: false,
    groups: [spread(rows, columns), 1],
    multiplyAdds: 8 * rows * columns,
  };
}

/** The kernel of a stage, which reads slots of so many rows. */
export function stageKernel(stage: Stage, program: Program, shape: GpuShape): GpuKernel {
  const { step, activation, reads, padded, from } = stage;
  const rowsIn = program.slots[from[0]!]!;
  switch (step.kind) {
    case 'batch-norm':
      return normKernel(step, activation, program.bufferSize, shape);
    case 'join':
      return joinKernel(step.rows, endingOf(activation), shape);
    case 'linear':
      if (padded) return paddedKernel(step, reads!, rowsIn, endingOf(activation), shape);
      break;
  }
  const after = activation === undefined ? [] : [{ kind: 'activation', rows: step.rows, activation } as const];
  return kernelAt([step, ...after], 0, rowsIn, shape).kernel;
}
