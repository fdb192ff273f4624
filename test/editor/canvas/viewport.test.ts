import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CanvasArea } from '../../../src/editor/canvas/area.js';
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
