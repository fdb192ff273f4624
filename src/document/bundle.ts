/** A bundle: one ZIP archive with the document (`pipeline.json`) and the files it names beside it, so that unpacking it by hand works too. */
import { strToU8 } from 'fflate';
import { digestOf } from './digest.js';
import { pathText } from './faults.js';
import { filesIn, filesOf } from './files.js';
import { formatDocument } from './format.js';
import { CODEC_LIMITS, DOCUMENT_LIMITS } from './limits.js';
import { parseDocumentText } from './parse.js';
import type { FileReference, PipelineDocument, Problem } from './schema.js';
import { shown } from './shown.js';
import { inSlices } from './slices.js';
import { isInnerPath, unzipping, type ZipEntry, ZipFault, zip, zipEntries } from './zip.js';

/** Bytes of files with their names, by SHA-256 (hex). */
export type BundleFiles = ReadonlyMap<string, { readonly name: string; readonly bytes: Uint8Array }>;

const DOCUMENT = 'pipeline.json';

/** Packs a document with those of its files that are given. */
export function packBundle(document: PipelineDocument, files: BundleFiles): Uint8Array {
  const entries = new Map<string, Uint8Array>([[DOCUMENT, strToU8(formatDocument(document))]]);
  const taken = new Set([DOCUMENT]);
  for (const { name, sha256 } of filesOf(document)) {
    const file = files.get(sha256);
    if (file === undefined) continue;
    let path = isInnerPath(name) && name !== '__proto__' ? name : plainPath(name, sha256); // no name of an entry in fflate's objects
    for (let n = 0; taken.has(path.toLowerCase()); n++) path = plainPath(name, sha256, n);
    taken.add(path.toLowerCase());
    entries.set(path, file.bytes);
  }
  const packed = zip(entries);
  const total = [...entries.values()].reduce((sum, { length }) => sum + length, 0);
  return total <= mostOf(packed) ? packed : zip(entries, 0); // what opening would take for a bomb is stored as it is
}

/** A path for a file whose name is none in an archive; opening finds it by its SHA-256. */
function plainPath(name: string, sha256: string, count = 0): string {
  const base = name
    .split(/[\\/]/)
    .at(-1)!
    .replace(/[^\w.-]+/g, '-')
    .slice(-LONGEST)
    .replace(/\.+$/, '');
  return `files/${sha256.slice(0, 12)}-${count > 0 ? `${count}-` : ''}${base || 'file'}`;
}

const LONGEST = 80; // characters of a name, its ending included

/** Most bytes that are taken of an archive. */
const mostOf = ({ length }: Uint8Array): number =>
  Math.min(CODEC_LIMITS.bundleBytes, CODEC_LIMITS.bundleFree + CODEC_LIMITS.bundleRatio * length);

/** A bundle's document and the files it names, or why not. Files that are missing are warnings: the document opens without them. */
export type Opened =
  | {
      readonly ok: true;
      readonly document: PipelineDocument;
      readonly files: BundleFiles;
      readonly problems: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Opens a bundle. Every file is taken by its content, which must have the SHA-256 that the document names. Entries that the
 * document does not name are left packed; the others are unpacked in slices, no more than a bound that grows with the archive.
 */
export async function openBundle(bytes: Uint8Array): Promise<Opened> {
  try {
    return await opened(bytes);
  } catch (error) {
    if (error instanceof ZipFault) return refused(error.message);
    throw error;
  }
}

async function opened(bytes: Uint8Array): Promise<Opened> {
  const entries = zipEntries(bytes, { entries: CODEC_LIMITS.bundleEntries, bytes: Number.POSITIVE_INFINITY });
  const main = documentIn(entries);
  if (main.size > DOCUMENT_LIMITS.bytes)
    throw new ZipFault(`expected '${main.path}' of at most ${DOCUMENT_LIMITS.bytes} bytes, got ${main.size}`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await inSlices(unzipping(bytes, main)));
  } catch (error) {
    if (error instanceof ZipFault) throw error;
    return refused(`expected '${main.path}' in UTF-8`);
  }
  const parsed = parseDocumentText(text);
  if (!parsed.ok) return parsed;
  const named = namedBy(parsed.document);
  const wanted = entries.filter((entry) => entry !== main && named(entry.path));
  const total = wanted.reduce((sum, { size }) => sum + size, main.size);
  if (total > mostOf(bytes))
    return refused(
      `expected at most ${mostOf(bytes)} bytes of files in an archive of ${bytes.length}, got an archive that says ${total}; put the files beside the document instead`,
    );
  const byHash = new Map<string, Uint8Array>();
  const hashByPath = new Map<string, string>();
  for (const entry of wanted) {
    const content = await inSlices(unzipping(bytes, entry));
    const hash = await digestOf(content);
    byHash.set(hash, content);
    hashByPath.set(entry.path.toLowerCase(), hash);
  }
  const files = new Map<string, { name: string; bytes: Uint8Array }>();
  const problems: Problem[] = [];
  for (const { file, path, node } of references(parsed.document)) {
    const content = byHash.get(file.sha256);
    if (content !== undefined) {
      if (!files.has(file.sha256)) files.set(file.sha256, { name: file.name, bytes: content });
      continue;
    }
    const other = hashByPath.get(file.name.toLowerCase());
    problems.push({
      severity: other === undefined ? 'warning' : 'error',
      path,
      node,
      message:
        other === undefined
          ? `the file ${shown(file.name)} is not in the bundle; add it before running`
          : `expected the file ${shown(file.name)} with SHA-256 ${file.sha256.slice(0, 12)}…, got ${other.slice(0, 12)}…; it was changed after the document was saved`,
    });
  }
  if (problems.some(({ severity }) => severity === 'error')) return { ok: false, problems };
  return { ok: true, document: parsed.document, files, problems };
}

/** `pipeline.json`, or the only JSON file beside no folder. */
function documentIn(entries: readonly ZipEntry[]): ZipEntry {
  const exact = entries.find(({ path }) => path === DOCUMENT);
  if (exact) return exact;
  const others = entries.filter(({ path }) => /^[^/]+\.json$/i.test(path));
  const [only] = others;
  if (only && others.length === 1) return only;
  if (!only) throw new ZipFault(`expected '${DOCUMENT}' in the archive, got none`);
  const names = others.slice(0, 4).map(({ path }) => shown(path));
  throw new ZipFault(
    `expected '${DOCUMENT}' or one .json file in the archive, got ${others.length}: ${names.join(', ')}${others.length > 4 ? ', …' : ''}; rename the document`,
  );
}

const baseOf = (path: string): string => path.toLowerCase().split(/[\\/]/).at(-1)!;

/** Whether a document names the file at a path: by its name, in whatever folder, or by the SHA-256 before it. */
function namedBy(document: PipelineDocument): (path: string) => boolean {
  const files = filesOf(document);
  const names = new Set(files.map(({ name }) => baseOf(name)));
  const hashes = new Set(files.map(({ sha256 }) => sha256.slice(0, 12)));
  return (path) => names.has(baseOf(path)) || hashes.has(baseOf(path).slice(0, 12));
}

function references(document: PipelineDocument): { file: FileReference; path: string; node: string }[] {
  return document.nodes.flatMap(({ id, params }, index) =>
    Object.entries(params).flatMap(([name, value]) =>
      filesIn(value).map((file) => ({ file, path: pathText(['nodes', index, 'params', name]), node: id })),
    ),
  );
}

function refused(message: string): Opened {
  return { ok: false, problems: [{ severity: 'error', path: '', message }] };
}
