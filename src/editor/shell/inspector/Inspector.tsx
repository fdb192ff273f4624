/** The inspector: what is selected, in full. A node has its parameters, its result and what there is to know about its type. */
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { titleOf } from '../../../catalog/node.js';
import type { DocumentNode } from '../../../document/schema.js';
import { onCard } from '../../canvas/status-text.js';
import { useBench, useWorkbench } from '../context.js';
import { statusText } from '../wording.js';
import { AboutTab } from './AboutTab.js';
import { DocumentPanel } from './DocumentPanel.js';
import { ParametersTab } from './ParametersTab.js';
import { ResultTab } from './ResultTab.js';
import { WirePanel } from './WirePanel.js';

const TABS = ['Parameters', 'Result', 'About'] as const;
type Tab = (typeof TABS)[number];

/** The inspector. */
export function Inspector() {
  const selection = useBench((state) => state.selection);
  const node = useBench((state) =>
    selection.nodes.length === 1 ? state.document.nodes.find((each) => each.id === selection.nodes[0]) : undefined,
  );
  const [tab, setTab] = useState<Tab>('Parameters');
  return (
    <aside className="inspector" aria-label="Inspector">
      {node ? (
        <NodePanel key={node.id} node={node} tab={tab} onTab={setTab} />
      ) : selection.nodes.length === 0 && selection.wires.length === 1 ? (
        <WirePanel to={selection.wires[0]!} />
      ) : (
        <DocumentPanel />
      )}
    </aside>
  );
}

function NodePanel({ node, tab, onTab }: { node: DocumentNode; tab: Tab; onTab: (tab: Tab) => void }) {
  const { registry } = useWorkbench();
  const state = useBench((bench) => bench.nodes[node.id]);
  const definition = registry.get(node.type);
  const name = useId();
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length]!;
    onTab(next);
    (event.currentTarget.querySelector(`[data-tab="${next}"]`) as HTMLElement | null)?.focus();
  };
  const alarming = state?.status === 'failed' || state?.status === 'blocked';
  return (
    <>
      <header className="inspector-head">
        <h2>{titleOf(node, registry.get(node.type))}</h2>
        <span className="muted">{node.id}</span>
        <span className="spacer" />
        <span className={`muted status ${state?.status ?? 'idle'}`}>{statusText(state)}</span>
      </header>
      <div className="tabs" role="tablist" aria-label="About the selected node" onKeyDown={onKeyDown}>
        {TABS.map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            id={`${name}-${each}`}
            data-tab={each}
            aria-selected={tab === each}
            aria-controls={`${name}-panel`}
            tabIndex={tab === each ? 0 : -1}
            onClick={() => onTab(each)}
          >
            {each}
          </button>
        ))}
      </div>
      <div className="tab-panel" role="tabpanel" id={`${name}-panel`} aria-labelledby={`${name}-${tab}`}>
        {alarming && state.reason && (
          <p className={state.status === 'failed' ? 'callout bad' : 'callout'} role="status">
            {onCard(state.reason)}
          </p>
        )}
        {definition === undefined ? (
          <Foreign node={node} />
        ) : tab === 'Parameters' ? (
          <ParametersTab node={node} definition={definition} state={state} />
        ) : tab === 'Result' ? (
          <ResultTab node={node} definition={definition} state={state} />
        ) : (
          <AboutTab definition={definition} />
        )}
      </div>
    </>
  );
}

function Foreign({ node }: { node: DocumentNode }) {
  const [text, setText] = useState('');
  useEffect(() => setText(JSON.stringify(node.params, null, 2)), [node.params]);
  return (
    <>
      <p>
        This build does not know the node type <code>{node.type}</code>. The node is kept as it is and saved back
        unchanged.
      </p>
      <pre className="foreign">{text}</pre>
    </>
  );
}
