/** One mounted canvas: a Rete editor with Fiberscope's own plugin, and everything that people do to it. */
import { createRoot } from 'react-dom/client';
import { NodeEditor } from 'rete';
import { AreaExtensions, AreaPlugin } from 'rete-area-plugin';
import { ConnectionPlugin } from 'rete-connection-plugin';
import { ReactPlugin } from 'rete-react-plugin';
import type { StoreApi } from 'zustand/vanilla';
import { splitEnd } from '../../document/names.js';
import { FiberscopePlugin } from '../plugin/plugin.js';
import { FiberscopeNode, type FiberscopeSchemes } from '../plugin/schemes.js';
import type { Workbench } from '../workbench/types.js';
import type { CanvasArea, CanvasExtra } from './area.js';
import { Editing } from './editing.js';
import {
  type Box,
  CARD_HEIGHT,
  CARD_WIDTH,
  COLUMN_GAP,
  LEAST_ZOOM,
  MOST_ZOOM,
  overlap,
  type Point,
  wireCrosses,
} from './geometry.js';
import { PointerGestures } from './gestures.js';
import { cardPreset } from './render-preset.js';
import type { CanvasUi } from './ui-store.js';
import { Viewport } from './viewport.js';
import { WireDragging } from './wire-dragging.js';
import { WireFlow } from './wire-flow.js';

const FLASH = 1400; // ms

