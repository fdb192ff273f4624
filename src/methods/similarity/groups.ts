/** How many layers are in memory at once, and what comparing them takes. */
import { layoutOf } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import type { Cost } from '../../catalog/info.js';
import { formatBytes, formatCount } from '../../catalog/text.js';
import { correspond, type Pairing, type Reading, type Side } from './pairing.js';
import type { MeasureText } from './texts.js';

const HELD = 2 ** 28; // bytes of prepared layers of A that are kept while the layers of B go by
const RECORDED = 2 ** 26; // bytes of recorded numbers at once
const MOST = 2 ** 30; // bytes of one layer

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);

/** The layers of A that are prepared at once, as consecutive indices. */
export const heldGroups = (of: readonly Reading[], text: MeasureText): readonly (readonly number[])[] =>
  grouped(
    of.map(({ count, width }) => text.bytes(count, width)),
    HELD,
  );

/** The layers that are recorded in one pass through a network, as consecutive indices. */
export const recordedGroups = (of: readonly Reading[]): readonly (readonly number[])[] =>
  grouped(recordedBytes(of), RECORDED);

/** Each layer is recorded for the inputs of the layer that takes most. */
function recordedBytes(of: readonly Reading[]): readonly number[] {
  const inputs = largest(of.map((reading) => reading.inputs));
  return of.map(({ positions, width }) => 4 * inputs * positions * width);
}

/** Indices in consecutive groups, each of at most so many bytes or of one item. */
function grouped(bytes: readonly number[], most: number): readonly (readonly number[])[] {
  const groups: number[][] = [];
  let held = Number.POSITIVE_INFINITY;
  bytes.forEach((size, i) => {
    if (held + size > most) {
      groups.push([]);
      held = 0;
    }
    groups.at(-1)!.push(i);
    held += size;
  });
  return groups;
}

/** Multiply-adds of all that is recorded, prepared and compared, and bytes. Throws `limit` where one layer is too large to hold. */
export function comparisonCost({ a, b, pairs, sides }: Pairing, text: MeasureText): Cost {
  for (const { count, width, place } of [...a, ...b])
    if (text.bytes(count, width) > MOST)
      throw new FiberscopeError(
        'limit',
        `${text.name} of ${place.label}: expected at most ${formatBytes(MOST)} for one layer, got ${formatBytes(text.bytes(count, width))} of N = ${formatCount(count)} rows and d = ${formatCount(width)} columns; lower the rows of the Activations, read 'mean', or compare in minibatches where the measure offers them`,
      );
  const groups = heldGroups(a, text);
  const forward = (of: readonly Reading[], { architecture }: Side): number =>
    recordedGroups(of).length * largest(of.map(({ inputs }) => inputs)) * layoutOf(architecture).multiplyAdds;
  const prepare = (of: readonly Reading[]): number => sum(of.map(({ count, width }) => text.prepareWork(count, width)));
  const compared = a.flatMap((x) =>
    b.filter((y) => correspond(x, y)).map((y) => text.pairWork(x.count, x.width, y.width)),
  );
  const each = sum(compared) + groups.length * (forward(b, sides.b) + prepare(b));
  return {
    points: pairs * compared.length,
    multiplyAdds: sides.a.models * (forward(a, sides.a) + prepare(a)) + pairs * each,
    bytes: 16 * a.length * b.length,
    working:
      largest(groups.map((group) => sum(group.map((i) => text.bytes(a[i]!.count, a[i]!.width))))) +
      largest(b.map(({ count, width }) => text.bytes(count, width))) +
      3 * largest([...recordedBytes(a), ...recordedBytes(b)]),
  };
}
