/** Find by name, type or parameter: Enter goes to the next, Escape closes. */
import { type KeyboardEvent, useState } from 'react';
import { useStore } from 'zustand';
import type { CanvasController } from './controller.js';
import { findNodes } from './find.js';

/** The bar, while it is open. */
export function FindBar({ canvas }: { canvas: CanvasController }) {
  const open = useStore(canvas.ui, (ui) => ui.find);
  return open ? <Bar canvas={canvas} /> : null;
}

function Bar({ canvas }: { canvas: CanvasController }) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(-1);
  const document = useStore(canvas.workbench.store, (state) => state.document);
  const plan = useStore(canvas.workbench.store, (state) => state.plan);
  const found = findNodes(query, document, canvas.workbench.registry, plan.nodes);
  const close = (): void => {
    canvas.ui.setState({ find: false });
    canvas.focus();
  };
  const go = (index: number): void => {
    if (found.length === 0) return;
    const next = (index + found.length) % found.length;
    setAt(next);
    void canvas.locate(found[next]!.id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Enter' || event.key === 'ArrowDown') go(event.shiftKey ? at - 1 : at + 1);
    else if (event.key === 'ArrowUp') go(at - 1);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  };
  return (
    <search className="fs-popup fs-find">
      <input
        // biome-ignore lint/a11y/noAutofocus: it opens on request, to be typed into
        autoFocus
        type="text"
        aria-label="Find by name, type or parameter"
        placeholder="Find by name, type or parameter"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(-1);
        }}
        onKeyDown={onKeyDown}
      />
      <span className="fs-find-count" role="status">
        {query.trim() === '' ? '' : found.length === 0 ? 'none' : `${at < 0 ? '' : `${at + 1} of `}${found.length}`}
      </span>
      <button type="button" className="fs-icon" aria-label="Close" onClick={close}>
        ×
      </button>
      {found.length > 0 && (
        <ul>
          {found.slice(0, 8).map(({ id, title, by }, index) => (
            <li key={id}>
              <button type="button" aria-current={index === at || undefined} onClick={() => go(index)}>
                {title} <em>{by || id}</em>
              </button>
            </li>
          ))}
          {found.length > 8 && <li className="fs-none">and {found.length - 8} more; Enter goes through all</li>}
        </ul>
      )}
    </search>
  );
}
