/** Runs a document with the shipped nodes, for tests. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { builtin } from '../../nodes/index.js';
import type { MemoryFiles } from '../../src/arrays/file-source.js';
import { Registry } from '../../src/catalog/registry.js';
import type { DeviceName } from '../../src/catalog/work.js';
import { parseDocumentText } from '../../src/document/parse.js';
import type { Params, PipelineDocument } from '../../src/document/schema.js';
import { Executor } from '../../src/execute/executor.js';
import type { NodeResult, OutputArrays, RunReport } from '../../src/execute/protocol.js';

/** The folder of the checkout. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** Reads a document, with parameters replaced by node id. */
export function readDocument(path: string, overrides: Readonly<Record<string, Params>> = {}): PipelineDocument {
  const parsed = parseDocumentText(readFileSync(join(ROOT, path), 'utf8'));
  if (!parsed.ok) throw new Error(`${path}: ${parsed.problems[0]?.message}`);
  for (const id of Object.keys(overrides))
    if (!parsed.document.nodes.some((node) => node.id === id)) throw new Error(`${path}: no node '${id}'`);
  const nodes = parsed.document.nodes.map((node) => ({ ...node, params: { ...node.params, ...overrides[node.id] } }));
  return { ...parsed.document, nodes };
}

/** What came of a run. */
export interface Ran {
  readonly report: RunReport;
  readonly results: ReadonlyMap<string, NodeResult>;
  readonly failures: readonly string[]; // 'id: message'
  arrays(node: string, output: string): Promise<OutputArrays['arrays']>;
}

/** Runs the whole document on one device. */
export async function runDocument(
  document: PipelineDocument,
  options: { readonly device?: DeviceName; readonly files?: MemoryFiles } = {},
): Promise<Ran> {
  const executor = new Executor({
    registry: new Registry(builtin),
    device: options.device ?? 'cpu',
    ...(options.files === undefined ? {} : { files: options.files }),
  });
  const results = new Map<string, NodeResult>();
  const failures: string[] = [];
  const report = await executor.run(document, undefined, (event) => {
    if (event.kind === 'done') results.set(event.result.id, event.result);
    if (event.kind === 'failed' || event.kind === 'blocked') failures.push(`${event.id}: ${event.message}`);
  });
  return {
    report,
    results,
    failures,
    async arrays(node, output) {
      const found = await executor.arrays(results.get(node)!.key, output);
      if (found === undefined) throw new Error(`no arrays of ${node}.${output}`);
      return found.arrays;
    },
  };
}
