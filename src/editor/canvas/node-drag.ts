/** A node type on its way from the palette to the canvas: the wire below it lights up, and takes it when it is dropped. */
import type { CanvasController } from './controller.js';
import { type Box, CARD_HEIGHT, CARD_WIDTH } from './geometry.js';

const DATA = 'application/x-fiberscope-node';
const NAMED = `${DATA}.`; // while a drag goes on only the names of its data can be read: one of them carries the type

type Dragged = Pick<React.DragEvent, 'dataTransfer' | 'clientX' | 'clientY' | 'preventDefault'>;

/** Puts a node type onto a drag that begins. */
export function dragNode({ dataTransfer }: Pick<Dragged, 'dataTransfer'>, type: string): void {
  dataTransfer.setData(DATA, type);
  dataTransfer.setData(NAMED + type, type);
  dataTransfer.effectAllowed = 'copy';
}

/** A drag goes over the canvas: the wire that the node would go onto lights up. */
export function nodeOver(event: Dragged, canvas: CanvasController): void {
  if (!event.dataTransfer.types.includes(DATA)) return;
  event.preventDefault();
  const type = event.dataTransfer.types.find((name) => name.startsWith(NAMED))?.slice(NAMED.length) ?? '';
  const wires = canvas.wiresUnder(cardAt(event, canvas));
  light(
    canvas,
    wires.find((to) => canvas.editing.takes(type, to)),
  );
}

/** The drag left the canvas or was given up. */
export function nodeGone(canvas: CanvasController): void {
  light(canvas, undefined);
}

/** Adds the node where it was dropped, put onto the wire that is lit. */
export function nodeDropped(event: Dragged, canvas: CanvasController): void {
  const type = event.dataTransfer.getData(DATA);
  if (type === '') return;
  event.preventDefault();
  nodeOver(event, canvas);
  const onto = canvas.ui.getState().dropWire;
  const { x, y } = cardAt(event, canvas);
  light(canvas, undefined);
  const id = canvas.editing.add(type, [x, y], undefined, onto === undefined ? [] : [onto]);
  if (id !== undefined) void canvas.focusNode(id);
}

/** Where the card of a node goes that is held at its head. */
function cardAt({ clientX, clientY }: Dragged, canvas: CanvasController): Box {
  const { x, y } = canvas.viewport.toCanvas(clientX, clientY);
  return { x: x - CARD_WIDTH / 2, y: y - 16, width: CARD_WIDTH, height: CARD_HEIGHT };
}

function light({ ui }: CanvasController, dropWire: string | undefined): void {
  if (ui.getState().dropWire !== dropWire) ui.setState({ dropWire });
}
