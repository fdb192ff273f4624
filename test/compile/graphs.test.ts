import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { MemoryFiles } from '../../src/arrays/file-source.js';
import { Registry } from '../../src/catalog/registry.js';
import { writeOut } from '../../src/catalog/resolve.js';
import { compile } from '../../src/compile/compile.js';
import { planText } from '../../src/compile/plan-text.js';
import { formatDocument } from '../../src/document/format.js';
import { parseDocumentText } from '../../src/document/parse.js';
import type { Json } from '../../src/document/schema.js';
import { decodeShare, encodeShare } from '../../src/document/share.js';
import { problemLines } from '../document/lines.js';

const folder = new URL('../../graphs/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const registry = new Registry(builtin);

test.each(names)('%s opens, compiles without an error, and is saved as the app saves it', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const result = parseDocumentText(text);
  if (!result.ok) throw new Error(problemLines(result.problems));
  const { problems } = compile(result.document, { registry });
  expect(problemLines(problems.filter(({ severity }) => severity === 'error'))).toBe('');
  expect(formatDocument(writeOut(result.document, registry))).toBe(text);
  const shared = decodeShare(encodeShare(result.document));
  expect(shared.ok && formatDocument(shared.document)).toBe(text);
});

/** Files as MNIST and CIFAR-10 come, all black, and the shape of one image. */
const COUNT = 5000;
const labels = Uint8Array.from({ length: COUNT }, (_, i) => i % 10);
const idx = (sizes: readonly number[], data: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(4 + 4 * sizes.length + data.length);
  bytes.set([0, 0, 8, sizes.length]);
  for (const [k, size] of sizes.entries()) new DataView(bytes.buffer).setUint32(4 + 4 * k, size);
  bytes.set(data, 4 + 4 * sizes.length);
  return bytes;
};
const photos = new Uint8Array((COUNT / 2) * 3073);
for (let i = 0; i < COUNT / 2; i++) photos[i * 3073] = labels[i]!;
const files = new MemoryFiles();
const file = async (name: string, bytes: Uint8Array): Promise<Json> => ({ ...(await files.add(name, bytes)) });
const SETS = {
  'idx-images': {
    chosen: {
      images: await file('images', idx([COUNT, 28, 28], new Uint8Array(COUNT * 784))),
      labels: await file('labels', idx([COUNT], labels)),
    },
    item: /\[(784|1, 28, 28)\] → \[10\]/,
  },
  cifar10: { chosen: { batches: [await file('data_batch_1.bin', photos)] }, item: /\[3, 32, 32\] → \[10\]/ },
} as const;

const papers = names
  .filter((name) => /^(intertwiner|nodesort)-/.test(name))
  .flatMap((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const types = (Object.keys(SETS) as (keyof typeof SETS)[]).filter((type) => text.includes(`"type": "${type}"`));
    return (types.length > 0 ? types : (['cifar10'] as const)).map((type) => [name, type] as const);
  });

test.each(papers)('%s trains its networks on files chosen in %s', (name, type) => {
  const { chosen, item } = SETS[type];
  const parsed = parseDocumentText(readFileSync(new URL(name, folder), 'utf8'));
  if (!parsed.ok) throw new Error(problemLines(parsed.problems));
  const nodes = parsed.document.nodes.map((node) =>
    node.type === type ? { ...node, params: { ...node.params, ...chosen } } : node,
  );
  const plan = compile({ ...parsed.document, nodes }, { registry, files });
  expect(problemLines(plan.problems.filter(({ severity }) => severity === 'error'))).toBe('');
  const trained = planText(plan)
    .split('\n')
    .filter((line) => /^ *\d+ +\S+ +model /.test(line));
  expect(trained.length).toBeGreaterThan(0);
  for (const line of trained) expect(line).toMatch(item);
});
