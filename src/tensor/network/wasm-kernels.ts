/** The emitted functions of a plan: one for each shape of operation, however often a network has it. */
import type { FunctionWriter } from '../fused/wasm-emitter.js';
import { activationBackward, padRows, pointwise, poolBackward } from '../simd/pointwise.js';
import { backwardShape, linearForward } from '../simd/program.js';
import { sums } from '../simd/sums.js';
import { biasGradient, weightGradient } from '../simd/weight-gradient.js';
import { normBackward, normForward, normStatistics, normSums, sumRows } from './wasm-norm.js';
import type { PlanStage } from './wasm-plan.js';

/** What an operation needs done. */
export type Task = 'forward' | 'statistics' | 'weights' | 'bias' | 'sums' | 'back' | 'add';

/** The shape of a stage, without its places in θ. */
function shapeOf(stage: PlanStage): unknown {
  if (stage.kind === 'linear') {
    const { step, positions, places, taps, rows } = stage;
    return [positions, places, taps, rows, step.units, step.channels, step.bias < 0];
  }
  if (stage.kind === 'batch-norm') return [stage.channels, stage.positions, stage.activation];
  return stage;
}

function writerOf(stage: PlanStage, task: Task, width: number): FunctionWriter {
  const adds = task === 'add';
  switch (stage.kind) {
    case 'linear':
      if (task === 'forward') return linearForward(stage, width);
      if (task === 'weights') return weightGradient(stage, width);
      return task === 'bias' ? biasGradient(stage, width) : sums(backwardShape(stage, width));
    case 'batch-norm':
      if (task === 'statistics') return normStatistics(stage, width);
      if (task === 'forward') return normForward(stage, width, stage.activation);
      return task === 'sums' ? normSums(stage, width, stage.activation) : normBackward(stage, width, adds);
    case 'join':
      return sumRows(stage.rows, width);
    case 'activation':
      return task === 'forward'
        ? pointwise(stage, width)
        : activationBackward(stage.activation, stage.rows, width, adds);
    case 'pad':
      return task === 'forward' ? pointwise(stage, width) : padRows(stage, width, true, adds);
    default:
      return task === 'forward' ? pointwise(stage, width) : poolBackward(stage, width);
  }
}

/** Gathers the functions that a machine needs. */
export class KernelList {
  readonly functions: Record<string, FunctionWriter> = {};
  private readonly names = new Map<string, string>();

  constructor(private readonly width: number) {}

  /** The name of the function for a task of a stage. */
  name(stage: PlanStage, task: Task): string {
    const key = `${task} ${stage.kind} ${JSON.stringify(shapeOf(stage))}`;
    const known = this.names.get(key);
    if (known !== undefined) return known;
    const name = `k${this.names.size}`;
    this.names.set(key, name);
    this.functions[name] = writerOf(stage, task, this.width);
    return name;
  }

  /** Another function, under a name of its own. */
  put(name: string, writer: () => FunctionWriter): string {
    this.functions[name] ??= writer();
    return name;
  }

  /** What the functions are compiled from, as a key. */
  get key(): string {
    return `network ${this.width} ${Object.keys(this.functions).join()} ${[...this.names.keys()].join(' ')}`;
  }
}
