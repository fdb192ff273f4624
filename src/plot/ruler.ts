/**
 * Geometry of the J ruler: one logarithmic axis relative to E[φ²] with θ₀…θ_m, the null models, other ε for comparison and the ε
 * handle. Labels never overlap: they are pushed apart, then shortened, then the least important are left out.
 */
import { formatNumber } from '../catalog/text.js';
import type { RulerData } from '../catalog/views.js';
import { textWidth } from './drawing.js';
import { spread } from './spread.js';
import { markColour } from './theme.js';
import { logTicks } from './ticks.js';

/** Ends of the axis in shown units (J / E[φ²], or J where E[φ²] is 0). */
export interface RulerDomain {
  readonly low: number;
  readonly high: number;
  readonly unit: number; // J of one shown unit: E[φ²], or 1
}

/** Another ε shown for comparison, already divided by the power of its own reference. */
export interface RulerComparison {
  readonly name: string;
  readonly relative: number;
}

/** What a label stands for; `flagged` ones are at or above a null model. */
export type LabelRole = 'epsilon' | 'mark' | 'constant' | 'zero' | 'cap' | 'tick' | 'comparison' | 'flagged';

/** A placed label: its centre and width in px, its row, and the px on the axis that it belongs to. */
export interface RulerLabel {
  readonly text: string;
  readonly role: LabelRole;
  readonly row: 'top' | 'upper' | 'lower';
  readonly x: number;
  readonly width: number;
  readonly anchor: number;
}

/** A laid-out ruler of a width. */
export interface RulerLayout {
  readonly width: number;
  readonly domain: RulerDomain;
  readonly ticks: readonly number[]; // px
  readonly dots: readonly {
    readonly x: number;
    readonly name: string;
    readonly colour: string;
    readonly beyond: boolean;
  }[];
  readonly nulls: readonly { readonly x: number; readonly role: 'constant' | 'zero' }[];
  readonly comparisons: readonly { readonly x: number; readonly flagged: boolean }[];
  readonly labels: readonly RulerLabel[];
  readonly epsilon: number | undefined; // px of the handle
  readonly cap: number | undefined; // px up to which the handle goes
}

const EDGE = 14; // px kept free at both ends of the axis
const GAP = 8; // px between labels
const SIZE = 11;
const ROUNDING = 1e-12; // of a cap divided by E[φ²]

/** The axis for a ruler: from the best J of interest to beyond every null model, mark and ε. At most 12 decades. */
export function rulerDomain(ruler: RulerData, comparisons: readonly RulerComparison[] = []): RulerDomain {
  const unit = ruler.scale.power > 0 ? ruler.scale.power : 1;
  const values = [ruler.scale.zero, ruler.scale.constant, ruler.epsilon, ruler.cap, ...ruler.marks.map((m) => m.loss)]
    .map((j) => (j ?? 0) / unit)
    .concat(comparisons.map((c) => c.relative))
    .filter((r) => Number.isFinite(r) && r > 0);
  const lowest = ruler.lowest / unit;
  const top = values.length > 0 ? Math.max(...values) : Math.max(ruler.highest / unit, 1e-300) || 1;
  const high = top * 3;
  const floor = top * 1e-9;
  const small = [...values, lowest].filter((r) => Number.isFinite(r) && r >= floor);
  const low = Math.min(top * 1e-4, ...small) / 2;
  return { low: 10 ** Math.floor(Math.log10(low)), high, unit };
}

/** The px of an absolute J on an axis of `width` px; J below the axis (zero too) lies on its left end. */
export function rulerX(domain: RulerDomain, width: number, j: number): number {
  const relative = j / domain.unit;
  if (!(relative > domain.low)) return EDGE;
  const t = Math.log(relative / domain.low) / Math.log(domain.high / domain.low);
  return EDGE + Math.min(1, t) * (width - 2 * EDGE);
}

/** The absolute J at a px: the inverse of `rulerX` inside the axis. */
export function rulerJ(domain: RulerDomain, width: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - EDGE) / (width - 2 * EDGE)));
  return domain.unit * domain.low * (domain.high / domain.low) ** t;
}

/** An ε of three significant digits and at most the cap, as a handle gives it: nobody means the fourth. */
export function roundEpsilon(epsilon: number, cap = Number.POSITIVE_INFINITY): number {
  const rounded = Number(Math.min(epsilon, cap).toPrecision(3));
  if (rounded <= cap * (1 + ROUNDING)) return rounded;
  const unit = 10 ** (Math.floor(Math.log10(cap)) - 2); // of the third digit
  return Number(((Math.round(rounded / unit) - 1) * unit).toPrecision(3));
}

/** The text of an ε: relative to E[φ²] where that is not 0. */
export function epsilonText(epsilon: number, domain: RulerDomain, power: number): string {
  return power > 0 ? `ε = ${formatNumber(epsilon / domain.unit)} E[φ²]` : `ε = ${formatNumber(epsilon)}`;
}

