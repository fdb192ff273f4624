/** Where the page orders pictures: from a worker, or from the page itself where there is none. */
import { proxy, wrap } from 'comlink';
import type { PlotData } from '../../catalog/views.js';
import type { Pictures } from './pictures.js';
import { WatchedPictures } from './watched-pictures.js';

/** Whoever draws, and the numbers of the plots that he keeps. */
export interface Desk {
  readonly pictures: Pictures;
  /** The number of a plot, which is handed over when it is asked for the first time and forgotten with the plot. */
  idOf(plot: PlotData): number;
  /** Calls back when pictures should be drawn again (WebGL was lost or came back); returns how to stop. */
  onChange(draw: () => void): () => void;
}

let makeWorker: (() => Worker) | undefined;
let worker: Promise<Desk> | undefined;
let page: Promise<Desk> | undefined;
let spaces: Promise<Desk> | undefined;

/** Lets pictures be drawn in a worker that runs `picture-worker.ts`. Without this call the page draws them itself. */
export function drawIn(make: () => Worker): void {
  makeWorker = make;
}

/** Who draws previews. */
export function previewDesk(): Promise<Desk> {
  worker ??= openWorker().catch(inPage); // a worker that cannot be loaded
  return worker;
}

/** Who draws 3-D plots: the worker, unless only the page has WebGL. Where none has, the worker draws in software. */
export function spaceDesk(): Promise<Desk> {
  spaces ??= previewDesk().then(async (desk) =>
    (await desk.pictures.webgl()) || !document.createElement('canvas').getContext('webgl2') ? desk : inPage(),
  );
  return spaces;
}

function inPage(): Promise<Desk> {
  page ??= makerInPage().then(deskOf);
  return page;
}

async function makerInPage(): Promise<Pictures> {
  const { PictureMaker } = await import('./picture-maker.js');
  return new PictureMaker();
}

async function openWorker(): Promise<Desk> {
  if (!makeWorker || typeof OffscreenCanvas === 'undefined') return inPage();
  const started = makeWorker();
  const remote = wrap<Pictures>(started) as unknown as Pictures; // every method gives a promise already
  const pictures = new WatchedPictures(started, remote, makerInPage);
  await pictures.drop(0); // it answers when it is loaded
  return deskOf(pictures);
}

async function deskOf(pictures: Pictures): Promise<Desk> {
  const ids = new WeakMap<PlotData, number>();
  const listeners = new Set<() => void>();
  // Plots are not changed and not closed by anyone: a plot that nobody can draw any more is forgotten.
  const gone = new FinalizationRegistry<number>((id) => void pictures.drop(id).catch(() => undefined));
  let last = 0;
  await pictures.watch(
    proxy(() => {
      for (const draw of listeners) draw();
    }),
  );
  return {
    pictures,
    idOf(plot) {
      const known = ids.get(plot);
      if (known !== undefined) return known;
      last += 1;
      ids.set(plot, last);
      gone.register(plot, last);
      // Messages keep their order: it is there before it is drawn. Where it could not cross, drawing it says so.
      pictures.keep(last, plot).catch(() => undefined);
      return last;
    },
    onChange(draw) {
      listeners.add(draw);
      return () => listeners.delete(draw);
    },
  };
}
