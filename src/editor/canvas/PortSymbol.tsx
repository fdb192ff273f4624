/** The symbol of a port type: its shape in its colour. */
import type { PortType } from '../../catalog/values.js';
import { OUTLINES, type PortShape } from '../../plot/port-shapes.js';
import { portStyle } from './port-style.js';

/** A port's shape, in the colour of `--c`. */
export function PortOutline({ shape }: { shape: PortShape }) {
  return (
    <svg className="fs-port-shape" viewBox="-8 -8 16 16" aria-hidden="true">
      <path d={OUTLINES[shape]} />
    </svg>
  );
}

/** The symbol as a legend shows it. */
export function PortSymbol({ type }: { type: PortType | undefined }) {
  const { colour, shape } = portStyle(type);
  return (
    <span className="port-mark" data-shape={shape} style={{ '--c': colour } as React.CSSProperties}>
      <PortOutline shape={shape} />
    </span>
  );
}
