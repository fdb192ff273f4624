/** The pipelines that come with Fiberscope. */
import { parseDocumentText } from '../../document/parse.js';
import type { PipelineDocument } from '../../document/schema.js';

/** A shipped pipeline under its file name without `.json`. */
export interface GalleryEntry {
  readonly name: string;
  readonly document: PipelineDocument;
}

const files = import.meta.glob<string>('/graphs/*.json', { query: '?raw', import: 'default' });
const nameOf = (path: string): string => path.replace(/^.*\/(.+)\.json$/, '$1');

/** Names of the shipped pipelines, in the gallery's order. */
export const GALLERY: readonly string[] = Object.keys(files).map(nameOf).sort();

/** Reads one shipped pipeline. */
export async function openGallery(name: string): Promise<PipelineDocument> {
  const path = Object.keys(files).find((each) => nameOf(each) === name);
  if (path === undefined) throw new Error(`no shipped pipeline '${name}'`);
  const parsed = parseDocumentText(await files[path]!());
  if (!parsed.ok) throw new Error(`graphs/${name}.json: ${parsed.problems[0]?.message}`);
  return parsed.document;
}

/** Reads all shipped pipelines. */
export async function galleryEntries(): Promise<readonly GalleryEntry[]> {
  return Promise.all(GALLERY.map(async (name) => ({ name, document: await openGallery(name) })));
}
