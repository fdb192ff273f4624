/** What the canvas shows besides the document: viewport, the wire being drawn, popups. Not saved, not undone. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { PortType } from '../../catalog/values.js';
import { splitEnd } from '../../document/names.js';
import type { Wire } from '../../document/schema.js';
import type { Box, Point } from './geometry.js';

/** One end of a wire: a port of a node. */
export interface PortEnd {
  readonly node: string;
  readonly side: 'input' | 'output';
  readonly port: string;
}

/** A wire being drawn. */
export interface WireDrag {
  readonly from: PortEnd;
  readonly colour: string;
  /** The wire, by its `to` end, that was picked up by an end. */
  readonly lifted?: string;
  /** Keys (`keyOfEnd`) of the ports that it can go to. */
  readonly fits: ReadonlySet<string>;
  /** The port under the pointer, if any, and why the wire cannot go there. */
  readonly over?: PortEnd;
  readonly reason?: string;
}

/** The node search: where it opens (window px), where the node goes (canvas px), and the wire that it must fit. */
export interface SearchRequest {
  readonly at: Point;
  readonly place: Point;
  readonly wire?: { readonly end: PortEnd; readonly types: readonly PortType[] };
}

/** What can be retitled in place. */
export interface Renaming {
  readonly kind: 'node' | 'frame';
  readonly id: string;
}

/** The canvas' own state. */
export interface CanvasUi {
  readonly transform: { readonly x: number; readonly y: number; readonly k: number };
  readonly size: { readonly width: number; readonly height: number }; // of the canvas in the window
  readonly wire: WireDrag | undefined;
  readonly dropWire: string | undefined; // the wire that a dragged node would go onto
  readonly marquee: Box | undefined; // canvas px
  readonly flash: string | undefined; // the node that `locate` points at
  readonly search: SearchRequest | undefined;
  readonly ports: PortEnd | undefined; // the port whose list of partners is open
  readonly find: boolean;
  readonly renaming: Renaming | undefined;
  readonly said: string; // for screen readers
}

/** Key of a port in sets. */
export const keyOfEnd = ({ node, side, port }: PortEnd): string => `${side} ${node}.${port}`;

/** Keys of a node's ports that have wires: an input and an output may have one name. */
export function wiredKeys(wires: readonly Wire[], node: string): readonly string[] {
  return wires.flatMap(({ from, to }) => {
    const [source, output] = splitEnd(from);
    const [target, input] = splitEnd(to);
    return [
      ...(source === node ? [keyOfEnd({ node, side: 'output', port: output })] : []),
      ...(target === node ? [keyOfEnd({ node, side: 'input', port: input })] : []),
    ];
  });
}

/** A fresh canvas state. */
export function createUi(): StoreApi<CanvasUi> {
  return createStore<CanvasUi>(() => ({
    transform: { x: 0, y: 0, k: 1 },
    size: { width: 0, height: 0 },
    wire: undefined,
    dropWire: undefined,
    marquee: undefined,
    flash: undefined,
    search: undefined,
    ports: undefined,
    find: false,
    renaming: undefined,
    said: '',
  }));
}