/** A canvas on a page. */
export class CanvasController {
  readonly editor = new NodeEditor<FiberscopeSchemes>();
  readonly area: CanvasArea;
  readonly plugin: FiberscopePlugin<FiberscopeSchemes>;
  readonly connection = new ConnectionPlugin<FiberscopeSchemes, CanvasExtra>();
  readonly editing: Editing;
  readonly viewport: Viewport;
  readonly wires: WireDragging;
  /** Holds the frames, below wires and cards. */
  readonly frameLayer: HTMLElement;
  /** Where the pointer is in the window, while it is over the canvas. */
  pointer: Point | undefined;
  readonly #gestures: PointerGestures;
  readonly #stops: (() => void)[] = [];
  #flash: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly container: HTMLElement,
    readonly workbench: Workbench,
    readonly ui: StoreApi<CanvasUi>,
  ) {
    this.area = new AreaPlugin<FiberscopeSchemes, CanvasExtra>(container);
    container.style.overflow = 'clip'; // Rete hides what overflows, but what is hidden can still be scrolled
    this.plugin = new FiberscopePlugin<FiberscopeSchemes>({ workbench });
    const react = new ReactPlugin<FiberscopeSchemes, CanvasExtra>({ createRoot });
    const { host, preset } = cardPreset(this.plugin, { ui, pseudo: true });
    this.editing = new Editing(workbench, this);
    this.viewport = new Viewport(
      this.area,
      workbench,
      () => this.placed().map(({ box }) => box),
      () => this.#frames(),
      () => this.#toolbar(),
    );
    this.wires = new WireDragging(this, host.places);
    let flow: WireFlow | undefined;
    this.connection.addPreset(() => {
      flow = new WireFlow(this.wires);
      this.wires.cancel = () => {
        flow?.cancel();
        this.connection.drop();
      };
      return flow;
    });
    this.editor.use(this.area);
    this.area.use(this.connection);
    this.area.use(react);
    react.addPreset(preset);
    this.area.use(this.plugin);
    AreaExtensions.zIndexNodesOrder(this.area);
    AreaExtensions.restrictor(this.area, { scaling: { min: LEAST_ZOOM, max: MOST_ZOOM } });
    this.frameLayer = document.createElement('div');
    this.frameLayer.className = 'fs-frames';
    this.area.area.content.add(this.frameLayer);
    this.#gestures = new PointerGestures(this);
    this.plugin.onDrop = (next, ids) => {
      const to = this.ui.getState().dropWire;
      queueMicrotask(() => this.ui.setState({ dropWire: undefined }));
      return to !== undefined && ids.length === 1 ? this.editing.inserted(next, ids[0]!, to) : next;
    };
    this.#listen();
  }

  #listen(): void {
    this.area.addPipe((context) => {
      switch (context.type) {
        case 'zoom':
          if (context.data.source === 'dblclick') return undefined; // a double click opens the search
          break;
        case 'translated':
        case 'zoomed':
          this.ui.setState({ transform: { ...this.area.area.transform } });
          this.viewport.changed();
          break;
        case 'pointermove':
          this.wires.moved(context.data.event);
          break;
        case 'nodepicked':
          this.#gestures.picked(context.data.id);
          break;
        case 'nodetranslated':
          this.#gestures.translated(context.data.id, context.data.position, context.data.previous);
          break;
        case 'nodedragged':
          this.#gestures.dropped(context.data.id);
          break;
      }
      return context;
    });
    const point = ({ clientX, clientY }: PointerEvent): void => {
      this.pointer = { x: clientX, y: clientY };
    };
    const gone = (): void => {
      this.pointer = undefined;
    };
    this.container.addEventListener('pointermove', point);
    this.container.addEventListener('pointerleave', gone);
    this.#stops.push(() => {
      this.container.removeEventListener('pointermove', point);
      this.container.removeEventListener('pointerleave', gone);
    });
    const resized = new ResizeObserver(() => {
      this.ui.setState({ size: this.viewport.size });
      void this.viewport.resized();
    });
    resized.observe(this.container);
    this.#stops.push(() => resized.disconnect());
    this.#stops.push(
      this.workbench.store.subscribe((state, before) => {
        const fresh = state.undoLabel === undefined && state.redoLabel === undefined; // a history that has not begun
        if (!fresh || state.document.nodes === before.document.nodes) return;
        this.viewport.leave();
        void this.#opened();
      }),
    );
    void this.#opened();
  }

  async #opened(): Promise<void> {
    await this.plugin.settled();
    await new Promise(requestAnimationFrame); // cards are measured once they are drawn
    await this.viewport.opened(this.workbench.store.getState().document.view);
  }

  /** Where a card is and how large it is drawn. */
  boxOf(id: string): Box | undefined {
    const view = this.area.nodeViews.get(id);
    if (view === undefined) return undefined;
    const { offsetWidth, offsetHeight } = view.element;
    return { ...view.position, width: offsetWidth || CARD_WIDTH, height: offsetHeight || CARD_HEIGHT };
  }

  #frames(): readonly Box[] {
    const { frames } = this.workbench.store.getState().document;
    return frames.map(({ at, size }) => ({ x: at[0], y: at[1], width: size[0], height: size[1] }));
  }

  /** Where the canvas' buttons are in the window. */
  #toolbar(): Box | undefined {
    return this.#over('.fs-toolbar');
  }

  /** Where something that lies over the canvas is in the window. */
  #over(selector: string): Box | undefined {
    const bar = this.container.parentElement?.querySelector<HTMLElement>(selector);
    return bar ? { x: bar.offsetLeft, y: bar.offsetTop, width: bar.offsetWidth, height: bar.offsetHeight } : undefined;
  }

  /** All cards with their boxes. */
  placed(): readonly { readonly id: string; readonly box: Box }[] {
    return this.editor
      .getNodes()
      .filter((node) => node instanceof FiberscopeNode)
      .flatMap(({ id }) => {
        const box = this.boxOf(id);
        return box === undefined ? [] : [{ id, box }];
      });
  }

  /** The wires, by their `to` ends, that a card's box lies on. */
  wiresUnder(box: Box): readonly string[] {
    return this.workbench.store.getState().document.wires.flatMap(({ from, to }) => {
      const wire = this.#wireOf(from, to);
      return wire !== undefined && wireCrosses(wire.a, wire.b, box, wire.lane) ? [to] : [];
    });
  }

  /** The wire, by its `to` end, under a card that could be put onto it. */
  wireUnder(id: string): string | undefined {
    const box = this.boxOf(id);
    return box && this.wiresUnder(box).find((to) => this.editing.canInsert(id, to));
  }

  /** Where a wire begins and ends, and its lane where it runs back. */
  #wireOf(from: string, to: string): { a: Point; b: Point; lane: number | undefined } | undefined {
    const [[source, output], [target, input]] = [splitEnd(from), splitEnd(to)];
    const ends = [
      { node: source, side: 'output', port: output },
      { node: target, side: 'input', port: input },
    ] as const;
    const { places } = this.wires;
    const [a, b] = [places.of(ends[0]), places.of(ends[1])];
    return a && b && { a, b, lane: places.lane(ends[0], ends[1], a, b) };
  }

  /** The element of a card. */
  card(id: string): HTMLElement | undefined {
    return this.area.nodeViews.get(id)?.element.querySelector<HTMLElement>('.fs-node') ?? undefined;
  }

  /** Selects a node, brings it into sight and points at it for a moment. */
  async locate(id: string): Promise<void> {
    await this.plugin.settled();
    const box = this.boxOf(id);
    if (box === undefined) return;
    this.workbench.select({ nodes: [id] });
    if (this.area.area.transform.k < 0.5) await this.viewport.zoom(0.8, true);
    await this.viewport.show(box, 40, this.#over('.fs-find'));
    clearTimeout(this.#flash);
    this.ui.setState({ flash: id });
    this.#flash = setTimeout(() => this.ui.setState({ flash: undefined }), FLASH);
  }

  /** Where a node from the palette goes: to the right of the selected one where that is in sight, else near the middle. */
  nextPlace(): readonly [number, number] {
    const { nodes } = this.editing.selection;
    const box = nodes.length === 1 ? this.boxOf(nodes[0]!) : undefined;
    if (box && overlap(box, this.viewport.seen)) return [box.x + box.width + COLUMN_GAP, box.y];
    return this.viewport.freePlace(CARD_WIDTH, CARD_HEIGHT);
  }

  /** Gives a node that was just added the focus and brings it into sight. */
  async focusNode(id: string): Promise<void> {
    await this.plugin.settled();
    await new Promise(requestAnimationFrame); // its card is drawn then
    this.card(id)?.focus({ preventScroll: true });
    const box = this.boxOf(id);
    if (box) await this.viewport.show(box);
  }

  /** Gives the canvas itself the focus. */
  readonly focus = (): void => {
    this.container.closest<HTMLElement>('.fs-canvas')?.focus({ preventScroll: true });
  };

  /** Says something to screen readers. */
  say(text: string): void {
    this.ui.setState({ said: text });
  }

  /** Takes everything off the page. */
  destroy(): void {
    clearTimeout(this.#flash);
    for (const stop of this.#stops) stop();
    this.viewport.leave();
    this.#gestures.destroy();
    this.plugin.destroy();
    this.area.destroy();
    this.container.replaceChildren();
  }
}
