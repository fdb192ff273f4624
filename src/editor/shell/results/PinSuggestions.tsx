/** The results panel while nothing is pinned: what could be. */

import { titleOf } from '../../../catalog/node.js';
import { pin } from '../../../document/commands.js';
import { useBench, useWorkbench } from '../context.js';
import { Icon } from '../Icon.js';

const MOST = 6;

/** Buttons for the plots that there are; `onPin` is told when one is pressed, for the focus goes with it. */
export function PinSuggestions({ onPin }: { onPin: () => void }) {
  const workbench = useWorkbench();
  const nodes = useBench((state) => state.nodes);
  const document = useBench((state) => state.document);
  const plots = document.nodes.flatMap((node) =>
    (nodes[node.id]?.result?.view.plots ?? []).map((plot, index) => ({ node, plot, index })),
  );
  // What was asked for last is at the end of a pipeline.
  const shown = plots.filter(({ plot }) => plot.kind !== 'table').slice(-MOST);
  return (
    <div className="empty">
      <p>Nothing is pinned. Pinned plots stand here side by side, with one colour scale and one camera.</p>
      {shown.length > 0 && (
        <div className="buttons">
          {shown.map(({ node, plot, index }) => (
            <button
              key={`${node.id} ${index}`}
              type="button"
              className="button"
              onClick={() => {
                onPin();
                workbench.edit('Pin a plot', (now) => pin(now, node.id, index));
              }}
            >
              <Icon name="pin" /> {plot.title} · {titleOf(node, workbench.registry.get(node.type))}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
