/** Turning and zooming a 3-D plot by pointer, fingers, wheel and keys. */
import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import { type Camera, drag, keyTurn, turn } from '../../plot/camera.js';

/** How a plot is turned. */
export interface Turning {
  readonly turnable: boolean;
  readonly camera: Camera;
  readonly start: Camera; // what a reset gives
  readonly aim: (camera: Camera) => void;
}

/** Handlers for the element that shows the plot. */
export interface TurningHandlers {
  dragging(): boolean;
  down(event: PointerEvent<HTMLDivElement>): void;
  move(event: PointerEvent<HTMLDivElement>): void;
  up(event: PointerEvent<HTMLDivElement>): void;
  key(event: KeyboardEvent): void;
}

/** Dragging turns, two fingers zoom; the wheel zooms where the plot has the focus or Ctrl is held; keys do all of it. */
export function useTurning(host: RefObject<HTMLElement | null>, turning: Turning): TurningHandlers {
  const { turnable, start, aim } = turning;
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const live = useRef(turning.camera); // ahead of the picture while the pointer moves
  live.current = turning.camera;

  // React's wheel listeners are passive; zooming must keep the page from scrolling.
  useEffect(() => {
    const element = host.current;
    if (!element || !turnable) return;
    const wheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== element) return;
      event.preventDefault();
      live.current = turn(live.current, 0, 0, Math.exp(-event.deltaY * 0.0015));
      aim(live.current);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [host, turnable, aim]);

  const spread = (): number => {
    const [a, b] = [...fingers.current.values()];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  };
  return {
    dragging: () => fingers.current.size > 0,
    down(event) {
      if (!turnable || event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    },
    move(event) {
      const finger = fingers.current.get(event.pointerId);
      if (!finger) return;
      const before = spread();
      const [dx, dy] = [event.clientX - finger.x, event.clientY - finger.y];
      fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      live.current = before > 0 ? turn(live.current, 0, 0, spread() / before) : drag(live.current, dx, dy);
      aim(live.current);
    },
    up(event) {
      fingers.current.delete(event.pointerId);
    },
    key(event) {
      if (!turnable || event.ctrlKey || event.metaKey || event.altKey) return;
      const next = keyTurn(live.current, event.key, start);
      if (!next) return;
      event.preventDefault();
      event.stopPropagation();
      live.current = next;
      aim(next);
    },
  };
}
