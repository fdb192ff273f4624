/** A pipeline in small: its nodes as bars in the colour of what they make, its wires as lines. */
import type { Registry } from '../../catalog/registry.js';
import type { PipelineDocument } from '../../document/schema.js';
import { nodeColour } from '../canvas/port-style.js';

const NODE = [204, 96] as const; // px on the canvas, about

/** A drawing of a document's graph. */
export function MiniGraph({ document, registry }: { document: PipelineDocument; registry: Registry }) {
  const { nodes, wires } = document;
  if (nodes.length === 0) return <svg className="mini-graph" viewBox="0 0 10 4" aria-hidden="true" />;
  const left = Math.min(...nodes.map((node) => node.at[0]));
  const top = Math.min(...nodes.map((node) => node.at[1]));
  const width = Math.max(...nodes.map((node) => node.at[0])) - left + NODE[0];
  const height = Math.max(...nodes.map((node) => node.at[1])) - top + NODE[1];
  const place = new Map(nodes.map((node) => [node.id, node.at]));
  return (
    <svg className="mini-graph" viewBox={`${left - 20} ${top - 20} ${width + 40} ${height + 40}`} aria-hidden="true">
      {wires.map(({ from, to }) => {
        const a = place.get(from.split('.')[0] ?? '');
        const b = place.get(to.split('.')[0] ?? '');
        if (!a || !b) return null;
        const [x1, y1, x2, y2] = [a[0] + NODE[0], a[1] + NODE[1] / 2, b[0], b[1] + NODE[1] / 2];
        const bend = Math.max(46, Math.abs(x2 - x1) / 2);
        return <path key={to} d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`} />;
      })}
      {nodes.map((node) => (
        <rect
          key={node.id}
          x={node.at[0]}
          y={node.at[1]}
          width={NODE[0]}
          height={NODE[1]}
          rx="14"
          style={{ stroke: nodeColour(registry.get(node.type)) }}
        />
      ))}
    </svg>
  );
}
