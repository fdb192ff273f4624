/** The canvas' buttons: what the mouse needs and the keyboard has shortcuts for. */
import { useStore } from 'zustand';
import { command } from './commands.js';
import type { CanvasController } from './controller.js';
import type { ShortcutAction } from './shortcuts.js';

/** A row of small buttons in the lower left corner. */
export function Toolbar({ canvas }: { canvas: CanvasController }) {
  const zoom = useStore(canvas.ui, (ui) => Math.round(ui.transform.k * 100));
  const some = useStore(canvas.workbench.store, (state) => state.selection.nodes.length > 0);
  const run = (action: ShortcutAction) => () => command(canvas, action);
  return (
    <div className="fs-toolbar" role="toolbar" aria-label="Canvas">
      <Tool label="Add a node (Tab)" path="M8 3v10M3 8h10" onClick={run('search')} />
      <Tool
        label="Find (Ctrl+F)"
        path="M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10.5 10.5L14 14"
        onClick={run('find')}
      />
      <Tool
        label="Lay out (L)"
        path="M2 3h4v3H2zM10 3h4v3h-4zM10 10h4v3h-4zM6 4.5h4M8 4.5v7h2"
        onClick={run('layout')}
      />
      <Tool
        label="Frame around the selection (F)"
        path="M2.5 4.5h11v8h-11zM2.5 7h11"
        disabled={!some}
        onClick={run('frame')}
      />
      <span className="fs-toolbar-gap" />
      <Tool label="Zoom out (−)" path="M3 8h10" onClick={run('zoom-out')} />
      <button
        type="button"
        className="fs-zoom"
        title="Actual size (0)"
        aria-label={`Zoom ${zoom} %, set to actual size`}
        onClick={run('zoom-actual')}
      >
        {zoom} %
      </button>
      <Tool label="Zoom in (+)" path="M8 3v10M3 8h10" onClick={run('zoom-in')} />
      <Tool label="Zoom to fit (1)" path="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4" onClick={run('zoom-fit')} />
    </div>
  );
}

function Tool(props: { label: string; path: string; disabled?: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      title={props.label}
      aria-label={props.label}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path
          d={props.path}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
    </button>
  );
}
