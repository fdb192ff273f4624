/** When each sentence is true, from the float64 truth of a case. */
import { formatNumber } from '../../../src/catalog/text.js';
import { flood } from '../fixtures.js';
import type { Chain } from './chain.js';
import { type Judged, type Truth, tied } from './truth.js';

/** One sentence: which node says it, whether it is true, and what else its words must say then. */
export interface Sentence {
  readonly at: readonly string[]; // nodes that say it, as far as they ran
  readonly true: (truth: Truth, run: Chain) => boolean | undefined; // undefined: rounding could decide
  readonly words?: (truth: Truth, run: Chain) => readonly (string | readonly string[])[]; // a list: one of them
}

const any = (values: readonly (boolean | undefined)[]): boolean | undefined =>
  values.includes(true) ? true : values.includes(undefined) ? undefined : false;
const named = (truth: Truth, is: (point: Judged) => boolean | undefined): boolean | undefined =>
  any(truth.points.map(is));
const names = (truth: Truth, is: (point: Judged) => boolean | undefined): string[] =>
  truth.points.flatMap((point, i) => (is(point) ? [`θ${'₀₁₂₃'[i]}`] : []));
const count = (of: readonly unknown[]): number => of.filter((one) => one === true).length;

/** A number in words, whichever way its last digit is rounded. */
const about = (x: number): string[] => [1 - 1e-4, 1, 1 + 1e-4].map((factor) => formatNumber(factor * x));

const lost = ({ loss }: Judged): boolean => !Number.isFinite(loss);
const alive = ({ dead }: Judged): boolean | undefined => (dead === undefined ? undefined : !dead);
/** Whether a living point with a finite J is above a null model by more than rounding. */
const beyond =
  (nullModel: (truth: Truth) => number, truth: Truth) =>
  (point: Judged): boolean | undefined => {
    if (lost(point)) return false;
    if (tied(point.loss, nullModel(truth), truth.power)) return point.dead === true ? false : undefined;
    return point.loss > nullModel(truth) ? alive(point) : false;
  };
const worse = (truth: Truth) => beyond(({ power }) => power, truth);
const poor =
  (truth: Truth) =>
  (point: Judged): boolean | undefined => {
    const [zero, constant] = [worse(truth)(point), beyond((all) => all.constant, truth)(point)];
    return zero === true || constant === false ? false : zero === undefined ? undefined : constant;
  };

/** The members of the set of which something is true; undefined when rounding could decide who is in it. */
const tally = ({ sure, members, inside }: Truth, is: (member: Judged, i: number) => boolean | undefined) => {
  if (!sure) return undefined;
  const each = members.map((member, i) => inside[i] && is(member, i));
  return each.includes(undefined) ? undefined : { of: count(inside), are: count(each) };
};
const thin = ({ places, inside }: Truth, n: number) => {
  const at = (place: readonly number[]): boolean => inside[place.reduce((index, i) => index * n + i, 0)]!;
  const moved = (place: readonly number[], k: number, by: number): boolean =>
    place[k]! + by >= 0 && place[k]! + by < n && at(place.map((i, axis) => (axis === k ? i + by : i)));
  return (i: number): boolean => places[i]!.some((_, k) => !moved(places[i]!, k, 1) && !moved(places[i]!, k, -1));
};
/** Whether a member's J has reached the cap; nothing has where there is none. */
const aboveCap =
  ({ members, power }: Truth, cap: number | undefined) =>
  (i: number): boolean | undefined =>
    cap === undefined ? false : tied(members[i]!.loss, cap, power) ? undefined : members[i]!.loss >= cap;
/** Whether a member has a neighbour along some axis whose J has reached the cap. */
const nextToCap =
  (truth: Truth, { cap, lattice: { points: n } }: Chain['field']) =>
  (i: number): boolean | undefined => {
    const place = truth.places[i]!;
    const others = truth.places.flatMap((other, j) =>
      other.reduce((sum, at, k) => sum + Math.abs(at - place[k]!), 0) === 1 && n > 1 ? [j] : [],
    );
    return any(others.map(aboveCap(truth, cap)));
  };
/** Whether a member lies on the border of the lattice. */
export const onBorder =
  ({ places }: Truth, n: number) =>
  (i: number): boolean =>
    places[i]!.some((at) => at === 0 || at === n - 1);
const share = (tallied: { of: number; are: number } | undefined): string =>
  `${tallied!.are} of its ${tallied!.of} members`;
