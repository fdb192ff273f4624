/** What each canvas shortcut does; the toolbar calls the same. */
import type { CanvasController } from './controller.js';
import { CARD_HEIGHT, CARD_WIDTH } from './geometry.js';
import type { ShortcutAction } from './shortcuts.js';

/** Runs a shortcut's action on a canvas. */
export function command(canvas: CanvasController, action: ShortcutAction): void {
  ACTIONS[action]?.(canvas);
}

const ACTIONS: Readonly<Partial<Record<ShortcutAction, (canvas: CanvasController) => void>>> = {
  search: openSearch,
  find: ({ ui }) => ui.setState({ find: true }),
  duplicate: ({ editing }) => editing.duplicate(),
  delete: ({ editing, focus }) => {
    editing.remove();
    focus(); // what had the focus may be gone
  },
  mute: ({ editing }) => editing.mute(),
  'run-to-here': ({ editing }) => editing.runToHere(),
  frame: ({ editing, ui }) => {
    const id = editing.frame();
    if (id) ui.setState({ renaming: { kind: 'frame', id } });
  },
  rename: ({ editing, ui }) => {
    const [node] = editing.selection.nodes;
    const [frame] = editing.selection.frames;
    if (node) ui.setState({ renaming: { kind: 'node', id: node } });
    else if (frame) ui.setState({ renaming: { kind: 'frame', id: frame } });
  },
  layout: (canvas) => {
    canvas.editing.layout(canvas.viewport.size);
    void canvas.plugin.settled().then(() => canvas.viewport.fit());
  },
  'select-all': ({ editing }) => editing.selectAll(),
  clear: ({ ui, wires, workbench, focus }) => {
    if (ui.getState().wire) wires.cancel();
    else workbench.select({});
    ui.setState({ find: false });
    focus();
  },
  'zoom-fit': ({ viewport }) => void viewport.fit(),
  'zoom-selection': (canvas) =>
    void canvas.viewport.fit(
      canvas.editing.selection.nodes.flatMap((id) => canvas.boxOf(id) ?? []),
      [],
    ),
  'zoom-in': ({ viewport }) => void viewport.zoom(1.2),
  'zoom-out': ({ viewport }) => void viewport.zoom(1 / 1.2),
  'zoom-actual': ({ viewport }) => void viewport.zoom(1, true),
};

/** Opens the node search at the pointer, where it is over the canvas, else in the middle; the node goes to a free place near it. */
export function openSearch({ container, viewport, ui, pointer }: CanvasController): void {
  if (pointer) {
    ui.setState({ search: { at: pointer, place: viewport.toCanvas(pointer.x, pointer.y) } });
    return;
  }
  const { left, top, width } = container.getBoundingClientRect();
  const [x, y] = viewport.freePlace(CARD_WIDTH, CARD_HEIGHT);
  ui.setState({ search: { at: { x: left + width / 2 - 160, y: top + 40 }, place: { x, y } } });
}
