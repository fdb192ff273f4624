/** A node's form, what a run will cost, and its main numbers below. */
import type { AnyNode } from '../../../catalog/node.js';
import { unbroken } from '../../../catalog/text.js';
import { wholeOf } from '../../../compile/plan.js';
import { sweepText } from '../../../compile/sweep-cost.js';
import type { DocumentNode } from '../../../document/schema.js';
import type { NodeState } from '../../workbench/types.js';
import { useBench, useWorkbench } from '../context.js';
import { ParameterForm } from '../form/ParameterForm.js';
import { Help } from '../Help.js';
import { costText, timeOf } from '../wording.js';
import { Notes } from './Notes.js';

/** The first tab of the inspector. */
export function ParametersTab(props: { node: DocumentNode; definition: AnyNode; state: NodeState | undefined }) {
  const { node, definition, state } = props;
  const view = state?.result?.view;
  return (
    <>
      <ParameterForm node={node} definition={definition} />
      <CostLine id={node.id} />
      <section className="below" aria-label="Summary">
        <Help text={definition.summary} />
        {view && (
          <dl className="rows">
            {view.rows.map(([label, text]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{unbroken(text)}</dd>
              </div>
            ))}
          </dl>
        )}
        {view && <Notes notes={view.notes} />}
      </section>
    </>
  );
}

/** What a run of this node would take. */
function CostLine({ id }: { id: string }) {
  const workbench = useWorkbench();
  const planned = useBench((state) => state.plan.nodes.get(id));
  useBench((state) => state.nodes[id]?.result); // a finished run makes the estimate better
  const left = useBench((state) => state.nodes[id]?.left);
  if (!planned) return null;
  const { cost, estimate } = left ?? wholeOf(planned);
  const runs = planned.sweep && sweepText(planned.sweep, left);
  const parts = [runs, costText(cost, timeOf(estimate, workbench.expectedSeconds(id))), cost.route].filter(Boolean);
  return parts.length === 0 ? null : <p className="cost">{parts.join(' · ')}</p>;
}
