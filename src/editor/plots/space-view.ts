/** 3-D plots on the page: a canvas that shows the pictures it is sent. Loaded on demand. */
import { spaceDesk } from './picture-desk.js';
import type { Shot } from './pictures.js';
import type { Scenery, View, ViewEvents } from './view.js';

let views = 0;

/** Opens a 3-D view inside an element. */
export async function openSpace(host: HTMLElement, events: ViewEvents): Promise<View> {
  const desk = await spaceDesk();
  const { pictures } = desk;
  views += 1;
  const view = views;
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('bitmaprenderer');
  let wanted: Scenery | undefined; // the last that was asked for, drawn or being drawn
  let next: Scenery | undefined;
  let drawing = false;
  let closed = false;

  const shot = ({ plot, ...rest }: Scenery): Shot => ({ ...rest, plot: desk.idOf(plot) });
  const show = async (scenery: Scenery): Promise<void> => {
    const { bitmap, software } = await pictures.draw(view, shot(scenery));
    if (closed) return bitmap.close();
    const { width, height } = scenery.size;
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    context?.transferFromImageBitmap(bitmap);
    if (!canvas.isConnected) host.append(canvas);
    events.drawn({ software });
  };
  const work = async (): Promise<void> => {
    drawing = true;
    while (next && !closed) {
      const scenery = next;
      next = undefined;
      await show(scenery).catch((error: unknown) => !closed && events.failed(error));
    }
    drawing = false;
  };
  const draw = (scenery: Scenery): void => {
    wanted = scenery;
    next = scenery;
    if (!drawing) void work();
  };
  const stop = desk.onChange(() => wanted && draw(wanted));

  return {
    draw,
    read: (x, y) => pictures.read(view, x, y),
    png: (scenery) => pictures.png(view, shot(scenery)),
    dispose() {
      closed = true;
      stop();
      pictures.close(view).catch(() => undefined); // nobody looks at it any more
      canvas.remove();
    },
  };
}
