/** What Fiberscope puts into a Rete editor: classic nodes, sockets and connections that name document nodes and ports. */
import { ClassicPreset, type GetSchemes } from 'rete';
import type { AnyNode, InputPorts, OutputPorts } from '../../catalog/node.js';
import type { PortType } from '../../catalog/values.js';
import { splitEnd } from '../../document/names.js';
import type { DocumentNode, PipelineDocument } from '../../document/schema.js';

/** A socket that knows which values it takes or gives; `types` is empty for ports of foreign nodes. */
export class FiberscopeSocket extends ClassicPreset.Socket {
  constructor(readonly types: readonly PortType[]) {
    super(types.join(' | ') || 'unknown');
  }
}

/** One port as a card shows it. */
export interface NodePort {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly types: readonly PortType[]; // one for an output; empty where the node's type is unknown
  readonly optional: boolean;
}

/** The ports of a node in the order of its definition. Wires to ports that the definition lacks get a port, too. */
export interface NodePorts {
  readonly inputs: readonly NodePort[];
  readonly outputs: readonly NodePort[];
}

/** Ports of a document's node: those of its definition, then those that only wires name. */
export function portsOf(definition: AnyNode | undefined, document: PipelineDocument, id: string): NodePorts {
  const inputs = Object.entries((definition?.inputs ?? {}) as InputPorts).map(([name, port]) => ({
    name,
    label: port.label,
    help: port.help,
    types: port.types,
    optional: port.optional ?? false,
  }));
  const outputs = Object.entries((definition?.outputs ?? {}) as OutputPorts).map(([name, port]) => ({
    name,
    label: port.label,
    help: port.help,
    types: [port.type],
    optional: port.optional ?? false,
  }));
  const extra = (list: NodePort[], end: string): void => {
    const [node, name] = splitEnd(end);
    if (node !== id || list.some((port) => port.name === name)) return;
    list.push({ name, label: name, help: 'named by a wire only', types: [], optional: true });
  };
  for (const wire of document.wires) {
    extra(outputs, wire.from);
    extra(inputs, wire.to);
  }
  return { inputs, outputs };
}

/** A node of the document in a Rete editor; its id is the document's. Host nodes of other classes are foreign. */
export class FiberscopeNode extends ClassicPreset.Node {
  constructor(
    /** The document node that this one stands for, as it was when it was made. */
    readonly initial: DocumentNode,
    title: string,
    ports: NodePorts,
  ) {
    super(title);
    this.id = initial.id;
    for (const port of ports.inputs)
      this.addInput(port.name, new ClassicPreset.Input(new FiberscopeSocket(port.types), port.label));
    for (const port of ports.outputs)
      this.addOutput(port.name, new ClassicPreset.Output(new FiberscopeSocket(port.types), port.label));
  }
}

/** A wire; `isPseudo` marks the one that is being drawn. */
export type FiberscopeConnection = ClassicPreset.Connection<ClassicPreset.Node, ClassicPreset.Node> & {
  isPseudo?: boolean;
  isLoop?: boolean;
};

/** Rete schemes with which the plugin works: any classic nodes and connections. */
export type FiberscopeSchemes = GetSchemes<ClassicPreset.Node, FiberscopeConnection>;
