import { formatCount, formatValue } from '../../catalog/text.js';
import { isNumeric, type Table } from '../../catalog/values.js';
import './plots.css';

/** Rows shown at most; the rest is said in a line and is in the data export. */
const MOST = 500;

/** How a column of texts may be broken over lines: short ones are not. */
function wordsOf({ rows }: Table, column: number): string | undefined {
  const longest = Math.max(0, ...rows.slice(0, MOST).map((row) => String(row[column] ?? '').length));
  return longest > 40 ? 'sentence' : longest > 12 ? 'words' : undefined;
}

/** A table with tabular numbers. */
export function PlotTable({ table, title }: { readonly table: Table; readonly title: string }) {
  const rows = table.rows.slice(0, MOST).map((cells, k) => ({ cells, key: `row ${k}` }));
  const columns = table.columns.map((column, k) => ({
    ...column,
    key: `column ${k}`, // names need not differ: J, and J in E[φ²]
    kind: isNumeric(table, k) ? 'number' : wordsOf(table, k),
  }));
  return (
    <div className="plot-table">
      <table aria-label={title}>
        <thead>
          <tr>
            {columns.map(({ name, unit, key: column, kind }) => (
              <th key={column} scope="col" className={kind}>
                {name}
                {unit && <small> {unit}</small>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ cells, key }) => (
            <tr key={key}>
              {columns.map(({ key: column, kind }, k) => {
                const value = cells[k];
                return (
                  <td key={column} className={kind}>
                    {typeof value === 'number' ? formatValue(value) : (value ?? '–')}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {table.rows.length > MOST && <p>{formatCount(table.rows.length - MOST)} more rows are in the export.</p>}
      {table.more !== undefined && <p>{formatCount(table.more)} more rows are not listed.</p>}
    </div>
  );
}
