import { describe, expect, it, vi } from 'vitest';
import type { Drawn, Pictures, Shot } from '../../../src/editor/plots/pictures.js';
import { WatchedPictures } from '../../../src/editor/plots/watched-pictures.js';
import { points } from '../../plot/examples.js';

const shot = { plot: 1 } as Shot;
const answer = (software: boolean): Drawn => ({ bitmap: {} as ImageBitmap, software });

/** Pictures that remember their plots and say by `software` who has drawn. */
function painter(software: boolean) {
  const plots = new Map<number, unknown>();
  const watching: (() => void)[] = [];
  const pictures: Pictures = {
    keep: async (id, plot) => void plots.set(id, plot),
    drop: async (id) => void plots.delete(id),
    preview: async () => ({}) as ImageBitmap,
    webgl: async () => !software,
    draw: async (_, { plot }) => {
      if (!plots.has(plot)) throw new Error(`no plot ${plot}`);
      return answer(software);
    },
    read: async () => undefined,
    png: async () => new Blob(),
    close: async () => undefined,
    watch: async (changed) => void watching.push(changed),
  };
  return { pictures, plots, watching };
}

/** A worker with what it draws, which can fail and die. */
function worker() {
  const inside = painter(false);
  let dead = false;
  let report: () => void = () => undefined;
  const never = new Promise<never>(() => undefined);
  const remote = new Proxy(inside.pictures, {
    get: (to, key: keyof Pictures) => (dead ? () => never : to[key]),
  });
  return {
    remote,
    plots: inside.plots,
    terminate: vi.fn(),
    addEventListener: (_: 'error', listener: () => void) => {
      report = listener;
    },
    fail: () => report(),
    die: () => {
      dead = true;
    },
  };
}

describe('pictures from a worker', () => {
  it('are drawn there while it lives, also after an error that it survives', async () => {
    const there = worker();
    const pictures = new WatchedPictures(there, there.remote, async () => painter(true).pictures, 20);
    await pictures.keep(1, points(3));
    there.fail();
    await new Promise((done) => setTimeout(done, 60));
    expect(await pictures.draw(1, shot)).toEqual(answer(false));
    expect(there.terminate).not.toHaveBeenCalled();
  });

  it('are drawn in the page when it dies after it was loaded: those that wait, those asked later, and all anew', async () => {
    const there = worker();
    const here = painter(true);
    const pictures = new WatchedPictures(there, there.remote, async () => here.pictures, 20);
    const plot = points(3);
    const anew = vi.fn();
    await pictures.watch(anew);
    await pictures.keep(1, plot);
    there.die();
    const waits = pictures.draw(1, shot);
    there.fail();
    expect(await waits).toEqual(answer(true));
    expect(await pictures.draw(2, shot)).toEqual(answer(true));
    expect(here.plots.get(1)).toBe(plot);
    expect(here.watching).toEqual([anew]);
    expect(anew).toHaveBeenCalledTimes(1);
    expect(there.terminate).toHaveBeenCalledTimes(1);
  });

  it('are drawn in the page at once when it fails before it has answered', async () => {
    const there = worker();
    there.die();
    const pictures = new WatchedPictures(there, there.remote, async () => painter(true).pictures);
    const loaded = pictures.drop(0);
    there.fail();
    await loaded;
    expect(await pictures.webgl()).toBe(false);
  });

  it('reject with what went wrong inside a worker that lives', async () => {
    const there = worker();
    const pictures = new WatchedPictures(there, there.remote, async () => painter(true).pictures);
    await expect(pictures.draw(1, { ...shot, plot: 7 })).rejects.toThrow('no plot 7');
  });
});
