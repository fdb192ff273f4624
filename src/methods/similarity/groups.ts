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

function refuseAbove(bytes: number, of: string, text: MeasureText): void {
  if (bytes > MOST)
    throw new FiberscopeError(
      'limit',
      `${text.name} of ${of}: expected at most ${formatBytes(MOST)} at once, got ${formatBytes(bytes)}; lower the rows of the Activations, read 'mean', or compare in minibatches where the measure offers them`,
    );
}

const nameOf = ({ place, count, width }: Reading): string =>
  `${place.label} (N = ${formatCount(count)}, d = ${formatCount(width)})`;

const SLOWER = 4; // times that plain loops take what a device takes for a multiply-add, about

/** Multiply-adds of all that is recorded, prepared and compared, and bytes. Throws `limit` where one layer, or a pair, is too large to hold. */
export function comparisonCost({ a, b, pairs, sides }: Pairing, text: MeasureText): Cost {
  for (const x of [...a, ...b])
    refuseAbove(Math.max(8 * x.count * x.width, text.bytes(x.count, x.width)), nameOf(x), text);
  const compared = a.flatMap((x) => b.filter((y) => correspond(x, y)).map((y) => [x, y] as const));
  const ofPair = compared.map(([x, y]) => text.pairBytes(x.count, x.width, y.width));
  for (const [i, [x, y]] of compared.entries()) refuseAbove(ofPair[i]!, `${nameOf(x)} and ${nameOf(y)}`, text);
  const groups = heldGroups(a, text);
  const forward = (of: readonly Reading[], { architecture }: Side): number =>
    recordedGroups(of).length * largest(of.map(({ inputs }) => inputs)) * layoutOf(architecture).multiplyAdds;
  const prepare = (of: readonly Reading[]): number => sum(of.map(({ count, width }) => text.prepareWork(count, width)));
  const once = sum(compared.map(([x, y]) => text.pairWork(x.count, x.width, y.width)));
  const recorded = sides.a.models * forward(a, sides.a) + pairs * groups.length * forward(b, sides.b);
  const measured = sides.a.models * prepare(a) + pairs * (once + groups.length * prepare(b));
  return {
    points: pairs * compared.length,
    multiplyAdds: recorded + measured,
    ...(recorded > measured
      ? { work: { kind: 'infer', architecture: sides.b.architecture }, besides: (SLOWER - 1) * measured }
      : { work: { kind: 'loops' } }),
    bytes: 16 * a.length * b.length,
    working:
      largest(groups.map((group) => sum(group.map((i) => text.bytes(a[i]!.count, a[i]!.width))))) +
      largest(b.map(({ count, width }) => text.bytes(count, width))) +
      largest(ofPair) +
      5 * largest([...recordedBytes(a), ...recordedBytes(b)]), // in float32, then its columns and a copy of these in float64
  };
}
