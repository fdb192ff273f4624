/** What the pointer does on cards and on the empty canvas: select, drag groups, draw a marquee, open the search. */
import { Drag } from 'rete-area-plugin';
import type { CanvasController } from './controller.js';
import { boxOf, overlap, type Point } from './geometry.js';

const CLICK = 4; // px that a click may wander

/** Listens to the pointer on a canvas. */
export class PointerGestures {
  #down: PointerEvent | undefined;
  #group: Map<string, Point> | undefined; // places of the nodes that move with the picked one, when it was picked
  #picked: { id: string; from: Point; moved: boolean } | undefined;
  #space = false;
  readonly #abort = new AbortController();

  constructor(readonly canvas: CanvasController) {
    const { container, area } = canvas;
    const listen = { signal: this.#abort.signal };
    container.addEventListener('pointerdown', this.#pressed, { capture: true, ...listen });
    container.addEventListener('pointerdown', this.#background, listen);
    container.addEventListener('dblclick', this.#doubled, listen);
    for (const type of ['keydown', 'keyup'] as const) window.addEventListener(type, this.#key, listen);
    area.area.setDragHandler(
      new Drag({
        down: (event) => event.button === 1 || (event.button === 0 && (!event.shiftKey || this.#space)),
        move: () => true,
      }),
    );
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (event.code === 'Space') this.#space = event.type === 'keydown';
  };

  destroy(): void {
    this.#abort.abort();
  }

  readonly #pressed = (event: PointerEvent): void => {
    this.#down = event;
    const target = event.target as Element;
    const wire = target.closest('.fs-wire')?.getAttribute('data-wire');
    if (!target.closest('input')) this.canvas.container.focus({ preventScroll: true });
    if (wire && event.button === 0) {
      event.stopPropagation();
      this.#selectWire(wire, event.shiftKey);
    }
  };

  #selectWire(to: string, add: boolean): void {
    const { selection } = this.canvas.workbench.store.getState();
    if (!add) this.canvas.workbench.select({ wires: [to] });
    else {
      const wires = selection.wires.includes(to) ? selection.wires.filter((w) => w !== to) : [...selection.wires, to];
      this.canvas.workbench.select({ ...selection, wires });
    }
  }

  readonly #background = (event: PointerEvent): void => {
    if (event.button !== 0 || !this.#isBackground(event.target)) return;
    if (event.shiftKey && !this.#space) this.#marquee(event);
    else {
      const up = (end: PointerEvent): void => {
        const still = Math.hypot(end.clientX - event.clientX, end.clientY - event.clientY) < CLICK;
        if (still) this.canvas.workbench.select({});
      };
      window.addEventListener('pointerup', up, { once: true, signal: this.#abort.signal });
    }
  };

  #isBackground(target: EventTarget | null): boolean {
    return target instanceof Element && !target.closest('.fs-node, .fs-wire, .fs-frame-head, .fs-frame-grip');
  }

  #marquee(event: PointerEvent): void {
    const { canvas } = this;
    const start = canvas.viewport.toCanvas(event.clientX, event.clientY);
    const before = canvas.workbench.store.getState().selection;
    const done = new AbortController();
    const listen = { signal: AbortSignal.any([done.signal, this.#abort.signal]) };
    const move = (now: PointerEvent): void => {
      const box = boxOf(start, canvas.viewport.toCanvas(now.clientX, now.clientY));
      canvas.ui.setState({ marquee: box });
      const inside = canvas.placed().filter((item) => overlap(item.box, box));
      const frames = canvas.workbench.store.getState().document.frames.filter(({ at, size }) => {
        const frame = { x: at[0], y: at[1], width: size[0], height: 24 };
        return overlap(frame, box);
      });
      canvas.workbench.select({
        nodes: [...new Set([...before.nodes, ...inside.map(({ id }) => id)])],
        wires: before.wires,
        frames: [...new Set([...before.frames, ...frames.map(({ id }) => id)])],
      });
    };
    const end = (): void => {
      done.abort();
      canvas.ui.setState({ marquee: undefined });
    };
    window.addEventListener('pointermove', move, listen);
    window.addEventListener('pointerup', end, listen);
    window.addEventListener('pointercancel', end, listen);
  }

  readonly #doubled = (event: MouseEvent): void => {
    const target = event.target as Element;
    const head = target.closest<HTMLElement>('.fs-node-head');
    const node = head?.closest<HTMLElement>('.fs-node')?.dataset.node;
    if (node) this.canvas.ui.setState({ renaming: { kind: 'node', id: node } });
    else if (this.#isBackground(target)) {
      const at = { x: event.clientX, y: event.clientY };
      this.canvas.ui.setState({ search: { at, place: this.canvas.viewport.toCanvas(at.x, at.y) } });
    }
  };

  /** A card was pressed: selects it, or keeps the selection that it is part of, and takes the group along. */
  picked(id: string): void {
    const { workbench, plugin, area } = this.canvas;
    const { selection } = workbench.store.getState();
    const view = area.nodeViews.get(id);
    if (view === undefined) return;
    const shift = this.#down?.shiftKey ?? false;
    if (shift) {
      const nodes = selection.nodes.includes(id) ? selection.nodes.filter((n) => n !== id) : [...selection.nodes, id];
      workbench.select({ ...selection, nodes });
    } else if (!selection.nodes.includes(id)) workbench.select({ nodes: [id] });
    this.#picked = { id, from: { ...view.position }, moved: false };
    const group = workbench.store.getState().selection.nodes;
    const others = group.includes(id) ? group.filter((other) => other !== id) : [];
    this.#group = new Map(
      others.flatMap((other) => {
        const place = area.nodeViews.get(other)?.position;
        return place ? [[other, { ...place }] as const] : [];
      }),
    );
    for (const other of this.#group.keys()) plugin.held.add(other);
  }

  /** A card moves: the others of the group move by the same distance; a single one looks for a wire to go onto. */
  translated(id: string, position: Point, previous: Point): void {
    const picked = this.#picked;
    if (picked?.id !== id || (position.x === previous.x && position.y === previous.y)) return;
    picked.moved = true;
    const [dx, dy] = [position.x - picked.from.x, position.y - picked.from.y];
    for (const [other, { x, y }] of this.#group ?? []) void this.canvas.area.translate(other, { x: x + dx, y: y + dy });
    if (this.#group?.size === 0) {
      const dropWire = this.canvas.wireUnder(id);
      if (dropWire !== this.canvas.ui.getState().dropWire) this.canvas.ui.setState({ dropWire });
    }
  }

  /** A card was let go. Without movement it was a click: it alone is selected. */
  dropped(id: string): void {
    const picked = this.#picked;
    this.#picked = undefined;
    if (picked?.id === id && !picked.moved && !this.#down?.shiftKey) this.canvas.workbench.select({ nodes: [id] });
  }
}
