/** A node's card: bar, title, id, the rows that matter, a preview, the status line and the ports. Nothing else. */
import { memo, useLayoutEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { AnyNode } from '../../catalog/node.js';
import { unbroken } from '../../catalog/text.js';
import type { Note, PlotData } from '../../catalog/views.js';
import { setTitle } from '../../document/commands.js';
import { portsOf } from '../plugin/schemes.js';
import { warningsOf } from '../workbench/problems.js';
import type { NodeState } from '../workbench/types.js';
import { type CardRows, rowsOf } from './card-rows.js';
import { CARD_WIDTH, heightForPorts } from './geometry.js';
import type { CardHost } from './host.js';
import { Port } from './Port.js';
import { PreviewSlot } from './PreviewSlot.js';
import { nodeColour } from './port-style.js';
import { RenameField } from './RenameField.js';
import { type StatusLine, statusLine } from './status-text.js';
import { keyOfEnd, wiredKeys } from './ui-store.js';

/** The card of the document's node `id`; empty once the document no longer has it. */
export function NodeCard({ host, id }: { host: CardHost; id: string }) {
  const { store, registry } = host.workbench;
  const node = useStore(store, (state) => state.document.nodes.find((candidate) => candidate.id === id));
  const state = useStore(store, (s) => s.nodes[id]);
  const planned = useStore(store, (s) => s.plan.nodes.get(id));
  const selected = useStore(store, (s) => s.selection.nodes.includes(id));
  const flash = useStore(host.ui, (ui) => ui.flash === id);
  const renaming = useStore(host.ui, (ui) => ui.renaming?.kind === 'node' && ui.renaming.id === id);
  const wired = useStore(
    store,
    useShallow((s) => wiredKeys(s.document.wires, id)),
  );
  if (node === undefined) return null;
  const definition = registry.get(node.type);
  const ports = portsOf(definition, store.getState().document, id);
  const line = statusLine(state, planned);
  const title = node.title ?? definition?.title ?? node.type;
  const own = planned?.blocked?.reason; // not for want of another node
  const faulty =
    state?.status === 'failed' || (state?.status === 'blocked' && (own === 'invalid' || own === 'foreign'));
  const warnings = warningsOf(state);
  const shown = rowsOf(definition, node, state, planned);
  const { style, label } = describe(definition, title, id, line, ports.inputs.length, ports.outputs.length);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a card is a group of ports and text inside an application, not a fieldset
    <div
      className="fs-node"
      role="group"
      aria-roledescription="node"
      aria-label={label}
      tabIndex={-1}
      data-node={id}
      data-title={title}
      data-mark={faulty || warnings.length > 0 ? ' ▲' : ''}
      data-status={state?.status ?? 'idle'}
      data-old={isOld(state) || undefined}
      data-selected={selected || undefined}
      data-muted={node.muted || undefined}
      data-foreign={definition === undefined || undefined}
      data-flash={flash || undefined}
      style={style}
    >
      <header className="fs-node-head">
        <i className="fs-node-bar" />
        {renaming ? (
          <RenameField
            label="Title of the node"
            value={title}
            onDone={(text) => {
              host.ui.setState({ renaming: undefined });
              if (text === undefined || text === title) return;
              host.workbench.edit('Retitle', (d) => setTitle(d, id, text === definition?.title ? '' : text));
            }}
          />
        ) : (
          <span className="fs-node-title">{title}</span>
        )}
        <span className="fs-node-id" title={id}>
          <span>{id}</span>
        </span>
      </header>
      {shown.beside.length > 0 && <Beside rows={shown.beside} />}
      <Rows rows={shown.rows} />
      <Picture state={state} />
      <Status line={line} warnings={warnings} />
      {ports.inputs.map((port, index) => (
        <Port
          key={`i${port.name}`}
          host={host}
          end={{ node: id, side: 'input', port: port.name }}
          port={port}
          index={index}
          wired={wired.includes(keyOfEnd({ node: id, side: 'input', port: port.name }))}
        />
      ))}
      {ports.outputs.map((port, index) => (
        <Port
          key={`o${port.name}`}
          host={host}
          end={{ node: id, side: 'output', port: port.name }}
          port={port}
          index={index}
          wired={wired.includes(keyOfEnd({ node: id, side: 'output', port: port.name }))}
        />
      ))}
    </div>
  );
}

function describe(
  definition: AnyNode | undefined,
  title: string,
  id: string,
  line: StatusLine,
  inputs: number,
  outputs: number,
) {
  const style = {
    '--c': nodeColour(definition),
    width: CARD_WIDTH,
    minHeight: heightForPorts(Math.max(inputs, outputs)),
  } as React.CSSProperties;
  const kind = definition === undefined ? 'unknown node type, ' : '';
  return { style, label: `${title}, ${id}, ${kind}${line.text}` };
}

/** Shown numbers are of older parameters, and nothing runs that would replace them. */
const isOld = (state: NodeState | undefined): boolean =>
  state?.result !== undefined && (state.status === 'stale' || state.status === 'blocked');

const Rows = memo(function Rows({ rows }: { rows: readonly (readonly [string, string])[] }) {
  if (rows.length === 0) return null;
  return (
    <dl className="fs-node-rows">
      {rows.map(([label, text]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{unbroken(text)}</dd>
        </div>
      ))}
    </dl>
  );
});

/** The parameters that matter, in one line above the result's rows. */
function Beside({ rows }: { rows: CardRows }) {
  const text = rows.map(([label, value]) => `${label} ${value}`).join(' · ');
  return (
    <p className="fs-node-params" title={text}>
      {text}
    </p>
  );
}

/** Live curves while running, else the first plot of the newest result; what failed needs the room for its reason. */
function Picture({ state }: { state: NodeState | undefined }) {
  if (state?.status === 'failed') return null;
  const curve = state?.status === 'running' ? state.curve : undefined;
  const plot: PlotData | undefined =
    curve === undefined ? state?.result?.view.plots[0] : { kind: 'curves', title: curve.yName, curve, caption: 'live' };
  return plot === undefined || plot.kind === 'table' ? null : <PreviewSlot plot={plot} />;
}

/** One line, so that a finished run makes no card higher: what a result warns of comes before how it went, which the title has too. */
function Status({ line, warnings }: { line: StatusLine; warnings: readonly Note[] }) {
  const bar = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    bar.current?.style.setProperty('transform', `scaleX(${line.fraction ?? 0})`);
  }, [line.fraction]);
  const first = line.tone === 'done' ? warnings[0] : undefined;
  const more = warnings.length > 1 ? `(+${warnings.length - 1}) ` : '';
  return (
    <footer className="fs-node-foot" data-tone={line.tone}>
      <div className="fs-node-status">
        {first === undefined && <i className="fs-dot" />}
        {line.fraction !== undefined && (
          <span className="fs-bar">
            <i ref={bar} />
          </span>
        )}
        <span
          className={first === undefined ? 'fs-node-line' : 'fs-node-line fs-node-flag'}
          title={[...warnings.map(({ text }) => `▲ ${text}`), line.text].join('\n')}
        >
          {first === undefined ? line.text : `▲ ${more}${first.text}`}
        </span>
      </div>
    </footer>
  );
}
