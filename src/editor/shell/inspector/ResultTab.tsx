/** A node's result in full: plots, sentences, every number, where it came from, and the ways to take it along. */
import { useMemo } from 'react';
import { messageOf } from '../../../catalog/errors.js';
import { type AnyNode, titleOf } from '../../../catalog/node.js';
import { scalarName, scalarText } from '../../../catalog/scalars.js';
import { formatSeconds } from '../../../catalog/text.js';
import type { Curve, PortType } from '../../../catalog/values.js';
import type { PlotData } from '../../../catalog/views.js';
import { pin, unpin } from '../../../document/commands.js';
import type { DocumentNode } from '../../../document/schema.js';
import { hasRecords } from '../../../execute/csv.js';
import type { Provenance } from '../../../execute/protocol.js';
import { effortText } from '../../../methods/effort.js';
import { PlotView } from '../../plots/PlotView.js';
import type { NodeState } from '../../workbench/types.js';
import { useBench, useStamp, useWorkbench } from '../context.js';
import { type ExportKind, exportOutput, outputsOf } from '../export.js';
import { exactNumber } from '../form/number-text.js';
import { Icon } from '../Icon.js';
import { Notes } from './Notes.js';

/** The middle tab of the inspector. */
export function ResultTab(props: { node: DocumentNode; definition: AnyNode; state: NodeState | undefined }) {
  const { node, definition, state } = props;
  const result = state?.result;
  // Beside an older result only where it goes on for a while.
  const watched = state?.status === 'running' && (!result || (state.secondsLeft ?? 0) > 2);
  const live = watched ? state.curve : undefined;
  if (live) return <Live node={node} title={titleOf(node, definition)} curve={live} />;
  if (!result) return <p className="muted">{noResult(state)}</p>;
  const { view, provenance } = result;
  const stale = state.status === 'stale' || state.status === 'blocked' || state.status === 'failed';
  return (
    <div className="result">
      {stale && state.reason && <p className="callout">This result is of older parameters ({state.reason}).</p>}
      <Stopped node={node} stopped={provenance.stopped} />
      <Notes notes={view.notes} />
      {view.plots.map((plot, index) => (
        <ResultPlot
          // biome-ignore lint/suspicious/noArrayIndexKey: a plot is named by its place, as pins do
          key={`${plot.kind} ${index}`}
          node={node}
          title={titleOf(node, definition)}
          index={index}
          plot={plot}
          caption={plot.caption === view.plots[index - 1]?.caption ? '' : plot.caption}
        />
      ))}
      <section aria-label="Numbers">
        <h3>Numbers</h3>
        <dl className="rows">
          {Object.entries(view.summary).map(([name, value]) => (
            <div key={name}>
              <dt>{scalarName(name)}</dt>
              <dd title={typeof value === 'number' ? exactNumber(value) : undefined}>{scalarText(name, value)}</dd>
            </div>
          ))}
        </dl>
      </section>
      <Export node={node} definition={definition} />
      <section aria-label="Provenance">
        <h3>Provenance</h3>
        <dl className="rows small">
          {(
            [
              ['computed', new Date(provenance.finished).toLocaleString('en-GB')],
              ['took', formatSeconds(provenance.seconds)],
              ...(provenance.effort ? [['evaluated', effortText(provenance.effort)] as const] : []),
              ['device', provenance.device],
              ['seeds', provenance.seeds.length > 0 ? provenance.seeds.join(', ') : 'none'],
              ['package', provenance.package],
              ['key', provenance.key.slice(0, 16)],
              ['document', provenance.documentHash.slice(0, 16)],
            ] as const
          ).map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}

/** The curves of a step that is running, as far as they go. */
function Live({ node, title, curve }: { node: DocumentNode; title: string; curve: Curve }) {
  const theme = useBench((state) => state.theme);
  const plot = useMemo(
    (): PlotData => ({ kind: 'curves', title: `So far: ${curve.yName}`, curve, caption: '' }),
    [curve],
  );
  return (
    <section className="result-plot" aria-label={plot.title}>
      <div className="plot-head">
        <b>{plot.title}</b>
      </div>
      <div className="plot-space">
        <PlotView plot={plot} source={{ id: node.id, title }} theme={theme} toolbar={false} />
      </div>
      <p className="caption">The result comes here.</p>
    </section>
  );
}

/** What to do about a result that is not whole. */
function Stopped({ node, stopped }: { node: DocumentNode; stopped: Provenance['stopped'] }) {
  const workbench = useWorkbench();
  const running = useBench((state) => state.running);
  if (stopped === undefined) return null;
  return (
    <div className="callout">
      <p>
        {stopped === 'here' ? 'Stopped early and kept as it was' : 'Computed from a result that was stopped early'},
        until the window is closed.
      </p>
      <button
        type="button"
        className="button small"
        disabled={running}
        onClick={() => void workbench.runToEnd(node.id)}
      >
        Run to the end
      </button>
    </div>
  );
}

function ResultPlot({
  node,
  title,
  index,
  plot,
  caption,
}: {
  node: DocumentNode;
  title: string; // of the node
  index: number;
  plot: Parameters<typeof PlotView>[0]['plot'];
  caption: string; // none where the plot before has the same
}) {
  const workbench = useWorkbench();
  const stamp = useStamp();
  const theme = useBench((state) => state.theme);
  const pinned = useBench((state) => state.document.pins.some((each) => each.node === node.id && each.plot === index));
  return (
    <section className="result-plot" aria-label={plot.title}>
      <div className="plot-head">
        <b>{plot.title}</b>
        <span className="spacer" />
        <button
          type="button"
          className="icon-button small"
          aria-pressed={pinned}
          aria-label={pinned ? `Unpin ${plot.title}` : `Pin ${plot.title}`}
          title={pinned ? 'Unpin' : 'Pin to the results below'}
          onClick={() =>
            workbench.edit(pinned ? 'Unpin a plot' : 'Pin a plot', (document) =>
              pinned ? unpin(document, node.id, index) : pin(document, node.id, index),
            )
          }
        >
          <Icon name="pin" />
        </button>
      </div>
      <div className="plot-space" data-kind={plot.kind}>
        <PlotView plot={plot} source={{ id: node.id, title }} theme={theme} stamp={stamp} />
      </div>
      {caption && <p className="caption">{caption}</p>}
    </section>
  );
}

function Export({ node, definition }: { node: DocumentNode; definition: AnyNode }) {
  const workbench = useWorkbench();
  const planned = useBench((state) => state.plan.nodes.get(node.id));
  const outputs = outputsOf(definition, planned);
  if (outputs.length === 0) return null;
  const take = async (output: string, kind: ExportKind) => {
    try {
      await exportOutput(workbench, node.id, output, kind);
    } catch (error) {
      workbench.notify('error', messageOf(error));
    }
  };
  return (
    <section aria-label="Export">
      <h3>Export</h3>
      <ul className="exports">
        {outputs.map(([name, port]) => (
          <li key={name}>
            {port.label}
            <span className="spacer" />
            {kindsOf(port.type).map((kind) => {
              const format = kind === 'csv' ? 'CSV' : kind;
              return (
                <button
                  key={kind}
                  type="button"
                  className="button small"
                  aria-label={`${port.label} as ${format}`}
                  onClick={() => void take(name, kind)}
                >
                  {format}
                </button>
              );
            })}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The formats that outputs of a type are saved in. */
const kindsOf = (type: PortType): readonly ExportKind[] => [
  ...(type === 'Model' ? (['safetensors'] as const) : []),
  'npz',
  ...(hasRecords(type) ? (['csv'] as const) : []),
];

function noResult(state: NodeState | undefined): string {
  if (state?.status === 'running') return 'Running; the result comes here.';
  return state?.status === 'failed' || state?.status === 'blocked' ? 'No result.' : 'No result yet: run it.';
}
