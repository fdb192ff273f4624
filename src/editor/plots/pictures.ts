/** What is asked of whoever draws pictures off the page: previews, and 3-D plots with their words. */
import type { PlotData } from '../../catalog/views.js';
import type { Camera } from '../../plot/camera.js';
import type { FigureSize } from '../../plot/figure.js';
import type { Readout } from '../../plot/readout.js';
import type { Theme } from '../../plot/theme.js';

/** A plot as one sees it. Plots are named by the number that they were kept under. */
export interface Shot {
  readonly plot: number;
  readonly theme: Theme;
  readonly size: FigureSize;
  readonly camera: Camera;
  readonly density: number; // device pixels per px
}

/** A drawn picture; `software` where WebGL is missing. */
export interface Drawn {
  readonly bitmap: ImageBitmap;
  readonly software: boolean;
}

/** Draws pictures, in a worker or in the page. A view is one place on the page; it keeps its scene between pictures. */
export interface Pictures {
  /** Keeps a plot under a number, so that it crosses once however often it is drawn. */
  keep(id: number, plot: PlotData): Promise<void>;
  /** Forgets a plot. */
  drop(id: number): Promise<void>;
  /** A tiny picture without words, `width` × `height` px. */
  preview(plot: number, width: number, height: number, density: number): Promise<ImageBitmap>;
  /** Whether WebGL draws here. */
  webgl(): Promise<boolean>;
  /** Draws what a view shows now. */
  draw(view: number, shot: Shot): Promise<Drawn>;
  /** What lies at a px of the last picture of a view. */
  read(view: number, x: number, y: number): Promise<Readout | undefined>;
  /** A picture of a view on the theme's ground, as a PNG file. */
  png(view: number, shot: Shot): Promise<Blob>;
  /** Forgets a view and gives its memory back. */
  close(view: number): Promise<void>;
  /** Calls back whenever WebGL was lost or came back: pictures should be drawn again. */
  watch(changed: () => void): Promise<void>;
}
