/** Generated colour pictures of shapes that say of every pixel what it shows: for network dissection. */
import { formatCount, formatNumber } from '../../catalog/text.js';
import type { Inputs } from '../../catalog/values.js';
import type { WorkControl } from '../../catalog/work.js';
import { type Stream, stream } from '../../tensor/random.js';
import { breather } from '../progress.js';

/** What to draw. */
export interface SceneOptions {
  readonly count: number; // N
  readonly seed: number;
  readonly noise: number; // standard deviation of each channel of a pixel
}

/** Pixels on a side. */
const SCENE_SIDE = 32;
const AREA = SCENE_SIDE ** 2;

/** Whether (x, y) is in a shape of size 1 about the origin. */
const SHAPES = {
  disc: (x: number, y: number) => x * x + y * y <= 1,
  square: (x: number, y: number) => Math.max(Math.abs(x), Math.abs(y)) <= 0.85,
  triangle: (x: number, y: number) => y >= -0.65 && Math.abs(x) <= (1.15 - y) * 0.6,
  cross: (x: number, y: number) =>
    Math.min(Math.abs(x), Math.abs(y)) <= 0.32 && Math.max(Math.abs(x), Math.abs(y)) <= 1.05,
} as const;
/** Red, green, blue. */
const COLOURS = { red: [0.85, 0.2, 0.2], green: [0.2, 0.75, 0.25], blue: [0.25, 0.35, 0.9] } as const;
/** Brightness, from −1 to 1, at pixels along and across the texture's direction. */
const TEXTURES = {
  plain: () => 0,
  stripes: (u: number) => (Math.sin((2 * Math.PI * u) / 4) > 0 ? 1 : -1),
  checks: (u: number, v: number) => (Math.sin((2 * Math.PI * u) / 5) * Math.sin((2 * Math.PI * v) / 5) > 0 ? 1 : -1),
} as const;

const SHAPE_NAMES = Object.keys(SHAPES) as readonly (keyof typeof SHAPES)[];
const COLOUR_NAMES = Object.keys(COLOURS) as readonly (keyof typeof COLOURS)[];
const TEXTURE_NAMES = Object.keys(TEXTURES) as readonly (keyof typeof TEXTURES)[];

/** Names of the concepts: shapes, colours, textures. */
export const SCENE_CONCEPTS: readonly string[] = [...SHAPE_NAMES, ...COLOUR_NAMES, ...TEXTURE_NAMES];
/** Names of the classes: colour and shape of the large object. */
export const SCENE_CLASSES: readonly string[] = SHAPE_NAMES.flatMap((shape) =>
  COLOUR_NAMES.map((colour) => `${colour} ${shape}`),
);

/** One object of a scene. */
interface Thing {
  readonly shape: number;
  readonly colour: number;
  readonly texture: number;
  readonly x: number; // centre, pixels
  readonly y: number;
  readonly size: number; // pixels
  readonly angle: number; // radians
}

/**
 * N pictures, [N, 3, 32, 32] in [0, 1], with a mask for each concept, [N, 10, 32, 32]. A picture shows two small objects and, before
 * them, a large one, on grey with noise. Picture i is of class i mod 12 by the large one, and depends on (seed, i) and the noise only.
 */
export async function scenes({ count, seed, noise }: SceneOptions, control: WorkControl): Promise<Inputs> {
  const x = new Float32Array(count * 3 * AREA);
  const masks = new Uint8Array(count * SCENE_CONCEPTS.length * AREA);
  const pause = breather(control);
  for (let i = 0; i < count; i++) {
    await pause(i / count);
    const draws = stream(seed, 'scenes', i);
    const label = i % SCENE_CLASSES.length;
    const things = [small(draws), small(draws), large(draws, label)];
    const pixels = x.subarray(i * 3 * AREA, (i + 1) * 3 * AREA);
    pixels.fill(0.35 + 0.3 * draws.uniform());
    const shown = masks.subarray(i * SCENE_CONCEPTS.length * AREA, (i + 1) * SCENE_CONCEPTS.length * AREA);
    for (const thing of things) paint(thing, pixels, shown, draws);
    for (let k = 0; k < pixels.length; k++)
      pixels[k] = Math.min(1, Math.max(0, pixels[k]! + (noise > 0 ? noise * draws.normal() : 0)));
  }
  return {
    type: 'Inputs',
    x,
    count,
    item: [3, SCENE_SIDE, SCENE_SIDE],
    weights: new Float32Array(count).fill(1 / count),
    labels: Int32Array.from({ length: count }, (_, i) => i % SCENE_CLASSES.length),
    classes: SCENE_CLASSES,
    concepts: { names: SCENE_CONCEPTS, masks },
    source: `${formatCount(count)} generated scenes, noise ${formatNumber(noise)}, seed ${seed}`,
  };
}

function small(draws: Stream): Thing {
  return {
    shape: draws.integer(SHAPE_NAMES.length),
    colour: draws.integer(COLOUR_NAMES.length),
    texture: draws.integer(TEXTURE_NAMES.length),
    x: draws.between(3, SCENE_SIDE - 3),
    y: draws.between(3, SCENE_SIDE - 3),
    size: draws.between(3, 4.5),
    angle: draws.between(0, 2 * Math.PI),
  };
}

function large(draws: Stream, label: number): Thing {
  return {
    shape: Math.floor(label / COLOUR_NAMES.length),
    colour: label % COLOUR_NAMES.length,
    texture: draws.integer(TEXTURE_NAMES.length),
    x: draws.between(10, SCENE_SIDE - 10),
    y: draws.between(10, SCENE_SIDE - 10),
    size: draws.between(7, 10),
    angle: draws.between(0, 2 * Math.PI),
  };
}

/** Paints an object over what is there, and marks its concepts in place of those that it hides. */
function paint(thing: Thing, pixels: Float32Array, masks: Uint8Array, draws: Stream): void {
  const { x, y, size, angle } = thing;
  const inside = SHAPES[SHAPE_NAMES[thing.shape]!];
  const texture = TEXTURES[TEXTURE_NAMES[thing.texture]!];
  const colour = COLOURS[COLOUR_NAMES[thing.colour]!].map((level) => level + draws.between(-0.1, 0.1));
  const phase = [draws.between(0, 20), draws.between(0, 20)] as const;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const own = new Set([
    thing.shape,
    SHAPE_NAMES.length + thing.colour,
    SHAPE_NAMES.length + COLOUR_NAMES.length + thing.texture,
  ]);
  for (let at = 0; at < AREA; at++) {
    const [dx, dy] = [(at % SCENE_SIDE) + 0.5 - x, Math.floor(at / SCENE_SIDE) + 0.5 - y];
    const [u, v] = [cos * dx + sin * dy, cos * dy - sin * dx];
    if (!inside(u / size, v / size)) continue;
    const tone = 0.25 * texture(u + phase[0], v + phase[1]);
    for (let c = 0; c < 3; c++) pixels[c * AREA + at] = colour[c]! + tone;
    for (let k = 0; k < SCENE_CONCEPTS.length; k++) masks[k * AREA + at] = own.has(k) ? 1 : 0;
  }
}
