/** The kinds of wires with their symbols. */
import { PortSymbol } from '../canvas/PortSymbol.js';
import { PORT_TYPES, portTypeName } from '../canvas/port-style.js';

/** Every type that a wire can carry. */
export function WireLegend() {
  return (
    <ul className="ports compact" aria-label="Types of wires">
      {PORT_TYPES.map(([type, words]) => (
        <li key={type} data-type={type}>
          <PortSymbol type={type} />
          <span>
            <b>{portTypeName(type)}</b> <span className="muted">{words}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
