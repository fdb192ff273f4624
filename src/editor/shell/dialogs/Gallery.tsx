/** The gallery: shipped pipelines, and what was open here before. */
import { useEffect, useState } from 'react';
import { messageOf } from '../../../catalog/errors.js';
import type { PipelineDocument } from '../../../document/schema.js';
import type { Recent } from '../../workbench/autosave.js';
import { useWorkbench } from '../context.js';
import { Dialog } from '../Dialog.js';
import { beginning, type GalleryEntry, galleryEntries } from '../gallery.js';
import { MiniGraph } from '../MiniGraph.js';

/** The gallery dialog. `onChoose` opens a document; shipped ones are trusted. */
export function Gallery(props: {
  onClose: () => void;
  onChoose: (document: PipelineDocument, trusted: boolean) => void;
}) {
  const { onClose, onChoose } = props;
  const workbench = useWorkbench();
  const [entries, setEntries] = useState<readonly GalleryEntry[]>();
  const [recent, setRecent] = useState<readonly Recent[]>([]);
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    galleryEntries().then(setEntries, (error: unknown) => setFault(messageOf(error)));
    workbench.recent().then(setRecent, () => undefined); // without storage there is nothing recent
  }, [workbench]);
  return (
    <Dialog title="Gallery" wide onClose={onClose}>
      {fault && <p className="callout bad">{fault}</p>}
      {!entries && !fault && <p className="muted">Reading the shipped pipelines …</p>}
      <ul className="gallery">
        {entries?.map(({ name, document }) => (
          <li key={name}>
            <button type="button" data-name={name} onClick={() => onChoose(document, true)}>
              <MiniGraph document={document} registry={workbench.registry} />
              <b>{document.title}</b>
              <span>{beginning(document.description)}</span>
            </button>
          </li>
        ))}
      </ul>
      {recent.length > 0 && (
        <section aria-label="Open here before">
          <h3>Open here before</h3>
          <ul className="recent">
            {recent.map(({ document, at, trusted }) => (
              <li key={at}>
                <button type="button" onClick={() => onChoose(document, trusted)}>
                  <b>{document.title || 'Untitled'}</b>
                  <span className="muted">
                    {document.nodes.length} nodes, {new Date(at).toLocaleString('en-GB')}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Dialog>
  );
}
