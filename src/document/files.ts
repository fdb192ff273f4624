/** The files that a document names, found in its parameters. */
import type { FileReference, Json, PipelineDocument } from './schema.js';

/** The value as a file reference, if it is one: an object of exactly `name` and `sha256`. */
export function fileReference(value: Json): FileReference | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { name, sha256, ...rest } = value as { readonly [key: string]: Json };
  if (typeof name !== 'string' || typeof sha256 !== 'string' || Object.keys(rest).length > 0) return undefined;
  return /^[0-9a-f]{64}$/.test(sha256) ? { name, sha256 } : undefined;
}

/** All file references inside a JSON value. */
export function filesIn(value: Json): readonly FileReference[] {
  const file = fileReference(value);
  if (file !== undefined) return [file];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((item) => filesIn(item as Json));
}

/** Every file that a document names, each content once, under the first name it has. */
export function filesOf(document: PipelineDocument): readonly FileReference[] {
  const files = new Map<string, FileReference>();
  for (const { params } of document.nodes)
    for (const file of filesIn(params)) if (!files.has(file.sha256)) files.set(file.sha256, file);
  return [...files.values()];
}
