/** What was open here before: edited documents that others took the place of. */
import { useEffect, useState } from 'react';
import type { PipelineDocument } from '../../../document/schema.js';
import type { Recent } from '../../workbench/autosave.js';
import { useWorkbench } from '../context.js';
import { Dialog } from '../Dialog.js';

type Choose = (document: PipelineDocument, trusted: boolean) => void;

/** The documents that were open here before, newest first; undefined until they are read. */
export function useRecent(): readonly Recent[] | undefined {
  const workbench = useWorkbench();
  const [recent, setRecent] = useState<readonly Recent[]>();
  useEffect(() => {
    workbench.recent().then(setRecent, () => setRecent([])); // without storage there is nothing recent
  }, [workbench]);
  return recent;
}

/** Buttons that open them again. */
export function RecentList({ recent, onChoose }: { recent: readonly Recent[]; onChoose: Choose }) {
  return (
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
  );
}

/** The dialog of the File menu. */
export function RecentDocuments({ onClose, onChoose }: { onClose: () => void; onChoose: Choose }) {
  const recent = useRecent();
  return (
    <Dialog title="Open here before" onClose={onClose}>
      {recent?.length === 0 && (
        <p className="muted">Nothing yet. An edited document stays here when another takes its place.</p>
      )}
      {recent && <RecentList recent={recent} onChoose={onChoose} />}
    </Dialog>
  );
}
