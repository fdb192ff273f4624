import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, overlap, type Shape, textBox } from '../../src/plot/drawing.js';
import { markLabels } from '../../src/plot/mark-labels.js';
import { light } from '../../src/plot/theme.js';

type Text = Extract<Shape, { kind: 'text' }>;
const room: Box = { x: 0, y: 0, width: 400, height: 300 };
const texts = (shapes: readonly Shape[]): Text[] => shapes.filter((shape): shape is Text => shape.kind === 'text');
const boxOf = ({ x, y, text, size, align }: Text): Box => textBox(x, y, text, size, align);
const named = (spots: readonly (readonly [number, number])[]) =>
  spots.map(([x, y], k) => ({ x, y, name: `θ${'₀₁₂₃₄₅₆₇'[k]}` }));
/** A dot without its rim. */
const dotBox = ({ x, y }: { x: number; y: number }): Box => ({ x: x - 5, y: y - 5, width: 10, height: 10 });

describe('names of marks', () => {
  it('stand beside a lone dot without a line', () => {
    const shapes = markLabels(named([[200, 150]]), light, room, []);
    expect(shapes).toHaveLength(1);
    const box = boxOf(texts(shapes)[0]!);
    expect(Math.abs(box.y + box.height / 2 - 150)).toBeLessThan(1);
    expect(box.x - 200).toBeGreaterThan(5);
    expect(box.x - 200).toBeLessThan(15);
  });

  it('are all there, apart, inside and off the other dots, however the dots crowd', () => {
    const spot = fc.tuple(fc.integer({ min: 60, max: 340 }), fc.integer({ min: 60, max: 240 }));
    fc.assert(
      fc.property(fc.array(spot, { minLength: 1, maxLength: 6 }), (spots) => {
        const dots = named(spots);
        const shapes = markLabels(dots, light, room, []);
        const labels = texts(shapes);
        expect(labels.flatMap(({ text }) => text.split(', ')).sort()).toEqual(dots.map(({ name }) => name).sort());
        labels.forEach((label, k) => {
          const box = boxOf(label);
          expect(box.x).toBeGreaterThanOrEqual(room.x);
          expect(box.y).toBeGreaterThanOrEqual(room.y);
          expect(box.x + box.width).toBeLessThanOrEqual(room.x + room.width);
          expect(box.y + box.height).toBeLessThanOrEqual(room.y + room.height);
          for (const other of labels.slice(k + 1)) expect(overlap(box, boxOf(other))).toBe(false);
          for (const dot of dots)
            if (!label.text.split(', ').includes(dot.name)) expect(overlap(box, dotBox(dot))).toBe(false);
        });
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('of dots on one spot are one name, at that spot: a name alone would be taken for the dot on top', () => {
    const dots = named([
      [200, 150],
      [100, 80],
      [201, 152],
      [203, 151],
    ]);
    const labels = texts(markLabels(dots, light, room, []));
    expect(labels.map(({ text }) => text).sort()).toEqual(['θ₀, θ₂, θ₃', 'θ₁']);
    const box = boxOf(labels.find(({ text }) => text.startsWith('θ₀'))!);
    expect(Math.abs(box.y + box.height / 2 - 151)).toBeLessThan(2);
    expect(box.x).toBeGreaterThan(203);
    expect(box.x).toBeLessThan(220);
  });

  it('that stand off have a line from their own dot to themselves', () => {
    const dots = named([
      [200, 150],
      [206, 150],
      [200, 156],
      [206, 156],
      [212, 150],
      [194, 153],
    ]);
    const shapes = markLabels(dots, light, room, []);
    const lines = shapes.filter((shape) => shape.kind === 'line');
    expect(lines.length).toBeGreaterThan(0);
    for (const { points } of lines) {
      const dot = dots.find(({ x, y }) => x === points[0] && y === points[1])!;
      const box = boxOf(texts(shapes).find(({ text }) => text === dot.name)!);
      expect(overlap(box, { x: points[2]!, y: points[3]!, width: 0, height: 0 }, 0.01)).toBe(true);
    }
  });

  it('keep clear of what is taken, and take their own places', () => {
    const taken: Box[] = [{ x: 200, y: 130, width: 60, height: 40 }];
    const [label] = texts(markLabels(named([[195, 150]]), light, room, taken));
    expect(overlap(boxOf(label!), taken[0]!)).toBe(false);
    expect(taken).toHaveLength(2);
  });

  it('that find no free place are there all the same', () => {
    const full: Box[] = [{ x: -500, y: -500, width: 1500, height: 1500 }];
    expect(texts(markLabels(named([[200, 150]]), light, room, full))).toHaveLength(1);
  });
});
