import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { Registry } from '../../src/catalog/registry.js';
import { writeOut } from '../../src/catalog/resolve.js';
import { compile } from '../../src/compile/compile.js';
import { formatDocument } from '../../src/document/format.js';
import { parseDocumentText } from '../../src/document/parse.js';
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
