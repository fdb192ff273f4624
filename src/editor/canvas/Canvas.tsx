/** The canvas of a workbench: cards, wires and frames, and all that people do with them. */
import { type DragEvent, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useStore } from 'zustand';
import type { Workbench } from '../workbench/types.js';
import { Clipboard } from './clipboard.js';
import { command, openSearch } from './commands.js';
import { CanvasController } from './controller.js';
import { FindBar } from './FindBar.js';
import { FrameLayer } from './FrameLayer.js';
import { CanvasKeyboard } from './keyboard.js';
import { Minimap } from './Minimap.js';
import { NodeSearch } from './NodeSearch.js';
import { nodeDropped, nodeGone, nodeOver } from './node-drag.js';
import { Marquee, RefusalTip } from './overlays.js';
import { PortMenu } from './PortMenu.js';
import { Toolbar } from './Toolbar.js';
import { createUi } from './ui-store.js';
import './canvas.css';

/** Below this zoom a card's lines cannot be read: it shows its title large, its picture and its dot. */
const FAR = 0.5;

/** What the window around the canvas can ask of it. */
export interface CanvasActions {
  zoomToFit(): void;
  openSearch(): void;
  openFind(): void;
  /** Selects a node, brings it into sight and points at it for a moment. */
  locate(id: string): void;
  autoLayout(): void;
  /** Adds a node of a type to the right of the selected one, else near the middle of what is seen, on no other card, and gives it the focus. */
  add(type: string): void;
  focus(): void;
}

/** The canvas. It fills its parent. */
export function Canvas({ workbench, ref }: { workbench: Workbench; ref?: Ref<CanvasActions> }) {
  const root = useRef<HTMLElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const [ui] = useState(createUi);
  const controller = useController(workbench, ui, root, place);
  const said = useStore(ui, (state) => state.said);
  const empty = useStore(workbench.store, (state) => state.document.nodes.length === 0);
  const dragging = useStore(ui, (state) => state.wire !== undefined);
  const transform = useStore(ui, (state) => state.transform);
  useImperativeHandle(ref, () => actionsOf(controller), [controller]);
  const grid = 20 * transform.k;
  return (
    <section
      ref={root}
      className="fs-canvas"
      aria-label="Pipeline canvas"
      aria-roledescription="node editor"
      data-wiring={dragging || undefined}
      data-far={transform.k < FAR || undefined}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
      tabIndex={0}
      style={
        {
          '--far-title': transform.k < FAR ? `${Math.min(30, 8.6 / transform.k)}px` : undefined,
          backgroundSize: `${grid}px ${grid}px`,
          backgroundPosition: `${transform.x}px ${transform.y}px`,
        } as React.CSSProperties
      }
      onDragEnter={(event) => controller && nodeOver(event, controller)}
      onDragOver={(event) => controller && nodeOver(event, controller)}
      onDragLeave={(event) => controller && leaves(event) && nodeGone(controller)}
      onDrop={(event) => controller && nodeDropped(event, controller)}
    >
      <div ref={place} className="fs-canvas-area" />
      {empty && <p className="fs-empty">Double click, press Tab, or drag a node from the palette to begin.</p>}
      {controller && (
        <>
          {createPortal(<FrameLayer canvas={controller} />, controller.frameLayer)}
          <Marquee canvas={controller} />
          <RefusalTip canvas={controller} />
          <Toolbar canvas={controller} />
          <Minimap canvas={controller} />
          <NodeSearch canvas={controller} />
          <PortMenu canvas={controller} />
          <FindBar canvas={controller} />
        </>
      )}
      <div className="fs-said" role="status" aria-live="polite">
        {said}
      </div>
    </section>
  );
}

/** Mounts a controller once its place is on the page, and takes it off when the place or the workbench goes. */
function useController(
  workbench: Workbench,
  ui: ReturnType<typeof createUi>,
  root: React.RefObject<HTMLElement | null>,
  place: React.RefObject<HTMLDivElement | null>,
): CanvasController | undefined {
  const [controller, setController] = useState<CanvasController>();
  useEffect(() => {
    if (!place.current || !root.current) return;
    const mounted = new CanvasController(place.current, workbench, ui);
    const keyboard = new CanvasKeyboard(mounted, root.current);
    const clipboard = new Clipboard(mounted, root.current);
    setController(mounted);
    return () => {
      setController(undefined);
      keyboard.destroy();
      clipboard.destroy();
      // React roots of cards must not be unmounted while React renders this one.
      queueMicrotask(() => mounted.destroy());
    };
  }, [workbench, ui, root, place]);
  return controller;
}

function actionsOf(controller: CanvasController | undefined): CanvasActions {
  return {
    zoomToFit: () => void controller?.viewport.fit(),
    openSearch: () => controller && openSearch(controller),
    openFind: () => controller?.ui.setState({ find: true }),
    locate: (id) => void controller?.locate(id),
    autoLayout: () => controller && command(controller, 'layout'),
    add(type) {
      if (controller === undefined) return;
      const id = controller.editing.add(type, controller.nextPlace());
      if (id !== undefined) void controller.focusNode(id);
    },
    focus: () => controller?.focus(),
  };
}

/** Leaves the canvas, not only one of its parts for another. */
const leaves = ({ currentTarget, relatedTarget }: DragEvent): boolean =>
  !(relatedTarget instanceof Node && currentTarget.contains(relatedTarget));
