/** The app's entry: the worker that computes, the workbench, what to open first, and the window. */
import { createRoot } from 'react-dom/client';
import { builtin } from '../../../nodes/index.js';
import { Registry } from '../../catalog/registry.js';
import { connectWorker } from '../../execute/client.js';
import { drawIn } from '../plots/picture-desk.js';
import '../shell/theme.css';
import '../shell/window.css';
import { WorkbenchContext } from '../shell/context.js';
import { browserStorage } from '../workbench/storage.js';
import { createWorkbench } from '../workbench/workbench.js';
import { App } from './App.js';
import { keepSettings, readSettings } from './settings.js';
import { leaveNote, openFirst, takeSession } from './start.js';

drawIn(() => new Worker(new URL('../plots/picture-worker.ts', import.meta.url), { type: 'module', name: 'pictures' }));
const executor = connectWorker(
  () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'executor' }),
);
const session = await takeSession();
const workbench = createWorkbench({
  registry: new Registry(builtin),
  executor,
  storage: browserStorage(),
  session: session.name,
  ...readSettings(),
});
keepSettings(workbench);

const place = document.getElementById('app');
if (!place) throw new Error('the page has no #app');
const root = createRoot(place);
// The window comes with its document, so that the canvas opens where that was looked at last.
void openFirst(workbench, session).then(() =>
  root.render(
    <WorkbenchContext value={workbench}>
      <App />
    </WorkbenchContext>,
  ),
);

// The device is named before anything runs; why it could not be opened is said by the run that needs it.
executor.device().then(
  (device) => workbench.store.setState({ device }),
  () => undefined,
);

// A page that is being left saves at once; a hidden one may never be asked again.
addEventListener('pagehide', () => leaveNote(workbench, session.name));
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') void workbench.saveNow();
});
