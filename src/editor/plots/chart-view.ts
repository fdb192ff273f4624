/** 2-D plots on the page: ECharts with the canvas renderer and only the parts that our options use. Loaded on demand. */
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { ChartFrame } from '../../plot/chart-frame.js';
import { PARTS } from '../../plot/echarts-parts.js';
import type { Picture } from '../../plot/heat.js';
import { chart } from '../../plot/options.js';
import { type Readout, readChart } from '../../plot/readout.js';
import { pngOf } from './canvas.js';
import type { Scenery, View, ViewEvents } from './view.js';

echarts.use([...PARTS, CanvasRenderer]);

const canvases = new WeakMap<Picture, HTMLCanvasElement>();

/** A picture as a canvas, so that it is drawn at once and not when an image has loaded. */
function image(picture: Picture): HTMLCanvasElement {
  const known = canvases.get(picture);
  if (known) return known;
  const canvas = document.createElement('canvas');
  canvas.width = picture.width;
  canvas.height = picture.height;
  const data = new ImageData(picture.width, picture.height);
  data.data.set(picture.rgba);
  canvas.getContext('2d')?.putImageData(data, 0, 0);
  canvases.set(picture, canvas);
  return canvas;
}

/** Opens a chart inside an element. */
export function openChart(host: HTMLElement, events: ViewEvents): View {
  let view: echarts.ECharts | undefined;
  let sharp = 0;
  let last: { readonly scenery: Scenery; readonly frame: ChartFrame } | undefined;
  return {
    draw(scenery) {
      const { plot, theme, size, density } = scenery;
      const { width, height } = size;
      if (density !== sharp) view?.dispose();
      if (!view || density !== sharp)
        view = echarts.init(host, null, { renderer: 'canvas', width, height, devicePixelRatio: density });
      sharp = density;
      if (view.getWidth() !== width || view.getHeight() !== height) {
        view.clear(); // else the old picture would be drawn once more in the new size
        view.resize({ width, height });
      }
      try {
        const { option, frame } = chart(plot, theme, { ...size, image });
        view.setOption(option, { notMerge: true });
        last = { scenery, frame };
        events.drawn({ software: false });
      } catch (error) {
        events.failed(error);
      }
    },
    async read(x, y): Promise<Readout | undefined> {
      return last && readChart(last.scenery.plot, last.frame, x, y);
    },
    async png({ plot, theme, size, density }) {
      const apart = document.createElement('div');
      const { width, height } = size;
      const drawn = echarts.init(apart, null, { renderer: 'canvas', width, height, devicePixelRatio: density });
      try {
        const { option } = chart(plot, theme, { ...size, image });
        drawn.setOption({ ...option, backgroundColor: theme.panel });
        return await pngOf(drawn.renderToCanvas({ pixelRatio: density, backgroundColor: theme.panel }));
      } finally {
        drawn.dispose();
      }
    },
    dispose() {
      view?.dispose();
      view = undefined;
    },
  };
}
