/** The patterns of the ten textures: brightness from 0 to 1 over a square, with random phase, scale and orientation. */
import type { Stream } from '../../tensor/random.js';

/** Brightness from 0 to 1 at pixel (x, y). */
type Pattern = (x: number, y: number) => number;

const clamp = (t: number): number => Math.min(1, Math.max(0, t));

/** Random axes: (along, across) of a pixel, turned by an angle, in pixels from a random origin. */
function axes(draws: Stream, angle = draws.between(0, 2 * Math.PI)): (x: number, y: number) => [number, number] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [left, top] = [draws.between(0, 64), draws.between(0, 64)];
  return (x, y) => [cos * (x - left) + sin * (y - top), cos * (y - top) - sin * (x - left)];
}

/** Random values from 0 to 1 at whole numbers; `side` × `side` of them repeat, a power of two. */
function lattice(draws: Stream, side: number): Pattern {
  const values = Float64Array.from({ length: side * side }, () => draws.uniform());
  return (column, row) => values[(row & (side - 1)) * side + (column & (side - 1))]!;
}

/** Random values on a lattice, smooth in between. */
function smoothNoise(draws: Stream, side: number): Pattern {
  const at = lattice(draws, side);
  const fade = (t: number): number => t * t * (3 - 2 * t);
  return (x, y) => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [fade(x - left), fade(y - top)];
    const upper = at(left, top) * (1 - u) + at(left + 1, top) * u;
    const lower = at(left, top + 1) * (1 - u) + at(left + 1, top + 1) * u;
    return upper * (1 - v) + lower * v;
  };
}

/** Parallel waves. */
function grating(draws: Stream): Pattern {
  const turned = axes(draws);
  const frequency = (2 * Math.PI) / draws.between(4, 9);
  return (x, y) => 0.5 + 0.5 * Math.sin(frequency * turned(x, y)[0]);
}

/** Squares of two colours. */
function checkers(draws: Stream): Pattern {
  const turned = axes(draws);
  const frequency = (2 * Math.PI) / draws.between(7, 14);
  return (x, y) => {
    const [along, across] = turned(x, y);
    return clamp(0.5 + 3 * Math.sin(frequency * along) * Math.sin(frequency * across));
  };
}

/** Round dots, one at a random place in each cell of a turned lattice. */
function dots(draws: Stream): Pattern {
  const turned = axes(draws);
  const cell = draws.between(6, 10);
  const radius = draws.between(0.18, 0.28) * cell;
  const [right, down] = [lattice(draws, 16), lattice(draws, 16)];
  return (x, y) => {
    const [along, across] = turned(x, y);
    const [column, row] = [Math.floor(along / cell), Math.floor(across / cell)];
    const dx = along - cell * (column + 0.3 + 0.4 * right(column, row));
    const dy = across - cell * (row + 0.3 + 0.4 * down(column, row));
    return clamp(0.5 + radius - Math.sqrt(dx * dx + dy * dy));
  };
}

/** Islands with soft rims: smooth noise, its contrast raised. */
function blobs(draws: Stream): Pattern {
  const turned = axes(draws);
  const noise = smoothNoise(draws, 16);
  const cell = draws.between(4, 8);
  return (x, y) => {
    const [along, across] = turned(x, y);
    return clamp(0.5 + 4 * (noise(along / cell, across / cell) - 0.5));
  };
}

/** Noise without scale: each pixel by itself. */
const speckle = (draws: Stream): Pattern => lattice(draws, 32);

/** Noise of all scales: octaves of smooth noise, each 0.7 times as strong as the one of twice its size. */
function clouds(draws: Stream): Pattern {
  const octaves = [16, 8, 4, 2].map((cell) => ({
    cell,
    turned: axes(draws),
    noise: smoothNoise(draws, 64 / cell),
  }));
  return (x, y) => {
    let sum = 0;
    for (const { cell, turned, noise } of octaves) {
      const [along, across] = turned(x, y);
      sum += Math.sqrt(cell) * (noise(along / cell, across / cell) - 0.5);
    }
    return clamp(0.5 + sum / 5);
  };
}

/** Concentric waves around a random centre. */
function rings(draws: Stream): Pattern {
  const frequency = (2 * Math.PI) / draws.between(4, 9);
  const phase = draws.between(0, 2 * Math.PI);
  const [left, top] = [draws.between(4, 28), draws.between(4, 28)];
  return (x, y) => 0.5 + 0.5 * Math.sin(phase + frequency * Math.sqrt((x - left) ** 2 + (y - top) ** 2));
}

/** Two sets of thin lines that cross. */
function crossHatch(draws: Stream): Pattern {
  const angle = draws.between(0, 2 * Math.PI);
  const sets = [angle, angle + draws.between(0.3, 0.7) * Math.PI].map((direction) => ({
    turned: axes(draws, direction),
    spacing: draws.between(5, 9),
  }));
  return (x, y) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (const { turned, spacing } of sets) {
      const place = turned(x, y)[0] / spacing;
      nearest = Math.min(nearest, spacing * Math.abs(place - Math.round(place)));
    }
    return clamp(1.3 - nearest);
  };
}

/** One ramp over the picture. */
function gradient(draws: Stream): Pattern {
  const angle = draws.between(0, 2 * Math.PI);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const steepness = draws.between(0.6, 1.4) / 32;
  return (x, y) => clamp(0.5 + steepness * (cos * (x - 15.5) + sin * (y - 15.5)));
}

/** Noise drawn out in one direction, like wood. */
function grain(draws: Stream): Pattern {
  const turned = axes(draws);
  const noise = smoothNoise(draws, 32);
  const across = draws.between(1.5, 3);
  const along = across * draws.between(5, 9);
  return (x, y) => {
    const [u, v] = turned(x, y);
    return clamp(0.5 + 1.5 * (noise(u / along, v / across) - 0.5));
  };
}

/** What each class is called and how its pattern is drawn, in the order of the labels. */
export const TEXTURES: readonly (readonly [name: string, draw: (draws: Stream) => Pattern])[] = [
  ['grating', grating],
  ['checkers', checkers],
  ['dots', dots],
  ['blobs', blobs],
  ['speckle', speckle],
  ['clouds', clouds],
  ['rings', rings],
  ['cross-hatch', crossHatch],
  ['gradient', gradient],
  ['grain', grain],
];
