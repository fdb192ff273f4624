/** Opening and saving documents as files: JSON, bundle, picture. What a file is follows from its first bytes, not its name. */

import { fileName } from '../../catalog/file-name.js';
import type { Opened } from '../../document/bundle.js';
import { openBundle, packBundle } from '../../document/bundle.js';
import { formatDocument } from '../../document/format.js';
import { parseDocumentText } from '../../document/parse.js';
import { embedDocument, extractDocument } from '../../document/picture.js';
import { isPng } from '../../document/png.js';
import { download } from '../plots/download.js';
import type { AppWorkbench } from '../workbench/workbench.js';
import { pictureOf } from './picture.js';

const fault = (message: string): Opened => ({ ok: false, problems: [{ severity: 'error', path: '', message }] });

/** Largest file that is read, in bytes: beyond it a tab has no memory to spare. */
const LARGEST = 2 ** 30;

/** Reads a document from the bytes of a .json, a bundle (.zip) or a picture (.png). */
export async function readDocument(bytes: Uint8Array): Promise<Opened> {
  if (bytes.length > LARGEST) return fault(`expected a file of at most ${LARGEST} bytes, got ${bytes.length}`);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return openBundle(bytes);
  let text: string | undefined;
  if (isPng(bytes)) {
    text = extractDocument(bytes);
    if (text === undefined)
      return fault(
        'expected a picture that carries a document, got one that does not; save pictures with File, Save picture',
      );
  } else {
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return fault('expected a document (.json), a bundle (.zip) or a picture (.png), got a file of another kind');
    }
  }
  const parsed = parseDocumentText(text);
  return parsed.ok ? { ok: true, document: parsed.document, files: new Map(), problems: [] } : parsed;
}

/** Saves the open document. */
export async function saveDocument(workbench: AppWorkbench, kind: 'json' | 'bundle' | 'picture'): Promise<void> {
  const { document } = workbench.store.getState();
  const name = (ending: string): string => fileName(document.title, ending);
  if (kind === 'json') return download(name('json'), formatDocument(document), 'application/json');
  if (kind === 'bundle') {
    const files = await workbench.files.bytesOf(document);
    return download(name('zip'), packBundle(document, files) as BlobPart, 'application/zip');
  }
  const png = await pictureOf(workbench);
  download(name('png'), embedDocument(png, document) as BlobPart, 'image/png');
}
