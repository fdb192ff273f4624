/** The edits of wires that the canvas makes: what can be wired to what, and what fits onto a wire. */
import { canConnect, nodesThatFit, portsOnWire } from '../../compile/connect.js';
import { connect, disconnect, insertOnWire } from '../../document/commands.js';
import { endOf, splitEnd } from '../../document/names.js';
import type { PipelineDocument } from '../../document/schema.js';
import { portsOf } from '../plugin/schemes.js';
import type { Workbench } from '../workbench/types.js';
import { type Box, CARD_HEIGHT, CARD_WIDTH } from './geometry.js';
import { makeRoom } from './room.js';
import type { PortEnd } from './ui-store.js';

/** What edits need to know of the view. */
export interface CardBoxes {
  boxOf(id: string): Box | undefined;
}

const end = ({ node, port }: PortEnd): string => endOf(node, port);

/** The ends of a wire between two ports, output first; undefined when both are inputs or both outputs. */
export function wireBetween(a: PortEnd, b: PortEnd): { readonly from: string; readonly to: string } | undefined {
  if (a.side === b.side) return undefined;
  return a.side === 'output' ? { from: end(a), to: end(b) } : { from: end(b), to: end(a) };
}

/** Edits of the wires of one workbench. */
export class Wiring {
  constructor(
    readonly workbench: Workbench,
    readonly boxes: CardBoxes,
  ) {}

  get document(): PipelineDocument {
    return this.workbench.store.getState().document;
  }

  /** Why a wire between two ports cannot be made; undefined when it can. `lifted` is a wire that would be taken away. */
  refusal(a: PortEnd, b: PortEnd, lifted?: string): string | undefined {
    const wire = wireBetween(a, b);
    if (wire === undefined) return a.side === 'output' ? 'an output goes to an input' : 'an input takes an output';
    const document = lifted === undefined ? this.document : disconnect(this.document, lifted);
    const answer = canConnect(this.workbench.registry, disconnect(document, wire.to), wire.from, wire.to);
    return answer === true ? undefined : answer.reason;
  }

  /** Wires two ports; takes `lifted` away in the same step. */
  connect(a: PortEnd, b: PortEnd, lifted?: string): void {
    const wire = wireBetween(a, b);
    if (wire === undefined || this.refusal(a, b, lifted) !== undefined) return;
    this.workbench.edit(lifted === undefined ? 'Connect' : 'Rewire', (document) => {
      const free = lifted === undefined || lifted === wire.to ? document : disconnect(document, lifted);
      return connect(free, wire.from, wire.to);
    });
  }

  /** Takes a wire away. */
  disconnect(to: string): void {
    this.workbench.edit('Delete wire', (document) => disconnect(document, to));
  }

  /** Every port that a wire from `from` can go to. */
  partners(from: PortEnd, lifted?: string): readonly PortEnd[] {
    const { document } = this;
    const side = from.side === 'output' ? 'input' : 'output';
    return document.nodes.flatMap((node) => {
      const ports = portsOf(this.workbench.registry.get(node.type), document, node.id);
      return ports[side === 'input' ? 'inputs' : 'outputs']
        .map(({ name }): PortEnd => ({ node: node.id, side, port: name }))
        .filter((port) => this.refusal(from, port, lifted) === undefined);
    });
  }

  /** The port of a type of node that a wire to `wire` can go to. */
  protected fitting(type: string, wire: PortEnd): string | undefined {
    const { registry } = this.workbench;
    const definition = registry.get(type)!;
    const types = this.typesOf(wire);
    return nodesThatFit({ all: [definition] }, types, wire.side === 'output' ? 'inputs' : 'outputs')[0]?.port;
  }

  /** Types that a port gives or takes. */
  typesOf({ node: id, side, port }: PortEnd) {
    const node = this.document.nodes.find((candidate) => candidate.id === id);
    const ports = portsOf(node && this.workbench.registry.get(node.type), this.document, id);
    return ports[side === 'input' ? 'inputs' : 'outputs'].find(({ name }) => name === port)?.types ?? [];
  }

  /** The document with a node put onto a wire, what is behind it moved on; unchanged where it does not fit or has wires already. */
  inserted(document: PipelineDocument, id: string, to: string): PipelineDocument {
    const ports = this.insertion(document, id, to);
    const wire = document.wires.find((each) => each.to === to);
    if (ports === undefined || wire === undefined) return document;
    const at = document.nodes.find((node) => node.id === id)!.at;
    const fresh = { x: at[0], y: at[1], width: CARD_WIDTH, height: CARD_HEIGHT };
    const roomy = makeRoom(document, (each) => this.boxes.boxOf(each) ?? (each === id ? fresh : undefined), id, wire);
    return insertOnWire(roomy, to, id, ports.input, ports.output);
  }

  /** Whether a node can be put onto a wire. */
  canInsert(id: string, to: string): boolean {
    return this.insertion(this.document, id, to) !== undefined;
  }

  /** Whether a new node of a type can be put onto a wire. */
  takes(type: string, to: string): boolean {
    const { registry } = this.workbench;
    const definition = registry.get(type);
    return definition !== undefined && portsOnWire(registry, this.document, to, definition) !== undefined;
  }

  /** The ports by which a node of a document goes onto a wire; undefined where it cannot. */
  protected insertion(document: PipelineDocument, id: string, to: string) {
    const node = document.nodes.find((candidate) => candidate.id === id);
    const definition = node && this.workbench.registry.get(node.type);
    const wired = document.wires.some((wire) => splitEnd(wire.from)[0] === id || splitEnd(wire.to)[0] === id);
    return definition === undefined || wired
      ? undefined
      : portsOnWire(this.workbench.registry, document, to, definition);
  }
}
