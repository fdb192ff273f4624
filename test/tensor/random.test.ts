import { describe, expect, it } from 'vitest';
import { PURPOSES, type Purpose, stream, threefry2x32 } from '../../src/tensor/random.js';

describe('threefry2x32', () => {
  // Random123 1.14, tests/kat_vectors, "threefry2x32 20": counter, key, answer
  it.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x243f6a88, 0x85a308d3],
      [0x13198a2e, 0x03707344],
      [0xc4923a9c, 0x483df7a0],
    ],
  ] as const)('encrypts %j under %j', (counter, key, answer) => {
    expect(threefry2x32(key, counter)).toEqual([...answer]);
  });
});

describe('stream', () => {
  const take = (n: number, f: () => number): number[] => Array.from({ length: n }, f);
  const mean = (v: number[]): number => v.reduce((a, b) => a + b, 0) / v.length;

  it('gives the same numbers again, and others for another seed, purpose or item', () => {
    const first = (seed: number, purpose: Purpose, item: number): number[] => {
      const s = stream(seed, purpose, item);
      return take(4, () => s.uniform());
    };
    const base = first(7, 'inputs', 3);
    expect(first(7, 'inputs', 3)).toEqual(base);
    for (const other of [
      first(8, 'inputs', 3),
      first(7, 'umap', 3),
      first(7, 'inputs', 4),
      first(7 + 2 ** 32, 'inputs', 3),
    ])
      expect(other.some((v) => base.includes(v))).toBe(false);
  });

  it('has no purpose that begins with another: its key would be a draw of the other', () => {
    // the fifth uniform of ('umap', item '-') is the key on the way to a purpose 'umap-…'
    const draws = stream(7, 'umap', '-'.charCodeAt(0));
    const fifth = take(5, () => draws.uniform())[4];
    const key = [...'umap-'].reduce<readonly [number, number]>(
      (key, character, place) => threefry2x32(key, [character.charCodeAt(0), place]),
      [7, 0],
    );
    expect(fifth).toBe(((key[0] >>> 5) * 2 ** 26 + (key[1] >>> 6)) / 2 ** 53);
    for (const a of PURPOSES) expect(PURPOSES.filter((b) => b.startsWith(a))).toEqual([a]);
  });

  it('draws uniforms with the moments of U[0, 1)', () => {
    const s = stream(1, 'test', 0);
    const v = take(50_000, () => s.uniform());
    expect(v.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(Math.abs(mean(v) - 1 / 2)).toBeLessThan(5 / Math.sqrt(12 * v.length)); // five standard errors
    expect(Math.abs(mean(v.map((x) => x * x)) - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / v.length));
  });

  it('draws normals with the moments of N(0, 1)', () => {
    const v = Array.from({ length: 50_000 }, (_, i) => stream(2, 'test', i).normal());
    expect(Math.abs(mean(v))).toBeLessThan(5 / Math.sqrt(v.length));
    expect(Math.abs(mean(v.map((x) => x ** 2)) - 1)).toBeLessThan(5 * Math.sqrt(2 / v.length));
    expect(Math.abs(mean(v.map((x) => x ** 4)) - 3)).toBeLessThan(5 * Math.sqrt(96 / v.length));
    const within = v.filter((x) => Math.abs(x) < 1).length / v.length; // erf(1/√2) = 0.682689
    expect(Math.abs(within - 0.682689)).toBeLessThan(5 * Math.sqrt((0.682689 * 0.317311) / v.length));
  });

  it('draws subsets that grow with their size, ascending, and numbers between two', () => {
    const few = stream(3, 'test subset', 0).subset(40, 7);
    const more = stream(3, 'test subset', 0).subset(40, 20);
    expect([...few]).toEqual([...new Set(few)].sort((a, b) => a - b));
    expect(few.length).toBe(7);
    expect(few.every((i) => i < 40 && more.includes(i))).toBe(true);
    expect([...stream(3, 'test subset', 0).subset(5, 9)]).toEqual([0, 1, 2, 3, 4]);
    expect([...stream(3, 'test subset', 0).permutation(40).slice(0, 7)].sort((a, b) => a - b)).toEqual([...few]);
    const u = stream(4, 'test between', 0).uniform();
    expect(stream(4, 'test between', 0).between(-2, 6)).toBe(-2 + 8 * u);
  });

  it('draws integers without bias and shuffles to permutations', () => {
    const s = stream(3, 'test', 0);
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 60_000; i++) counts[s.integer(6)]!++;
    for (const c of counts) expect(Math.abs(c - 10_000)).toBeLessThan(5 * Math.sqrt(60_000 * (1 / 6) * (5 / 6)));
    const order = s.shuffle(Uint32Array.from({ length: 100 }, (_, i) => i));
    expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('refuses seeds, items and ranges that it cannot honour', () => {
    expect(() => stream(-1, 'test', 0)).toThrow('expected a seed ≥ 0, got -1');
    expect(() => stream(1, 'test', 0.5)).toThrow('expected an item from 0 to 2^32 - 1, got 0.5');
    expect(() => stream(1, 'test', 0).integer(0)).toThrow('expected n from 1 to 2^32, got 0');
  });
});
