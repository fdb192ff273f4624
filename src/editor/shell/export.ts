/** Taking things out of the window: files to save, arrays as .npz or CSV. */

import { writeNpz } from '../../arrays/npz.js';
import { FiberscopeError } from '../../catalog/errors.js';
import type { OutputArrays } from '../../execute/protocol.js';
import type { Workbench } from '../workbench/types.js';

/** Hands bytes or text to the browser as a file to save. */
export function download(name: string, content: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A file name from a title: letters, digits and hyphens. */
export function fileName(title: string): string {
  const name = title
    .normalize('NFKD')
    .replaceAll('θ', 'theta')
    .replaceAll('ε', 'epsilon')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 80)
    .toLowerCase();
  return name === '' ? 'pipeline' : name;
}

/** Saves an output of a finished node. */
export async function exportArrays(
  workbench: Workbench,
  node: string,
  output: string,
  kind: 'npz' | 'csv',
): Promise<void> {
  const found = await workbench.arrays(node, output);
  if (!found)
    throw new FiberscopeError(
      'file',
      `node '${node}' output '${output}': its arrays are no longer kept; run the node again`,
    );
  if (kind === 'npz') download(`${node}.${output}.npz`, writeNpz(found.arrays) as BlobPart, 'application/zip');
  else download(`${node}.${output}.csv`, csvOf(found), 'text/csv');
}

/**
 * Arrays as one CSV table. Arrays are columns side by side; one of several dimensions has a column for each place of its
 * last axis, except a lattice's values, which are one column. Shorter columns end early.
 */
export function csvOf({ arrays }: OutputArrays): string {
  const columns: { name: string; at: (row: number) => number | undefined }[] = [];
  let rows = 0;
  for (const [name, { data, shape }] of Object.entries(arrays)) {
    const width = shape.length === 2 ? shape[1]! : 1;
    const height = width === 0 ? 0 : data.length / width;
    rows = Math.max(rows, height);
    for (let column = 0; column < width; column++)
      columns.push({
        name: width === 1 ? name : `${name}_${column}`,
        at: (row) => (row < height ? data[row * width + column] : undefined),
      });
  }
  const lines = [columns.map((column) => column.name).join(',')];
  for (let row = 0; row < rows; row++) lines.push(columns.map((column) => column.at(row) ?? '').join(','));
  return `${lines.join('\n')}\n`;
}
