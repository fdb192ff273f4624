/** The learning rate over a run. */
import type { Schedule } from '../../catalog/work.js';

/**
 * The factor on the learning rate at step s of S, in one of `epochs` of equally many steps. Cosine: (1 + cos(π s/S))/2, as
 * torch.optim.lr_scheduler.CosineAnnealingLR called after each step. Step: factor^⌊epoch/epochs⌋, as StepLR. One cycle, with t = (s + ½)/S:
 * t/w up to the share w, then (1 − t)/(1 − w).
 */
export function rateFactor(schedule: Schedule, step: number, steps: number, epochs: number): number {
  switch (schedule.name) {
    case 'constant':
      return 1;
    case 'cosine':
      return (1 + Math.cos((Math.PI * step) / steps)) / 2;
    case 'step':
      return schedule.factor ** Math.floor(Math.floor((step * epochs) / steps) / schedule.epochs);
    case 'one-cycle': {
      const t = (step + 0.5) / steps;
      const { warmup } = schedule;
      return t < warmup ? t / warmup : (1 - t) / (1 - warmup);
    }
  }
}
