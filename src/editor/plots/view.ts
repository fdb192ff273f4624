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
  readonly camera: Camera; // of 3-D plots
  readonly density: number; // device pixels per px
}

/** What a view tells about its pictures, which may come later than they are asked for. */
export interface ViewEvents {
  drawn(how: { readonly software: boolean }): void;
  failed(error: unknown): void;
}

/** A picture on the page. */
export interface View {
  /** Asks for the picture of a scenery; while one is drawn only the newest waits. */
  draw(scenery: Scenery): void;
  /** What lies at a px of the picture. */
  read(x: number, y: number): Promise<Readout | undefined>;
  /** The picture as a PNG file. */
  png(scenery: Scenery): Promise<Blob>;
  dispose(): void;
}
