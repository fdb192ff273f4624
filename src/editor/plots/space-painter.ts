/** Paints 3-D plots: axes and words as shapes, the data by three.js, or in software where WebGL is missing. */
import type { PlotData } from '../../catalog/views.js';
import { axesBox } from '../../plot/box.js';
import { type Projection, projection } from '../../plot/camera.js';
import { layoutFigure } from '../../plot/figure.js';
import { type JRange, jRange } from '../../plot/range.js';
import { rasterise } from '../../plot/raster.js';
import { type Readout, readSpace } from '../../plot/readout.js';
import { buildScene, type SpaceScene } from '../../plot/scene.js';
import { shapesToCanvas } from '../../plot/shapes.js';
import { type Space, spaceOf } from '../../plot/space.js';
import { type AnyCanvas, newCanvas } from './canvas.js';
import type { Shot } from './pictures.js';
import { drawShared } from './shared-renderer.js';

export { hasWebGl, onWebGlChange } from './shared-renderer.js';

interface Built {
  readonly plot: PlotData;
  readonly range: string;
  readonly space: Space;
  readonly scene: SpaceScene;
}

/** Paints one view; the scene is kept as long as the plot and its colours stay. */
export class SpacePainter {
  #built: Built | undefined;
  #last: { readonly plot: PlotData; readonly space: Space; readonly view: Projection } | undefined;

  /** Paints a plot onto a canvas, on a ground of its own or on none; `software` where WebGL is missing. */
  paint(canvas: AnyCanvas, plot: PlotData, shot: Omit<Shot, 'plot'>, ground?: string): { software: boolean } {
    const { theme, size, camera, density } = shot;
    const range = size.range ?? jRange(plot);
    const { space, scene } = this.#build(plot, range);
    const figure = layoutFigure(plot, theme, size, range);
    const view = projection(camera, figure.body, space.half);
    if (!ground) this.#last = { plot, space, view };
    const axes = axesBox(space, theme, view);
    const width = Math.max(1, Math.round(size.width * density));
    const height = Math.max(1, Math.round(size.height * density));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext('2d') as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;
    if (!context) throw new Error('this browser gives no canvas to draw on');
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, size.width, size.height);
    if (ground) {
      context.fillStyle = ground;
      context.fillRect(0, 0, size.width, size.height);
    }
    shapesToCanvas(context, axes.behind, theme.font);
    const { body } = figure;
    const fine = Math.max(2, density); // dots have hard edges: draw them larger and scale down
    const w = Math.max(1, Math.round(body.width * fine));
    const h = Math.max(1, Math.round(body.height * fine));
    scene.aim(view, fine);
    const drawn = drawShared(scene.scene, scene.camera, w, h);
    context.imageSmoothingQuality = 'high';
    if (drawn) context.drawImage(drawn.canvas, drawn.x, drawn.y, w, h, body.x, body.y, body.width, body.height);
    else context.drawImage(inSoftware(space, view, density), body.x, body.y, body.width, body.height);
    shapesToCanvas(context, axes.front, theme.font);
    shapesToCanvas(context, figure.shapes, theme.font);
    return { software: !drawn };
  }

  /** What lies at a px of the last picture (pictures on a ground of their own, for files, do not count). */
  read(x: number, y: number): Readout | undefined {
    return this.#last && readSpace(this.#last.plot, this.#last.space, this.#last.view, x, y);
  }

  /** Gives the scene's memory back. */
  dispose(): void {
    this.#built?.scene.dispose();
    this.#built = undefined;
    this.#last = undefined;
  }

  #build(plot: PlotData, range: JRange | undefined): Built {
    const name = JSON.stringify(range ?? null);
    if (this.#built?.plot === plot && this.#built.range === name) return this.#built;
    this.#built?.scene.dispose();
    const space = spaceOf(plot, range);
    this.#built = { plot, range: name, space, scene: buildScene(space) };
    return this.#built;
  }
}

function inSoftware(space: Space, view: Projection, density: number): AnyCanvas {
  const picture = rasterise(space, view, density);
  const layer = newCanvas(picture.width, picture.height);
  const data = new ImageData(picture.width, picture.height);
  data.data.set(picture.rgba);
  (layer.getContext('2d') as CanvasRenderingContext2D | null)?.putImageData(data, 0, 0);
  return layer;
}
