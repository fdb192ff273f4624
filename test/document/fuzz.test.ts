import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canonicalDocument,
  canonicalJson,
  documentHash,
  emptyDocument,
  formatDocument,
} from '../../src/document/format.js';
import { History } from '../../src/document/history.js';
import { parseDocument, parseDocumentText } from '../../src/document/parse.js';
import type { Json } from '../../src/document/schema.js';
import { type Edit, edit, json, pipelineDocument } from './arbitrary.js';
import { problemLines } from './lines.js';

// A failing property prints its seed; `fc.assert(..., { seed, path })` repeats it.

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) frozen(item);
  }
  return value;
}

test('saving and opening gives the same document in canonical order, and saving again the same text', () => {
  fc.assert(
    fc.property(pipelineDocument, (document) => {
      const text = formatDocument(document);
      const result = parseDocumentText(text);
      if (!result.ok) throw new Error(problemLines(result.problems));
      expect(result.document).toEqual(canonicalDocument(document));
      expect(formatDocument(result.document)).toBe(text);
      expect(JSON.parse(text)).toEqual(result.document);
      expect(documentHash(result.document)).toBe(documentHash(document));
    }),
    { numRuns: 150 },
  );
});

test('edits never change the document they are given, and keep it valid', () => {
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 30 }), (list) => {
      let document = frozen(emptyDocument());
      for (const { name, change } of list) {
        const next = frozen(change(document));
        const result = parseDocument(next);
        if (!result.ok) throw new Error(`${name}: ${problemLines(result.problems)}`);
        expect(change(document), name).toEqual(next);
        document = next;
      }
    }),
    { numRuns: 100 },
  );
});

test('undoing everything gives the first document, redoing everything the last, and every state between is passed', () => {
  const step = fc.tuple(edit, fc.constantFrom(undefined, 'drag', 'slide'), fc.nat({ max: 900 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let now = 0;
      const start = frozen(emptyDocument());
      const history = new History(start, { now: () => now });
      const states = [start];
      for (const [{ name, change }, coalesce, pause] of steps) {
        now += pause;
        states.push(frozen(history.apply(name, change, coalesce)));
      }
      const end = history.document;
      const textOf = (state: unknown): string => JSON.stringify(canonicalJson(state as Json)); // whatever the order of names
      const seen = new Set(states.map(textOf));
      while (history.undoLabel !== undefined) expect(seen).toContain(textOf(history.undo()));
      expect(history.document).toEqual(start);
      while (history.redoLabel !== undefined) expect(seen).toContain(textOf(history.redo()));
      expect(history.document).toEqual(end);
    }),
    { numRuns: 100 },
  );
});

test('a walk of edits, undos and redos agrees with a plain list of states', () => {
  const action = fc.oneof({ weight: 3, arbitrary: edit }, fc.constantFrom('undo' as const, 'redo' as const));
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions: readonly (Edit | 'undo' | 'redo')[]) => {
      const history = new History(emptyDocument());
      const states = [history.document];
      let at = 0;
      for (const entry of actions) {
        if (entry === 'undo') {
          history.undo();
          at = Math.max(0, at - 1);
        } else if (entry === 'redo') {
          history.redo();
          at = Math.min(states.length - 1, at + 1);
        } else {
          const before = history.document;
          const next = history.apply(entry.name, entry.change);
          if (next !== before) {
            states.splice(++at, Infinity, next);
          }
        }
        expect(history.document).toEqual(states[at]);
      }
    }),
    { numRuns: 100 },
  );
});

test('whatever is opened, the answer is a document or a list of faults', () => {
  fc.assert(
    fc.property(fc.oneof(json, fc.anything()), (value) => {
      const result = parseDocument(value);
      expect(result.ok || result.problems.length > 0).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a document with one part replaced by anything is opened or refused with a path, never thrown at', () => {
  fc.assert(
    fc.property(pipelineDocument, fc.nat(), json, (document, where, value) => {
      const copy = JSON.parse(formatDocument(document)) as Record<string, unknown>;
      const spots: [Record<string, unknown>, string][] = [];
      const visit = (node: unknown): void => {
        if (typeof node !== 'object' || node === null) return;
        for (const key of Object.keys(node)) {
          spots.push([node as Record<string, unknown>, key]);
          visit((node as Record<string, unknown>)[key]);
        }
      };
      visit(copy);
      const [owner, name] = spots[where % spots.length]!;
      owner[name] = value;
      const result = parseDocument(copy);
      if (result.ok) expect(parseDocumentText(formatDocument(result.document)).ok).toBe(true);
      else
        for (const { message } of result.problems) expect(message).toMatch(/expected|unknown|not allowed|reads up to/);
    }),
    { numRuns: 300 },
  );
});
