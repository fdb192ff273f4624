/** Which layers an Activations stands for, as a table. Nothing is computed. */
import { formatCount } from '../../catalog/text.js';
import type { Table } from '../../catalog/values.js';
import { type Reading, readingsOf, type Side } from './pairing.js';

/** The layers as they will be read: path, shape, rows and columns. */
export function layersTable(side: Omit<Side, 'models'>): Table {
  return {
    type: 'Table',
    columns: [{ name: 'layer' }, { name: 'shape' }, { name: 'rows N' }, { name: 'columns d' }, { name: 'rows are' }],
    rows: readingsOf(side).map((reading) => [
      reading.place.label,
      reading.place.to.join(' × '),
      reading.count,
      reading.width,
      rowsAre(reading),
    ]),
  };
}

function rowsAre({ grid, inputs, positions, of }: Reading): string {
  if (grid === '1') return 'inputs';
  return `${formatCount(inputs)} inputs × ${positions === of ? 'all' : positions} ${positions === of ? '' : 'of '}${of} positions`;
}