const parts = ({ inside }: Truth, { field, subspace }: Chain, faces: boolean): number =>
  flood(
    inside.flatMap((is, i) => (is ? [i] : [])),
    field.lattice.points,
    subspace.rank,
    faces,
  ).length;
const known = (reference: Truth): boolean | undefined =>
  reference.power > 0 && reference.power < 1e-12 ? undefined : true;
const isConstant = ({ power, constant }: Truth): boolean => power > 0 && constant <= 1e-13 * power;

/** All sentences by id. */
export const SENTENCES: Readonly<Record<string, Sentence>> = {
  'reference-zero': {
    at: ['reference', 'grid', 'threshold'],
    true: (truth) => known(truth) && truth.power === 0,
  },
  'reference-constant': {
    at: ['reference', 'grid', 'threshold'],
    true: (truth) =>
      truth.constant > 1e-14 * truth.power && truth.constant < 1e-9 * truth.power ? undefined : isConstant(truth),
  },
  'dead-units': {
    at: ['reference'],
    true: ({ deadUnits }) => deadUnits.length > 0,
    words: ({ deadUnits }) => deadUnits,
  },
  'theta-unknown': { at: ['reference'], true: (_, { theta }) => theta === undefined },
  'first-m-plus-1': {
    at: ['search', 'points', 'gram-schmidt', 'grid', 'threshold'],
    true: (_, { chosen }) => chosen === 'first',
    words: ({ points, power }) =>
      points.every(({ loss }) => loss < 1e3 * power)
        ? points.map(({ loss }, i) => about(loss / power).map((text) => `θ${'₀₁₂₃'[i]} ${text}`))
        : [],
  },
  'point-not-finite': {
    at: ['points', 'grid'],
    true: (truth) => named(truth, lost),
    words: (truth) => names(truth, lost),
  },
  'point-dead': {
    at: ['points', 'grid'],
    true: (truth) => named(truth, ({ dead }) => dead),
    words: (truth) => names(truth, ({ dead }) => dead),
  },
  'point-worse-than-zero': {
    at: ['points', 'grid'],
    true: (truth) => named(truth, worse(truth)),
    words: (truth) => names(truth, worse(truth)),
  },
  'point-worse-than-constant': {
    at: ['points', 'grid'],
    true: (truth) => named(truth, poor(truth)),
    words: (truth) => names(truth, poor(truth)),
  },
  'points-outside-grid': {
    at: ['grid'],
    true: ({ coordinates }, { field: { lattice } }) =>
      any(
        coordinates.flat().map((c) => {
          const edge = Math.min(Math.abs(c - lattice.low), Math.abs(c - lattice.high));
          return edge < 1e-4 * lattice.high ? undefined : c < lattice.low || c > lattice.high;
        }),
      ),
  },
  'field-above-cap': {
    at: ['grid'],
    true: (truth, { field: { cap } }) => {
      const above = aboveCap(truth, cap);
      return cap !== undefined && any(truth.members.map((_, i) => above(i)));
    },
    words: (truth, { field: { cap } }) => {
      const each = truth.members.map((_, i) => aboveCap(truth, cap)(i));
      if (each.includes(undefined)) return [];
      const all = each.every(Boolean);
      return [all ? `None of the ${each.length} members` : `${count(each)} of the ${each.length} members`];
    },
  },
  'field-zero-members': {
    at: ['grid'],
    true: ({ members, power }, { field: { cap } }) =>
      // of those above a cap nothing is known, and the zero function's J is E[φ²]
      cap !== undefined && cap <= power && !tied(cap, power)
        ? false
        : cap !== undefined && tied(cap, power)
          ? undefined
          : any(members.map(({ dead }) => dead)),
    words: ({ members }) =>
      members.some(({ dead }) => dead === undefined)
        ? []
        : [`${count(members.map(({ dead }) => dead))} of the ${members.length} members`],
  },
  'field-not-finite': {
    at: ['grid'],
    true: ({ members }, { field }) => field.cap === undefined && members.some(lost),
    words: ({ members }) => [`for ${members.filter(lost).length} of the ${members.length} members`],
  },
  'field-above-null': {
    at: ['grid'],
    true: ({ members, constant, power }, { field: { cap } }) => {
      const least = Math.min(...members.map(({ loss }) => loss));
      if (cap !== undefined && tied(least, cap)) return undefined;
      const lowest = Math.min(least, cap ?? Infinity); // at least that, where all are above the cap
      if (lowest === Infinity) return false; // then it is said that J is finite nowhere
      if (power === 0) return true;
      const zeroOnly = members.some(({ dead }) => dead === true) && tied(lowest, power) && tied(constant, power);
      return zeroOnly ? true : tied(lowest, constant, power) ? undefined : lowest >= constant;
    },
  },
  'epsilon-above-zero': {
    at: ['threshold'],
    true: ({ power }, { set, reference }) =>
      power === 0 || set.epsilon === reference.scale.power
        ? true
        : tied(set.epsilon, power)
          ? undefined
          : set.epsilon > power,
    words: ({ power }, { set, reference }) =>
      power === 0
        ? ['E[φ²] is 0']
        : set.epsilon === reference.scale.power
          ? ['ε equals E[φ²]']
          : [
              about(set.epsilon / power).map((text) => `ε is ${text} × E[φ²]`),
              'the zero function counts as equivalent',
            ],
  },
  'epsilon-above-constant': {
    at: ['threshold'],
    true: ({ power, constant }, { set }) =>
      power === 0 ? false : tied(set.epsilon, constant, power) ? undefined : set.epsilon > constant,
    words: () => ['the best constant'],
  },
  'set-empty': {
    at: ['threshold'],
    true: (truth) => (truth.sure ? count(truth.inside) === 0 : undefined),
    words: ({ members }, { field: { cap } }) => {
      const least = Math.min(...members.map(({ loss }) => loss));
      if (cap !== undefined && tied(least, cap)) return [];
      if (cap !== undefined && least >= cap) return ['none on the grid has a J below the cap'];
      return [members.every(lost) ? 'not a finite number anywhere' : 'the smallest J on the grid is'];
    },
  },
  'set-zero-members': {
    at: ['threshold'],
    true: (truth) => {
      const dead = tally(truth, (member) => member.dead);
      return dead && dead.are > 0;
    },
    words: (truth) => [share(tally(truth, (member) => member.dead))],
  },
  'set-nearer-zero': {
    at: ['threshold'],
    true: (truth) => {
      const near = tally(truth, ({ loss, power }) => (tied(loss, power, truth.power) ? undefined : power < loss));
      return near && near.are > 0;
    },
    words: (truth) => [share(tally(truth, ({ loss, power }) => power < loss))],
  },
  'set-thin': {
    at: ['threshold'],
    true: (truth, { field }) => {
      const lone = tally(truth, (_, i) => thin(truth, field.lattice.points)(i));
      return lone && lone.are * 2 > lone.of;
    },
    words: (truth, { field }) => [share(tally(truth, (_, i) => thin(truth, field.lattice.points)(i)))],
  },
  'set-next-to-cap': {
    at: ['threshold'],
    true: (truth, { field }) => {
      const near = tally(truth, (_, i) => nextToCap(truth, field)(i));
      return near && near.are > 0;
    },
    words: (truth, { field, subspace }) => [
      share(tally(truth, (_, i) => nextToCap(truth, field)(i))),
      subspace.rank === 2 || subspace.rank === 3 ? 'is drawn as if' : 'is not known.',
    ],
  },
  'set-touches-border': {
    at: ['threshold'],
    true: (truth, { field }) => {
      const border = tally(truth, (_, i) => onBorder(truth, field.lattice.points)(i));
      return border && border.are > 0;
    },
    words: (truth, { field }) => [`in ${tally(truth, (_, i) => onBorder(truth, field.lattice.points)(i))!.are} member`],
  },
  'set-everything': {
    at: ['threshold'],
    true: ({ sure, inside }) => (sure ? inside.every(Boolean) : undefined),
  },
  'connectivity-undecided': {
    at: ['connectivity'],
    true: (truth, run) => (truth.sure ? parts(truth, run, true) !== parts(truth, run, false) : undefined),
    words: (truth, run) => [
      `${parts(truth, run, true)} components at ${2 * run.subspace.rank} neighbours but ${parts(truth, run, false)} at ${3 ** run.subspace.rank - 1}`,
    ],
  },
  embedded: {
    at: ['umap'],
    true: () => true, // always said; its words are what counts
    words: (_, { set, limit, views }) => [
      set.index.length > limit
        ? `${limit} of ${set.index.length} members by coefficients, sampled with seed`
        : `all ${set.index.length} members by coefficients, `,
      views.umap!.summary.embedded === Math.min(limit, set.index.length) ? 'neighbours (exact)' : 'a wrong count',
    ],
  },
  sampled: {
    at: ['umap'],
    true: (_, { set, limit }) => set.index.length > limit,
    words: (_, { set, limit }) => [`Only ${limit} of the ${set.index.length} members`],
  },
};
