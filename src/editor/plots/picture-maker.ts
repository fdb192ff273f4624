/** Makes pictures where it is loaded: in a worker, so that the page stays free, or in the page where there is no worker. */
import { transfer } from 'comlink';
import { FiberscopeError } from '../../catalog/errors.js';
import type { PlotData } from '../../catalog/views.js';
import { previewPicture } from '../../plot/preview.js';
import type { Readout } from '../../plot/readout.js';
import { type AnyCanvas, bitmapOf, newCanvas, pngOf } from './canvas.js';
import type { Drawn, Pictures, Shot } from './pictures.js';
import type { SpacePainter } from './space-painter.js';

/** The one place where previews and 3-D plots are drawn. three.js is loaded with the first 3-D plot. */
export class PictureMaker implements Pictures {
  readonly #plots = new Map<number, PlotData>();
  readonly #views = new Map<number, Promise<SpacePainter>>(); // from the first picture asked for until the view is closed
  readonly #listeners = new Set<() => void>();
  #sheet: AnyCanvas | undefined; // pictures of views are painted on it, one after the other
  #space: Promise<typeof SpacePainter> | undefined;

  async keep(id: number, plot: PlotData): Promise<void> {
    this.#plots.set(id, plot);
  }

  async drop(id: number): Promise<void> {
    this.#plots.delete(id);
  }

  async preview(plot: number, width: number, height: number, density: number): Promise<ImageBitmap> {
    const picture = previewPicture(this.#plot(plot), width, height, density);
    const data = new ImageData(picture.width, picture.height);
    data.data.set(picture.rgba);
    const bitmap = await createImageBitmap(data);
    return transfer(bitmap, [bitmap]);
  }

  async webgl(): Promise<boolean> {
    const { hasWebGl } = await import('./space-painter.js');
    return hasWebGl();
  }

  async draw(view: number, shot: Shot): Promise<Drawn> {
    const painter = await this.#painter(view);
    this.#sheet ??= newCanvas(1, 1);
    const { software } = painter.paint(this.#sheet, this.#plot(shot.plot), shot);
    const bitmap = await bitmapOf(this.#sheet);
    return transfer({ bitmap, software }, [bitmap]);
  }

  async read(view: number, x: number, y: number): Promise<Readout | undefined> {
    const painter = await this.#views.get(view)?.catch(() => undefined); // who draws hears why there is none
    return painter?.read(x, y);
  }

  async png(view: number, shot: Shot): Promise<Blob> {
    const painter = await this.#painter(view);
    const canvas = newCanvas(1, 1);
    painter.paint(canvas, this.#plot(shot.plot), shot, shot.theme.panel);
    return pngOf(canvas);
  }

  async close(view: number): Promise<void> {
    const painter = this.#views.get(view);
    this.#views.delete(view);
    (await painter)?.dispose(); // after the pictures that were asked for before
  }

  async watch(changed: () => void): Promise<void> {
    this.#listeners.add(changed);
  }

  #painter(view: number): Promise<SpacePainter> {
    this.#space ??= this.#loadSpace();
    const painter = this.#views.get(view) ?? this.#space.then((Painter) => new Painter());
    this.#views.set(view, painter);
    return painter;
  }

  async #loadSpace(): Promise<typeof SpacePainter> {
    const { onWebGlChange, SpacePainter } = await import('./space-painter.js');
    onWebGlChange(() => {
      for (const listener of this.#listeners) listener();
    });
    return SpacePainter;
  }

  #plot(id: number): PlotData {
    const plot = this.#plots.get(id);
    if (!plot) throw new FiberscopeError('internal', `picture: expected a plot kept under ${id}, got none`);
    return plot;
  }
}
