/** What there is to know about a node type: its help with formulas, its ports, its version. */
import type { AnyNode, InputPort, OutputPort } from '../../../catalog/node.js';
import type { PortType } from '../../../catalog/values.js';
import { PortSymbol } from '../../canvas/PortSymbol.js';
import { portTypeName } from '../../canvas/port-style.js';
import { Help } from '../Help.js';

/** The last tab of the inspector. */
export function AboutTab({ definition }: { definition: AnyNode }) {
  const inputs = Object.entries(definition.inputs as Record<string, InputPort>);
  const outputs = Object.entries(definition.outputs as Record<string, OutputPort>);
  return (
    <div className="about">
      <Help text={definition.summary} />
      <Help text={definition.help} />
      {inputs.length > 0 && (
        <Ports
          title="Inputs"
          ports={inputs.map(([name, port]) => ({ name, ...port, note: port.optional ? 'optional' : undefined }))}
        />
      )}
      {outputs.length > 0 && (
        <Ports
          title="Outputs"
          ports={outputs.map(([name, port]) => ({ name, ...port, types: [port.type], note: undefined }))}
        />
      )}
      <p className="muted">
        Type <code>{definition.type}</code>, version {definition.version}, group {definition.group}
      </p>
    </div>
  );
}

interface PortLine {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly types: readonly PortType[];
  readonly note: string | undefined;
}

function Ports({ title, ports }: { title: string; ports: readonly PortLine[] }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul className="ports">
        {ports.map((port) => (
          <li key={port.name}>
            <PortSymbol type={port.types[0]} />
            <span>
              <b>{port.label}</b>{' '}
              <span className="muted">
                {port.types.map(portTypeName).join(' or ')}
                {port.note && `, ${port.note}`}
              </span>
              <br />
              {port.help}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
