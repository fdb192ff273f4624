/** A port on a card's edge: coloured and shaped by type, dimmed while a wire that it cannot take is dragged. */
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { NodePort } from '../plugin/schemes.js';
import { portOffset } from './geometry.js';
import type { CardHost } from './host.js';
import { PortOutline } from './PortSymbol.js';
import { portStyle, portTypeName } from './port-style.js';
import { keyOfEnd, type PortEnd } from './ui-store.js';

const HIT = 22; // px, side of the square that takes the pointer

/** One port. `wired` says whether a wire ends here. */
export function Port({
  host,
  end,
  port,
  index,
  wired,
}: {
  host: CardHost;
  end: PortEnd;
  port: NodePort;
  index: number;
  wired: boolean;
}) {
  const element = useRef<HTMLButtonElement>(null);
  const key = keyOfEnd(end);
  const fit = useStore(host.ui, ({ wire }) => {
    if (wire === undefined) return undefined;
    if (keyOfEnd(wire.from) === key) return 'source';
    return wire.fits.has(key) ? 'fits' : 'dim';
  });
  const over = useStore(host.ui, ({ wire }) => wire?.over !== undefined && keyOfEnd(wire.over) === key);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the whole end
  useEffect(() => (element.current ? host.portMounted(end, element.current) : undefined), [host, key]);
  const { colour, shape } = portStyle(port.types[0]);
  const place = portOffset(end.side, index);
  const types = port.types.map(portTypeName).join(' or ') || 'unknown type';
  const label = `${end.side} ${port.label}: ${types}${port.optional && end.side === 'input' ? ', optional' : ''}`;
  return (
    <button
      type="button"
      ref={element}
      className="fs-port"
      tabIndex={-1}
      aria-label={`${label}${wired ? ', wired' : ''}`}
      data-tip={`${port.label} · ${types}${port.optional && end.side === 'input' ? ' (optional)' : ''}`}
      data-side={end.side}
      data-port={key}
      data-shape={shape}
      data-wired={wired || undefined}
      data-optional={(port.optional && end.side === 'input') || undefined}
      data-fit={fit}
      data-over={over || undefined}
      style={{ '--c': colour, left: place.x - HIT / 2 - 1, top: place.y - HIT / 2 } as React.CSSProperties}
    >
      <PortOutline shape={shape} />
    </button>
  );
}
