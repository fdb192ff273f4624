/**
 * A whole document in a link: canonical JSON, DEFLATE, base64url, behind a tag that names this encoding and the first digits of
 * the text's SHA-256, so that a damaged link is never another document. Opening one runs nothing.
 */
import { deflateSync, strFromU8, strToU8 } from 'fflate';
import { fromBase64Url, toBase64Url } from './base64.js';
import { canonicalDocument } from './format.js';
import { textHash } from './hash.js';
import { inflate } from './inflate.js';
import { CODEC_LIMITS, DOCUMENT_LIMITS } from './limits.js';
import { type Parsed, parseDocumentText } from './parse.js';
import type { PipelineDocument } from './schema.js';

const TAG = 'f1.';
const DIGITS = 8; // of the SHA-256, in hex

/** The text to put behind `#` in a link. */
export function encodeShare(document: PipelineDocument): string {
  const text = JSON.stringify(canonicalDocument(document));
  return `${TAG}${digitsOf(text)}.${toBase64Url(deflateSync(strToU8(text), { level: 9 }))}`;
}

/** Whether a fragment looks like a shared document. */
export const isShare = (fragment: string): boolean => fragment.replace(/^#/, '').startsWith(TAG);

/** The document in a link's fragment (with or without `#`), or why there is none. */
export function decodeShare(fragment: string): Parsed {
  const text = fragment.replace(/^#/, '');
  if (!text.startsWith(TAG)) return refused('expected a link that carries a document, got another');
  if (text.length > CODEC_LIMITS.link)
    return refused(
      `expected a link of at most ${CODEC_LIMITS.link} characters, got ${text.length}; hand on a file instead`,
    );
  const [digits = '', packed = ''] = text.slice(TAG.length).split('.');
  const bytes = fromBase64Url(packed);
  if (bytes === undefined && !/^[\w-]*$/.test(packed))
    return refused('expected a whole link, got one with characters that do not belong; copy it again');
  const inflated = inflate(bytes ?? new Uint8Array(), DOCUMENT_LIMITS.bytes);
  if (!inflated.ok && inflated.reason === 'too large')
    return refused(
      `expected a document of at most ${DOCUMENT_LIMITS.bytes} bytes, got a link that decompresses past that`,
    );
  const read = inflated.ok ? strFromU8(inflated.bytes) : undefined;
  if (read === undefined || digitsOf(read) !== digits)
    return refused('expected a whole link, got one that is cut off or damaged; copy it again');
  return parseDocumentText(read);
}

const digitsOf = (text: string): string => textHash(text).slice(0, DIGITS);

function refused(message: string): Parsed {
  return { ok: false, problems: [{ severity: 'error', path: '', message }] };
}
