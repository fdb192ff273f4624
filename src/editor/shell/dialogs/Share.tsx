/** A link that carries the whole document. */
import { useEffect, useRef, useState } from 'react';
import { formatBytes, formatCount } from '../../../catalog/text.js';
import { filesOf } from '../../../document/files.js';
import { CODEC_LIMITS } from '../../../document/limits.js';
import { encodeShare } from '../../../document/share.js';
import { useWorkbench } from '../context.js';
import { Dialog } from '../Dialog.js';

/** Length in characters that every browser and most messengers take. */
const SAFE_LENGTH = 8000;

/** The share dialog. */
export function Share({ onClose }: { onClose: () => void }) {
  const { store } = useWorkbench();
  const [open] = useState(() => store.getState().document); // nothing is edited behind a dialog
  const [copied, setCopied] = useState(false);
  const place = useRef<HTMLTextAreaElement>(null);
  const link = `${location.origin}${location.pathname}#${encodeShare(open)}`;
  const files = filesOf(open);
  const tooLong = link.length > CODEC_LIMITS.link;
  useEffect(() => {
    place.current?.focus();
    place.current?.select();
  }, []);
  const copy = async () => {
    place.current?.select();
    try {
      await navigator.clipboard.writeText(link);
    } catch {
      document.execCommand('copy'); // where the clipboard may not be written
    }
    setCopied(true);
  };
  return (
    <Dialog title="Share" onClose={onClose}>
      <p>
        The link carries the whole document; nothing is uploaded. Whoever opens it sees the pipeline and runs it by
        pressing Run.
      </p>
      <textarea ref={place} className="input share-link" aria-label="Link" readOnly rows={5} value={link} />
      <p className="muted">
        {formatCount(link.length)} characters, about {formatBytes(link.length)}
        {link.length > SAFE_LENGTH && !tooLong && '. Some messengers cut links of this length; a file is safer.'}
      </p>
      {tooLong && <p className="callout bad">This document is too large for a link: save it as a file instead.</p>}
      {files.length > 0 && (
        <p className="callout">
          {files.length === 1 ? 'The file' : 'The files'} {files.map((file) => file.name).join(', ')}{' '}
          {files.length === 1 ? 'is' : 'are'} not in the link. Save a bundle to hand on everything.
        </p>
      )}
      <div className="buttons">
        <button type="button" className="button primary" disabled={tooLong} onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy link'}
        </button>
      </div>
    </Dialog>
  );
}
