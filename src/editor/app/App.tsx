/** The window: one grid of palette, canvas, inspector and results, and the dialogs over it. */
import { type DragEvent, useCallback, useEffect, useRef, useState } from 'react';
import { messageOf } from '../../catalog/errors.js';
import { emptyDocument } from '../../document/format.js';
import type { PipelineDocument, Problem } from '../../document/schema.js';
import { Canvas, type CanvasActions } from '../canvas/Canvas.js';
import { isTextField, shortcutOf } from '../canvas/shortcuts.js';
import { useBench, useWorkbench } from '../shell/context.js';
import { Gallery } from '../shell/dialogs/Gallery.js';
import { OpenFault } from '../shell/dialogs/OpenFault.js';
import { RecentDocuments } from '../shell/dialogs/RecentDocuments.js';
import { Share } from '../shell/dialogs/Share.js';
import { Shortcuts } from '../shell/dialogs/Shortcuts.js';
import { ErrorBoundary } from '../shell/ErrorBoundary.js';
import { readDocument, saveDocument } from '../shell/files.js';
import { Inspector } from '../shell/inspector/Inspector.js';
import { Notice } from '../shell/Notice.js';
import { Palette } from '../shell/Palette.js';
import { Dock, type DockTab } from '../shell/results/Dock.js';
import { TopBar } from '../shell/TopBar.js';
import { openLink } from './start.js';

type Shown =
  | 'gallery'
  | 'recent'
  | 'share'
  | 'shortcuts'
  | { readonly name: string; readonly problems: readonly Problem[] };

/** The whole window. */
export function App() {
  const workbench = useWorkbench();
  const title = useBench((state) => state.document.title);
  const trusted = useBench((state) => state.trusted);
  const [dialog, setDialog] = useState<Shown>();
  const [dockTab, setDockTab] = useState<DockTab>('results');
  const canvas = useRef<CanvasActions>(null);
  const picker = useRef<HTMLInputElement>(null);
  const close = useCallback(() => setDialog(undefined), []);

  useEffect(() => {
    document.title = title === '' ? 'Fiberscope' : `${title} · Fiberscope`;
  }, [title]);

  const openDocument = useCallback(
    (next: PipelineDocument, isTrusted: boolean, said?: string) => {
      setDialog(undefined);
      workbench.open(next, { trusted: isTrusted, ...(said === undefined ? {} : { said }) });
    },
    [workbench],
  );
  const openFile = useCallback(
    async (file: File) => {
      try {
        const read = await readDocument(new Uint8Array(await file.arrayBuffer()));
        if (!read.ok) return setDialog({ name: file.name, problems: read.problems });
        for (const [sha256, { name, bytes }] of read.files) await workbench.files.keep({ name, sha256 }, bytes);
        openDocument(read.document, false, `Opened ${file.name}.`);
        const missing = read.problems[0]?.message;
        if (missing) workbench.notify('error', missing);
      } catch (error) {
        setDialog({ name: file.name, problems: [{ severity: 'error', path: '', message: messageOf(error) }] });
      }
    },
    [workbench, openDocument],
  );
  const save = useCallback(
    (kind: 'json' | 'bundle' | 'picture') =>
      saveDocument(workbench, kind).catch((error: unknown) => workbench.notify('error', messageOf(error))),
    [workbench],
  );
  const startNew = useCallback(() => openDocument(emptyDocument(), true), [openDocument]);
  const pick = useCallback(() => picker.current?.click(), []);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const action = shortcutOf(event, 'window');
      if (action === undefined || event.defaultPrevented) return;
      const always =
        action === 'run' || action === 'save' || action === 'open' || action === 'new' || action === 'cancel';
      if (!always && isTextField(event.target)) return;
      event.preventDefault();
      if (action === 'run') {
        // A value being typed is committed first.
        if (document.activeElement instanceof HTMLElement && isTextField(event.target)) document.activeElement.blur();
        void workbench.run();
      } else if (action === 'cancel') workbench.cancel();
      else if (action === 'undo') workbench.undo();
      else if (action === 'redo') workbench.redo();
      else if (action === 'save') void save('json');
      else if (action === 'open') pick();
      else if (action === 'new') startNew();
      else if (action === 'help') setDialog('shortcuts');
      else if (action === 'palette-search') document.querySelector<HTMLElement>('.palette-search input')?.focus();
    };
    const onHash = () => openLink(workbench);
    window.addEventListener('keydown', onKeyDown);
    window.addEventListener('hashchange', onHash);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      window.removeEventListener('hashchange', onHash);
    };
  }, [workbench, save, pick, startNew]);

  const locate = useCallback(
    (id: string) => {
      workbench.select({ nodes: [id] });
      canvas.current?.locate(id);
    },
    [workbench],
  );
  const add = useCallback((type: string) => canvas.current?.add(type), []);
  const carriesFile = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  const onDrop = (event: DragEvent) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    const file = event.dataTransfer.files[0];
    if (file) void openFile(file);
  };

  return (
    <ErrorBoundary part="the window" workbench={workbench}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped anywhere; Open does the same by keyboard */}
      <div className="window" onDragOver={(event) => carriesFile(event) && event.preventDefault()} onDrop={onDrop}>
        <button type="button" className="button skip" onClick={() => canvas.current?.focus()}>
          To the canvas
        </button>
        <TopBar
          onNew={startNew}
          onOpen={pick}
          onRecent={() => setDialog('recent')}
          onSave={(kind) => void save(kind)}
          onGallery={() => setDialog('gallery')}
          onShare={() => setDialog('share')}
          onShortcuts={() => setDialog('shortcuts')}
        />
        <Palette onAdd={add} />
        <main className="canvas-area" aria-label="Canvas">
          <ErrorBoundary part="the canvas" workbench={workbench}>
            <Canvas workbench={workbench} ref={canvas} />
          </ErrorBoundary>
          {!trusted && <Waiting />}
          <Notice />
        </main>
        <ErrorBoundary part="the inspector" workbench={workbench}>
          <Inspector />
        </ErrorBoundary>
        <ErrorBoundary part="the results" workbench={workbench}>
          <Dock tab={dockTab} onTab={setDockTab} onLocate={locate} />
        </ErrorBoundary>
        <input
          ref={picker}
          type="file"
          hidden
          tabIndex={-1}
          aria-label="Open a document"
          accept=".json,.zip,.png,application/json,application/zip,image/png"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) void openFile(file);
          }}
        />
      </div>
      {dialog === 'gallery' && (
        <Gallery onClose={close} onChoose={(next, isTrusted) => openDocument(next, isTrusted)} />
      )}
      {dialog === 'recent' && (
        <RecentDocuments onClose={close} onChoose={(next, isTrusted) => openDocument(next, isTrusted)} />
      )}
      {dialog === 'share' && <Share onClose={close} />}
      {dialog === 'shortcuts' && <Shortcuts onClose={close} />}
      {typeof dialog === 'object' && <OpenFault {...dialog} onClose={close} />}
    </ErrorBoundary>
  );
}

/** Says that a foreign document waits. */
function Waiting() {
  const workbench = useWorkbench();
  return (
    <div className="foreign-banner" role="status">
      This document came from a file or a link, or was stopped. Nothing runs until you press Run.
      <button type="button" className="button primary" onClick={() => void workbench.run()}>
        Run
      </button>
    </div>
  );
}
