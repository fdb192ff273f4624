/** The palette: every node type by group, searched as one types, dragged or added by keyboard. */
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { AnyNode } from '../../catalog/node.js';
import { GROUPS } from '../../catalog/node.js';
import { dragNode } from '../canvas/node-drag.js';
import { nodeColour } from '../canvas/port-style.js';
import { matchNodes } from '../canvas/search.js';
import { useWorkbench } from './context.js';

/** The palette. `onAdd` puts a node of a type onto the canvas. */
export function Palette({ onAdd }: { onAdd: (type: string) => void }) {
  const { registry } = useWorkbench();
  const [query, setQuery] = useState('');
  const place = useRef<HTMLElement>(null);
  const groups = useMemo(() => {
    const found = matchNodes(query, registry.all).map((match) => match.definition);
    if (query.trim() !== '') return [['Found', found]] as const;
    return GROUPS.map((group) => [group, found.filter((definition) => definition.group === group)] as const);
  }, [query, registry]);
  const first = groups.find(([, definitions]) => definitions.length > 0)?.[1][0];

  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(place.current?.querySelectorAll<HTMLElement>('.palette-item') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const search = place.current?.querySelector<HTMLElement>('input');
    if (event.key === 'ArrowDown') items[Math.min(at + 1, items.length - 1)]?.focus();
    else if (event.key === 'ArrowUp') (at <= 0 ? search : items[at - 1])?.focus();
    else if (event.key === 'Home' && at >= 0) items[0]?.focus();
    else if (event.key === 'End' && at >= 0) items[items.length - 1]?.focus();
    else if (event.key === 'Escape' && query !== '') setQuery('');
    else return;
    event.preventDefault();
  };

  return (
    <nav className="palette" aria-label="Palette of nodes" ref={place} onKeyDown={onKeyDown}>
      <label className="palette-search">
        <input
          type="search"
          placeholder="Search nodes"
          aria-label="Search nodes"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !first || query.trim() === '') return;
            event.preventDefault();
            onAdd(first.type);
          }}
        />
        <kbd title="/ jumps here; Tab on the canvas searches there">/</kbd>
      </label>
      <div className="palette-list">
        {groups.map(
          ([group, definitions]) =>
            definitions.length > 0 && (
              <section key={group} aria-label={group}>
                <h2>{group}</h2>
                {definitions.map((definition) => (
                  <PaletteItem key={definition.type} definition={definition} onAdd={onAdd} />
                ))}
              </section>
            ),
        )}
        {!first && <p className="muted">No node fits “{query.trim()}”.</p>}
      </div>
    </nav>
  );
}

function PaletteItem({ definition, onAdd }: { definition: AnyNode; onAdd: (type: string) => void }) {
  return (
    <button
      type="button"
      className="palette-item"
      title={definition.summary}
      draggable
      onDragStart={(event) => dragNode(event, definition.type)}
      onClick={() => onAdd(definition.type)}
    >
      <s style={{ background: nodeColour(definition) }} aria-hidden="true" />
      {definition.title}
    </button>
  );
}
