/** Scenes: masks that agree with labels and pixels, and pictures that depend on seed and number only. */
import { describe, expect, it } from 'vitest';
import { SCENE_CLASSES, SCENE_CONCEPTS, scenes } from '../../../src/methods/dissect/scenes.js';
import { silent } from '../stitching/networks.js';

const AREA = 32 * 32;
const set = await scenes({ count: 36, seed: 3, noise: 0 }, silent);
const mask = (i: number, concept: string) => {
  const at = (i * SCENE_CONCEPTS.length + SCENE_CONCEPTS.indexOf(concept)) * AREA;
  return set.concepts!.masks.subarray(at, at + AREA);
};
const GROUPS = [
  ['disc', 'square', 'triangle', 'cross'],
  ['red', 'green', 'blue'],
  ['plain', 'stripes', 'checks'],
];

describe('scenes', () => {
  it('show on every pixel one shape, one colour and one texture, or nothing', () => {
    expect(GROUPS.flat()).toEqual(SCENE_CONCEPTS);
    for (let i = 0; i < set.count; i++) {
      const shown = GROUPS.map((group) => group.map((concept) => mask(i, concept)));
      const wrong = Array.from({ length: AREA }, (_, at) =>
        shown.map((group) => group.filter((each) => each[at] === 1).length).join(),
      ).filter((found) => found !== '0,0,0' && found !== '1,1,1');
      expect(wrong).toEqual([]);
    }
  });

  it('have pixels of the colour that their mask says, and grey ones elsewhere', () => {
    const colours = ['red', 'green', 'blue'];
    for (let i = 0; i < set.count; i++) {
      const shown = colours.map((name) => mask(i, name));
      const wrong = Array.from({ length: AREA }, (_, at) => at).filter((at) => {
        const pixel = [0, 1, 2].map((c) => set.x[(i * 3 + c) * AREA + at]!);
        const colour = shown.findIndex((each) => each[at] === 1);
        return colour < 0 ? new Set(pixel).size > 1 : pixel[colour] !== Math.max(...pixel);
      });
      expect(wrong).toEqual([]);
    }
  });

  it('are labelled by the object that is largest by far', () => {
    for (let i = 0; i < set.count; i++) {
      const [colour, shape] = SCENE_CLASSES[set.labels![i]!]!.split(' ') as [string, string];
      const both = mask(i, shape).reduce((sum, on, at) => sum + on * mask(i, colour)[at]!, 0);
      expect(both).toBeGreaterThan(60);
      expect(set.labels![i]).toBe(i % 12);
    }
  });

  it('are the same again, and a longer set begins with a shorter one; another seed draws others', async () => {
    const longer = await scenes({ count: 40, seed: 3, noise: 0 }, silent);
    expect(set.x.every((value, at) => value === longer.x[at])).toBe(true);
    expect(set.concepts!.masks.every((value, at) => value === longer.concepts!.masks[at])).toBe(true);
    const other = (await scenes({ count: 36, seed: 4, noise: 0 }, silent)).x;
    expect(set.x.every((value, at) => value === other[at])).toBe(false);
  });
});
