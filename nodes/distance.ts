import { z } from 'zod';
import { FiberscopeError } from '../src/catalog/errors.js';
import type { Infos } from '../src/catalog/info.js';
import { defineNode } from '../src/catalog/node.js';
import { choice } from '../src/catalog/params.js';
import { describeArchitecture } from '../src/catalog/presets.js';
import { formatCount, formatNumber } from '../src/catalog/text.js';
import { modelNotes, sameNetworkNotes } from '../src/methods/diagnostics/models.js';
import { distanceNotes } from '../src/methods/diagnostics/weights.js';
import { pairsBetween, pairsOf, requirePair } from '../src/methods/models/pairs.js';
import { tablePicture } from '../src/methods/pictures.js';

/** Throws where what is wired as networks after a change cannot be those before it. */
function requireSame(
  port: string,
  name: string,
  before: Infos['Model'],
  after: Infos['Model'],
  counts: readonly number[],
): void {
  const same = JSON.stringify(before.architecture) === JSON.stringify(after.architecture);
  if (same && counts.includes(after.count)) return;
  const networks = ({ architecture, count }: Infos['Model']): string =>
    same ? `${count} network${count === 1 ? '' : 's'}` : describeArchitecture(architecture);
  throw new FiberscopeError(
    'shape',
    `input '${port}': expected the networks of ${name} (${networks(before)}) sorted or matched, got ${networks(after)}; wire ${name} through NodeSort or Match`,
  );
}

export default defineNode({
  type: 'distance',
  version: 1,
  title: 'Distance',
  group: 'Weights',
  summary: 'How far networks are apart in parameter space, layer by layer.',
  help: `For each tensor $T$ of $\\theta$, $\\lVert T_A - T_B \\rVert_F$ over pairs of networks: least, largest and mean, and the mean of it relative to
$\\sqrt{(\\lVert T_A \\rVert^2 + \\lVert T_B \\rVert^2)/2}$; then the same of all weights, of all biases and shifts, and of $\\theta$. Lower is closer, 0 of equal networks; the relative distance of unrelated networks is about $\\sqrt 2$.

Pairs: network $i$ of A with $i$ of B, or every network of A with every one of B; without B every two of A. Wire the same networks after NodeSort or Match into *A after* and *B after* to have both side by side.

Caveat: without a canonical scale a distance depends on rescalings that change no function.

Source: Sorensen 2020, Section 4, Table 1 (1,000 networks 784–512–10: $W_1$ 82.896 unsorted and 82.658 sorted on the mean, $W_2$ 16.289 and 15.162).`,
  params: z.strictObject({
    pairs: choice({
      label: 'Pairs',
      help: 'where B is wired',
      choices: { same: 'i of A with i of B', all: 'every one of A with every one of B' },
      default: 'same',
    }),
  }),
  inputs: {
    a: { types: ['Model'], label: 'A', help: 'networks' },
    b: { types: ['Model'], label: 'B', help: 'networks; without, every two of A', optional: true },
    afterA: { types: ['Model'], label: 'A after', help: 'A sorted; A itself where not wired', optional: true },
    afterB: {
      types: ['Model'],
      label: 'B after',
      help: 'B sorted or matched; B itself where not wired',
      optional: true,
    },
  },
  outputs: { table: { type: 'Table', label: 'Distances', help: 'a row for each tensor, and the total' } },
  card: ({ pairs }) => [['pairs', pairs === 'same' ? 'i with i' : 'all']],
  infer({ params: { pairs }, inputs: { a, b, afterA, afterB } }) {
    const fits = (x: typeof a, y: typeof a): void => requirePair(pairs === 'all' ? { ...x, count: 1 } : x, y);
    if (b) fits(a, b);
    else if (a.count < 2)
      throw new FiberscopeError(
        'shape',
        "input 'b': expected a second Model, or several networks in A, got one network alone; wire B, or train A with several seeds",
      );
    if (afterA) requireSame('afterA', 'A', a, afterA, [a.count]);
    if (afterB && !b)
      throw new FiberscopeError(
        'wire',
        "input 'afterB': expected B to compare it with, got none; wire B, or leave 'B after' unwired",
      );
    if (afterB && b) requireSame('afterB', 'B', b, afterB, [b.count, pairsOf(a, b)]);
    return { outputs: { table: {} }, cost: { points: 0, multiplyAdds: 0, bytes: 4096 } };
  },
  async run({ params: { pairs }, inputs: { a, b, afterA, afterB }, context }) {
    const { distances, distanceTable } = await import('../src/methods/weights/distance.js');
    const { part } = await import('../src/methods/progress.js');
    const before = await distances(a, b, pairs, part(context, 0, 0.5));
    if (!afterA && !afterB) return { table: distanceTable(before) };
    const after = await distances(afterA ?? a, afterB ?? b, pairs, part(context, 0.5, 1));
    return { table: distanceTable(before, after) };
  },
  view({ params: { pairs }, inputs: { a, b }, outputs: { table } }) {
    const total = table.rows.at(-1)!.map(Number);
    const count = pairsBetween(a, b, pairs).length;
    const after = table.columns.length > 6;
    return {
      summary: {
        pairs: count,
        mean: total[4]!,
        relative: total[5]!,
        ...(after ? { meanAfter: total[8]!, relativeAfter: total[9]! } : {}),
      },
      rows: [
        ['‖θ_A − θ_B‖', formatNumber(total[4]!, 4)],
        ['relative', formatNumber(total[5]!)],
        ...(after ? [['after', `${formatNumber(total[8]!, 4)}, relative ${formatNumber(total[9]!)}`] as const] : []),
      ],
      status: `${formatCount(count)} ${count === 1 ? 'pair' : 'pairs'}`,
      notes: [
        ...distanceNotes(table),
        ...(b && pairs === 'same' ? sameNetworkNotes(a, b) : []),
        ...modelNotes({ flags: [...new Set([...a.flags, ...(b?.flags ?? [])])] }),
      ],
      plots: [
        tablePicture(
          table,
          'Distances',
          `${formatCount(count)} ${count === 1 ? 'pair' : 'pairs'}; A: ${a.origin}${b ? `; B: ${b.origin}` : ''}`,
        ),
      ],
    };
  },
});
