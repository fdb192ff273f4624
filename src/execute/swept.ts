/** What a sweep is given: of each of its runs the value at its input and what the node behind it shows, or why there is none. */
import type { SweepRun, Swept } from '../catalog/sweep.js';
import type { PlannedNode, PlannedRun } from '../compile/plan.js';
import type { Upstream } from './step.js';

/** The runs of a node that sweeps; undefined of any other. */
export function sweptOf({ sweep }: PlannedNode, upstream: Upstream): Swept | undefined {
  if (sweep === undefined) return undefined;
  return { parameters: sweep.parameters, runs: sweep.runs.map((run) => runOf(run, upstream)) };
}

/** One run as a sweep reads it. */
export function runOf({ places, source, error }: PlannedRun, upstream: Upstream): SweepRun {
  const nothing = { places, summary: {}, plots: [] };
  const fault = source === undefined ? (error ?? 'cannot run') : upstream.fault(source.node);
  if (source === undefined || fault !== undefined) return { ...nothing, error: fault ?? 'cannot run' };
  const { outputs, view, provenance } = upstream.result(source.node);
  const value = outputs[source.output];
  if (value === undefined) return { ...nothing, error: `'${source.node}' gives no '${source.output}'` };
  const warnings = upstream.flags(source.node);
  const stopped = provenance.stopped === undefined ? {} : { stopped: true as const };
  return { places, value, summary: view.summary, plots: view.plots, warnings, ...stopped };
}
