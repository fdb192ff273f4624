/** Every problem of the document and of the last run, each with a way to its place. */

import { titleOf } from '../../../catalog/node.js';
import { onCard } from '../../canvas/status-text.js';
import { useBench, useWorkbench } from '../context.js';
import { Icon } from '../Icon.js';

/** The list of problems. `onLocate` shows a node on the canvas. */
export function Problems({ onLocate }: { onLocate: (id: string) => void }) {
  const { registry } = useWorkbench();
  const problems = useBench((state) => state.problems);
  const nodes = useBench((state) => state.document.nodes);
  if (problems.length === 0) return <p className="empty">No problems.</p>;
  const sorted = [...problems].sort((a, b) => (a.severity === b.severity ? 0 : a.severity === 'error' ? -1 : 1));
  return (
    <ul className="problems" aria-label="Problems">
      {sorted.map((problem) => {
        const node = nodes.find((each) => each.id === problem.node);
        return (
          <li key={`${problem.path} ${problem.message}`} className={problem.severity}>
            <Icon name={problem.severity === 'error' ? 'warning' : 'info'} />
            <span className="problem-text">
              <span className="hidden">{problem.severity}: </span>
              <b>{node ? titleOf(node, registry.get(node.type)) : 'Document'}</b>{' '}
              {node ? onCard(problem.message) : problem.message}
              {problem.path !== '' && <code>{problem.path}</code>}
            </span>
            {node && (
              <button type="button" className="button small" onClick={() => onLocate(node.id)}>
                <Icon name="locate" /> Locate
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
