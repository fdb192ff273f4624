/** The one line at a card's foot, from a node's state: pure, so that every state's wording can be tested. */
import { formatCount, formatSeconds } from '../../catalog/text.js';
import { estimateText } from '../../compile/limits.js';
import { type PlannedNode, wholeOf } from '../../compile/plan.js';
import { sweepText } from '../../compile/sweep-cost.js';
import type { NodeState } from '../workbench/types.js';

/** Look of the dot before the line. */
export type Tone = 'idle' | 'queued' | 'running' | 'done' | 'stale' | 'blocked' | 'failed' | 'muted';

/** A status line. `fraction` draws a bar. */
export interface StatusLine {
  readonly tone: Tone;
  readonly text: string;
  readonly fraction?: number;
}

/** What a card says of a node's state; before a run, what running it will cost. */
export function statusLine(state: NodeState | undefined, planned: PlannedNode | undefined): StatusLine {
  switch (state?.status ?? 'idle') {
    case 'idle':
      return { tone: 'idle', text: costText(planned, state) };
    case 'queued':
      return { tone: 'queued', text: 'queued' };
    case 'running':
      return runningLine(state!);
    case 'done':
    case 'cached':
      return { tone: 'done', text: doneText(state!) };
    case 'stale':
      return { tone: 'stale', text: `stale: ${state?.reason ?? 'something upstream changed'}${waitsText(state)}` };
    case 'blocked':
      return { tone: 'blocked', text: `${state?.result ? 'stale, ' : ''}${onCard(state?.reason ?? 'blocked')}` };
    case 'failed':
      return { tone: 'failed', text: onCard(state?.reason ?? 'failed') };
    case 'muted':
      return { tone: 'muted', text: 'muted' };
  }
}

/** A fault without the name of the node, where that is said already. */
export function onCard(reason: string): string {
  return reason.replace(/^node '[^']+':? /, '');
}

const waitsText = (state: NodeState | undefined): string =>
  state?.waits === undefined ? '' : `; waits for Run: about ${formatSeconds(state.waits)}`;

function costText(planned: PlannedNode | undefined, { waits, left }: Partial<NodeState> = {}): string {
  const { cost, estimate } = left ?? (planned ? wholeOf(planned) : {});
  const parts: string[] = planned?.sweep ? [sweepText(planned.sweep, left)] : [];
  if (cost && cost.points > 1) parts.push(`${formatCount(cost.points)} points`);
  if (waits !== undefined) parts.push(`waits for Run: about ${formatSeconds(waits)}`);
  else if (estimate !== undefined && estimate.seconds > 0) parts.push(estimateText(estimate));
  return parts.length === 0 ? 'not run yet' : parts.join(' · ');
}

function runningLine(state: NodeState): StatusLine {
  const fraction = Math.min(1, Math.max(0, state.fraction ?? 0));
  const left =
    state.secondsLeft === undefined || state.secondsLeft < 1
      ? []
      : [`${formatSeconds(Math.round(state.secondsLeft))} left`];
  const text = [state.message ?? (fraction > 0 ? `${Math.round(fraction * 100)} %` : 'running'), ...left].join(' · ');
  return { tone: 'running', text, fraction };
}

function doneText(state: NodeState): string {
  const { result } = state;
  if (result === undefined) return state.status;
  const seconds = result.provenance.seconds;
  const took = seconds >= 0.0005 ? [formatSeconds(seconds)] : [];
  const parts = [...(result.view.status ? [result.view.status] : []), ...took];
  if (state.status === 'cached') parts.push('cached');
  return parts.length === 0 ? 'done' : parts.join(' · ');
}
