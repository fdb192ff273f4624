/** What the two kinds of drawing (ECharts and three.js) give to PlotView. */
import type { PlotData } from '../../catalog/views.js';
import type { Camera } from '../../plot/camera.js';
import type { FigureSize } from '../../plot/figure.js';
import type { Readout } from '../../plot/readout.js';
import type { Theme } from '../../plot/theme.js';

/** Everything that a picture depends on. */
export interface Scenery {
  readonly plot: PlotData;
  readonly theme: Theme;
  readonly size: FigureSize;
  readonly camera?: Camera;
}

/** A picture on the page. */
export interface View {
  draw(scenery: Scenery): void;
  /** What lies at a px of the picture. */
  read(x: number, y: number): Readout | undefined;
  /** The picture on a canvas of its own, `density` device pixels per px. */
  picture(scenery: Scenery, density: number): HTMLCanvasElement;
  dispose(): void;
}
