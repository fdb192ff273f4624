/** Which rows a layer gives, and which pairs of layers can be compared: known before anything runs. */
import type { Architecture } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import { type NamedPlace, namedPlaces } from '../../catalog/layer-names.js';
import { product } from '../../catalog/shape.js';
import { formatCount } from '../../catalog/text.js';
import type { Activations } from '../../catalog/values.js';

/** What of an Activations decides about its rows. */
export interface Side {
  readonly architecture: Architecture;
  readonly layers: readonly string[]; // paths
  readonly reading: 'channels' | 'mean' | 'flat';
  readonly models: number;
  readonly count: number; // inputs
  readonly rows: number; // at most
}

/** One layer as it is read: rows X [count, width]. */
export interface Reading {
  readonly place: NamedPlace;
  readonly inputs: number; // how many inputs give rows
  readonly positions: number; // image positions taken of each
  readonly of: number; // out of so many
  readonly grid: string; // '8 × 8' where rows are positions of an image, '1' where they are inputs
  readonly count: number; // N = inputs · positions
  readonly width: number; // d
}

/** The same of a value. */
export const sideOf = ({ model, inputs, layers, reading, rows }: Activations): Side => ({
  architecture: model.architecture,
  layers,
  reading,
  models: model.count,
  count: inputs.count,
  rows,
});

/** Positions of an image that are taken at least, before all inputs are: a few of them would not stand for the image. */
const POSITIONS = 16;

/**
 * How the layers of one side are read, with at most `rows` rows each. Rows of positions: as many inputs as leave room for 16 positions of
 * each, then as many positions as there is room for.
 */
export function readingsOf(
  { architecture, layers, reading, count, rows: own }: Omit<Side, 'models'>,
  rows = own,
): readonly Reading[] {
  const places = new Map(namedPlaces(architecture).map((place) => [place.path, place]));
  return layers.map((path) => {
    const place = places.get(path);
    if (place === undefined)
      throw new FiberscopeError(
        'shape',
        `activations: expected layers of the architecture, got '${path}'; choose the layers again`,
      );
    const [channels, ...grid] = place.to as readonly [number, ...number[]];
    const of = product(grid);
    const width = reading === 'flat' ? product(place.to) : channels;
    if (reading !== 'channels' || of === 1) {
      const inputs = Math.min(count, rows);
      return { place, inputs, positions: 1, of: 1, grid: '1', count: inputs, width };
    }
    const inputs = Math.min(count, Math.max(1, Math.floor(rows / Math.min(of, POSITIONS))));
    const positions = Math.min(of, Math.floor(rows / inputs));
    return { place, inputs, positions, of, grid: grid.join(' × '), count: inputs * positions, width };
  });
}

/** The layers of both sides, and how many pairs of models. */
export interface Pairing {
  readonly a: readonly Reading[];
  readonly b: readonly Reading[];
  readonly pairs: number; // of models: i with i, or one with each
  readonly sides: { readonly a: Side; readonly b: Side };
}

/** Whether rows of two layers mean the same: inputs, or positions of images of one size. */
export const correspond = (x: Reading, y: Reading): boolean => x.grid === y.grid;

/**
 * How two Activations are compared: with the smaller of both caps. Throws `shape` where they have different numbers of inputs or of models, or no
 * pair of layers whose rows correspond.
 */
export function pairingOf(a: Side, b: Side): Pairing {
  if (a.count !== b.count)
    throw new FiberscopeError(
      'shape',
      `inputs 'a' and 'b': expected activations on the same inputs, as row i of each is one input, got ${formatCount(a.count)} and ${formatCount(b.count)} inputs; wire the same inputs to both`,
    );
  if (a.models !== b.models && a.models !== 1 && b.models !== 1)
    throw new FiberscopeError(
      'shape',
      `inputs 'a' and 'b': expected as many models in both, or one in either, as model i of A is compared with model i of B, got ${a.models} and ${b.models}; train as many seeds of both`,
    );
  const rows = Math.min(a.rows, b.rows);
  const pairing = {
    a: readingsOf(a, rows),
    b: readingsOf(b, rows),
    pairs: Math.max(a.models, b.models),
    sides: { a, b },
  };
  if (!pairing.a.some((x) => pairing.b.some((y) => correspond(x, y)))) {
    const [x, y] = [pairing.a[0]!, pairing.b[0]!];
    throw new FiberscopeError(
      'shape',
      `inputs 'a' and 'b': expected layers with images of one size, as rows are image positions, got ${rowsText(x)} of ${x.place.label} and ${rowsText(y)} of ${y.place.label}; read both as 'mean' or 'flat'`,
    );
  }
  return pairing;
}

const rowsText = ({ grid }: Reading): string => (grid === '1' ? 'one row for each input' : `${grid} positions`);
