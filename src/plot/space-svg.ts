/** A 3-D plot as an SVG file: the axes and words as vectors, the data as a picture inside. */
import type { PlotData } from '../catalog/views.js';
import { axesBox } from './box.js';
import { projection, startCamera } from './camera.js';
import { type FigureSize, layoutFigure } from './figure.js';
import { pngAddress } from './png.js';
import { jRange } from './range.js';
import { rasterise } from './raster.js';
import { shapesToSvg } from './shapes.js';
import { spaceOf } from './space.js';
import type { Theme } from './theme.js';

/** A 3-D plot, seen from `camera`, as SVG text. `id` keeps its colour ramp apart from others on one page. */
export function spaceSvg(
  plot: PlotData,
  theme: Theme,
  size: FigureSize,
  camera = startCamera(plot),
  id = 'ramp',
): string {
  const range = size.range ?? jRange(plot);
  const figure = layoutFigure(plot, theme, size, range);
  const space = spaceOf(plot, range);
  const view = projection(camera, figure.body, space.half);
  const axes = axesBox(space, theme, view);
  const picture = rasterise(space, view, 2);
  const { x, y, width, height } = figure.body;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}">` +
    `<rect width="100%" height="100%" fill="${theme.panel}"/>` +
    shapesToSvg(axes.behind, theme.font) +
    `<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none" href="${pngAddress(picture.rgba, picture.width, picture.height)}"/>` +
    shapesToSvg(axes.front, theme.font) +
    shapesToSvg(figure.shapes, theme.font, id) +
    '</svg>'
  );
}
