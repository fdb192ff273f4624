import { describe, expect, it } from 'vitest';
import { type Dots, dotsPicture } from '../../src/plot/dots.js';
import type { Picture } from '../../src/plot/heat.js';
import { chart } from '../../src/plot/options.js';
import { light } from '../../src/plot/theme.js';
import { VIRIDIS } from '../../src/plot/viridis.js';
import { points } from './examples.js';

const dots = (list: readonly (readonly [x: number, y: number, tone: number])[], more: Partial<Dots> = {}): Dots => ({
  x: Float32Array.from(list, ([x]) => x),
  y: Float32Array.from(list, ([, y]) => y),
  tone: Uint8Array.from(list, ([, , tone]) => tone),
  radius: 6,
  opacity: 1,
  ...more,
});
const pixel = ({ rgba, width }: Picture, x: number, y: number): number[] => [
  ...rgba.subarray(4 * (y * width + x), 4 * (y * width + x) + 4),
];
const colour = (tone: number): number[] => [...VIRIDIS.subarray(3 * tone, 3 * tone + 3), 255];

describe('dots as a picture', () => {
  it('are discs of the right area, at the right place and density', () => {
    for (const density of [1, 2, 3]) {
      const picture = dotsPicture(dots([[20, 14, 200]]), 40, 30, density);
      expect([picture.width, picture.height]).toEqual([40 * density, 30 * density]);
      let cover = 0;
      let [x, y] = [0, 0];
      for (let py = 0; py < picture.height; py++)
        for (let px = 0; px < picture.width; px++) {
          const alpha = pixel(picture, px, py)[3]! / 255;
          cover += alpha;
          x += alpha * (px + 0.5);
          y += alpha * (py + 0.5);
        }
      expect(cover / (Math.PI * (6 * density) ** 2)).toBeCloseTo(1, 1);
      expect(x / cover / density).toBeCloseTo(20, 1);
      expect(y / cover / density).toBeCloseTo(14, 1);
      expect(pixel(picture, 20 * density, 14 * density)).toEqual(colour(200));
    }
  });

  it('cover those before them, and shine through by their opacity', () => {
    expect(
      pixel(
        dotsPicture(
          dots([
            [10, 10, 250],
            [10, 10, 5],
          ]),
          20,
          20,
          1,
        ),
        10,
        10,
      ),
    ).toEqual(colour(5));
    const half = pixel(
      dotsPicture(
        dots(
          [
            [10, 10, 250],
            [10, 10, 5],
          ],
          { opacity: 0.5 },
        ),
        20,
        20,
        1,
      ),
      10,
      10,
    );
    // Over a ground of nothing: a = ½ + ½·½, colour (½·new + ¼·old) / a.
    expect(half[3]).toBeCloseTo(255 * 0.75, -0.5);
    for (let c = 0; c < 3; c++)
      expect(Math.abs(half[c]! - (2 * VIRIDIS[15 + c]! + VIRIDIS[750 + c]!) / 3)).toBeLessThanOrEqual(2);
  });

  it('are cut at the edge and left out beyond it', () => {
    const picture = dotsPicture(
      dots([
        [0, 0, 100],
        [-30, 5, 100],
        [500, 5, 100],
      ]),
      20,
      20,
      1,
    );
    expect(pixel(picture, 0, 0)).toEqual(colour(100));
    expect(pixel(picture, 19, 5)).toEqual([0, 0, 0, 0]);
  });

  it('stand in a chart of many points where the axes say, low J on top', () => {
    const count = 900;
    const position = Float32Array.from({ length: 2 * count }, (_, k) =>
      k % 2 === 0 ? (k % 60) / 30 - 1 : (k % 58) / 29 - 1,
    );
    position.set([0.25, -0.5, 0.25, -0.5], 0); // two members at one place
    const values = Float32Array.from({ length: count }, (_, k) => (k === 0 ? 0 : 1));
    const plot = { ...points(2, { marks: [] }), position, values };
    let picture: Picture | undefined;
    const image = (given: Picture): CanvasImageSource => {
      picture = given;
      return {} as CanvasImageSource;
    };
    const { option, frame } = chart(plot, light, { width: 500, height: 400, image });
    const [series] = option.series as unknown as {
      renderItem(): { style: Record<'x' | 'y' | 'width' | 'height', number> };
    }[];
    const { style } = series!.renderItem();
    const { grid, x, y } = frame;
    const px = grid.x + (grid.width * (0.25 - x.low)) / (x.high - x.low) - style.x;
    const py = grid.y + (grid.height * (y.high + 0.5)) / (y.high - y.low) - style.y;
    const at = pixel(
      picture!,
      Math.round((px * picture!.width) / style.width),
      Math.round((py * picture!.height) / style.height),
    );
    expect(at).toEqual(colour(0));
  });
});
