/** Learning-rate schedules by name. */
import { formatNumber } from '../../catalog/text.js';
import type { Schedule } from '../../catalog/work.js';

/** Names of the schedules. */
export const SCHEDULES = {
  constant: 'Constant',
  cosine: 'Cosine to 0',
  step: 'Steps',
  'one-cycle': 'One cycle',
} as const;

/** A schedule with its parameters: those that its name does not use do not count. */
export interface ScheduleChoice {
  readonly schedule: keyof typeof SCHEDULES;
  readonly every: number; // epochs between two steps
  readonly factor: number; // on the learning rate at each
  readonly warmup: number; // share of the run in which one cycle rises
}

/** The schedule that was chosen. */
export function scheduleOf({ schedule, every, factor, warmup }: ScheduleChoice): Schedule {
  if (schedule === 'step') return { name: schedule, epochs: every, factor };
  return schedule === 'one-cycle' ? { name: schedule, warmup } : { name: schedule };
}

/** A schedule as a phrase after the learning rate: `, cosine`; nothing of a constant one. */
export function scheduleText(schedule: Schedule): string {
  switch (schedule.name) {
    case 'constant':
      return '';
    case 'cosine':
      return ', cosine';
    case 'step':
      return `, times ${formatNumber(schedule.factor)} every ${schedule.epochs} epochs`;
    case 'one-cycle':
      return ', one cycle';
  }
}
