/** Opens the drawer of a plot inside an element and keeps its picture up to date. */
import { type RefObject, useEffect, useRef, useState } from 'react';
import { messageOf } from '../../catalog/errors.js';
import type { Scenery, View, ViewEvents } from './view.js';

/** A view and how it fares. */
export interface Opened {
  readonly view: RefObject<View | undefined>;
  readonly ready: boolean; // opened
  readonly failure: string | undefined;
  readonly fail: (message: string | undefined) => void;
}

/** Opens ECharts or the 3-D view, whose libraries are loaded when first needed, and draws every new scenery; `onSoftware` hears whether WebGL did it. */
export function useView(
  host: RefObject<HTMLElement | null>,
  space: boolean,
  scenery: Scenery | undefined,
  onSoftware: (software: boolean) => void,
): Opened {
  const view = useRef<View>(undefined);
  const [ready, setReady] = useState(false);
  const [failure, fail] = useState<string>();

  useEffect(() => {
    let closed = false;
    const events: ViewEvents = {
      drawn(how) {
        if (closed) return;
        onSoftware(how.software);
        fail(undefined);
      },
      failed: (error) => !closed && fail(messageOf(error)),
    };
    const load = async (): Promise<void> => {
      const open = space ? (await import('./space-view.js')).openSpace : (await import('./chart-view.js')).openChart;
      if (closed || !host.current) return;
      const opened = await open(host.current, events);
      if (closed) return opened.dispose();
      view.current = opened;
      setReady(true);
    };
    load().catch(events.failed);
    return () => {
      closed = true;
      view.current?.dispose();
      view.current = undefined;
      setReady(false);
    };
  }, [host, space, onSoftware]);

  useEffect(() => {
    if (ready && scenery) view.current?.draw(scenery);
  }, [ready, scenery]);

  return { view, ready, failure, fail };
}
