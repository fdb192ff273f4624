/** Opening a pipeline: the document, and the files it names, found beside it or inside its bundle. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { MemoryFiles } from '../arrays/file-source.js';
import { openBundle } from '../document/bundle.js';
import { filesIn } from '../document/files.js';
import { emptyDocument } from '../document/format.js';
import { CODEC_LIMITS, DOCUMENT_LIMITS } from '../document/limits.js';
import { parseDocumentText, type Rest } from '../document/parse.js';
import type { FileReference, PipelineDocument, Problem } from '../document/schema.js';
import { Refusal } from './io.js';

/** A document with the files that could be found. */
export interface Opened {
  readonly document: PipelineDocument;
  readonly files: MemoryFiles;
  /** Why this is no document. Then `document` is what could be read of it, or empty. */
  readonly unread?: { readonly problems: readonly Problem[]; readonly rest?: Rest };
}

/** Reads a document or bundle. Throws a Refusal where the file itself cannot be read. */
export async function openPipeline(path: string): Promise<Opened> {
  const files = new MemoryFiles();
  if (/\.zip$/i.test(path)) {
    const bundle = await openBundle(await readWhole(path, CODEC_LIMITS.bundleBytes));
    if (!bundle.ok) return unread(path, bundle.problems);
    for (const [sha256, { name, bytes }] of bundle.files) files.keep({ name, sha256 }, bytes);
    return { document: bundle.document, files };
  }
  const bytes = await readWhole(path, DOCUMENT_LIMITS.bytes);
  const parsed = parseDocumentText(textOf(path, bytes));
  return parsed.ok ? { document: parsed.document, files } : unread(path, parsed.problems, parsed.rest?.());
}

/** A faulty document; what is wrong with the whole file is said of the file. */
function unread(path: string, problems: readonly Problem[], rest?: Rest): Opened {
  const placed = problems.map((problem) => (problem.path === '' ? { ...problem, path } : problem));
  const document = rest?.document ?? emptyDocument();
  return { document, files: new MemoryFiles(), unread: { problems: placed, ...(rest ? { rest } : {}) } };
}

function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal([`${path}: expected a document as text in UTF-8, got other bytes; save it as UTF-8`]);
  }
}

/** Finds the files that a document's nodes name, relative to the document, and checks their SHA-256. Answers with what is missing or another. */
export async function findFiles(path: string, { document, files }: Opened): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const [index, node] of document.nodes.entries()) {
    if (node.muted) continue;
    for (const file of filesIn(node.params)) {
      const fault = files.has(file) ? undefined : await findFile(dirname(path), file, files);
      if (fault)
        problems.push({
          severity: 'error',
          path: `nodes[${index}]`,
          node: node.id,
          message: `node '${node.id}': ${fault}`,
        });
    }
  }
  return problems;
}

async function findFile(folder: string, file: FileReference, files: MemoryFiles): Promise<string | undefined> {
  if (isAbsolute(file.name))
    return `file '${file.name}': expected a path relative to the document, got an absolute one`;
  const place = resolve(folder, file.name);
  try {
    await files.add(file.name, await readWhole(place, CODEC_LIMITS.bundleBytes));
    await files.read(file);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The bytes of an ordinary file of at most `most` bytes. */
export async function readWhole(path: string, most: number): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Refusal([`${path}: expected a file, got a folder or device`]);
    if (found.size > most) throw new Refusal([`${path}: expected at most ${most} bytes, got ${found.size}`]);
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (path.includes('\0')) throw new Refusal([`${path}: expected a file's name, got one with a NUL character`]);
    const reason = code === 'ENOENT' ? 'no such file' : code === 'EACCES' ? 'not readable' : String(code);
    throw new Refusal([`${path}: ${reason}`]);
  }
}
