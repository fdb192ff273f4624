/** Drawing and rewiring wires with the pointer: a flow for Rete's connection plugin that edits the document. */
import { Flow, type FlowContext, type PickParams, type SocketData } from './rete-flow.js';
import type { PortEnd } from './ui-store.js';

/** What a flow tells the canvas. */
export interface WireHost {
  /** The wire into an input, as its output end. */
  sourceOf(input: PortEnd): PortEnd | undefined;
  started(from: PortEnd, lifted: string | undefined): void;
  /** Whether the two ports can be wired. */
  allows(from: PortEnd, to: PortEnd, lifted: string | undefined): boolean;
  connect(from: PortEnd, to: PortEnd, lifted: string | undefined): void;
  /** The wire was let go where no port is. */
  letGo(from: PortEnd, lifted: string | undefined): void;
  ended(): void;
}

/** The end that a socket stands for. */
export const endOfSocket = ({ nodeId, side, key }: SocketData): PortEnd => ({ node: nodeId, side, port: key });

/**
 * One gesture: press on a port and release on another, or click one and then the other. Pressing on a wired input picks up
 * that wire's end. `canMakeConnection` and the `connectioncreate` guard of the plugin both refuse what does not fit.
 */
export class WireFlow extends Flow {
  #picked: SocketData | undefined;
  #origin: SocketData | undefined; // where the pointer went down
  #lifted: string | undefined;

  constructor(readonly host: WireHost) {
    super();
  }

  /** Starts at the first socket, ends at the second. */
  async pick({ socket, event }: PickParams, context: FlowContext): Promise<void> {
    if (this.#picked === undefined) {
      if (event === 'down') this.#start(socket, context);
      return;
    }
    if (socket === this.#origin && event === 'up') {
      if (this.#lifted !== undefined) this.#end(); // put back where it was
      return; // a click: the next click ends the wire
    }
    const [from, to, lifted] = [this.#picked, socket, this.#lifted];
    const can = this.canMakeConnection(from, to);
    if (can || event === 'up') this.#end();
    if (can) this.host.connect(endOfSocket(from), endOfSocket(to), lifted);
  }

  /** Types fit and no cycle would come about. */
  canMakeConnection(from: SocketData, to: SocketData): boolean {
    return this.host.allows(endOfSocket(from), endOfSocket(to), this.#lifted);
  }

  getPickedSocket(): SocketData | undefined {
    return this.#picked;
  }

  /** Released over no socket. */
  drop(_context?: FlowContext): void {
    if (this.#picked === undefined) return;
    const [from, lifted] = [endOfSocket(this.#picked), this.#lifted];
    this.#end();
    this.host.letGo(from, lifted);
  }

  /** Ends without a wire; a lifted one stays. */
  cancel(): void {
    this.#end();
  }

  #start(socket: SocketData, context: FlowContext): void {
    this.#origin = socket;
    this.#picked = socket;
    const end = endOfSocket(socket);
    const source = end.side === 'input' ? this.host.sourceOf(end) : undefined;
    if (source !== undefined) {
      const output = [...context.socketsCache.values()].find(
        (data) => data.nodeId === source.node && data.side === 'output' && data.key === source.port,
      );
      if (output !== undefined) {
        this.#picked = output;
        this.#lifted = `${end.node}.${end.port}`;
      }
    }
    this.host.started(endOfSocket(this.#picked), this.#lifted);
  }

  #end(): void {
    this.#picked = undefined;
    this.#origin = undefined;
    this.host.ended();
  }
}
