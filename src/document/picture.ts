/** A saved picture (PNG) that carries its document in an iTXt chunk, compressed, and opens as it. */
import { strFromU8, strToU8, zlibSync } from 'fflate';
import { formatDocument } from './format.js';
import { inflateZlib } from './inflate.js';
import { CODEC_LIMITS, DOCUMENT_LIMITS } from './limits.js';
import { joinBytes, PNG_SIGNATURE, type PngChunk, pngChunk, pngChunks } from './png.js';
import type { PipelineDocument } from './schema.js';

const KEYWORD = 'fiberscope';

/** The picture with the document in it, in place of one that it may carry. What is no PNG comes back as it was. */
export function embedDocument(png: Uint8Array, document: PipelineDocument): Uint8Array {
  const chunks = pngChunks(png);
  const last = chunks?.at(-1);
  if (chunks === undefined || last?.type !== 'IEND') return png;
  const head = joinBytes([strToU8(KEYWORD), Uint8Array.of(0, 1, 0, 0, 0)]); // keyword, compressed, zlib, no language, no translation
  const chunk = pngChunk('iTXt', joinBytes([head, zlibSync(strToU8(formatDocument(document)), { level: 9 })]));
  const kept = chunks.filter((candidate) => candidate !== last && !isOurs(candidate));
  return joinBytes([
    PNG_SIGNATURE,
    ...kept.map(({ start, end }) => png.subarray(start, end)),
    chunk,
    png.subarray(last.start, last.end),
  ]);
}

/** The text of the document that a picture carries, for `parseDocumentText`; undefined where it carries none that is whole. */
export function extractDocument(png: Uint8Array): string | undefined {
  if (png.length > CODEC_LIMITS.pictureBytes) return undefined;
  const chunk = pngChunks(png)?.find((candidate) => isOurs(candidate) && candidate.intact);
  if (chunk === undefined) return undefined;
  const { data } = chunk;
  let at = KEYWORD.length + 1;
  const [compressed, method] = [data[at], data[at + 1]];
  at += 2;
  for (let skipped = 0; skipped < 2; skipped++) at = data.indexOf(0, at) + 1 || data.length; // language, translated keyword
  const body = data.subarray(at);
  if (compressed === 0) return body.length <= DOCUMENT_LIMITS.bytes ? strFromU8(body) : undefined;
  if (compressed !== 1 || method !== 0) return undefined;
  const text = inflateZlib(body, DOCUMENT_LIMITS.bytes);
  return text.ok ? strFromU8(text.bytes) : undefined;
}

const isOurs = ({ type, data }: PngChunk): boolean =>
  type === 'iTXt' && data[KEYWORD.length] === 0 && strFromU8(data.subarray(0, KEYWORD.length), true) === KEYWORD;
