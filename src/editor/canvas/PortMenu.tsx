/** Wiring by keyboard: the ports that a port can be wired to, and new nodes that fit, as a list. */
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { CanvasController } from './controller.js';
import { popupPlace } from './NodeSearch.js';
import { portStyle } from './port-style.js';
import { keyOfEnd, type PortEnd } from './ui-store.js';

/** The list, while it is open. */
export function PortMenu({ canvas }: { canvas: CanvasController }) {
  const port = useStore(canvas.ui, (ui) => ui.ports);
  return port === undefined ? null : <Menu key={keyOfEnd(port)} canvas={canvas} port={port} />;
}

function Menu({ canvas, port }: { canvas: CanvasController; port: PortEnd }) {
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const { editing, ui, places } = { ...canvas, places: canvas.wires.places };
  const partners = useMemo(() => editing.partners(port), [editing, port]);
  const at = canvas.viewport.toClient(places.of(port) ?? { x: 0, y: 0 });
  const close = (): void => {
    ui.setState({ ports: undefined });
    canvas
      .card(port.node)
      ?.querySelector<HTMLElement>(`[data-port="${CSS.escape(keyOfEnd(port))}"]`)
      ?.focus();
  };
  const take = (index: number): void => {
    const partner = partners[index];
    close();
    if (partner) {
      editing.connect(port, partner);
      canvas.say(`Wired to ${nameOf(canvas, partner)}`);
    } else {
      const place = canvas.viewport.toCanvas(at.x + (port.side === 'output' ? 60 : -60), at.y);
      ui.setState({ search: { at, place, wire: { end: port, types: editing.typesOf(port) } } });
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const total = partners.length + 1;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp')
      setChosen((now) => (now + (event.key === 'ArrowDown' ? 1 : -1) + total) % total);
    else if (event.key === 'Home') setChosen(0);
    else if (event.key === 'End') setChosen(total - 1);
    else if (event.key === 'Enter' || event.key === ' ') take(chosen);
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else return;
    event.preventDefault();
  };
  useEffect(() => list.current?.focus({ preventScroll: true }), []);
  return (
    <div
      ref={list}
      className="fs-popup fs-port-menu"
      role="listbox"
      tabIndex={-1}
      aria-label={`Wire ${nameOf(canvas, port)} to`}
      aria-activedescendant={`fs-partner-${chosen}`}
      style={popupPlace(canvas, { x: at.x + 12, y: at.y + 8 }, 260, 280)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.stopPropagation()}
      onBlur={() => ui.setState({ ports: undefined })}
    >
      {[...partners, undefined].map((partner, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the focus and handles the keys
        <div
          key={partner ? keyOfEnd(partner) : 'new'}
          id={`fs-partner-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          className="fs-option"
          onPointerMove={() => setChosen(index)}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(index)}
        >
          <i
            className="fs-option-dot"
            style={{ background: partner ? portStyle(editing.typesOf(partner)[0]).colour : 'var(--faint)' }}
          />
          <span>{partner ? nameOf(canvas, partner) : 'A new node…'}</span>
          {partner && <em>{partner.node}</em>}
        </div>
      ))}
    </div>
  );
}

function nameOf(canvas: CanvasController, { node: id, side, port }: PortEnd): string {
  const node = canvas.editing.document.nodes.find((candidate) => candidate.id === id);
  const definition = node && canvas.workbench.registry.get(node.type);
  const label = definition?.[side === 'input' ? 'inputs' : 'outputs'][port]?.label ?? port;
  return `${node?.title ?? definition?.title ?? id}: ${label}`;
}
