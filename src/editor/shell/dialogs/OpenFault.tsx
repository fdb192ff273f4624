/** Why a file or link could not be opened: every fault on its own line. The open document stays as it was. */
import type { Problem } from '../../../document/schema.js';
import { Dialog } from '../Dialog.js';

const MOST = 50;

/** The dialog after a failed Open. */
export function OpenFault(props: { name: string; problems: readonly Problem[]; onClose: () => void }) {
  const { name, problems, onClose } = props;
  return (
    <Dialog title={`Could not open ${name}`} onClose={onClose}>
      <p>The open document is as it was.</p>
      <ul className="faults">
        {problems.slice(0, MOST).map((problem) => (
          <li key={`${problem.path} ${problem.message}`}>
            {problem.path !== '' && <code>{problem.path}</code>} {problem.message}
          </li>
        ))}
        {problems.length > MOST && <li>and {problems.length - MOST} more</li>}
      </ul>
      <div className="buttons">
        <button type="button" className="button primary" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
