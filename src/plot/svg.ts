/** Plots as SVG files, drawn without a browser. */
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { PlotData } from '../catalog/views.js';
import { legalXml } from './drawing.js';
import { PARTS } from './echarts-parts.js';
import type { FigureSize } from './figure.js';
import { chartOptions, is3d } from './options.js';
import { spaceSvg } from './space-svg.js';
import type { Theme } from './theme.js';

echarts.use([...PARTS, SVGRenderer]);

/**
 * A plot as an SVG file with heading and caption; a 3-D one from its first camera. `id` begins the names inside and keeps several pictures
 * on one page apart; equal plots give equal text.
 */
export function plotSvg(
  plot: PlotData,
  theme: Theme,
  size: FigureSize = { width: 640, height: 480 },
  id = 'plot',
): string {
  const full = { heading: true, caption: true, ...size };
  if (is3d(plot)) return spaceSvg(plot, theme, full, undefined, `${id}-ramp`);
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: size.width, height: size.height });
  try {
    chart.setOption({ ...chartOptions(plot, theme, full), backgroundColor: theme.panel });
    return legalXml(plain(chart.renderToSVGString(), id));
  } finally {
    chart.dispose();
  }
}

/** Takes away what ECharts adds for scripts (classes, hover styles, data names) and numbers the names inside from 0. */
function plain(svg: string, id: string): string {
  const names = new Map<string, string>();
  return svg
    .replace(/<style[^>]*>.*?<\/style>/gs, '')
    .replace(/ (?:ecmeta_\w+|class|pointer-events)="[^"]*"/g, '')
    .replace(/zr\d+-\w+/g, (name) => {
      if (!names.has(name)) names.set(name, `${id}-${names.size}`);
      return names.get(name)!;
    });
}
