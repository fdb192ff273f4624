/** The whole pipeline in a corner: a click or drag goes there. Hidden while everything is in sight. */
import { type PointerEvent, useRef } from 'react';
import { useStore } from 'zustand';
import type { CanvasController } from './controller.js';
import { around, type Box, CARD_HEIGHT, CARD_WIDTH, contains, padded } from './geometry.js';
import { nodeColour } from './port-style.js';

const WIDTH = 150;
const HEIGHT = 92;

/** The minimap. */
export function Minimap({ canvas }: { canvas: CanvasController }) {
  const nodes = useStore(canvas.workbench.store, (state) => state.document.nodes);
  const selection = useStore(canvas.workbench.store, (state) => state.selection.nodes);
  const { x, y, k } = useStore(canvas.ui, (ui) => ui.transform);
  const { width, height } = useStore(canvas.ui, (ui) => ui.size);
  const svg = useRef<SVGSVGElement>(null);
  const boxes = nodes.map((node): Box & { id: string; type: string } => ({
    width: CARD_WIDTH,
    height: canvas.boxOf(node.id)?.height ?? CARD_HEIGHT,
    x: node.at[0],
    y: node.at[1],
    id: node.id,
    type: node.type,
  }));
  const all = around(boxes);
  const seen = { x: -x / k, y: -y / k, width: width / k, height: height / k };
  if (all === undefined || width < 480 || contains(seen, all)) return null;
  const { x: left, y: top, width: w, height: h } = padded(around([all, seen])!, 20);
  const go = (event: PointerEvent): void => {
    if (event.buttons !== 1 || !svg.current) return;
    event.stopPropagation();
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.current.getScreenCTM()!.inverse());
    void canvas.viewport.centre(point);
  };
  return (
    <svg
      ref={svg}
      className="fs-minimap"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`${left} ${top} ${w} ${h}`}
      role="img"
      aria-label="Overview of the pipeline"
      onPointerDown={go}
      onPointerMove={go}
    >
      {boxes.map((box) => (
        <rect
          key={box.id}
          x={box.x}
          y={box.y}
          width={box.width}
          height={box.height}
          rx={12}
          fill={nodeColour(canvas.workbench.registry.get(box.type))}
          data-selected={selection.includes(box.id) || undefined}
        />
      ))}
      <rect className="fs-minimap-seen" {...seen} />
    </svg>
  );
}
