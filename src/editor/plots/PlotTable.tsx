import { formatCount, formatNumber } from '../../catalog/text.js';
import type { Table } from '../../catalog/values.js';
import './plots.css';

/** Rows shown at most; the rest is said in a line and is in the data export. */
const MOST = 500;

/** A table with tabular numbers. */
export function PlotTable({ table, title }: { readonly table: Table; readonly title: string }) {
  const rows = table.rows.slice(0, MOST).map((cells, k) => ({ cells, key: `row ${k}` }));
  return (
    <div className="plot-table">
      <table aria-label={title}>
        <thead>
          <tr>
            {table.columns.map(({ name, unit }) => (
              <th key={name} scope="col">
                {name}
                {unit && <small> {unit}</small>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ cells, key }) => (
            <tr key={key}>
              {table.columns.map(({ name }, k) => {
                const value = cells[k];
                return (
                  <td key={name} className={typeof value === 'number' ? 'number' : undefined}>
                    {typeof value === 'number' ? formatNumber(value, 4) : (value ?? '–')}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {table.rows.length > MOST && <p>{formatCount(table.rows.length - MOST)} more rows are in the export.</p>}
    </div>
  );
}
