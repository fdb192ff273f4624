/** The record of a search: every candidate with its verdict, the loss curves, and why a search failed. */
import { formatCount, formatNumber, subscript } from '../catalog/text.js';
import type { Curve, Reference, Table, Verdict } from '../catalog/values.js';
import { relativeJ } from './null-models.js';

/** One start after its descent: what became of it and why. */
export interface Candidate {
  readonly round: number;
  readonly start: number; // within the round
  readonly verdict: Verdict;
  readonly loss: number; // J on all inputs
  readonly relative: number; // J / E[φ²]
  readonly newness?: number; // distance from the plane of those before it / max(‖θ_i − θ_0‖, ‖θ_0‖)
}

const LINES = 4096; // loss curves kept; those of the selected are always
const LOSS = 'minibatch J / E[φ²]';

interface Line {
  readonly name: string;
  readonly y: Float64Array;
  readonly verdict: Verdict;
}

/** What a search has seen: its candidates in the order of the starts, and their loss curves relative to the reference's power. */
export class SearchRecord {
  readonly candidates: Candidate[] = [];
  readonly #lines: Line[] = [];
  #steps: Float64Array = new Float64Array(0);

  constructor(private readonly power: number) {}

  /** Adds a candidate, the number of its start over all rounds, and its J by recorded step. */
  add(candidate: Candidate, number: number, steps: Float64Array, lossAt: (record: number) => number): void {
    const { verdict } = candidate;
    this.candidates.push(candidate);
    this.#steps = steps;
    if (this.#lines.length >= LINES && verdict !== 'selected') return;
    const y = Float64Array.from(steps, (_, record) => lossAt(record) / this.power);
    this.#lines.push({ name: nameOf(number), y, verdict });
  }

  /** Loss curves while a round is under way, whose first start has this number; earlier rounds first. */
  live(curve: Curve, first: number): Curve {
    const now = curve.lines.map(({ y }, i) => ({ name: nameOf(first + i), y: y.map((loss) => loss / this.power) }));
    const before = this.#lines.map(({ name, y }) => ({ name, y: y.slice(0, curve.x.length) }));
    return { ...curve, yName: LOSS, lines: [...before, ...now] };
  }

  /** Loss curves of the finished search: the selected first, named θ₀ … θₘ. */
  get curve(): Curve {
    const rank = ({ verdict }: Line): number => (verdict === 'selected' ? 0 : 1);
    const kept = [...this.#lines].sort((a, b) => rank(a) - rank(b));
    return {
      type: 'Curve',
      x: this.#steps,
      xName: 'step',
      yName: LOSS,
      logY: true,
      lines: kept.map(({ name, y, verdict }, i) => ({
        name: verdict === 'selected' ? `θ${subscript(i)}` : name,
        y,
        state: verdict,
      })),
    };
  }
}

const nameOf = (start: number): string => `start ${start + 1}`;

/** Every candidate with its verdict, in the order of the starts. */
export function candidateTable(candidates: readonly Candidate[], scale: Reference['scale']): Table {
  return {
    type: 'Table',
    columns: [
      { name: 'round' },
      { name: 'start' },
      { name: 'verdict' },
      { name: 'J' },
      { name: 'J', unit: 'E[φ²]' },
      { name: 'new share' },
    ],
    rows: candidates.map((one) => [
      one.round + 1,
      one.start + 1,
      one.verdict,
      Number.isFinite(one.loss) ? one.loss : null,
      Number.isFinite(one.loss) ? (relativeJ(one.loss, scale) ?? null) : null,
      one.newness ?? null,
    ]),
  };
}

const REASONS: Readonly<Partial<Record<Verdict, string>>> = {
  loss: 'J above the tolerance',
  dead: 'dead (output identically 0)',
  dependent: 'linearly dependent on those before',
  diverged: 'diverged',
};

/** Counts of the verdicts, in words. */
function verdictText(candidates: readonly Candidate[]): string {
  return (Object.keys(REASONS) as Verdict[])
    .map((verdict) => [verdict, candidates.filter((one) => one.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${formatCount(count)} ${REASONS[verdict]}`)
    .join(', ');
}

/** Why a search failed: how many were found, why the others were not taken, and the best of them. */
export function failureText(
  candidates: readonly Candidate[],
  found: number,
  options: { readonly mode: 'independent' | 'first'; readonly rank: number; readonly tolerance: number },
): string {
  const best = candidates
    .filter((one) => one.verdict === 'loss' || one.verdict === 'dead')
    .sort((a, b) => a.relative - b.relative)
    .slice(0, 5)
    .map((one) => `${formatNumber(one.relative)} (${one.verdict}, round ${one.round + 1}, start ${one.start + 1})`);
  const rounds = new Set(candidates.map((one) => one.round)).size;
  if (options.mode === 'first')
    return (
      `expected the first m + 1 = ${options.rank + 1} starts to stay finite and linearly independent, got ${found}; ` +
      `rejected: ${verdictText(candidates)}; use a smaller learning rate, fewer steps or another seed`
    );
  return (
    `expected m + 1 = ${options.rank + 1} independent candidates with J ≤ ${formatNumber(options.tolerance)} E[φ²], ` +
    `got ${found} from ${formatCount(candidates.length)} starts in ${rounds} round${rounds === 1 ? '' : 's'}; rejected: ${verdictText(candidates)}` +
    `${best.length > 0 ? `; best rejected J / E[φ²]: ${best.join(', ')}` : ''}` +
    `; allow more steps or rounds, another learning rate, a larger tolerance or a smaller m`
  );
}
