/** The keyboard on the canvas: shortcuts, and the way of the focus through nodes, ports and wires. */
import { splitEnd } from '../../document/names.js';
import { command, openSearch } from './commands.js';
import type { CanvasController } from './controller.js';
import { type Direction, directionOf, firstPort, nearest, readingOrder } from './focus-order.js';
import { isTextField, shortcutOf } from './shortcuts.js';
import { keyOfEnd, type PortEnd, wiredKeys } from './ui-store.js';
import { endOfElement } from './wire-dragging.js';

const NUDGE = 20; // px

/** Handles keys while the focus is on the canvas or inside it. */
export class CanvasKeyboard {
  readonly #abort = new AbortController();
  #leaving = false; // right after Escape, Tab leaves the canvas

  constructor(
    readonly canvas: CanvasController,
    readonly root: HTMLElement,
  ) {
    const { signal } = this.#abort;
    root.addEventListener('keydown', (event) => this.#pressed(event), { signal });
    root.addEventListener('focusin', (event) => this.#focused(event), { signal });
    const stay = () => {
      this.#leaving = false;
    };
    root.addEventListener('pointerdown', stay, { signal, capture: true });
    root.addEventListener('focusout', stay, { signal });
  }

  destroy(): void {
    this.#abort.abort();
  }

  #pressed(event: KeyboardEvent): void {
    if (event.defaultPrevented || isTextField(event.target)) return;
    if ((event.target as Element).closest('.fs-toolbar, .fs-popup, .fs-minimap')) return;
    const leaving = this.#leaving;
    this.#leaving = false;
    if (this.#focusKey(event, leaving)) {
      event.preventDefault();
      return;
    }
    if (event.key === 'Tab') return; // Tab on a node or after Escape moves the focus, nothing else
    const action = shortcutOf(event, 'canvas');
    if (action === undefined) return;
    event.preventDefault();
    command(this.canvas, action);
    this.#leaving = action === 'clear'; // after the command, which may move the focus itself
  }

  /** Keys that move the focus or act on what has it. True when the key is used up. */
  #focusKey(event: KeyboardEvent, leaving: boolean): boolean {
    const target = event.target as HTMLElement;
    const port = endOfElement(target);
    const wire = target.closest('.fs-wire')?.getAttribute('data-wire') ?? undefined;
    const node = target.closest<HTMLElement>('.fs-node')?.dataset.node;
    const direction = directionOf(event.key);
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === 'Tab') return this.#tab(event, node, port !== undefined || wire !== undefined, leaving);
    if (direction !== undefined) {
      if (event.shiftKey) return this.#nudge(direction);
      if (port) return this.#fromPort(port, direction);
      if (wire) return this.#fromWire(wire, direction);
      return this.#fromNode(node, direction);
    }
    if (port) return this.#onPort(event.key, port);
    if (wire && event.key === 'Escape') return this.#focusPort(this.#outputOf(wire));
    if (node && event.key === 'Enter') return this.#focusPort(this.#firstPort(node));
    return false;
  }

  #tab(event: KeyboardEvent, node: string | undefined, within: boolean, leaving: boolean): boolean {
    if (node === undefined && !within) {
      if (leaving || event.shiftKey || event.target !== this.root) return false;
      openSearch(this.canvas);
      return true;
    }
    const order = readingOrder(this.canvas.placed());
    const at = order.indexOf(node ?? this.canvas.editing.selection.nodes[0] ?? '');
    const next = order[at + (event.shiftKey ? -1 : 1)];
    if (next !== undefined && at >= 0) return this.#focusNode(next);
    if (event.shiftKey) {
      this.root.focus();
      return true;
    }
    return false; // after the last node the browser goes on behind the canvas
  }

  #nudge(direction: Direction): boolean {
    const [dx, dy] = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }[direction] as [number, number];
    this.canvas.editing.nudge(dx * NUDGE, dy * NUDGE);
    return true;
  }

  #fromNode(node: string | undefined, direction: Direction): boolean {
    const items = this.canvas.placed();
    const from = node ?? this.canvas.editing.selection.nodes[0];
    const box = from === undefined ? undefined : this.canvas.boxOf(from);
    if (box === undefined) return this.#focusNode(readingOrder(items)[0]);
    if (node === undefined) return this.#focusNode(nearest(box, items, direction) ?? from);
    return this.#focusNode(nearest(box, items, direction)) || true;
  }

  /** Up and down go along a card's ports; across goes to the other side, and beyond it onto the wire. */
  #fromPort(port: PortEnd, direction: Direction): boolean {
    const same = this.#ports(port.node).filter(({ side }) => side === port.side);
    const other = this.#ports(port.node).filter(({ side }) => side !== port.side);
    const at = same.findIndex(({ port: name }) => name === port.port);
    if (direction === 'up' || direction === 'down')
      return this.#focusPort(same[at + (direction === 'down' ? 1 : -1)]) || true;
    const outward = (port.side === 'output') === (direction === 'right');
    if (!outward) return this.#focusPort(other[Math.min(at, other.length - 1)]) || true;
    return this.#focusWire(this.#wiresAt(port)[0]) || true;
  }

  /** Left and right go to a wire's ends; up and down to the other wires of its output. */
  #fromWire(to: string, direction: Direction): boolean {
    const output = this.#outputOf(to);
    if (direction === 'left') return this.#focusPort(output);
    const [node, port] = splitEnd(to);
    if (direction === 'right') return this.#focusPort({ node, side: 'input', port });
    const wires = output ? this.#wiresAt(output) : [];
    return this.#focusWire(wires[wires.indexOf(to) + (direction === 'down' ? 1 : -1)]) || true;
  }

  #onPort(key: string, port: PortEnd): boolean {
    if (key === 'Enter' || key === ' ') {
      this.canvas.ui.setState({ ports: port });
      return true;
    }
    if (key === 'Escape') return this.#focusNode(port.node);
    if ((key === 'Delete' || key === 'Backspace') && port.side === 'input' && this.#wiresAt(port).length > 0) {
      this.canvas.editing.disconnect(`${port.node}.${port.port}`);
      return true;
    }
    return false;
  }

  #wiresAt(port: PortEnd): readonly string[] {
    const end = `${port.node}.${port.port}`;
    const { wires } = this.canvas.editing.document;
    return wires.filter((wire) => (port.side === 'output' ? wire.from : wire.to) === end).map(({ to }) => to);
  }

  #outputOf(to: string): PortEnd | undefined {
    const wire = this.canvas.editing.document.wires.find((candidate) => candidate.to === to);
    if (wire === undefined) return undefined;
    const [node, port] = splitEnd(wire.from);
    return { node, side: 'output', port };
  }

  /** A card's ports, outputs first, as they stand on the card. */
  #ports(node: string): readonly PortEnd[] {
    const elements = [...(this.canvas.card(node)?.querySelectorAll('.fs-port') ?? [])];
    const ends = elements.flatMap((element) => endOfElement(element) ?? []);
    return [...ends.filter(({ side }) => side === 'output'), ...ends.filter(({ side }) => side === 'input')];
  }

  #firstPort(node: string): PortEnd | undefined {
    const { document } = this.canvas.editing;
    const definition = this.canvas.workbench.registry.get(document.nodes.find(({ id }) => id === node)?.type ?? '');
    const wired = wiredKeys(document.wires, node);
    return firstPort(
      this.#ports(node).map((end) => ({
        ...end,
        required: end.side === 'input' && definition?.inputs[end.port]?.optional !== true,
        wired: wired.includes(keyOfEnd(end)),
      })),
    );
  }

  #focusNode(id: string | undefined): boolean {
    const card = id === undefined ? undefined : this.canvas.card(id);
    card?.focus({ preventScroll: true });
    return card !== undefined;
  }

  #focusPort(port: PortEnd | undefined): boolean {
    const element =
      port && this.canvas.card(port.node)?.querySelector<HTMLElement>(`[data-port="${CSS.escape(keyOfEnd(port))}"]`);
    element?.focus({ preventScroll: true });
    return Boolean(element);
  }

  #focusWire(to: string | undefined): boolean {
    const element = to && this.root.querySelector<SVGElement>(`[data-wire="${CSS.escape(to)}"] .fs-wire-hit`);
    if (element) element.focus({ preventScroll: true });
    return Boolean(element);
  }

  /** The selection goes with the keyboard's focus, and the canvas moves so that it is seen. */
  #focused(event: FocusEvent): void {
    const target = event.target as HTMLElement;
    if (!target.matches(':focus-visible')) return;
    const wire = target.closest('.fs-wire')?.getAttribute('data-wire');
    if (wire) this.canvas.workbench.select({ wires: [wire] });
    if (!target.matches('.fs-node')) return;
    const id = target.dataset.node!;
    if (!this.canvas.editing.selection.nodes.includes(id)) this.canvas.workbench.select({ nodes: [id] });
    const box = this.canvas.boxOf(id);
    if (box) void this.canvas.viewport.show(box);
  }
}
