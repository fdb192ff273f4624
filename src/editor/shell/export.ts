/** Taking outputs out of the window, as .npz, CSV or .safetensors. */
import { writeNpz } from '../../arrays/npz.js';
import { FiberscopeError } from '../../catalog/errors.js';
import type { AnyNode, OutputPort, OutputPorts } from '../../catalog/node.js';
import type { PlannedNode } from '../../compile/plan.js';
import { hasArrays } from '../../execute/export.js';
import { download } from '../plots/download.js';
import type { Workbench } from '../workbench/types.js';

/** The outputs of arrays that a node has with its present parameters: an optional one may give nothing. */
export function outputsOf(
  definition: AnyNode,
  planned: Pick<PlannedNode, 'outputs'> | undefined,
): readonly (readonly [name: string, port: OutputPort])[] {
  return Object.entries(definition.outputs as OutputPorts).filter(
    ([name, { type, optional }]) =>
      hasArrays(type) && (!optional || planned === undefined || Object.hasOwn(planned.outputs, name)),
  );
}

/** The formats that an output is saved in: .safetensors, a file for each network, for Models only. */
export type ExportKind = 'npz' | 'csv' | 'safetensors';

/** Saves an output of a finished node. */
export async function exportOutput(
  workbench: Workbench,
  node: string,
  output: string,
  kind: ExportKind,
): Promise<void> {
  if (kind === 'npz') {
    const { arrays, texts } = kept(await workbench.arrays(node, output), node, output);
    download(`${node}.${output}.npz`, writeNpz(arrays, texts) as BlobPart, 'application/zip');
  } else if (kind === 'safetensors') {
    for (const { name, bytes } of kept(await workbench.networks(node, output), node, output))
      download(name, bytes, 'application/octet-stream');
  } else download(`${node}.${output}.csv`, kept(await workbench.csv(node, output), node, output), 'text/csv');
}

function kept<T>(found: T | undefined, node: string, output: string): T {
  if (found !== undefined) return found;
  throw new FiberscopeError(
    'file',
    `node '${node}' output '${output}': its values are no longer kept; run the node again`,
  );
}
