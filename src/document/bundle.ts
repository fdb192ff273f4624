/** A bundle: one ZIP archive with the document (`pipeline.json`) and the files it names beside it, so that unpacking it by hand works too. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { strToU8 } from 'fflate';
import { pathText, shown } from './faults.js';
import { filesIn, filesOf } from './files.js';
import { formatDocument } from './format.js';
import { CODEC_LIMITS, DOCUMENT_LIMITS } from './limits.js';
import { parseDocumentText } from './parse.js';
import type { FileReference, PipelineDocument, Problem } from './schema.js';
import { isInnerPath, unzip, type ZipEntry, zip } from './zip.js';

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
    const base = name
      .split(/[\\/]/)
      .at(-1)!
      .replace(/[^\w.-]+/g, '-');
    const path =
      isInnerPath(name) && !taken.has(name.toLowerCase()) ? name : `files/${sha256.slice(0, 12)}-${base || 'file'}`;
    taken.add(path.toLowerCase());
    entries.set(path, file.bytes);
  }
  return zip(entries);
}

/** A bundle's document and the files it names, or why not. Files that are missing are warnings: the document opens without them. */
export type Opened =
  | {
      readonly ok: true;
      readonly document: PipelineDocument;
      readonly files: BundleFiles;
      readonly problems: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Opens a bundle. Every file is taken by its content, which must have the SHA-256 that the document names. */
export function openBundle(bytes: Uint8Array): Opened {
  const archive = unzip(bytes, {
    entries: CODEC_LIMITS.bundleEntries,
    bytes: CODEC_LIMITS.bundleBytes,
    refusal: refusalOf,
  });
  if (!archive.ok) return refused(archive.message);
  const name = documentPath([...archive.files.keys()])!;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(archive.files.get(name));
  } catch {
    return refused(`expected '${name}' in UTF-8`);
  }
  const parsed = parseDocumentText(text);
  if (!parsed.ok) return parsed;
  const byHash = new Map<string, Uint8Array>();
  const hashByPath = new Map<string, string>();
  for (const [path, content] of archive.files) {
    if (path === name) continue;
    const hash = bytesToHex(sha256(content));
    byHash.set(hash, content);
    hashByPath.set(path.toLowerCase(), hash);
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

/** Why an archive with these entries is no bundle: said before anything is decompressed. */
function refusalOf(entries: readonly ZipEntry[]): string | undefined {
  const name = documentPath(entries.map(({ path }) => path));
  if (name === undefined) return `expected '${DOCUMENT}' in the archive, got none`;
  const { size } = entries.find(({ path }) => path === name)!;
  if (size <= DOCUMENT_LIMITS.bytes) return undefined;
  return `expected '${name}' of at most ${DOCUMENT_LIMITS.bytes} bytes, got ${size}`;
}

/** `pipeline.json`, or the only JSON file beside no folder. */
function documentPath(paths: readonly string[]): string | undefined {
  if (paths.includes(DOCUMENT)) return DOCUMENT;
  const candidates = paths.filter((path) => /^[^/]+\.json$/i.test(path));
  return candidates.length === 1 ? candidates[0] : undefined;
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
