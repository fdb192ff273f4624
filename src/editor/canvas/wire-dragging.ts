/** What happens on the canvas while a wire is drawn: what fits lights up, and where it cannot go it says why. */
import { splitEnd } from '../../document/names.js';
import type { CanvasController } from './controller.js';
import type { PortPlaces } from './port-places.js';
import { portStyle } from './port-style.js';
import { keyOfEnd, type PortEnd } from './ui-store.js';
import type { WireHost } from './wire-flow.js';

/** The end that a port's element stands for. */
export function endOfElement(element: Element): PortEnd | undefined {
  const key = element.closest('.fs-port')?.getAttribute('data-port');
  if (!key) return undefined;
  const [side, end] = key.split(' ') as [PortEnd['side'], string];
  const [node, port] = splitEnd(end);
  return { node, side, port };
}

/** The canvas' part of wire gestures. */
export class WireDragging implements WireHost {
  #pointer = { x: 0, y: 0 };
  /** Set by the connection plugin's flow. */
  cancel: () => void = () => {};

  constructor(
    readonly canvas: CanvasController,
    readonly places: PortPlaces,
  ) {}

  sourceOf(input: PortEnd): PortEnd | undefined {
    const to = `${input.node}.${input.port}`;
    const wire = this.canvas.editing.document.wires.find((candidate) => candidate.to === to);
    if (wire === undefined) return undefined;
    const [node, port] = splitEnd(wire.from);
    return { node, side: 'output', port };
  }

  started(from: PortEnd, lifted: string | undefined): void {
    const { editing } = this.canvas;
    const fits = new Set(editing.partners(from, lifted).map(keyOfEnd));
    const { colour } = portStyle(editing.typesOf(from)[0]);
    this.canvas.ui.setState({ wire: { from, colour, fits, ...(lifted === undefined ? {} : { lifted }) } });
  }

  allows(from: PortEnd, to: PortEnd, lifted: string | undefined): boolean {
    return this.canvas.editing.refusal(from, to, lifted) === undefined;
  }

  connect(from: PortEnd, to: PortEnd, lifted: string | undefined): void {
    this.canvas.editing.connect(from, to, lifted);
    this.canvas.say('Wire connected');
  }

  /** Over a card: connects to its first port that fits. Over the empty canvas: a lifted wire goes, a new one asks for a node. */
  letGo(from: PortEnd, lifted: string | undefined): void {
    const element = document.elementFromPoint(this.#pointer.x, this.#pointer.y);
    if (element === null || !this.canvas.container.contains(element)) return;
    const card = element.closest<HTMLElement>('.fs-node');
    if (card) {
      const partner = this.#partnerOn(card.dataset.node ?? '', from, lifted);
      if (partner) this.connect(from, partner, lifted);
      return;
    }
    if (lifted !== undefined) {
      this.canvas.editing.disconnect(lifted);
      this.canvas.say('Wire deleted');
      return;
    }
    this.canvas.ui.setState({
      search: {
        at: this.#pointer,
        place: this.canvas.viewport.toCanvas(this.#pointer.x, this.#pointer.y),
        wire: { end: from, types: this.canvas.editing.typesOf(from) },
      },
    });
  }

  ended(): void {
    this.canvas.ui.setState({ wire: undefined });
  }

  /** Follows the pointer. */
  moved(event: PointerEvent): void {
    this.#pointer = { x: event.clientX, y: event.clientY };
    const { wire } = this.canvas.ui.getState();
    if (wire === undefined) return;
    const element = document.elementFromPoint(event.clientX, event.clientY);
    const card = element?.closest<HTMLElement>('.fs-node')?.dataset.node;
    const port = element ? endOfElement(element) : undefined;
    const over = port ?? (card ? this.#partnerOn(card, wire.from, wire.lifted) : undefined);
    const key = over && keyOfEnd(over);
    if (key === (wire.over && keyOfEnd(wire.over))) return;
    const { over: _, reason: __, ...rest } = wire;
    const self = key === keyOfEnd(wire.from);
    const reason =
      over && key && !self && !wire.fits.has(key)
        ? this.canvas.editing.refusal(wire.from, over, wire.lifted)
        : undefined;
    this.canvas.ui.setState({
      wire: { ...rest, ...(over && !self ? { over } : {}), ...(reason === undefined ? {} : { reason }) },
    });
  }

  #partnerOn(node: string, from: PortEnd, lifted: string | undefined): PortEnd | undefined {
    const fitting = this.canvas.editing.partners(from, lifted).filter((end) => end.node === node);
    const { wires } = this.canvas.editing.document;
    return fitting.find((end) => !wires.some(({ to }) => to === `${end.node}.${end.port}`)) ?? fitting[0];
  }
}
