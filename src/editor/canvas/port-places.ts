/** Where ports are: known from the document and the cards' places, so that wires need no measuring. */
import type { BaseAreaPlugin } from 'rete-area-plugin';
import { FiberscopeNode, type FiberscopeSchemes, portsOf } from '../plugin/schemes.js';
import type { Workbench } from '../workbench/types.js';
import { laneOf, type Point, portOffset } from './geometry.js';
import type { PortEnd } from './ui-store.js';

type Watched = { readonly end: PortEnd; readonly change: (place: Point) => void };

/** Tells wires where their ends are, at once and whenever a card moves. */
export class PortPlaces {
  readonly #watched = new Map<string, Set<Watched>>();
  #area: Pick<BaseAreaPlugin<FiberscopeSchemes, unknown>, 'nodeViews'> | undefined;

  constructor(readonly workbench: Workbench) {}

  /** Listens to the cards of an area. */
  attach(area: BaseAreaPlugin<FiberscopeSchemes, never>): void {
    if (this.#area === area) return;
    this.#area = area;
    area.addPipe((context: unknown) => {
      const signal = context as { type: string; data: { id: string } };
      if (signal.type === 'nodetranslated' || signal.type === 'nodecreated')
        for (const watched of this.#watched.get(signal.data.id) ?? []) this.#tell(watched);
      return context as never;
    });
  }

  /** A port's place on the canvas; undefined while its card is not there. */
  of(end: PortEnd): Point | undefined {
    const view = this.#area?.nodeViews.get(end.node);
    const offset = this.offset(end);
    return view && offset && { x: view.position.x + offset.x, y: view.position.y + offset.y };
  }

  /** A port's place relative to its card. */
  offset({ node: id, side, port }: PortEnd): Point | undefined {
    const { document } = this.workbench.store.getState();
    const node = document.nodes.find((candidate) => candidate.id === id);
    if (node === undefined) return undefined;
    const ports = portsOf(this.workbench.registry.get(node.type), document, id);
    const index = (side === 'input' ? ports.inputs : ports.outputs).findIndex(({ name }) => name === port);
    return index < 0 ? undefined : portOffset(side, index);
  }

  /** Where a wire between two ports goes back, if it does. */
  lane(from: PortEnd, to: PortEnd, a: Point, b: Point): number | undefined {
    const offsets = [this.offset(from), this.offset(to)] as const;
    return offsets[0] && offsets[1] && laneOf(a, b, [offsets[0], offsets[1]]);
  }

  /** Calls back with a port's place, now and after each move, until the returned function is called. */
  watch(end: PortEnd, change: (place: Point) => void): () => void {
    const watched = { end, change };
    const set = this.#watched.get(end.node) ?? new Set();
    this.#watched.set(end.node, set.add(watched));
    this.#tell(watched);
    return () => {
      set.delete(watched);
    };
  }

  #tell({ end, change }: Watched): void {
    const place = this.of(end);
    if (place) change(place);
  }
}

/** Whether a Rete node is one of the document's. */
export const isOurs = (node: unknown): node is FiberscopeNode => node instanceof FiberscopeNode;
