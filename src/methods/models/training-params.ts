/** The parameters of training, the same on every node that trains networks. */
import type { z } from 'zod';
import { choice, type FieldMeta, integer, number } from '../../catalog/params.js';
import type { Optimizer, Schedule } from '../../catalog/work.js';
import { OPTIMIZERS, optimizerOf } from '../optimizers.js';
import { SCHEDULES, scheduleOf } from './schedules.js';

/** Optimiser, schedule, weight decay, epochs and batch; shown when `when` says so. */
export function trainingParams(when?: FieldMeta['when'], learningRate = 0.001) {
  const shown = when === undefined ? {} : { when };
  return {
    optimizer: choice({ label: 'Optimiser', choices: OPTIMIZERS, default: 'adam', ...shown }),
    learningRate: number({ label: 'Learning rate', default: learningRate, positive: true, ...shown }),
    momentum: number({
      label: 'Momentum',
      default: 0.9,
      min: 0,
      max: 0.9999,
      when: { param: 'optimizer', is: ['momentum'] },
    }),
    schedule: choice({ label: 'Schedule', choices: SCHEDULES, default: 'cosine', ...shown }),
    every: integer({
      label: 'Step every',
      unit: 'epochs',
      default: 10,
      min: 1,
      max: 100_000,
      when: { param: 'schedule', is: ['step'] },
    }),
    factor: number({
      label: 'Factor',
      help: 'on the learning rate at each step',
      default: 0.1,
      positive: true,
      max: 1,
      when: { param: 'schedule', is: ['step'] },
    }),
    warmup: number({
      label: 'Rise',
      help: 'share of the run in which the learning rate rises',
      default: 0.3,
      min: 0.01,
      max: 0.99,
      when: { param: 'schedule', is: ['one-cycle'] },
    }),
    weightDecay: number({ label: 'Weight decay λ', default: 0, min: 0, max: 10, ...shown }),
    epochs: integer({ label: 'Epochs', default: 10, min: 1, max: 100_000, ...shown }),
    batch: integer({
      label: 'Batch size',
      unit: 'inputs',
      help: 'at most N',
      default: 64,
      min: 1,
      max: 65_536,
      ...shown,
    }),
  };
}

/** Their values. */
export type TrainingParams = z.output<z.ZodObject<ReturnType<typeof trainingParams>>>;

/** How a network is trained: what the parameters stand for. */
export interface TrainingRules {
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly weightDecay: number;
  readonly epochs: number;
  readonly batch: number;
}

/** The rules that parameters stand for. */
export const rulesOf = (p: TrainingParams): TrainingRules => ({
  optimizer: optimizerOf(p),
  schedule: scheduleOf(p),
  weightDecay: p.weightDecay,
  epochs: p.epochs,
  batch: p.batch,
});
