/** The steps of an Architecture as emitted code takes them: loops instead of tables, and a linear layer with what follows it. */
import type { Activation, Architecture } from '../../catalog/architecture.js';
import { negativeSlope } from '../activation.js';
import { type LinearStep, type Step, stepsOf } from '../cpu-steps.js';
import { beside, countOf, type Level, levelsOf, type Walk } from './levels.js';

/** Windows of planes: the outputs are consecutive rows. */
export interface WindowStage {
  readonly kind: 'max' | 'mean';
  readonly rows: number;
  readonly windows: readonly Walk[]; // first row of a window, and the output's
  readonly taps: readonly Level[]; // rows of one window
}

/** Weighted sums, with the activation where it is taken along. */
export interface LinearStage {
  readonly kind: 'linear';
  readonly rows: number;
  readonly step: LinearStep;
  readonly positions: readonly Walk[]; // first row of a receptive field, and the position's place in the output
  readonly places: number; // positions
  readonly taps: readonly Level[];
  readonly activation?: Activation;
}

/** Rows put among rows of zeros. */
export interface PadStage {
  readonly kind: 'pad';
  readonly rows: number;
  readonly first: number; // where the first row goes
  readonly to: readonly Walk[]; // rows read and rows written
}

/** Pointwise. */
export interface ActivationStage {
  readonly kind: 'activation';
  readonly rows: number;
  readonly activation: Activation;
}

/** One stage: rows in, `rows` rows out. */
export type Stage = WindowStage | LinearStage | PadStage | ActivationStage;

function isMonotone(activation: Activation): boolean {
  const slope = negativeSlope(activation);
  return slope === undefined ? activation.name !== 'gelu' : slope >= 0;
}

/** A max-pool goes before the monotone activation ahead of it: equal, and less work. An identity is nothing. */
function ordered(steps: readonly Step[]): Step[] {
  const done: Step[] = [];
  for (const step of steps) {
    if (step.kind === 'activation' && step.activation.name === 'identity') continue;
    const last = done.at(-1);
    if (step.kind === 'max' && last?.kind === 'activation' && isMonotone(last.activation))
      done.splice(-1, 1, step, { ...last, rows: step.rows });
    else done.push(step);
  }
  return done;
}

/** A step as emitted code takes it. */
export function stageOf(step: Step): Stage {
  switch (step.kind) {
    case 'linear': {
      const { rows, first, taps } = step;
      return {
        kind: 'linear',
        rows,
        step,
        positions: beside(levelsOf(first)),
        places: first.length,
        taps: levelsOf(taps),
      };
    }
    case 'pad':
      return {
        kind: 'pad',
        rows: step.rows,
        first: step.to[0]!,
        to: beside(levelsOf(step.to)).map(({ count, steps }) => ({ count, steps: steps.toReversed() })),
      };
    case 'activation':
      return { kind: 'activation', rows: step.rows, activation: step.activation };
    default: {
      const { kind, rows, planes, first, taps } = step;
      const starts = [...levelsOf(planes), ...levelsOf(first)];
      return { kind, rows, windows: beside(starts), taps: levelsOf(taps) };
    }
  }
}

/** The stages of an Architecture. */
export function stagesOf(architecture: Architecture): Stage[] {
  return ordered(stepsOf(architecture)).map(stageOf);
}

/** The same with each activation in the linear layer before it. */
export function joined(stages: readonly Stage[]): Stage[] {
  const done: Stage[] = [];
  for (const stage of stages) {
    const last = done.at(-1);
    if (stage.kind === 'activation' && last?.kind === 'linear' && last.activation === undefined)
      done.splice(-1, 1, { ...last, activation: stage.activation });
    else done.push(stage);
  }
  return done;
}

/** Products of one unit at one place. */
export function fanIn({ taps }: LinearStage): number {
  return countOf(taps);
}
