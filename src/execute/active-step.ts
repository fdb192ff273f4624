/** The step that is running: it is measured, begun again where the device is lost, and what comes of it is kept. */
import type { MemoryFiles } from '../arrays/file-source.js';
import { FiberscopeError } from '../catalog/errors.js';
import type { Registry } from '../catalog/registry.js';
import type { Device, WorkControl } from '../catalog/work.js';
import type { Plan } from '../compile/plan.js';
import { isSpread } from '../compile/rates.js';
import type { StepResult } from './cache.js';
import { type DeviceInUse, placeOf, tagOf } from './device-in-use.js';
import type { KeptResults } from './kept-results.js';
import { Meter } from './meter.js';
import type { Provenance } from './protocol.js';
import type { RateBook } from './rate-book.js';
import type { Progress } from './run.js';
import type { Step } from './schedule.js';
import { seedsBehind } from './seeds.js';
import { runStep, type Upstream } from './step.js';

/** A step that is running. */
export interface ActiveStep {
  readonly tag: string; // of its result
  readonly controller: AbortController;
  readonly finisher: AbortController | undefined; // of a node that can end early
  readonly result: Promise<StepResult>;
  report: (progress: Progress) => void;
}

/** What steps are computed with. */
export interface StepHome {
  readonly registry: Registry;
  readonly files: MemoryFiles;
  readonly device: DeviceInUse;
  readonly kept: KeptResults;
  readonly book: RateBook;
}

/** A step of a plan with what goes into it; `tag` is that of its result on the device. */
export interface StepTask {
  readonly step: Step;
  readonly plan: Plan;
  readonly upstream: Upstream;
  readonly tag: string;
}

/** A result that is not whole. */
const withStop = (result: StepResult, stopped: NonNullable<Provenance['stopped']>): StepResult => ({
  ...result,
  provenance: { ...result.provenance, stopped },
});

const GRACE = 900; // ms that a step has for stopping when it is told to

/** Resolves when a step that was told to stop has stopped, or has used up its grace. */
export async function endOf({ result }: ActiveStep): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, GRACE));
  await Promise.race([result.catch(() => undefined), late]);
}

/** Starts a step on a device; `onEnd` hears when it is over, however it ends. */
export function startStep(
  { registry, files, device: inUse, kept, book }: StepHome,
  { step, plan, upstream, tag }: StepTask,
  device: Device,
  report: (progress: Progress) => void,
  onEnd: (active: ActiveStep) => void,
): ActiveStep {
  const definition = registry.get(step.node.type)!;
  const controller = new AbortController();
  const { signal } = controller;
  const finisher = definition.finishes ? new AbortController() : undefined;
  const meter = new Meter(step.node.cost);
  const control: WorkControl = {
    signal,
    ...(finisher ? { finish: finisher.signal } : {}),
    progress: (fraction, message, curve) => {
      const reading = signal.aborted ? undefined : meter.read(fraction, message);
      if (reading) active.report({ ...reading, ...(curve ? { curve } : {}) });
    },
  };
  const { kin } = step.node;
  const kinTag = kin === undefined ? undefined : tagOf(device, `kin ${kin}`);
  let besides = 0; // seconds that other threads computed
  const attempt = async (on: Device): Promise<StepResult> => {
    const before = on.workerSeconds ?? 0;
    const previous = kinTag === undefined ? [] : await kept.ofKin(kinTag, (key) => tagOf(device, key));
    const result = await runStep({
      definition,
      node: step.node,
      upstream,
      device: on,
      files,
      control,
      documentHash: plan.documentHash,
      seeds: seedsBehind(plan, registry, step.node.id),
      previous,
    });
    besides = (on.workerSeconds ?? 0) - before;
    return result;
  };
  const compute = async (): Promise<StepResult> => {
    try {
      const result = await attempt(device).catch(async (error) => {
        const lost = error instanceof FiberscopeError && error.kind === 'device' && !signal.aborted;
        if (!lost) throw error;
        return attempt(await inUse.reopened(device)); // a lost device costs one step
      });
      if (signal.aborted) throw new FiberscopeError('cancelled', 'cancelled');
      const early = finisher?.signal.aborted === true;
      const behind = new Set(early ? [tag] : []);
      for (const key of step.uses) for (const stopped of kept.stoppedBehind(tagOf(device, key))) behind.add(stopped);
      if (behind.size > 0) {
        const partial = withStop(result, early ? 'here' : 'above');
        kept.addStopped(tag, partial, behind);
        return partial;
      }
      kept.add(tag, result, kinTag);
      const { effort, seconds: alone } = result.provenance;
      const seconds = alone + (isSpread(step.node.cost.work) ? besides : 0);
      const anew = effort?.from === undefined; // what went on from another says nothing of speed
      if (anew) book.measure(placeOf(device), step.node, seconds / meter.times);
      return result;
    } finally {
      onEnd(active);
    }
  };
  const active: ActiveStep = { tag, controller, finisher, report, result: Promise.resolve().then(compute) };
  active.result.catch(() => undefined); // nobody may be waiting any more
  return active;
}
