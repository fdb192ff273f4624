/** The command line in this process, with what it printed; and pipelines in folders of their own. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { writeNpz } from '../../src/arrays/npz.js';
import { type MainOptions, main } from '../../src/cli/main.js';
import type { Params, PipelineDocument } from '../../src/document/schema.js';
import { documentOf, type Nodes } from '../documents.js';

/** What one command line did. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `fiberscope …argv`. */
export async function cli(
  argv: readonly string[],
  options: MainOptions & { readonly terminal?: boolean; readonly signal?: AbortSignal } = {},
): Promise<Outcome> {
  let out = '';
  let err = '';
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    terminal: options.terminal ?? false,
    signal: options.signal ?? new AbortController().signal,
  };
  const code = await main(argv, io, options);
  return { code, out, err };
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'fiberscope-test-'));
  folders.push(path);
  return path;
}

/** Writes a file into a new folder, or a given one, and answers with its path. */
export function file(name: string, content: string | Uint8Array, into = folder()): string {
  const path = join(into, name);
  writeFileSync(path, content);
  return path;
}

/** A document of `id: [type, params]` and wires `'a.port b.port'`, with a title. */
export function pipeline(nodes: Nodes, wires: readonly string[]): PipelineDocument {
  return { ...documentOf(nodes, wires), title: 'A test' };
}

/** A document as a file. */
export const written = (document: unknown, into?: string): string =>
  file('pipeline.json', JSON.stringify(document), into);

/** The FCN of the paper, a typed reference and three points around it, on a small grid. */
export function small(grid: Params = { points: 5 }, more: Readonly<Record<string, readonly [string, Params?]>> = {}) {
  return pipeline(
    {
      net: ['architecture'],
      inputs: ['random-inputs', { count: 20 }],
      theta: ['reference', { from: 'typed', values: [1, -0.8, 0.9, 1.1] }],
      points: [
        'points',
        {
          values: [
            [1, -0.8, 0.9, 1.1],
            [0.5, -0.8, 1.8, 1.1],
            [1, -0.4, 0.9, 2.2],
          ],
        },
      ],
      basis: ['gram-schmidt'],
      grid: ['grid', grid],
      ...more,
    },
    [
      'net.architecture theta.architecture',
      'inputs.inputs theta.inputs',
      'theta.reference points.reference',
      'points.parameters basis.parameters',
      'basis.subspace grid.subspace',
      ...Object.keys(more).map((id) => `grid.field ${id}.${more[id]?.[0] === 'threshold' ? 'field' : 'data'}`),
    ],
  );
}

/** Arrays as a .npz beside a document that loads them as Inputs and Outputs of an FCN; answers with the document's path. */
export function loading(
  bytes: Uint8Array,
  {
    name = 'data.npz',
    sha256 = createHash('sha256').update(bytes).digest('hex'),
    place = name,
  }: { name?: string; sha256?: string; place?: string } = {},
): string {
  const into = folder();
  file(place, bytes, into);
  const document = pipeline(
    {
      net: ['architecture'],
      data: ['load-arrays', { file: { name, sha256 } }],
      theta: ['reference', { from: 'outputs' }],
    },
    ['net.architecture theta.architecture', 'data.inputs theta.inputs', 'data.outputs theta.outputs'],
  );
  return written(document, into);
}

/** Arrays x [4, 1] and y [4, 1] that the FCN takes, with some replaced. */
export const arrays = (replaced: Parameters<typeof writeNpz>[0] = {}): Uint8Array =>
  writeNpz({
    x: { data: Float32Array.of(1, -1, 0.5, 2), shape: [4, 1] },
    y: { data: Float32Array.of(1, 0, 0.5, 2), shape: [4, 1] },
    ...replaced,
  });
