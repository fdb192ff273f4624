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

/** The pipelines that a newcomer should see first. */
const FIRST = ['quick-start', 'two-models'];
const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

/** Names of the shipped pipelines, in the gallery's order. */
export const GALLERY: readonly string[] = Object.keys(files)
  .map(nameOf)
  .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));

/** The beginning of a description: whole sentences, as many as fit into `most` characters. */
export function beginning(description: string, most = 240): string {
  const sentences = description.match(/.+?[.!?](?=\s|$)|.+$/gs) ?? [];
  let text = sentences[0] ?? '';
  for (const sentence of sentences.slice(1)) {
    if (text.length + sentence.length > most) break;
    text += sentence;
  }
  return text.trim();
}

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
