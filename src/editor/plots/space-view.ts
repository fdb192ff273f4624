/** 3-D plots on the page: axes and words as shapes, the data by three.js, or in software where WebGL is missing. Loaded on demand. */
import { axesBox } from '../../plot/box.js';
import { DEFAULT_CAMERA, type Projection, projection, SURFACE_CAMERA } from '../../plot/camera.js';
import { shapesToCanvas } from '../../plot/drawing.js';
import { layoutFigure } from '../../plot/figure.js';
import { jRange } from '../../plot/range.js';
import { rasterise } from '../../plot/raster.js';
import { type Readout, readSpace } from '../../plot/readout.js';
import { buildScene, type SpaceScene } from '../../plot/scene.js';
import { type Space, spaceOf } from '../../plot/space.js';
import { drawShared, whenRestored } from './shared-renderer.js';
import type { Scenery, View } from './view.js';

/** Opens a 3-D view inside an element. */
export function openSpace(host: HTMLElement): View {
  const canvas = document.createElement('canvas');
  host.append(canvas);
  let built:
    | { readonly of: unknown; readonly range: string; readonly space: Space; readonly scene: SpaceScene }
    | undefined;
  let last: { readonly scenery: Scenery; readonly view: Projection } | undefined;
  let frame = 0;

  const build = ({ plot, size }: Scenery): NonNullable<typeof built> => {
    const range = size.range ?? jRange(plot);
    const name = JSON.stringify(range ?? null);
    if (built && built.of === plot && built.range === name) return built;
    built?.scene.dispose();
    const space = spaceOf(plot, range);
    built = { of: plot, range: name, space, scene: buildScene(space) };
    return built;
  };

  const paint = (
    target: HTMLCanvasElement,
    scenery: Scenery,
    density: number,
    ground?: string,
  ): Projection | undefined => {
    const { plot, theme, size } = scenery;
    const range = size.range ?? jRange(plot);
    const { space, scene } = build(scenery);
    const figure = layoutFigure(plot, theme, size, range);
    const view = projection(
      scenery.camera ?? (plot.kind === 'surface' ? SURFACE_CAMERA : DEFAULT_CAMERA),
      figure.body,
      space.half,
    );
    const axes = axesBox(space, theme, view);
    const width = Math.max(1, Math.round(size.width * density));
    const height = Math.max(1, Math.round(size.height * density));
    if (target.width !== width) target.width = width;
    if (target.height !== height) target.height = height;
    const context = target.getContext('2d');
    if (!context) return undefined;
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
    else {
      const picture = rasterise(space, view, density);
      const data = new ImageData(picture.width, picture.height);
      data.data.set(picture.rgba);
      const layer = document.createElement('canvas');
      layer.width = picture.width;
      layer.height = picture.height;
      layer.getContext('2d')?.putImageData(data, 0, 0);
      context.drawImage(layer, body.x, body.y, body.width, body.height);
    }
    shapesToCanvas(context, axes.front, theme.font);
    shapesToCanvas(context, figure.shapes, theme.font);
    return view;
  };

  const draw = (scenery: Scenery): void => {
    canvas.style.width = `${scenery.size.width}px`;
    canvas.style.height = `${scenery.size.height}px`;
    const view = paint(canvas, scenery, window.devicePixelRatio || 1);
    last = view && { scenery, view };
  };
  let next: Scenery | undefined;
  const later = (scenery: Scenery): void => {
    next = scenery;
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      if (next) draw(next);
    });
  };
  const stop = whenRestored(() => last && later(last.scenery));

  return {
    draw(scenery) {
      if (last) later(scenery);
      else draw(scenery);
    },
    read(x, y): Readout | undefined {
      if (!last || !built) return undefined;
      return readSpace(last.scenery.plot, built.space, last.view, x, y);
    },
    picture(scenery, density) {
      const apart = document.createElement('canvas');
      paint(apart, scenery, density, scenery.theme.panel);
      return apart;
    },
    dispose() {
      stop();
      cancelAnimationFrame(frame);
      next = undefined;
      built?.scene.dispose();
      built = undefined;
      last = undefined;
      canvas.remove();
    },
  };
}
