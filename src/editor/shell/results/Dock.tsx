/** The dock below the canvas: pinned results side by side with the J ruler, and the list of problems. */
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { useBench } from '../context.js';
import { Icon } from '../Icon.js';
import { PinnedResults } from './PinnedResults.js';
import { Problems } from './Problems.js';

const LEAST = 120; // px
const KEPT = 'fiberscope.dock';

/** Which part of the dock is seen. */
export type DockTab = 'results' | 'problems';

/** The dock. Its height is dragged, moved with the arrow keys, and remembered. */
export function Dock(props: { tab: DockTab; onTab: (tab: DockTab) => void; onLocate: (id: string) => void }) {
  const { tab, onTab, onLocate } = props;
  const [height, setHeight] = useState<number | undefined>(() => Number(localStorage.getItem(KEPT)) || undefined);
  const [closed, setClosed] = useState(false);
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const place = useRef<HTMLElement>(null);
  const errors = useBench((state) => state.problems.filter((problem) => problem.severity === 'error').length);
  const warnings = useBench((state) => state.problems.length);
  useEffect(() => {
    if (height !== undefined) localStorage.setItem(KEPT, String(Math.round(height)));
  }, [height]);

  const most = () => window.innerHeight - 44 - 160;
  const resize = (next: number) => {
    setClosed(false);
    setHeight(Math.min(most(), Math.max(LEAST, next)));
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const from = event.clientY;
    const start = place.current?.offsetHeight ?? LEAST;
    const grip = event.currentTarget;
    grip.setPointerCapture(event.pointerId);
    const move = (next: globalThis.PointerEvent) => resize(start + from - next.clientY);
    const end = () => {
      grip.removeEventListener('pointermove', move);
      grip.removeEventListener('pointerup', end);
      grip.removeEventListener('pointercancel', end);
    };
    grip.addEventListener('pointermove', move);
    grip.addEventListener('pointerup', end);
    grip.addEventListener('pointercancel', end);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowUp: 24, ArrowDown: -24 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    resize((place.current?.offsetHeight ?? LEAST) + by);
  };
  const pins = useBench((state) => state.document.pins.length);
  const bare = height === undefined && (tab === 'results' ? pins : warnings) === 0;
  const problemsLabel = warnings === 0 ? 'Problems' : `Problems ${warnings}`;
  const choose = (next: DockTab) => {
    setClosed(false);
    onTab(next);
  };
  return (
    <section
      className={closed ? 'dock closed' : bare ? 'dock bare' : 'dock'}
      ref={place}
      aria-label="Results"
      style={height === undefined || closed ? undefined : { height }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a separator that moves is no <hr> */}
      <div
        className="dock-grip"
        role="separator"
        aria-orientation="horizontal"
        aria-label="Height of the results"
        aria-valuenow={height ?? 0}
        tabIndex={0}
        onPointerDown={onPointerDown}
        onKeyDown={onKeyDown}
        onDoubleClick={() => setHeight(undefined)}
      />
      <header className="dock-head">
        <div className="dock-tabs" role="tablist" aria-label="Results and problems">
          <button type="button" role="tab" aria-selected={tab === 'results'} onClick={() => choose('results')}>
            Pinned
          </button>
          <button
            type="button"
            role="tab"
            className={errors > 0 ? 'bad' : warnings > 0 ? 'warn' : ''}
            aria-selected={tab === 'problems'}
            onClick={() => choose('problems')}
          >
            {problemsLabel}
          </button>
        </div>
        <div className="dock-slot" ref={setSlot} />
        <button
          type="button"
          className={closed ? 'icon-button small turned' : 'icon-button small'}
          aria-label={closed ? 'Show the results' : 'Hide the results'}
          aria-expanded={!closed}
          onClick={() => setClosed(!closed)}
        >
          <Icon name="down" />
        </button>
      </header>
      {!closed && (tab === 'results' ? <PinnedResults slot={slot} /> : <Problems onLocate={onLocate} />)}
    </section>
  );
}
