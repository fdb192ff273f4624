import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CanvasArea } from '../../../src/editor/canvas/area.js';
import { type Box, contains, overlap } from '../../../src/editor/canvas/geometry.js';
import { Viewport } from '../../../src/editor/canvas/viewport.js';
import type { Workbench } from '../../../src/editor/workbench/types.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function viewport() {
  const setView = vi.fn();
  const area = { area: { transform: { x: 10.4, y: -20.6, k: 0.61234 } } } as unknown as CanvasArea;
  return { setView, viewport: new Viewport(area, { setView } as unknown as Workbench, () => []) };
}

describe('a viewport', () => {
  it('is remembered once, a moment after the last move', () => {
    const { viewport: seen, setView } = viewport();
    for (let move = 0; move < 5; move++) {
      seen.changed();
      vi.advanceTimersByTime(100);
    }
    expect(setView).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(setView.mock.calls).toEqual([[{ x: 10, y: -21, zoom: 0.612 }]]);
  });

  it('is not written onto the document that takes the place of the one looked at', () => {
    const { viewport: seen, setView } = viewport();
    seen.changed();
    seen.leave();
    vi.advanceTimersByTime(1000);
    expect(setView).not.toHaveBeenCalled();
  });
});

describe('what is seen', () => {
  /** A viewport of a window of some size onto cards, without a page. */
  function onto(cards: readonly Box[], size = { clientWidth: 800, clientHeight: 600 }) {
    const container = { ...size };
    const transform = { x: 0, y: 0, k: 1 };
    const area = {
      container,
      area: {
        transform,
        zoom: async (k: number) => void Object.assign(transform, { k }),
        translate: async (x: number, y: number) => void Object.assign(transform, { x, y }),
      },
    } as unknown as CanvasArea;
    return { container, transform, view: new Viewport(area, {} as Workbench, () => cards) };
  }
  const cards = [
    { x: 0, y: 0, width: 200, height: 100 },
    { x: 900, y: 500, width: 200, height: 100 },
  ];
  const whole = ({ view }: ReturnType<typeof onto>) => cards.every((card) => contains(view.seen, card));

  it('is fitted again when the window gets another size, unless it was moved since', async () => {
    const all = onto(cards);
    await all.view.fit();
    expect(whole(all)).toBe(true);
    all.container.clientHeight = 300;
    expect(whole(all)).toBe(false);
    await all.view.resized();
    expect(whole(all)).toBe(true);
    all.transform.x += 50;
    const moved = { ...all.transform };
    all.container.clientHeight = 200;
    await all.view.resized();
    expect(all.transform).toEqual(moved);
  });

  it('of an opened document is the whole where its view would cut a card off, or the part that was looked at', async () => {
    const all = onto(cards);
    await all.view.opened({ x: -120, y: 0, zoom: 0.7 });
    expect(whole(all)).toBe(true);
    await all.view.opened({ x: 10, y: 10, zoom: 2 });
    expect(all.transform).toEqual({ x: 10, y: 10, k: 2 });
  });

  it('is clear of what lies over the canvas', async () => {
    const { view, transform } = onto(cards);
    const over = { x: 470, y: 12, width: 320, height: 200 };
    const box = { x: 500, y: 50, width: 204, height: 118 };
    await view.show(box, 24, over);
    const shown = { ...box, x: box.x + transform.x, y: box.y + transform.y };
    expect(overlap(shown, over)).toBe(false);
    expect(shown.x).toBeGreaterThanOrEqual(0);
  });
});
