/** Short phrases that several parts of the window share. */

import type { Cost } from '../../catalog/info.js';
import { formatBytes, formatCount, formatNumber, formatSeconds } from '../../catalog/text.js';
import { estimateText } from '../../compile/limits.js';
import type { Time } from '../../compile/rates.js';
import type { NodeState } from '../workbench/types.js';

/** True on Apple keyboards, where ⌘ stands for Ctrl. */
export function onMac(): boolean {
  return typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);
}

/** A rate with three digits: `16.2 M`, `450 k`. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 1e9) return `${formatNumber(perSecond / 1e9)} G`;
  if (perSecond >= 1e6) return `${formatNumber(perSecond / 1e6)} M`;
  if (perSecond >= 1e3) return `${formatNumber(perSecond / 1e3)} k`;
  return formatNumber(perSecond);
}

/** Floating-point operations: two per multiply-add. */
export function formatFlop(multiplyAdds: number): string {
  const flop = 2 * multiplyAdds;
  if (flop >= 1e12) return `${formatNumber(flop / 1e12, 2)} TFLOP`;
  if (flop >= 1e9) return `${formatNumber(flop / 1e9, 2)} GFLOP`;
  if (flop >= 1e6) return `${formatNumber(flop / 1e6, 2)} MFLOP`;
  return `${formatNumber(flop / 1e3, 2)} kFLOP`;
}

/** What a step will take, in one line: `125,000 points · 0.63 GFLOP · 1 MB · about 8 s`. */
export function costText(cost: Cost, time: Time | undefined): string {
  const parts: string[] = [];
  if (cost.points > 0) parts.push(`${formatCount(cost.points)} ${cost.points === 1 ? 'point' : 'points'}`);
  if (cost.multiplyAdds > 0) parts.push(formatFlop(cost.multiplyAdds));
  if (cost.bytes > 0) parts.push(formatBytes(cost.bytes));
  if (time !== undefined && time.seconds > 0 && Number.isFinite(time.seconds)) parts.push(estimateText(time));
  return parts.join(' · ');
}

/** What to say of a step's time: its estimate where that is what it is expected to take, else what runs have told. */
export function timeOf(estimate: Time | undefined, expected: number | undefined): Time | undefined {
  if (expected === undefined || expected === estimate?.seconds) return estimate;
  return { seconds: expected, atMost: false };
}

const STATUS: Readonly<Record<NodeState['status'], string>> = {
  idle: 'not run yet',
  queued: 'queued',
  running: 'running',
  done: 'done',
  cached: 'cached',
  stale: 'stale',
  blocked: 'blocked',
  failed: 'failed',
  muted: 'muted',
};

/** A node's state in a few words: `cached · 7.7 ms`, `stale: ε changed`, `running 64 % · 3 s left`. */
export function statusText(state: NodeState | undefined): string {
  if (!state) return STATUS.idle;
  switch (state.status) {
    case 'done':
    case 'cached': {
      const seconds = state.result?.provenance.seconds;
      return seconds === undefined ? STATUS[state.status] : `${STATUS[state.status]} · ${formatSeconds(seconds)}`;
    }
    case 'running': {
      const share =
        state.fraction === undefined
          ? ''
          : ` ${Math.floor(100 * state.fraction)} %${state.round ? ` of ${state.round}` : ''}`;
      const left = state.secondsLeft === undefined ? '' : ` · ${formatSeconds(state.secondsLeft)} left`;
      return `running${share}${left}`;
    }
    case 'stale':
      return `stale: ${state.reason}`;
    case 'blocked':
      return state.result ? 'stale, blocked' : STATUS.blocked;
    default:
      return STATUS[state.status];
  }
}
