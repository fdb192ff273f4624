/** Pictures from a worker for as long as it lives; from the page, by the same code, when it has died. */
import type { PlotData } from '../../catalog/views.js';
import type { Readout } from '../../plot/readout.js';
import { Lifeline } from '../../tensor/lifeline.js';
import type { Drawn, Pictures, Shot } from './pictures.js';

const SILENCE = 10_000; // ms without an answer after an uncaught error, until the worker counts as dead

/** What is needed of a worker itself. */
export interface Mortal {
  addEventListener(type: 'error', listener: () => void): void;
  terminate(): void;
}

/** Asks the worker; when it dies, what waits and what is asked later is drawn in the page, and every picture is drawn anew. */
export class WatchedPictures implements Pictures {
  readonly #life = new Lifeline();
  readonly #plots = new Map<number, WeakRef<PlotData>>(); // the desk forgets plots that nobody can draw any more
  readonly #listeners = new Set<() => void>();
  #answered = false;
  #dead = false;
  #page: Promise<Pictures> | undefined;

  constructor(
    worker: Mortal,
    private readonly remote: Pictures,
    private readonly inPage: () => Promise<Pictures>,
    silence = SILENCE,
  ) {
    const die = (): void => {
      if (this.#dead) return;
      this.#dead = true;
      worker.terminate();
      this.#life.cut(new Error('the worker that draws has stopped'));
      this.#moved().then(
        () => {
          for (const draw of this.#listeners) draw();
        },
        () => undefined, // whoever asks next hears why
      );
    };
    worker.addEventListener('error', () => {
      if (!this.#answered) return die();
      const silent = setTimeout(die, silence); // an error in some callback need not be its end
      this.#life.within(remote.drop(0)).then(
        () => clearTimeout(silent),
        () => undefined,
      );
    });
  }

  keep(id: number, plot: PlotData): Promise<void> {
    this.#plots.set(id, new WeakRef(plot));
    return this.#ask((pictures) => pictures.keep(id, plot));
  }

  drop(id: number): Promise<void> {
    this.#plots.delete(id);
    return this.#ask((pictures) => pictures.drop(id));
  }

  preview(plot: number, width: number, height: number, density: number): Promise<ImageBitmap> {
    return this.#ask((pictures) => pictures.preview(plot, width, height, density));
  }

  webgl(): Promise<boolean> {
    return this.#ask((pictures) => pictures.webgl());
  }

  draw(view: number, shot: Shot): Promise<Drawn> {
    return this.#ask((pictures) => pictures.draw(view, shot));
  }

  read(view: number, x: number, y: number): Promise<Readout | undefined> {
    return this.#ask((pictures) => pictures.read(view, x, y));
  }

  png(view: number, shot: Shot): Promise<Blob> {
    return this.#ask((pictures) => pictures.png(view, shot));
  }

  close(view: number): Promise<void> {
    return this.#ask((pictures) => pictures.close(view));
  }

  watch(changed: () => void): Promise<void> {
    this.#listeners.add(changed);
    return this.#ask((pictures) => pictures.watch(changed));
  }

  async #ask<T>(question: (pictures: Pictures) => Promise<T>): Promise<T> {
    if (!this.#dead) {
      try {
        const answer = await this.#life.within(question(this.remote));
        this.#answered = true;
        return answer;
      } catch (error) {
        if (!this.#dead) throw error;
      }
    }
    return question(await this.#moved());
  }

  /** The page's pictures, which are handed all that the worker held. */
  #moved(): Promise<Pictures> {
    this.#page ??= this.inPage().then(async (page) => {
      for (const [id, reference] of this.#plots) {
        const plot = reference.deref();
        if (plot) await page.keep(id, plot);
      }
      for (const changed of this.#listeners) await page.watch(changed);
      return page;
    });
    return this.#page;
  }
}
