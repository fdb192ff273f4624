import { afterAll, expect, it, vi } from 'vitest';
import { PictureMaker } from '../../../src/editor/plots/picture-maker.js';
import type { Shot } from '../../../src/editor/plots/pictures.js';
import { points } from '../../plot/examples.js';

/** Painters that say what they hold, loaded when the test says so. */
const loading = vi.hoisted(() => {
  let finish: () => void = () => undefined;
  const loaded = new Promise<void>((done) => {
    finish = done;
  });
  return { loaded, finish: () => finish(), holding: new Set<object>(), painted: 0 };
});
vi.mock('../../../src/editor/plots/space-painter.js', async () => {
  await loading.loaded;
  return {
    hasWebGl: () => true,
    onWebGlChange: () => undefined,
    SpacePainter: class {
      paint() {
        loading.painted++;
        loading.holding.add(this);
        return { software: false };
      }
      read() {
        return undefined;
      }
      dispose() {
        loading.holding.delete(this);
      }
    },
  };
});
vi.stubGlobal(
  'OffscreenCanvas',
  class {
    transferToImageBitmap = () => ({}) as ImageBitmap;
  },
);
afterAll(() => vi.unstubAllGlobals());

it('gives back what a view holds that was closed while its painter was loaded', async () => {
  const maker = new PictureMaker();
  await maker.keep(1, points(3));
  const shot = { plot: 1 } as Shot;
  const drawn = [maker.draw(1, shot), maker.draw(1, shot), maker.draw(2, shot)];
  const closed = maker.close(1);
  loading.finish();
  await Promise.all([...drawn, closed]);
  expect(loading.painted).toBe(3);
  expect(loading.holding.size).toBe(1); // of view 2
  await maker.close(2);
  expect(loading.holding.size).toBe(0);
  await maker.close(3); // never drawn
});
