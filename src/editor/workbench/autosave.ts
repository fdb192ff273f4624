/**
 * Autosave: every open workbench (a session, one per tab) keeps its document under its own key. A session that ended
 * without being emptied (crash, closed tab) can be taken up again by the next one.
 */
import { parseDocumentText } from '../../document/parse.js';
import type { PipelineDocument } from '../../document/schema.js';
import type { WorkbenchStorage } from './storage.js';
import type { WorkbenchState } from './types.js';

/** An autosaved document. */
export interface Saved {
  readonly session: string;
  readonly text: string; // canonical JSON text of the document
  readonly trusted: boolean;
  readonly running: boolean; // it was running when saved, so it may be what ended the tab; or a step of it was stopped
  readonly edited?: boolean; // false: it is as it was opened, and can be had again from there
  readonly empty?: boolean; // no nodes: only a reload of its own tab takes it up
  readonly at: string; // ISO time
}

/** Whether a document that is opened again waits for Run: something was running, or was stopped before its end. */
export const waitsForRun = ({ running, nodes }: Pick<WorkbenchState, 'running' | 'nodes'>): boolean =>
  running || Object.values(nodes).some(({ result }) => result?.provenance.stopped !== undefined);

const PREFIX = 'autosave:';

const isSaved = (value: unknown): value is Saved => {
  const saved = value as Partial<Saved> | undefined;
  return typeof saved?.session === 'string' && typeof saved.text === 'string' && typeof saved.at === 'string';
};

/** A saved document from its JSON text; undefined where it is none. */
export function readSaved(text: string | null): Saved | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return isSaved(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the session's document in place of its older one. */
export async function writeSaved(storage: WorkbenchStorage, saved: Saved): Promise<void> {
  await storage.set(PREFIX + saved.session, saved);
}

/** Forgets the session's document. */
export async function dropSaved(storage: WorkbenchStorage, session: string): Promise<void> {
  await storage.delete(PREFIX + session);
}

/** The document to take up: this session's own (a reload), else the newest of the sessions that no open tab holds and that is not empty. */
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
  const ended = found.filter((saved) => !isOpen(saved.session)).sort((a, b) => (a.at < b.at ? 1 : -1));
  const left = ended.filter(({ empty }) => !empty);
  for (const old of ended) if (old.empty || left.indexOf(old) >= 8) await dropSaved(storage, old.session);
  return left[0];
}

/** A document that another one was opened in place of. */
export interface Recent {
  readonly document: PipelineDocument;
  readonly trusted: boolean;
  readonly at: string; // ISO time
}

const RECENT = 'recent:';
const MOST_RECENT = 12;

/** Keeps a document that is about to be replaced; only the newest few stay. */
export async function keepRecent(storage: WorkbenchStorage, text: string, trusted: boolean): Promise<void> {
  const at = new Date().toISOString();
  await storage.set(RECENT + at, { session: '', text, trusted, running: false, at } satisfies Saved);
  const old = (await storage.keys()).filter((key) => key.startsWith(RECENT)).sort();
  for (const key of old.slice(0, -MOST_RECENT)) await storage.delete(key);
}

/** Keeps the edited document that this session had open before, where another one is about to be opened over it: `note`, else its autosave. */
export async function keepLeft(storage: WorkbenchStorage, session: string, note?: Saved): Promise<void> {
  const saved: unknown = note ?? (await storage.get(PREFIX + session));
  if (isSaved(saved) && saved.edited !== false && !saved.empty) await keepRecent(storage, saved.text, saved.trusted);
}

/** Documents that were replaced, newest first. */
export async function recentDocuments(storage: WorkbenchStorage): Promise<readonly Recent[]> {
  const found: Recent[] = [];
  for (const key of (await storage.keys())
    .filter((each) => each.startsWith(RECENT))
    .sort()
    .reverse()) {
    const saved = await storage.get(key);
    const parsed = isSaved(saved) ? parseDocumentText(saved.text) : undefined;
    if (parsed?.ok)
      found.push({ document: parsed.document, trusted: (saved as Saved).trusted, at: (saved as Saved).at });
  }
  return found;
}
