/** Where the canvas looks: zoom to fit, locate, and the document's memory of it. */
import type { DocumentView } from '../../document/schema.js';
import type { Workbench } from '../workbench/types.js';
import type { CanvasArea } from './area.js';
import { around, type Box, contains, LEAST_ZOOM, MOST_ZOOM, overlap, type Point, viewOnto } from './geometry.js';
import { freeShift } from './room.js';

const WHOLE = 1.25; // a view is of the whole where it is at most so much larger than a fit
const REMEMBER_AFTER = 400; // ms without a move

/** The viewport of an area, kept in the document without being a step of its history. */
export class Viewport {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fitted: { x: number; y: number; k: number } | undefined; // where the whole was fitted last

  constructor(
    readonly area: CanvasArea,
    readonly workbench: Workbench,
    readonly cards: () => readonly Box[],
    readonly frames: () => readonly Box[] = () => [],
    /** What lies over the window's lower edge, in window px. */
    readonly covered: () => Box | undefined = () => undefined,
  ) {}

  /** Size of the window onto the canvas. */
  get size(): { readonly width: number; readonly height: number } {
    return { width: this.area.container.clientWidth, height: this.area.container.clientHeight };
  }

  /** The part of the canvas that is seen. */
  get seen(): Box {
    const { x, y, k } = this.area.area.transform;
    const { width, height } = this.size;
    return { x: -x / k, y: -y / k, width: width / k, height: height / k };
  }

  /** A place in the window → a place on the canvas. */
  toCanvas(clientX: number, clientY: number): Point {
    const { left, top } = this.area.container.getBoundingClientRect();
    const { x, y, k } = this.area.area.transform;
    return { x: (clientX - left - x) / k, y: (clientY - top - y) / k };
  }

  /** A place on the canvas → a place in the window. */
  toClient({ x, y }: Point): Point {
    const { left, top } = this.area.container.getBoundingClientRect();
    const { x: tx, y: ty, k } = this.area.area.transform;
    return { x: left + tx + x * k, y: top + ty + y * k };
  }

  /** Shows these boxes (all when absent) whole, and no card below the canvas' buttons. */
  async fit(boxes: readonly Box[] = this.cards(), frames: readonly Box[] = this.frames()): Promise<void> {
    const box = around([...boxes, ...frames]);
    const { width, height } = this.size;
    if (box === undefined || width <= 0) return;
    const view = viewOnto(box, width, height);
    const bar = this.covered();
    const under = (card: Box): boolean =>
      bar !== undefined &&
      overlap(bar, {
        x: view.x + card.x * view.zoom,
        y: view.y + card.y * view.zoom,
        width: card.width * view.zoom,
        height: card.height * view.zoom,
      });
    await this.#go(bar && boxes.some(under) ? viewOnto(box, width, bar.y) : view);
    this.#fitted = boxes.length === this.cards().length ? { ...this.area.area.transform } : undefined;
  }

  /** The window has another size: what was fitted, and not moved since, is fitted again. */
  async resized(): Promise<void> {
    const { x, y, k } = this.area.area.transform;
    const { x: fx, y: fy, k: fk } = this.#fitted ?? { x: Number.NaN, y: 0, k: 0 };
    if (Math.abs(x - fx) < 1 && Math.abs(y - fy) < 1 && Math.abs(k - fk) < 0.001) await this.fit();
  }

  /** Zooms about the middle of the window, to a factor of the present zoom or (`absolute`) to a zoom. */
  async zoom(factor: number, absolute = false): Promise<void> {
    const { x, y, k } = this.area.area.transform;
    const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, absolute ? factor : k * factor));
    const { width, height } = this.size;
    const at = (t: number, half: number): number => half - ((half - t) / k) * zoom;
    await this.#go({ x: at(x, width / 2), y: at(y, height / 2), zoom });
  }

  /** Brings a box into sight with as little movement as possible, from under what lies over the canvas (window px). */
  async show(box: Box, margin = 24, over?: Box): Promise<void> {
    const { x, y, k } = this.area.area.transform;
    const { width, height } = this.size;
    const shift = (low: number, high: number, size: number): number =>
      high - low > size - 2 * margin || low < margin ? margin - low : high > size - margin ? size - margin - high : 0;
    const dx = shift(x + box.x * k, x + (box.x + box.width) * k, width);
    const dy = shift(y + box.y * k, y + (box.y + box.height) * k, height);
    const free = clearOf(
      over,
      { x: x + dx + box.x * k, y: y + dy + box.y * k, width: box.width * k, height: box.height * k },
      width,
      margin,
    );
    const [right, down] = [dx + free.x, dy + free.y];
    if (right !== 0 || down !== 0) await this.area.area.translate(x + right, y + down);
  }

  /** Puts a canvas place into the middle of the window. */
  async centre({ x, y }: Point): Promise<void> {
    const { k } = this.area.area.transform;
    const { width, height } = this.size;
    await this.area.area.translate(width / 2 - x * k, height / 2 - y * k);
  }

  /** A place for a new node near the middle of what is seen, on no other card; out of sight where there is no room. */
  freePlace(width: number, height: number): readonly [number, number] {
    const { seen } = this;
    const start = { x: seen.x + (seen.width - width) / 2, y: seen.y + (seen.height - height) / 2 };
    const by = freeShift([{ ...start, width, height }], this.cards(), { x: 0, y: 0 }, seen);
    return [Math.round(start.x + by.x), Math.round(start.y + by.y)];
  }

  /** Another document takes this one's place: what was about to be remembered is not its view. */
  leave(): void {
    clearTimeout(this.#timer);
  }

  /** Shows a document that was just opened: where it was looked at last, else whole. */
  async opened(view: DocumentView | undefined): Promise<void> {
    this.leave();
    const boxes = [...this.cards(), ...this.frames()];
    if (boxes.length === 0) await this.#go(view ?? { x: 0, y: 0, zoom: 1 });
    else if (view === undefined) await this.fit();
    else {
      await this.#go(view);
      const { seen } = this;
      const { width, height } = this.size;
      // A view of a part was meant; one of the whole that cuts a card off is of a window of another size.
      const whole = view.zoom <= WHOLE * viewOnto(around(boxes)!, width, height).zoom;
      if (!boxes.some((box) => overlap(box, seen)) || (whole && !boxes.every((box) => contains(seen, box))))
        await this.fit();
    }
  }

  /** After a pan or zoom: remembers it a moment later. */
  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const { x, y, k } = this.area.area.transform;
      this.workbench.setView({ x: Math.round(x), y: Math.round(y), zoom: Math.round(k * 1000) / 1000 });
    }, REMEMBER_AFTER);
  }

  async #go({ x, y, zoom }: DocumentView): Promise<void> {
    const { transform } = this.area.area;
    transform.x = x;
    transform.y = y;
    await this.area.area.zoom(zoom, 0, 0);
  }
}

/** How far a box in the window has to go to lie clear of what is over it: to its left where there is room, else below. */
function clearOf(over: Box | undefined, box: Box, width: number, margin: number): Point {
  if (over === undefined || !overlap(over, box)) return { x: 0, y: 0 };
  if (box.width + 2 * margin <= Math.min(over.x, width)) return { x: over.x - margin - box.x - box.width, y: 0 };
  return { x: 0, y: over.y + over.height + margin - box.y };
}
