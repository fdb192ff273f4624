/** A whole document in a link: canonical JSON, DEFLATE, base64url, behind a tag that names this encoding. Opening one runs nothing. */
import { deflateSync, strFromU8, strToU8 } from 'fflate';
import { fromBase64Url, toBase64Url } from './base64.js';
import { canonicalDocument } from './format.js';
import { inflate } from './inflate.js';
import { CODEC_LIMITS, DOCUMENT_LIMITS } from './limits.js';
import { type Parsed, parseDocumentText } from './parse.js';
import type { PipelineDocument } from './schema.js';

const TAG = 'f1.';

/** The text to put behind `#` in a link. */
export function encodeShare(document: PipelineDocument): string {
  return TAG + toBase64Url(deflateSync(strToU8(JSON.stringify(canonicalDocument(document))), { level: 9 }));
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
  const bytes = fromBase64Url(text.slice(TAG.length));
  if (bytes === undefined && !/^[\w-]*$/.test(text.slice(TAG.length)))
    return refused('expected a whole link, got one with characters that do not belong; copy it again');
  const inflated = inflate(bytes ?? new Uint8Array(), DOCUMENT_LIMITS.bytes);
  if (inflated.ok) return parseDocumentText(strFromU8(inflated.bytes));
  return refused(
    inflated.reason === 'too large'
      ? `expected a document of at most ${DOCUMENT_LIMITS.bytes} bytes, got a link that decompresses past that`
      : 'expected a whole link, got one that is cut off or damaged; copy it again',
  );
}

function refused(message: string): Parsed {
  return { ok: false, problems: [{ severity: 'error', path: '', message }] };
}
