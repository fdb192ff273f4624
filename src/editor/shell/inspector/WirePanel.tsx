/** What a selected wire carries. */
import type { Info } from '../../../catalog/info.js';
import { titleOf } from '../../../catalog/node.js';
import { formatCount } from '../../../catalog/text.js';
import { CONVERSIONS } from '../../../compile/conversions.js';
import { disconnect } from '../../../document/commands.js';
import { PortSymbol } from '../../canvas/PortSymbol.js';
import { portTypeName } from '../../canvas/port-style.js';
import { useBench, useWorkbench } from '../context.js';

/** A wire, named by its `to` end. */
export function WirePanel({ to }: { to: string }) {
  const workbench = useWorkbench();
  const document = useBench((state) => state.document);
  const plan = useBench((state) => state.plan);
  const wire = document.wires.find((each) => each.to === to);
  if (!wire) return null;
  const end = (text: string) => {
    const [id = '', port = ''] = text.split('.');
    const node = document.nodes.find((each) => each.id === id);
    return { id, port, title: node ? titleOf(node, workbench.registry.get(node.type)) : id };
  };
  const from = end(wire.from);
  const into = end(wire.to);
  const info = plan.nodes.get(from.id)?.outputs[from.port];
  const convert = plan.nodes.get(into.id)?.inputs[into.port]?.convert;
  const conversion = CONVERSIONS.find((each) => each.name === convert);
  return (
    <>
      <header className="inspector-head">
        <h2>Wire</h2>
      </header>
      <div className="tab-panel">
        <dl className="rows">
          <div>
            <dt>from</dt>
            <dd>{`${from.title} · ${from.port}`}</dd>
          </div>
          <div>
            <dt>to</dt>
            <dd>{`${into.title} · ${into.port}`}</dd>
          </div>
          {info && (
            <div>
              <dt>carries</dt>
              <dd>
                <PortSymbol type={info.type} /> {portTypeName(info.type)}
              </dd>
            </div>
          )}
          {info && shapeText(info) !== '' && (
            <div>
              <dt>shape</dt>
              <dd>{shapeText(info)}</dd>
            </div>
          )}
          {conversion && (
            <div>
              <dt>arrives as</dt>
              <dd>{`${portTypeName(conversion.to)}: ${conversion.label}`}</dd>
            </div>
          )}
        </dl>
        <button
          type="button"
          className="button"
          onClick={() => workbench.edit('Remove a wire', (now) => disconnect(now, to))}
        >
          Remove the wire
        </button>
      </div>
    </>
  );
}

/** What is known of a value's shape before it is computed. */
export function shapeText(info: Info): string {
  switch (info.type) {
    case 'Inputs':
      return `${formatCount(info.count)} × [${info.item.join(', ')}]`;
    case 'Outputs':
      return `[${formatCount(info.count)}, ${info.width}]`;
    case 'Parameters':
      return `[${formatCount(info.count)}, ${formatCount(info.size)}]`;
    case 'Subspace':
      return `${info.rank} basis vectors of ${formatCount(info.size)} numbers`;
    case 'Field':
    case 'EpsilonSet':
      return `${formatCount(info.points ** info.rank)} lattice points (${Array(info.rank).fill(info.points).join(' × ')})`;
    case 'Embedding':
      return `${info.dimension}-dimensional`;
    default:
      return '';
  }
}
