/** The connection plugin's base class of flows, with this canvas' schemes filled in. */
import { Flow as ReteFlow, type SocketData } from 'rete-connection-plugin';
import type { FiberscopeSchemes } from '../plugin/schemes.js';

export type { SocketData };
/** A flow of this canvas. */
export abstract class Flow extends ReteFlow<FiberscopeSchemes, unknown[]> {}
/** What `pick` gets besides the socket. */
export type FlowContext = Parameters<Flow['pick']>[1];
/** The socket and whether the pointer went down or up. */
export type PickParams = Parameters<Flow['pick']>[0];
