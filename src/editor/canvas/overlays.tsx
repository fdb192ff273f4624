/** Small things over the canvas: the marquee, and why a wire is refused. */
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { CanvasController } from './controller.js';

const BESIDE = 26; // px between the pointer and what is said there

/** The rectangle that selects. */
export function Marquee({ canvas }: { canvas: CanvasController }) {
  const box = useStore(canvas.ui, (ui) => ui.marquee);
  const { x, y, k } = useStore(canvas.ui, (ui) => ui.transform);
  if (box === undefined) return null;
  const style = { left: x + box.x * k, top: y + box.y * k, width: box.width * k, height: box.height * k };
  return <div className="fs-marquee" style={style} />;
}

/** Near the pointer: the reason why the dragged wire cannot go to the port under it. */
export function RefusalTip({ canvas }: { canvas: CanvasController }) {
  const reason = useStore(canvas.ui, (ui) => ui.wire?.reason);
  const tip = useRef<HTMLDivElement>(null);
  const last = useRef({ x: 0, y: 0 });
  useEffect(() => {
    const move = (event: PointerEvent): void => {
      last.current = { x: event.clientX, y: event.clientY };
      place(tip.current, canvas, last.current);
    };
    window.addEventListener('pointermove', move);
    return () => window.removeEventListener('pointermove', move);
  }, [canvas]);
  useEffect(() => {
    if (reason) place(tip.current, canvas, last.current);
  }, [reason, canvas]);
  return (
    <div ref={tip} className="fs-refusal" role="alert" hidden={reason === undefined}>
      {reason}
    </div>
  );
}

function place(tip: HTMLElement | null, canvas: CanvasController, at: { x: number; y: number }): void {
  if (!tip || tip.hidden) return;
  const { left, top, width, height } = canvas.container.getBoundingClientRect();
  // Clear of the port under the pointer, also where the tip has to go to its other side.
  const x = Math.min(at.x - left + BESIDE, width - tip.offsetWidth - 8);
  const y = at.y - top + BESIDE;
  const above = y + tip.offsetHeight > height - 8;
  tip.style.transform = `translate(${Math.max(8, x)}px, ${above ? at.y - top - tip.offsetHeight - BESIDE : y}px)`;
}
