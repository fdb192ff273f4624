/** The computed sentences of a result: facts, honest warnings, failed expectations. */
import { unbroken } from '../../../catalog/text.js';
import type { Note } from '../../../catalog/views.js';
import { Icon } from '../Icon.js';

const WORD = { info: 'Note', warning: 'Caution', problem: 'Problem' } as const;

/** A list of notes, worst first. */
export function Notes({ notes }: { notes: readonly Note[] }) {
  if (notes.length === 0) return null;
  const order = { problem: 0, warning: 1, info: 2 };
  const sorted = [...notes].sort((a, b) => order[a.level] - order[b.level]);
  return (
    <ul className="notes">
      {sorted.map((note) => (
        <li key={note.id + note.text} className={note.level}>
          <Icon name={note.level === 'info' ? 'info' : 'warning'} />
          <span>
            <span className="hidden">{WORD[note.level]}: </span>
            {unbroken(note.text)}
          </span>
        </li>
      ))}
    </ul>
  );
}
