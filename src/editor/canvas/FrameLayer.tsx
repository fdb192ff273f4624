/** Titled frames below the cards: dragged by their head with what is inside, resized at the corner, retitled in place. */
import { type PointerEvent as ReactPointerEvent, useState } from 'react';
import { useStore } from 'zustand';
import { moveFrame, resizeFrame, retitleFrame } from '../../document/commands.js';
import type { Frame } from '../../document/schema.js';
import type { CanvasController } from './controller.js';
import { inside } from './geometry.js';
import { RenameField } from './RenameField.js';

const LEAST = [120, 60] as const; // px

/** All frames of the document. */
export function FrameLayer({ canvas }: { canvas: CanvasController }) {
  const frames = useStore(canvas.workbench.store, (state) => state.document.frames);
  return frames.map((frame) => <FrameView key={frame.id} canvas={canvas} frame={frame} />);
}

function FrameView({ canvas, frame }: { canvas: CanvasController; frame: Frame }) {
  const { workbench, ui } = canvas;
  const selected = useStore(workbench.store, (state) => state.selection.frames.includes(frame.id));
  const renaming = useStore(ui, (state) => state.renaming?.kind === 'frame' && state.renaming.id === frame.id);
  const [draft, setDraft] = useState<Pick<Frame, 'at' | 'size'>>();
  const { at, size } = draft ?? frame;

  const select = (add: boolean): void => {
    const { selection } = workbench.store.getState();
    if (add) workbench.select({ ...selection, frames: [...new Set([...selection.frames, frame.id])] });
    else if (!selection.frames.includes(frame.id)) workbench.select({ frames: [frame.id] });
  };
  const move = (event: ReactPointerEvent): void => {
    select(event.shiftKey);
    const nodes = nodesInside(canvas, frame);
    const from = new Map(nodes.map((id) => [id, { ...canvas.area.nodeViews.get(id)!.position }]));
    for (const id of nodes) canvas.plugin.held.add(id);
    drag(canvas, event, (dx, dy, done) => {
      const next = [Math.round(frame.at[0] + dx), Math.round(frame.at[1] + dy)] as const;
      const [x, y] = [next[0] - frame.at[0], next[1] - frame.at[1]];
      setDraft({ at: next, size: frame.size });
      for (const [id, place] of from) void canvas.area.translate(id, { x: place.x + x, y: place.y + y });
      if (!done) return;
      for (const id of nodes) canvas.plugin.held.delete(id);
      setDraft(undefined);
      workbench.edit('Move frame', (document) => moveFrame(document, frame.id, next, nodes));
    });
  };
  const resize = (event: ReactPointerEvent): void => {
    select(false);
    drag(canvas, event, (dx, dy, done) => {
      const next = [
        Math.max(LEAST[0], Math.round(frame.size[0] + dx)),
        Math.max(LEAST[1], Math.round(frame.size[1] + dy)),
      ] as const;
      setDraft(done ? undefined : { at: frame.at, size: next });
      if (done) workbench.edit('Resize frame', (document) => resizeFrame(document, frame.id, frame.at, next));
    });
  };

  return (
    <div
      className="fs-frame"
      data-frame={frame.id}
      data-selected={selected || undefined}
      style={{ left: at[0], top: at[1], width: size[0], height: size[1] }}
    >
      {renaming ? (
        <div className="fs-frame-head">
          <RenameField
            label="Title of the frame"
            value={frame.title}
            onDone={(text) => {
              ui.setState({ renaming: undefined });
              if (text) workbench.edit('Retitle frame', (document) => retitleFrame(document, frame.id, text));
            }}
          />
        </div>
      ) : (
        <button
          type="button"
          className="fs-frame-head"
          aria-label={`Frame ${frame.title}`}
          onPointerDown={move}
          onFocus={(event) => event.target.matches(':focus-visible') && select(false)}
          onDoubleClick={(event) => {
            event.stopPropagation();
            ui.setState({ renaming: { kind: 'frame', id: frame.id } });
          }}
        >
          {frame.title}
        </button>
      )}
      <div className="fs-frame-grip" onPointerDown={resize} />
    </div>
  );
}

/** Nodes whose cards' middles are inside a frame. */
function nodesInside(canvas: CanvasController, { at, size }: Frame): readonly string[] {
  const box = { x: at[0], y: at[1], width: size[0], height: size[1] };
  return canvas
    .placed()
    .filter(({ box: b }) => inside({ x: b.x + b.width / 2, y: b.y + b.height / 2 }, box))
    .map(({ id }) => id);
}

/** Follows the pointer from a press to its release, in canvas px. */
function drag(
  canvas: CanvasController,
  event: ReactPointerEvent,
  change: (dx: number, dy: number, done: boolean) => void,
): void {
  if (event.button !== 0) return;
  event.stopPropagation();
  event.preventDefault();
  const start = { x: event.clientX, y: event.clientY };
  const done = new AbortController();
  const tell = (now: PointerEvent, last: boolean): void => {
    const { k } = canvas.area.area.transform;
    change((now.clientX - start.x) / k, (now.clientY - start.y) / k, last);
  };
  window.addEventListener('pointermove', (now) => tell(now, false), { signal: done.signal });
  for (const name of ['pointerup', 'pointercancel'] as const)
    window.addEventListener(
      name,
      (now) => {
        done.abort();
        tell(now, true);
      },
      { signal: done.signal },
    );
}
