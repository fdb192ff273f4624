/** Pinned plots side by side: same colour scale, same camera, same size, so that only the difference is different. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { unpin } from '../../../document/commands.js';
import { headline } from '../../../plot/headline.js';
import { type JRange, sharedRanges } from '../../../plot/range.js';
import type { RulerComparison } from '../../../plot/ruler.js';
import { ColourBar } from '../../plots/ColourBar.js';
import { JRuler } from '../../plots/JRuler.js';
import { type Camera, PlotView } from '../../plots/PlotView.js';
import { WHOLE_GESTURE } from '../../workbench/steps.js';
import { useBench, useStamp, useWorkbench } from '../context.js';
import { Icon } from '../Icon.js';
import { statusText } from '../wording.js';
import { PinSuggestions } from './PinSuggestions.js';
import {
  cardTitle,
  flagsOf,
  hasEpsilon,
  moveEpsilon,
  onOneScale,
  type Pinned,
  pinnedOf,
  type Ruler,
  rulersOf,
  withParameter,
} from './pinned.js';

/** The pinned results. What is said of all of them goes into `slot`, beside the dock's tabs. */
export function PinnedResults({ slot }: { slot: HTMLElement | null }) {
  const { registry } = useWorkbench();
  const document = useBench((state) => state.document);
  const nodes = useBench((state) => state.nodes);
  const theme = useBench((state) => state.theme);
  const plan = useBench((state) => state.plan);
  const apart = useMemo(() => pinnedOf({ document, nodes }, registry), [document, nodes, registry]);
  const together = useMemo(() => onOneScale(apart), [apart]);
  const [sharing, setSharing] = useState(true);
  const pinned = sharing ? together : apart;
  const rulers = useMemo(() => rulersOf({ document, nodes, plan }, registry), [document, nodes, plan, registry]);
  const flags = useMemo(() => flagsOf(pinned), [pinned]);
  const [linked, setLinked] = useState(true);
  const [camera, setCamera] = useState<Camera>();
  const plots = useMemo(() => pinned.flatMap(({ plot }) => (plot ? [plot] : [])), [pinned]);
  const { ranges, whole, text } = useMemo(() => sharedRanges(sharing ? plots : []), [plots, sharing]);
  const turnable = plots.filter(isTurnable).length > 1;
  const coloured = plots.filter((plot) => 'colouring' in plot).length > 1;
  const scaled = together.some(({ plot }, i) => plot !== apart[i]!.plot);

  const cards = useRef<HTMLDivElement>(null);
  const follows = useRef(false); // a suggestion was pressed: the focus goes to its plot
  useEffect(() => {
    if (pinned.length === 0 || !follows.current) return;
    follows.current = false;
    cards.current?.querySelector<HTMLElement>('.card')?.focus({ preventScroll: true });
  }, [pinned]);

  if (pinned.length === 0)
    return (
      <PinSuggestions
        onPin={() => {
          follows.current = true;
        }}
      />
    );
  return (
    <div className="pinned">
      {slot &&
        createPortal(
          <>
            {(coloured || scaled) && (
              <button
                type="button"
                className="quiet-toggle"
                aria-pressed={sharing}
                title={sharing ? 'Every plot its own scale' : 'One scale for all of a kind'}
                onClick={() => setSharing(!sharing)}
              >
                {coloured ? (sharing ? text : 'colour scales apart') : sharing ? 'scales shared' : 'scales apart'}
              </button>
            )}
            {turnable && (
              <button
                type="button"
                className="quiet-toggle"
                aria-pressed={linked}
                title={linked ? 'Turn each plot alone' : 'Turn all plots together'}
                onClick={() => setLinked(!linked)}
              >
                {linked ? 'cameras linked' : 'cameras apart'}
              </button>
            )}
            <ul className="flags">
              {flags.map((flag) => (
                <li key={flag}>▲ {flag}</li>
              ))}
            </ul>
          </>,
          slot,
        )}
      <div className="cards-row">
        <div className="cards" ref={cards}>
          {pinned.map((each) => (
            <Card
              key={`${each.pin.node} ${each.pin.plot}`}
              pinned={each}
              title={cardTitle(each, pinned)}
              shared={each.plot && ranges[plots.indexOf(each.plot)]}
              bar={whole === undefined}
              camera={linked ? camera : undefined}
              onCamera={linked ? setCamera : undefined}
            />
          ))}
        </div>
        {whole && (
          <div className="shared-bar">
            <ColourBar range={whole} theme={theme} />
          </div>
        )}
      </div>
      {rulers.length > 0 && <RulerPanel rulers={rulers} />}
    </div>
  );
}

