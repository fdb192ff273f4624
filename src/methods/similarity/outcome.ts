/** A comparison as what wires carry: the matrix, its pairs of equal position, and what became of each layer. */
import type { Matrix, Table } from '../../catalog/values.js';
import { cell } from '../cell.js';
import type { Comparison, LayerFacts } from './compare.js';
import { correspond, type Pairing, type Reading } from './pairing.js';
import type { MeasureText } from './texts.js';

/** The outputs of a node that compares layers. */
export interface Outcome {
  readonly matrix: Matrix;
  readonly table: Table;
  readonly layers: Table;
}

/** What `compareLayers` found, under the names of the layers. */
export function outcomeOf(found: Comparison, pairing: Pairing, text: MeasureText): Outcome {
  const { a, b, pairs } = pairing;
  const finite = found.values.filter((value) => Number.isFinite(value));
  const [low, high] = text.range;
  return {
    matrix: {
      type: 'Matrix',
      rows: a.map(({ place }) => place.short),
      columns: b.map(({ place }) => place.short),
      values: found.values,
      ...(pairs > 1 && { spread: found.spread }),
      rowName: 'layers of A',
      columnName: 'layers of B',
      valueName: text.name,
      better: text.better,
      range: [finite.reduce((least, value) => Math.min(least, value), low), high],
    },
    table: pairTable(found, pairing, text),
    layers: layerTable(found, pairing, text),
  };
}

/** Layer i of A with layer i of B. */
function pairTable(found: Comparison, { a, b, pairs }: Pairing, text: MeasureText): Table {
  return {
    type: 'Table',
    columns: [
      { name: 'layer of A' },
      { name: 'layer of B' },
      { name: text.name, unit: `${text.better} is closer` },
      ...(pairs > 1 ? [{ name: 'standard deviation' }, { name: 'pairs' }] : []),
      { name: 'N' },
      { name: 'd' },
      { name: 'd′' },
      { name: 'constant in A' },
      { name: 'constant in B' },
    ],
    rows: a.slice(0, b.length).map((x, i) => {
      const y = b[i]!;
      const at = i * b.length + i;
      return [
        x.place.label,
        y.place.label,
        cell(found.values[at]!),
        ...(pairs > 1 ? [cell(found.spread[at]!), found.counted[at]!] : []),
        correspond(x, y) ? x.count : null,
        x.width,
        y.width,
        found.a[i]!.dropped,
        found.b[i]!.dropped,
      ];
    }),
  };
}

/** Columns of the table of layers, for those who read it. */
export const LAYER_COLUMNS = { side: 0, layer: 1, rows: 2, columns: 3, constant: 4, remark: 5, directions: 6 } as const;

/** Each layer of A, then each of B. */
function layerTable(found: Comparison, { a, b }: Pairing, text: MeasureText): Table {
  const row = (side: string, { place, count, width }: Reading, { dropped, directions, why }: LayerFacts) => [
    side,
    place.label,
    count,
    width,
    dropped,
    why ?? '',
    ...(text.directions === undefined ? [] : [directions ?? 0]),
  ];
  return {
    type: 'Table',
    columns: [
      { name: 'side' },
      { name: 'layer' },
      { name: 'rows N' },
      { name: 'columns d' },
      { name: 'constant columns' },
      { name: 'remark' },
      ...(text.directions === undefined ? [] : [{ name: text.directions }]),
    ],
    rows: [
      ...a.map((reading, i) => row('A', reading, found.a[i]!)),
      ...b.map((reading, i) => row('B', reading, found.b[i]!)),
    ],
  };
}
