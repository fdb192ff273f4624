/** The inspector while nothing single is selected: the whole pipeline, its description, what it takes, and the kinds of wires. */
import { useEffect, useId, useState } from 'react';
import type { PortType } from '../../../catalog/values.js';
import { setDocumentDescription } from '../../../document/commands.js';
import { portTypeName } from '../../canvas/port-style.js';
import { useBench, useWorkbench } from '../context.js';
import { costText } from '../wording.js';
import { PortMark } from './AboutTab.js';

const LEGEND: readonly (readonly [PortType, string])[] = [
  ['Architecture', 'a family of functions'],
  ['Inputs', 'points to compare on'],
  ['Reference', 'what J compares with'],
  ['Parameters', 'vectors θ'],
  ['Subspace', 'origin and basis'],
  ['Field', 'J over a lattice'],
  ['EpsilonSet', 'members with J < ε'],
  ['Embedding', 'points to look at'],
];

/** The panel of the whole document. */
export function DocumentPanel() {
  const workbench = useWorkbench();
  const description = useBench((state) => state.document.description);
  const selected = useBench((state) => state.selection.nodes.length);
  const plan = useBench((state) => state.plan);
  useBench((state) => state.nodes);
  const [text, setText] = useState(description);
  const id = useId();
  useEffect(() => setText(description), [description]);
  const total = { points: 0, multiplyAdds: 0, bytes: 0 };
  let seconds = 0;
  const counted = new Set<string>(); // nodes with one key are computed once
  for (const planned of plan.nodes.values()) {
    if (counted.has(planned.key)) continue;
    if (planned.key !== '') counted.add(planned.key);
    total.points += planned.cost.points;
    total.multiplyAdds += planned.cost.multiplyAdds;
    total.bytes += planned.cost.bytes;
    seconds += workbench.expectedSeconds(planned.id) ?? 0;
  }
  return (
    <>
      <header className="inspector-head">
        <h2>{selected > 1 ? `${selected} nodes selected` : 'Pipeline'}</h2>
      </header>
      <div className="tab-panel">
        <div className="field">
          <label htmlFor={id}>Description</label>
          <textarea
            id={id}
            className="input"
            rows={6}
            maxLength={4000}
            placeholder="What this pipeline asks, and what it shows"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onBlur={() => {
              if (text !== description)
                workbench.edit('Describe the document', (document) => setDocumentDescription(document, text));
            }}
          />
        </div>
        <p className="cost">
          {plan.nodes.size} {plan.nodes.size === 1 ? 'node' : 'nodes'}
          {costText(total, seconds) && ` · ${costText(total, seconds)}`}
        </p>
        <section className="below" aria-label="Kinds of wires">
          <h3>Wires carry</h3>
          <ul className="ports compact">
            {LEGEND.map(([type, words]) => (
              <li key={type}>
                <PortMark type={type} />
                <span>
                  <b>{portTypeName(type)}</b> <span className="muted">{words}</span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>
  );
}
