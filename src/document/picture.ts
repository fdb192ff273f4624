/** A saved picture (PNG) that carries its document in an iTXt chunk, compressed, and opens as it. */
import { strFromU8, strToU8, zlibSync } from 'fflate';
import { crc32 } from './crc32.js';
import { formatDocument } from './format.js';
import { inflateZlib } from './inflate.js';
import { CODEC_LIMITS, DOCUMENT_LIMITS } from './limits.js';
import { isPng, joinBytes, PNG_SIGNATURE, pngChunk } from './png.js';
import type { PipelineDocument } from './schema.js';

const KEYWORD = 'fiberscope';

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  readonly start: number; // of the whole chunk
  readonly end: number;
  readonly intact: boolean; // the CRC fits
}

/** The picture with the document in it, in place of one that it may carry. What is no PNG comes back as it was. */
export function embedDocument(png: Uint8Array, document: PipelineDocument): Uint8Array {
  const chunks = chunksOf(png);
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
  const chunk = chunksOf(png)?.find((candidate) => isOurs(candidate) && candidate.intact);
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

const isOurs = ({ type, data }: Chunk): boolean =>
  type === 'iTXt' && data[KEYWORD.length] === 0 && strFromU8(data.subarray(0, KEYWORD.length), true) === KEYWORD;

/** The chunks of a PNG up to IEND, or undefined where it is none or cut off. */
function chunksOf(png: Uint8Array): Chunk[] | undefined {
  if (!isPng(png)) return undefined;
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: Chunk[] = [];
  let at = PNG_SIGNATURE.length;
  while (at + 12 <= png.length) {
    const end = at + 12 + view.getUint32(at);
    if (end > png.length) return undefined;
    const type = strFromU8(png.subarray(at + 4, at + 8), true);
    const intact = crc32(png.subarray(at + 4, end - 4)) === view.getUint32(end - 4);
    chunks.push({ type, data: png.subarray(at + 8, end - 4), start: at, end, intact });
    if (type === 'IEND') return chunks;
    at = end;
  }
  return undefined;
}

/** Length, type, data and CRC of one chunk (PNG specification §5.3). */
