/** The gallery: shipped pipelines, and what was open here before. */
import { useEffect, useState } from 'react';
import { messageOf } from '../../../catalog/errors.js';
import type { PipelineDocument } from '../../../document/schema.js';
import { useWorkbench } from '../context.js';
import { Dialog } from '../Dialog.js';
import { beginning, type GalleryEntry, galleryEntries } from '../gallery.js';
import { MiniGraph } from '../MiniGraph.js';
import { RecentList, useRecent } from './RecentDocuments.js';

/** The gallery dialog. `onChoose` opens a document; shipped ones are trusted. */
export function Gallery(props: {
  onClose: () => void;
  onChoose: (document: PipelineDocument, trusted: boolean) => void;
}) {
  const { onClose, onChoose } = props;
  const workbench = useWorkbench();
  const [entries, setEntries] = useState<readonly GalleryEntry[]>();
  const recent = useRecent();
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    galleryEntries().then(setEntries, (error: unknown) => setFault(messageOf(error)));
  }, []);
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
      {recent !== undefined && recent.length > 0 && (
        <section aria-label="Open here before">
          <h3>Open here before</h3>
          <RecentList recent={recent} onChoose={onChoose} />
        </section>
      )}
    </Dialog>
  );
}
