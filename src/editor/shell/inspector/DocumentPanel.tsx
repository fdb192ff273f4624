/** The inspector while nothing single is selected: the whole pipeline, its description, what it takes, and the kinds of wires. */
import { useState } from 'react';
import { type Counted, totalTime } from '../../../compile/limits.js';
import { wholeOf } from '../../../compile/plan.js';
import { setDocumentDescription } from '../../../document/commands.js';
import { DOCUMENT_LIMITS } from '../../../document/limits.js';
import { useBench, useWorkbench } from '../context.js';
import { WireLegend } from '../WireLegend.js';
import { costText, timeOf } from '../wording.js';

/** The panel of the whole document. */
export function DocumentPanel() {
  const workbench = useWorkbench();
  const selected = useBench((state) => state.selection.nodes.length);
  const plan = useBench((state) => state.plan);
  const nodes = useBench((state) => state.nodes);
  const total = { points: 0, multiplyAdds: 0, bytes: 0 };
  const steps: Counted[] = [];
  const counted = new Set<string>(); // nodes with one key are computed once
  for (const planned of plan.nodes.values()) {
    if (planned.key === '' || counted.has(planned.key)) continue; // what cannot run takes nothing
    counted.add(planned.key);
    const { cost, estimate } = nodes[planned.id]?.left ?? wholeOf(planned);
    total.points += cost.points;
    total.multiplyAdds += cost.multiplyAdds;
    total.bytes += cost.bytes;
    steps.push({ cost, time: timeOf(estimate, workbench.expectedSeconds(planned.id)) });
  }
  const cost = costText(total, totalTime(steps));
  return (
    <>
      <header className="inspector-head">
        <h2>{selected > 1 ? `${selected} nodes selected` : 'Pipeline'}</h2>
      </header>
      <div className="tab-panel">
        <Description />
        <p className="cost">
          {plan.nodes.size} {plan.nodes.size === 1 ? 'node' : 'nodes'}
          {cost && ` · ${cost}`}
        </p>
        <section className="below" aria-label="Kinds of wires">
          <h3>Wires carry</h3>
          <WireLegend />
        </section>
      </div>
    </>
  );
}

/** The document's description: read as text, edited on request. */
function Description() {
  const workbench = useWorkbench();
  const description = useBench((state) => state.document.description);
  const [draft, setDraft] = useState<string>();
  const finish = () => {
    if (draft !== undefined && draft !== description)
      workbench.edit('Describe the document', (document) => setDocumentDescription(document, draft));
    setDraft(undefined);
  };
  if (draft !== undefined)
    return (
      <textarea
        className="input description"
        aria-label="Description"
        // biome-ignore lint/a11y/noAutofocus: it opens on request, to be typed into
        autoFocus
        maxLength={DOCUMENT_LIMITS.description}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={finish}
        onKeyDown={(event) => event.key === 'Escape' && setDraft(undefined)}
      />
    );
  return (
    <div className="description">
      {description.split(/\n+/).map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      <button type="button" className="button small" onClick={() => setDraft(description)}>
        {description === '' ? 'Describe this pipeline' : 'Edit'}
      </button>
    </div>
  );
}
