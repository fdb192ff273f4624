/** The networks of one Model moved onto those of another by their symmetries. */
import type { Inputs, Model, Table } from '../../catalog/values.js';
import type { Device, WorkControl } from '../../catalog/work.js';
import { cell } from '../cell.js';
import { inPair, pairsOf } from '../models/pairs.js';
import { part } from '../progress.js';
import { type Channels, channelsOf } from './channels.js';
import { type Matched, matchWeights } from './match.js';
import { matchActivations } from './match-activations.js';
import { matchScales } from './match-scales.js';
import { flagsOf, pairName, weightsAt, withNetworks } from './models.js';
import { ALL } from './rows.js';
import { groupName } from './sort-models.js';
import { applySymmetry, type ExactWeights, identityOf } from './symmetry.js';

/** How to match. */
export interface MatchModelsOptions {
  readonly by: 'weights' | 'activations';
  readonly rescale: boolean;
  readonly restarts: number;
  readonly seed: number;
}

/** B moved onto A, pair by pair. */
export interface MatchedModel {
  readonly model: Model; // gB, one network for each pair
  readonly table: Table; // a row for each pair and group: how many channels took another place
}

/** For each pair a permutation of B's hidden channels and, with `rescale`, the positive factors that bring it nearest to A. */
export async function matchModels(
  a: Model,
  b: Model,
  data: Inputs | undefined,
  options: MatchModelsOptions,
  device: Device,
  control: WorkControl,
): Promise<MatchedModel> {
  const channels = channelsOf(a.architecture);
  const count = pairsOf(a, b);
  const networks: ExactWeights[] = [];
  const rows: (string | number | null)[][] = [];
  for (let i = 0; i < count; i++) {
    const share = part(control, i / count, (i + 1) / count);
    const [x, y] = [weightsAt(a, i), weightsAt(b, i)];
    const matched =
      options.by === 'weights' || data === undefined
        ? await matchWeights(channels, x, y, options, share)
        : await matchActivations(channels, [a, i], [b, i], { inputs: data, seed: options.seed }, device, share);
    const symmetry = options.rescale
      ? await matchScales(channels, x, y, matched.orders, share)
      : { ...identityOf(channels), permutations: matched.orders };
    networks.push(applySymmetry(channels, symmetry, y));
    rows.push(...rowsOf(channels, pairName(a, b, i), matched));
  }
  const names = Array.from({ length: count }, (_, i) => b.names[inPair(b, i)]!);
  return {
    model: withNetworks(b, networks, {
      names: b.count === 1 && count > 1 ? names.map((name, i) => `${name} onto ${a.names[i]}`) : names,
      origin: `${b.origin}; matched by ${options.by} to: ${a.origin}`,
      flags: flagsOf(b),
    }),
    table: {
      type: 'Table',
      columns: [
        ...['pair', 'channels of', 'channels', 'moved', 'similarity before', 'similarity after'],
        ...(options.by === 'activations' ? ['constant'] : []),
      ].map((name) => ({ name })),
      rows,
    },
  };
}

/** A row for all channels of a pair, with its similarity, and one for each group. */
function rowsOf(
  { architecture, groups }: Channels,
  pair: string,
  { orders, before, similarity, constant }: Matched,
): (string | number | null)[][] {
  const free = groups
    .map((group, g) => ({ group, order: orders[g], still: constant?.[g] }))
    .filter(({ group }) => !group.fixed);
  const own = free.map(({ group, order, still }) => {
    let moved = 0;
    order?.forEach((from, i) => {
      if (from !== i) moved++;
    });
    return { group, moved, still };
  });
  const total = (of: (each: (typeof own)[number]) => number): number => own.reduce((sum, each) => sum + of(each), 0);
  const last = (still: number | undefined): number[] => (constant === undefined ? [] : [still ?? 0]);
  const all = [total(({ group }) => group.channels), total(({ moved }) => moved), cell(before), cell(similarity)];
  return [
    [pair, ALL, ...all, ...last(total(({ still }) => still ?? 0))],
    ...own.map(({ group, moved, still }) => [
      ...[pair, groupName(architecture, group), group.channels, moved, null, null],
      ...last(still),
    ]),
  ];
}
