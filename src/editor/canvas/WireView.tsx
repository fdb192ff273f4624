/** A wire: a typed, coloured path between two ports, with the conversion's name where one applies. */
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { conversionOf } from '../../compile/connect.js';
import { endOf } from '../../document/names.js';
import { type FiberscopeConnection, portsOf } from '../plugin/schemes.js';
import { type Point, wirePath, wirePoint } from './geometry.js';
import type { CardHost } from './host.js';
import { portStyle } from './port-style.js';

/** A wire of the document, or (`start` or `end` given) the one that is being drawn. */
export function WireView({
  host,
  wire,
  start,
  end,
}: {
  host: CardHost;
  wire: FiberscopeConnection;
  start?: Point | undefined;
  end?: Point | undefined;
}) {
  const svg = useRef<SVGSVGElement>(null);
  const { store } = host.workbench;
  const from = endOf(wire.source, wire.sourceOutput);
  const to = endOf(wire.target, wire.targetInput);
  const pseudo = wire.isPseudo === true;
  const selected = useStore(store, (s) => s.selection.wires.includes(to));
  const running = useStore(store, (s) => s.nodes[wire.target]?.status === 'running');
  const lifted = useStore(host.ui, (ui) => !pseudo && ui.wire?.lifted === to);
  const target = useStore(host.ui, (ui) => !pseudo && ui.dropWire === to);
  const refused = useStore(host.ui, (ui) => pseudo && ui.wire?.reason !== undefined);
  const dragColour = useStore(host.ui, (ui) => ui.wire?.colour);
  const conversion = useStore(store, (s) =>
    pseudo ? undefined : conversionOf(host.workbench.registry, s.document, from, to)?.label,
  );
  const muted = useStore(store, (s) => s.document.nodes.find((node) => node.id === wire.source)?.muted === true);
  const { colour, type } = styleOf(host, wire.source, wire.sourceOutput);

  useEffect(() => {
    const ends = [
      { node: wire.source, side: 'output', port: wire.sourceOutput },
      { node: wire.target, side: 'input', port: wire.targetInput },
    ] as const;
    let a: Point | undefined = start;
    let b: Point | undefined = end;
    const draw = (): void => {
      if (!a || !b || !svg.current) return;
      const [output, input] = ends;
      const lane = start || end ? undefined : host.places.lane(output, input, a, b);
      const path = wirePath(a, b, lane);
      for (const line of svg.current.querySelectorAll('path')) line.setAttribute('d', path);
      const middle = wirePoint(a, b, 0.5, lane);
      svg.current.querySelector('text')?.setAttribute('transform', `translate(${middle.x} ${middle.y - 7})`);
    };
    const stops = [
      start
        ? undefined
        : host.places.watch(ends[0], (place) => {
            a = place;
            draw();
          }),
      end
        ? undefined
        : host.places.watch(ends[1], (place) => {
            b = place;
            draw();
          }),
    ];
    draw();
    return () => {
      for (const stop of stops) stop?.();
    };
  });

  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: the path inside is what has a name
    <svg
      ref={svg}
      className="fs-wire"
      data-wire={pseudo ? undefined : to}
      data-selected={selected || undefined}
      data-running={running || undefined}
      data-lifted={lifted || undefined}
      data-target={target || undefined}
      data-pseudo={pseudo || undefined}
      data-refused={refused || undefined}
      data-muted={muted || undefined}
      style={{ '--c': pseudo ? dragColour : colour } as React.CSSProperties}
      aria-hidden={pseudo || undefined}
    >
      {!pseudo && (
        // biome-ignore lint/a11y/useSemanticElements: an SVG path that takes the focus; there is no button in SVG
        <path
          className="fs-wire-hit"
          tabIndex={-1}
          role="button"
          aria-roledescription="wire"
          aria-label={`${type} from ${from} to ${to}${conversion ? `, ${conversion}` : ''}`}
        />
      )}
      <path className="fs-wire-line" />
      {conversion && <text>{conversion}</text>}
    </svg>
  );
}

function styleOf(host: CardHost, id: string, output: string): { colour: string; type: string } {
  const { document } = host.workbench.store.getState();
  const node = document.nodes.find((candidate) => candidate.id === id);
  const definition = node && host.workbench.registry.get(node.type);
  const type = portsOf(definition, document, id).outputs.find(({ name }) => name === output)?.types[0];
  return { colour: portStyle(type).colour, type: type ?? 'wire' };
}
