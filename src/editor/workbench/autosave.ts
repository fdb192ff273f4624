/**
 * Autosave: every open workbench (a session, one per tab) keeps its document under its own key. A session that ended
 * without being emptied (crash, closed tab) can be taken up again by the next one.
 */
import type { WorkbenchStorage } from './storage.js';

/** An autosaved document. */
export interface Saved {
  readonly session: string;
  readonly text: string; // canonical JSON text of the document
  readonly trusted: boolean;
  readonly running: boolean; // it was running when saved, so it may be what ended the tab
  readonly at: string; // ISO time
}

const PREFIX = 'autosave:';

const isSaved = (value: unknown): value is Saved => {
  const saved = value as Partial<Saved> | undefined;
  return typeof saved?.session === 'string' && typeof saved.text === 'string' && typeof saved.at === 'string';
};

/** Writes the session's document in place of its older one. */
export async function writeSaved(storage: WorkbenchStorage, saved: Saved): Promise<void> {
  await storage.set(PREFIX + saved.session, saved);
}

/** Forgets the session's document. */
export async function dropSaved(storage: WorkbenchStorage, session: string): Promise<void> {
  await storage.delete(PREFIX + session);
}

/** The document to take up: this session's own (a reload), else the newest of the sessions that no open tab holds. */
export async function findSaved(
  storage: WorkbenchStorage,
  session: string,
  isOpen: (session: string) => boolean,
): Promise<Saved | undefined> {
  const found: Saved[] = [];
  for (const key of await storage.keys()) {
    if (!key.startsWith(PREFIX)) continue;
    const saved = await storage.get(key);
    if (isSaved(saved)) found.push(saved);
    else await storage.delete(key);
  }
  const own = found.find((saved) => saved.session === session);
  if (own) return own;
  const left = found.filter((saved) => !isOpen(saved.session)).sort((a, b) => (a.at < b.at ? 1 : -1));
  for (const old of left.slice(8)) await dropSaved(storage, old.session);
  return left[0];
}
