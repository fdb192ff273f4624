/** Taking things out of the window: files to save, outputs as .npz or CSV. */

import { writeNpz } from '../../arrays/npz.js';
import { FiberscopeError } from '../../catalog/errors.js';
import type { AnyNode, OutputPort, OutputPorts } from '../../catalog/node.js';
import type { PlannedNode } from '../../compile/plan.js';
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

/** The outputs that a node has with its present parameters: an optional one may give nothing. */
export function outputsOf(
  definition: AnyNode,
  planned: Pick<PlannedNode, 'outputs'> | undefined,
): readonly (readonly [name: string, port: OutputPort])[] {
  return Object.entries(definition.outputs as OutputPorts).filter(
    ([name, { optional }]) => !optional || planned === undefined || Object.hasOwn(planned.outputs, name),
  );
}

/** Saves an output of a finished node. */
export async function exportOutput(
  workbench: Workbench,
  node: string,
  output: string,
  kind: 'npz' | 'csv',
): Promise<void> {
  if (kind === 'npz') {
    const { arrays, texts } = kept(await workbench.arrays(node, output), node, output);
    download(`${node}.${output}.npz`, writeNpz(arrays, texts) as BlobPart, 'application/zip');
  } else download(`${node}.${output}.csv`, kept(await workbench.csv(node, output), node, output), 'text/csv');
}

function kept<T>(found: T | undefined, node: string, output: string): T {
  if (found !== undefined) return found;
  throw new FiberscopeError(
    'file',
    `node '${node}' output '${output}': its values are no longer kept; run the node again`,
  );
}