const isTurnable = (plot: NonNullable<Pinned['plot']>): boolean =>
  plot.kind === 'surface' || plot.kind === 'iso-surface' || (plot.kind === 'points' && plot.dimension === 3);

function Card(props: {
  pinned: Pinned;
  title: string;
  shared: JRange | undefined;
  bar: boolean;
  camera: Camera | undefined;
  onCamera: ((camera: Camera) => void) | undefined;
}) {
  const { pinned, title, shared, bar, camera, onCamera } = props;
  const { pin, plot, state } = pinned;
  const workbench = useWorkbench();
  const theme = useBench((bench) => bench.theme);
  const stamp = useStamp();
  const words = plot ? headline(plot) : undefined;
  const old = state && state.status !== 'done' && state.status !== 'cached';
  return (
    <article className="card" aria-label={title} tabIndex={-1}>
      <header>
        <h3 title={title}>{title}</h3>
        <span className="muted">{old && plot ? statusText(state) : words?.count}</span>
        <button
          type="button"
          className="icon-button small"
          aria-label={`Unpin ${title}`}
          title="Unpin"
          onClick={() => workbench.edit('Unpin a plot', (document) => unpin(document, pin.node, pin.plot))}
        >
          <Icon name="close" />
        </button>
      </header>
      <div className={old && state.status !== 'running' && state.status !== 'queued' ? 'plot-space old' : 'plot-space'}>
        {plot ? (
          <PlotView
            plot={plot}
            source={{ id: pin.node, title: pinned.node }}
            stamp={stamp}
            theme={theme}
            sharedRange={shared}
            colourBar={bar}
            camera={camera}
            onCamera={onCamera}
          />
        ) : (
          <p className="empty">
            {state?.status === 'done' || state?.status === 'cached'
              ? 'This result has no such plot any more.'
              : (state?.reason ?? statusText(state))}
          </p>
        )}
      </div>
    </article>
  );
}

function RulerPanel({ rulers }: { rulers: readonly Ruler[] }) {
  const workbench = useWorkbench();
  const selected = useBench((state) => state.selection.nodes);
  const theme = useBench((state) => state.theme);
  const [chosen, setChosen] = useState<string>();
  const drag = useRef({ active: false, count: 0 });
  const shown = rulers.find(({ id }) => id === chosen) ?? rulers.find(({ id }) => selected.includes(id)) ?? rulers[0]!;
  const node = useBench((state) => state.document.nodes.find((each) => each.id === shown.id));
  const ruler = useMemo(() => withParameter(shown.ruler, node), [shown.ruler, node]);
  const comparisons = useMemo(() => rulers.filter((each) => each !== shown).flatMap(comparisonOf), [rulers, shown]);
  const move = (epsilon: number, dragging: boolean) => {
    const now = drag.current;
    now.active ||= dragging;
    // One drag is one step, however long it takes.
    const coalesce = now.active ? `${WHOLE_GESTURE}${shown.id}.epsilon ${now.count}` : `${shown.id}.epsilon`;
    if (!dragging && now.active) drag.current = { active: false, count: now.count + 1 };
    const { scale, cap } = shown.ruler;
    workbench.edit('Move ε', (document) => moveEpsilon(document, shown.id, epsilon, scale, cap), coalesce);
  };
  return (
    <div className="ruler">
      {rulers.length > 1 ? (
        <div className="ruler-tabs" role="tablist" aria-label="Whose J">
          {rulers.map(({ id, title }) => (
            <button
              key={id}
              type="button"
              role="tab"
              title={title}
              aria-selected={id === shown.id}
              onClick={() => setChosen(id)}
            >
              {title}
            </button>
          ))}
        </div>
      ) : (
        <div className="ruler-tabs">
          <span title={shown.title}>{shown.title}</span>
        </div>
      )}
      <JRuler
        key={shown.id}
        ruler={ruler}
        theme={theme}
        comparisons={comparisons}
        label={ruler.epsilon === undefined ? `J of ${shown.title}` : `ε of ${shown.title}, the threshold on J`}
        onEpsilon={hasEpsilon(workbench.registry, node?.type) ? move : undefined}
      />
    </div>
  );
}

function comparisonOf({ title, ruler }: Ruler): RulerComparison[] {
  const { epsilon, scale } = ruler;
  return epsilon === undefined || !(scale.power > 0) ? [] : [{ name: `${title} ε`, relative: epsilon / scale.power }];
}
