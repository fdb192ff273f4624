/** What the window opens first: the document of a link, what this tab or a crashed one had open, or the first pipeline of the gallery. */
import { messageOf } from '../../catalog/errors.js';
import { formatDocument } from '../../document/format.js';
import { parseDocumentText } from '../../document/parse.js';
import { decodeShare, isShare } from '../../document/share.js';
import { openGallery } from '../shell/gallery.js';
import {
  dropSaved,
  findSaved,
  keepLeft,
  readSaved,
  type Saved,
  waitsForRun,
  writeSaved,
} from '../workbench/autosave.js';
import { browserStorage, type WorkbenchStorage } from '../workbench/storage.js';
import type { AppWorkbench } from '../workbench/workbench.js';

/** The pipeline of the first visit. */
export const FIRST = 'genni-fcn-3d';

const KEPT = 'fiberscope.session';
const lockOf = (session: string): string => `fiberscope session ${session}`;

/** A tab as its autosaves name it, and the open tab that it is a duplicate of. */
export interface Session {
  readonly name: string;
  readonly of?: string;
}

/** This tab's name: kept over a reload, new in a new tab and in a duplicated one, which browsers give a copy of the name. */
export async function takeSession(): Promise<Session> {
  const kept = sessionStorage.getItem(KEPT);
  if (kept !== null && (await hold(kept))) return { name: kept };
  const name = crypto.randomUUID();
  sessionStorage.setItem(KEPT, name);
  await hold(name);
  return kept === null ? { name } : { name, of: kept };
}

const RELEASED = 500; // ms in which the page before a reload has given its lock back

/** Takes the lock that tells other tabs that a session is open; answers false where another tab has it. */
function hold(session: string): Promise<boolean> {
  if (!navigator.locks) return Promise.resolve(true); // not over plain HTTP
  return new Promise((answer) => {
    const held = (): Promise<void> => {
      answer(true);
      return new Promise(() => undefined); // until the page ends
    };
    navigator.locks
      .request(lockOf(session), { signal: AbortSignal.timeout(RELEASED) }, held)
      .catch(() => answer(false));
  });
}

async function openSessions(): Promise<ReadonlySet<string>> {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return new Set(held.map((lock) => lock.name ?? ''));
}

const LEFT = 'fiberscope.left:';

/** Writes the document down at once, as the page is left: a write to IndexedDB may not be finished then. */
export function leaveNote(workbench: AppWorkbench, session: string): void {
  const { document, trusted, edited, savedAt, ...state } = workbench.store.getState();
  const running = waitsForRun(state);
  const empty = document.nodes.length === 0;
  if (empty && savedAt === undefined) return; // left before anything was opened
  const at = new Date().toISOString();
  const saved: Saved = { session, text: formatDocument(document), trusted, running, edited, empty, at };
  try {
    localStorage.setItem(LEFT + session, JSON.stringify(saved));
  } catch {
    // A document too large for local storage has its last autosave.
  }
}

/** Moves what pages wrote as they were left to where autosaves are kept. */
async function takeNotes(storage: WorkbenchStorage): Promise<void> {
  for (const key of Object.keys(localStorage).filter((each) => each.startsWith(LEFT))) {
    const note = readSaved(localStorage.getItem(key));
    localStorage.removeItem(key);
    if (note) await writeSaved(storage, note);
  }
}

/** Opens the first document. */
export async function openFirst(workbench: AppWorkbench, session: Session): Promise<void> {
  try {
    const storage = browserStorage();
    if (isShare(location.hash)) {
      // What this tab had open before it went elsewhere; asked for before the link's document is written over it.
      const own = LEFT + session.name;
      keepLeft(storage, session.name, readSaved(localStorage.getItem(own))).catch(() => undefined);
      if (openLink(workbench)) return localStorage.removeItem(own);
    }
    await takeNotes(storage);
    const fault = workbench.store.getState().notice; // of a link that could not be opened
    if (!(await restore(workbench, storage, session))) workbench.open(await openGallery(FIRST), { trusted: true });
    if (fault) workbench.store.setState({ notice: fault });
  } catch (error) {
    workbench.notify('error', messageOf(error));
  }
}

/** Opens the document that the page's address carries, if any. It does not run. Answers whether there was one, good or bad. */
export function openLink(workbench: AppWorkbench): boolean {
  if (!isShare(location.hash)) return false;
  const read = decodeShare(location.hash);
  history.replaceState(null, '', location.pathname + location.search); // a reload keeps the edits instead
  if (!read.ok) {
    workbench.notify('error', `The link could not be opened: ${read.problems[0]?.message ?? 'damaged'}.`);
    return false;
  }
  workbench.open(read.document, { trusted: false, said: 'Opened from a link.' });
  return true;
}

async function restore(workbench: AppWorkbench, storage: WorkbenchStorage, { name, of }: Session): Promise<boolean> {
  const open = await openSessions();
  const saved = await findSaved(storage, of ?? name, (other) => open.has(lockOf(other)));
  if (!saved) return false;
  const parsed = parseDocumentText(saved.text);
  if (!parsed.ok) {
    await dropSaved(storage, saved.session);
    return false;
  }
  // What was running when the tab ended may be what ended it, and what was stopped was meant to be: then Run is left to the user.
  const trusted = saved.trusted && !saved.running;
  const title = parsed.document.title || 'Untitled';
  const said = `Restored “${title}” as it was left${trusted ? '' : '; press Run to run it'}.`;
  const edited = saved.edited !== false;
  workbench.open(parsed.document, { trusted, edited, ...(saved.empty ? {} : { said }) });
  if (saved.session !== name && saved.session !== of) await dropSaved(storage, saved.session);
  return true;
}
