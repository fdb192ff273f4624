/** What was measured of a change of weights: whether the function stayed as it was. Plain: no device. */
import { formatNumber } from '../../catalog/text.js';
import type { Table } from '../../catalog/values.js';
import { cell } from '../cell.js';

/** Relative change up to which a function counts as the same: what float32 makes of an exact symmetry. */
export const PRESERVED = 1e-5;

/** Inputs that are drawn where none are wired. */
export const DRAWN = 64;

const NOTHING = 1e-12; // RMS φ at or below which a function is about 0

/** The answers: `undefined` where φ is about 0, `not finite` where φ is not. */
export type Verdict = 'preserved' | 'NOT preserved' | 'undefined' | 'not finite';

/** How far the function of one network moved, relative to RMS φ. */
export interface Preservation {
  readonly network: string;
  readonly max: number; // max |φ(x, gθ) − φ(x, θ)| / RMS φ; NaN where the verdict is `undefined` or `not finite`
  readonly rms: number;
  readonly verdict: Verdict;
  readonly on: string; // the inputs
}

/** The verdict on outputs before and after. */
export function compared(
  phi: ArrayLike<number>,
  moved: ArrayLike<number>,
): Pick<Preservation, 'max' | 'rms' | 'verdict'> {
  let [power, squares, max] = [0, 0, 0];
  for (let i = 0; i < phi.length; i++) {
    const change = Math.abs(moved[i]! - phi[i]!);
    power += phi[i]! ** 2;
    squares += change ** 2;
    max = Math.max(max, change); // NaN stays
  }
  const scale = Math.sqrt(power / phi.length);
  if (!Number.isFinite(scale)) return { max: Number.NaN, rms: Number.NaN, verdict: 'not finite' };
  if (scale <= NOTHING) return { max: Number.NaN, rms: Number.NaN, verdict: 'undefined' };
  const relative = { max: max / scale, rms: Math.sqrt(squares / phi.length) / scale };
  return { ...relative, verdict: relative.max <= PRESERVED ? 'preserved' : 'NOT preserved' };
}

/** max |Δφ| / RMS φ as it is shown: `none` where it has no value. */
export const changeText = ({ max }: Pick<Preservation, 'max'>): string =>
  Number.isNaN(max) ? 'none' : formatNumber(max);

/** A row for each network. */
export function preservationTable(found: readonly Preservation[]): Table {
  return {
    type: 'Table',
    columns: ['network', 'max |Δφ| / RMS φ', 'RMS Δφ / RMS φ', 'function', 'on'].map((name) => ({ name })),
    rows: found.map(({ network, max, rms, verdict, on }) => [network, cell(max), cell(rms), verdict, on]),
  };
}

/** The network whose function moved most; one whose output is not finite comes first, then one whose output is about 0. */
export function worstOf(table: Table): Preservation {
  const all = table.rows.map(
    ([network, max, rms, verdict, on]): Preservation => ({
      network: String(network),
      max: typeof max === 'number' ? max : Number.NaN,
      rms: typeof rms === 'number' ? rms : Number.NaN,
      verdict: verdict as Verdict,
      on: String(on),
    }),
  );
  const rank = ({ verdict, max }: Preservation): number => {
    if (verdict === 'not finite') return Number.POSITIVE_INFINITY;
    if (verdict === 'undefined') return Number.MAX_VALUE;
    if (verdict === 'preserved') return max;
    return Number.isNaN(max) ? 1e300 : 1 + max;
  };
  return all.reduce((a, b) => (rank(b) > rank(a) ? b : a));
}