/** Lays out a ruler. */
export function layoutRuler(
  ruler: RulerData,
  width: number,
  options: { readonly domain?: RulerDomain; readonly comparisons?: readonly RulerComparison[] } = {},
): RulerLayout {
  const comparisons = options.comparisons ?? [];
  const domain = options.domain ?? rulerDomain(ruler, comparisons);
  const { scale } = ruler;
  const at = (j: number): number => rulerX(domain, width, j);
  const relative = scale.power > 0;

  const dots = ruler.marks
    .filter((mark) => Number.isFinite(mark.loss))
    .map((mark, k) => ({
      x: at(mark.loss),
      name: mark.name,
      colour: markColour(mark.name, k),
      beyond: mark.loss / domain.unit < domain.low,
    }))
    .sort((a, b) => a.x - b.x);

  const wanted: Wanted[] = [];
  // Marks whose names would touch share one label.
  let group: typeof dots = [];
  const close = (): void => {
    if (group.length === 0) return;
    const text = group.map((dot) => dot.name).join(' ');
    wanted.push({ texts: [text], role: 'mark', anchor: mean(group.map((dot) => dot.x)), rank: 1 });
    group = [];
  };
  for (const dot of dots) {
    const last = group[group.length - 1];
    if (last && dot.x - last.x > textWidth(last.name, SIZE) / 2 + textWidth(dot.name, SIZE) / 2 + GAP / 2) close();
    group.push(dot);
  }
  close();
  const nulls: { x: number; role: 'constant' | 'zero' }[] = [];
  if (relative && scale.constant > 0) {
    nulls.push({ x: at(scale.constant), role: 'constant' });
    const value = formatNumber(scale.constant / domain.unit, 2);
    const texts = [`best constant ${value}`, 'best constant', 'constant'];
    wanted.push({ texts, role: 'constant', anchor: at(scale.constant), rank: 2 });
  }
  if (scale.zero > 0) {
    nulls.push({ x: at(scale.zero), role: 'zero' });
    const value = formatNumber(scale.zero / domain.unit, 2);
    wanted.push({
      texts: [`zero function ${value}`, 'zero function', 'zero'],
      role: 'zero',
      anchor: at(scale.zero),
      rank: 3,
    });
  }
  const labels: RulerLabel[] = arrange(wanted, 'upper', width);

  const cap = ruler.cap === undefined ? undefined : at(ruler.cap);
  const lower: Wanted[] = comparisons.map((c): Wanted => {
    const flagged = c.relative >= Math.min(scale.zero, scale.constant || scale.zero) / domain.unit;
    const texts = [`${c.name} ${formatNumber(c.relative)}`, c.name];
    return { texts, role: flagged ? 'flagged' : 'comparison', anchor: at(c.relative * domain.unit), rank: 1 };
  });
  const capped: Wanted[] =
    cap === undefined
      ? []
      : [{ texts: [`cap ${formatNumber(ruler.cap! / domain.unit)}`, 'cap'], role: 'cap', anchor: cap, rank: 2 }];
  const below = arrange([...lower, ...capped], 'lower', width);
  labels.push(...below);

  const ticks = logTicks(domain.low, domain.high, Math.max(2, Math.min(12, width / 90)));
  for (const [k, tick] of ticks.entries()) {
    const x = at(tick.value * domain.unit);
    const text = relative && k === ticks.length - 1 ? `${tick.label} E[φ²]` : tick.label;
    const label = { text, role: 'tick', row: 'lower', x, width: textWidth(text, SIZE), anchor: x } as const;
    const free = labels.every(
      (other) => other.row !== 'lower' || Math.abs(other.x - x) >= (other.width + label.width) / 2 + GAP,
    );
    if (free && x - label.width / 2 >= 0 && x + label.width / 2 <= width) labels.push(label);
  }

  let epsilon: number | undefined;
  if (ruler.epsilon !== undefined && ruler.epsilon > 0) {
    epsilon = at(ruler.epsilon);
    const text = epsilonText(ruler.epsilon, domain, scale.power);
    labels.push(...arrange([{ texts: [text], role: 'epsilon', anchor: epsilon, rank: 1 }], 'top', width));
  }
  return {
    width,
    domain,
    ticks: ticks.map((tick) => at(tick.value * domain.unit)),
    dots,
    nulls,
    comparisons: lower.map(({ anchor, role }) => ({ x: anchor, flagged: role === 'flagged' })),
    labels,
    epsilon,
    cap,
  };
}

interface Wanted {
  readonly texts: readonly string[]; // longest first
  readonly role: LabelRole;
  readonly anchor: number;
  readonly rank: number; // higher is kept longer
}

/** Puts labels of one row beside each other near their anchors; shortens all, then drops the least important, until they fit. */
function arrange(wanted: readonly Wanted[], row: RulerLabel['row'], width: number): RulerLabel[] {
  let items = [...wanted];
  for (;;) {
    for (let level = 0; level < 3; level++) {
      const sized = items
        .map((item) => {
          const text = item.texts[Math.min(level, item.texts.length - 1)]!;
          return { item, text, width: textWidth(text, SIZE, item.role === 'epsilon') };
        })
        .sort((a, b) => a.item.anchor - b.item.anchor);
      const total = sized.reduce((sum, s) => sum + s.width + GAP, -GAP);
      if (total > width) continue;
      const centres = spread(
        sized.map((s) => ({ at: s.item.anchor, width: s.width })),
        width,
        GAP,
      );
      const far = sized.some((s, k) => Math.abs(centres[k]! - s.item.anchor) > s.width / 2 + (level === 0 ? 30 : 90));
      if (far && level < 2) continue;
      return sized.map((s, k) => ({
        text: s.text,
        role: s.item.role,
        row,
        x: centres[k]!,
        width: s.width,
        anchor: s.item.anchor,
      }));
    }
    if (items.length === 0) return [];
    const least = Math.min(...items.map((item) => item.rank));
    items = items.toSpliced(
      items.findLastIndex((item) => item.rank === least),
      1,
    );
  }
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
