/** ECharts options of the 2-D plots. Options hold functions and are made here only: none is ever taken from a document. */
import type { EChartsOption } from 'echarts';
import { FiberscopeError } from '../catalog/errors.js';
import type { PlotData } from '../catalog/views.js';
import type { Chart } from './chart-frame.js';
import { contourChart } from './contour-chart.js';
import { curvesChart } from './curves-chart.js';
import type { FigureSize } from './figure.js';
import { lineChart } from './line-chart.js';
import { matrixChart } from './matrix-chart.js';
import { picturesChart } from './pictures-chart.js';
import { pointsChart } from './points-chart.js';
import type { Theme } from './theme.js';

/** True for a plot that is drawn in three dimensions. */
export function is3d(plot: PlotData): boolean {
  return plot.kind === 'surface' || plot.kind === 'iso-surface' || (plot.kind === 'points' && plot.dimension === 3);
}

/** True for a plot that is a picture; a table is not. */
export function isPicture(plot: PlotData): plot is Exclude<PlotData, { kind: 'table' }> {
  return plot.kind !== 'table';
}

/** The ECharts options of a 2-D plot (a surface is drawn as its contour map). */
export function chartOptions(plot: PlotData, theme: Theme, size: FigureSize): EChartsOption {
  return chart(plot, theme, size).option;
}

/** The options and the frame of a 2-D plot. */
export function chart(plot: PlotData, theme: Theme, size: FigureSize): Chart {
  if (plot.kind === 'curves') return curvesChart(plot, theme, size);
  if (plot.kind === 'matrix') return matrixChart(plot, theme, size);
  if (plot.kind === 'pictures') return picturesChart(plot, theme, size);
  if (plot.kind === 'line') return lineChart(plot, theme, size);
  if (plot.kind === 'contour' || plot.kind === 'surface') return contourChart(plot, theme, size);
  if (plot.kind === 'points' && plot.dimension === 2) return pointsChart(plot, theme, size);
  throw new FiberscopeError('internal', `plot '${plot.title}': ${plot.kind} is not a 2-D plot`);
}
