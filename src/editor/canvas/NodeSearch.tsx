/** The node search on the canvas: type, arrows, Enter. After dropping a wire it offers the nodes that fit. */
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { AnyNode } from '../../catalog/node.js';
import { type Fit, nodesThatFit } from '../../compile/connect.js';
import type { CanvasController } from './controller.js';
import { nodeColour, portTypeName } from './port-style.js';
import { matchNodes, type NodeMatch } from './search.js';
import type { SearchRequest } from './ui-store.js';

const WIDTH = 320;
const HEIGHT = 340;

/** The popup, while it is open. */
export function NodeSearch({ canvas }: { canvas: CanvasController }) {
  const request = useStore(canvas.ui, (ui) => ui.search);
  return request === undefined ? null : (
    <Popup key={`${request.at.x} ${request.at.y}`} canvas={canvas} request={request} />
  );
}

function Popup({ canvas, request }: { canvas: CanvasController; request: SearchRequest }) {
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const { registry } = canvas.workbench;
  const fits = useMemo(() => fitsOf(canvas, request), [canvas, request]);
  const found = useMemo(
    () => matchNodes(query, fits ? fits.map(({ definition }) => definition) : registry.all),
    [query, fits, registry],
  );
  const close = (): void => {
    canvas.ui.setState({ search: undefined });
    canvas.focus();
  };
  const take = (definition: AnyNode | undefined): void => {
    if (definition === undefined) return;
    close();
    const { x, y } = request.place;
    const side = request.wire?.end.side;
    // A wire's new node is put so that its port is where the wire was let go.
    const at =
      side === 'output' ? ([x, y - 51] as const) : side === 'input' ? ([x - 204, y - 51] as const) : ([x, y] as const);
    const id = canvas.editing.add(definition.type, at, request.wire?.end);
    if (id !== undefined) void canvas.focusNode(id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1, Tab: event.shiftKey ? -1 : 1 }[event.key];
    if (step !== undefined) setChosen((at) => (at + step + found.length) % Math.max(1, found.length));
    else if (event.key === 'Enter') take(found[chosen]?.definition);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  });
  return (
    <div
      className="fs-popup fs-search"
      style={popupPlace(canvas, request.at, WIDTH, HEIGHT)}
      onPointerDown={(event) => event.stopPropagation()}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: it opens on request, to be typed into
        autoFocus
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found.length > 0 ? `${id}-${chosen}` : undefined}
        aria-label={fits ? 'Nodes that fit the wire' : 'Add a node'}
        placeholder={fits ? `Nodes that fit ${request.wire!.types.map(portTypeName).join(' or ')}` : 'Add a node'}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={(event) => {
          if (!event.relatedTarget?.closest('.fs-search')) canvas.ui.setState({ search: undefined });
        }}
      />
      <div ref={list} id={id} role="listbox" aria-label="Nodes" className="fs-search-list" tabIndex={-1}>
        {found.map((match, index) => (
          <Option
            key={match.definition.type}
            id={`${id}-${index}`}
            match={match}
            fit={fits?.find(({ definition }) => definition === match.definition)}
            chosen={index === chosen}
            onPoint={() => setChosen(index)}
            onTake={() => take(match.definition)}
          />
        ))}
        {found.length === 0 && (
          <p className="fs-none">
            No node {fits ? 'that fits ' : ''}matches “{query.trim()}”.
          </p>
        )}
      </div>
    </div>
  );
}

function Option(props: {
  id: string;
  match: NodeMatch;
  fit: Fit | undefined;
  chosen: boolean;
  onPoint(): void;
  onTake(): void;
}) {
  const { definition, ranges } = props.match;
  const [start, end] = ranges[0] ?? [0, 0];
  const { title } = definition;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above has the focus and handles the keys
    <div
      id={props.id}
      role="option"
      tabIndex={-1}
      aria-selected={props.chosen}
      className="fs-option"
      onPointerMove={props.onPoint}
      onPointerDown={(event) => event.preventDefault()}
      onClick={props.onTake}
    >
      <i className="fs-option-dot" style={{ background: nodeColour(definition) }} />
      <span>
        {title.slice(0, start)}
        <b>{title.slice(start, end)}</b>
        {title.slice(end)}
      </span>
      <em>{props.fit?.conversion?.label ?? definition.group}</em>
      {props.chosen && <small>{definition.summary}</small>}
    </div>
  );
}

function fitsOf(canvas: CanvasController, { wire }: SearchRequest): readonly Fit[] | undefined {
  if (wire === undefined || wire.types.length === 0) return undefined;
  const direction = wire.end.side === 'output' ? 'inputs' : 'outputs';
  return nodesThatFit(canvas.workbench.registry, wire.types, direction);
}

/** Left and top of a popup that opens at a place of the window, kept inside the canvas. */
export function popupPlace(
  canvas: CanvasController,
  at: { readonly x: number; readonly y: number },
  width: number,
  height: number,
): { left: number; top: number; width: number; maxHeight: number } {
  const box = canvas.container.getBoundingClientRect();
  const tall = Math.min(height, box.height - 16);
  const clamp = (value: number, most: number): number => Math.max(8, Math.min(value, most - 8));
  return {
    left: clamp(at.x - box.left, box.width - width),
    top: clamp(at.y - box.top, box.height - tall),
    width,
    maxHeight: tall,
  };
}
