/**
 * Derivatives by weights and biases in emitted SIMD code: ∂J/∂w[o, k] = Σ over places and inputs of dz[o] · x[tap k]. A tile of
 * units × taps stays in registers, four inputs to each, while places and inputs go by; the four are added at the end.
 */
import { type Emit, FunctionWriter } from '../fused/wasm-emitter.js';
import { countOf } from './levels.js';
import { advance, nest, type Round, times } from './loops.js';
import { rounds } from './pointwise.js';
import { fanIn, type LinearStage } from './stages.js';
import type { Tile } from './sums.js';

/** Units × taps of a tile; at most nine sums and what they are made of fit the registers. Measured. */
export function gradientTile(taps: number): Tile {
  if (taps % 4 === 0 || taps > 8) return { units: 2, registers: 4 };
  if (taps % 3 === 0) return { units: 3, registers: 3 };
  return { units: taps === 5 ? 1 : 2, registers: Math.min(5, taps) };
}

/** The four lanes of a register added, in each lane. */
export function added(f: FunctionWriter, sum: number): void {
  const { get, simd, lanes } = f;
  f.set(sum, simd('f32x4_add', get(sum), lanes([2, 3, 0, 1], get(sum), get(sum))));
  f.set(sum, simd('f32x4_add', get(sum), lanes([1, 0, 3, 2], get(sum), get(sum))));
}

/** memory[address + offset] += the first lane. */
function addLane(f: FunctionWriter, address: Emit, sum: number, offset: number): void {
  f.set(sum, f.simd('f32x4_add', f.get(sum), f.load('load32_zero', address, offset)));
  f.storeLane(address, f.get(sum), 0, offset);
}

/** The loops over places and the registers of a row: over all at once where rows follow one another on both sides. */
function throughPlaces({ positions }: LinearStage, width: number): Round[] {
  const loops = rounds(positions, width);
  const last = loops.at(-1);
  if (last?.bytes.every((step) => step === 4 * width) !== true)
    return [...loops, { count: width / 4, bytes: [16, 16] }];
  return [...loops.slice(0, -1), { count: (last.count * width) / 4, bytes: [16, 16] }];
}

/**
 * The function (x, dz, dw, tiles, rest): adds to dw [units, K] of whole tiles of units, at least one, and of the units after
 * them that make no whole tile where `rest` is not 0.
 */
export function weightGradient(stage: LinearStage, width: number, tile?: Tile): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'i32', 'i32', 'i32']);
  const [x, dz, dw, tiles, last] = [0, 1, 2, 3, 4] as const;
  const { get, simd, load } = f;
  const row = 4 * width;
  const K = fanIn(stage);
  const inner = stage.taps.at(-1) ?? { count: 1, step: 1 };
  const { units, registers: across } = tile ?? gradientTile(inner.count);
  const v128 = (): number => f.local('v128');
  const sums = Array.from({ length: units }, () => Array.from({ length: across }, v128));
  const values = Array.from({ length: across }, v128);
  const slope = v128();
  const [a, d] = [f.local('i32'), f.local('i32')];
  const places = throughPlaces(stage, width);

  const oneTile = (rows: number, taps: number): void => {
    for (let u = 0; u < rows; u++) for (let k = 0; k < taps; k++) f.set(sums[u]![k]!, f.f32x4(0));
    f.set(a, get(x));
    f.set(d, get(dz));
    nest(f, places, [a, d], () => {
      for (let k = 0; k < taps; k++) f.set(values[k]!, load('load', get(a), k * inner.step * row));
      for (let u = 0; u < rows; u++) {
        f.set(slope, load('load', get(d), u * stage.places * row));
        for (let k = 0; k < taps; k++) {
          const sum = sums[u]![k]!;
          f.set(sum, simd('f32x4_add', get(sum), simd('f32x4_mul', get(slope), get(values[k]!))));
        }
      }
    });
    for (let u = 0; u < rows; u++)
      for (let k = 0; k < taps; k++) {
        added(f, sums[u]![k]!);
        addLane(f, get(dw), sums[u]![k]!, 4 * (u * K + k));
      }
  };

  const allTaps = (rows: number): void => {
    const whole = Math.floor(inner.count / across);
    const rest = inner.count % across;
    const loops = stage.taps.slice(0, -1).map(({ count, step }, i) => ({
      count,
      bytes: [step * row, 4 * countOf(stage.taps.slice(i + 1))],
    }));
    nest(f, loops, [x, dw], () => {
      if (whole > 0)
        times(f, whole, () => {
          oneTile(rows, across);
          advance(f, x, across * inner.step * row);
          advance(f, dw, 4 * across);
        });
      if (rest > 0) oneTile(rows, rest);
      advance(f, x, -whole * across * inner.step * row);
      advance(f, dw, -whole * 4 * across);
    });
  };

  const whole = Math.floor(stage.step.units / units);
  const rest = stage.step.units % units;
  if (whole > 0)
    times(f, get(tiles), () => {
      allTaps(units);
      advance(f, dz, units * stage.places * row);
      advance(f, dw, units * 4 * K);
    });
  if (rest > 0) f.when(get(last), () => allTaps(rest));
  return f;
}

/** The function (dz, db): adds to the derivatives by the biases. */
export function biasGradient(stage: LinearStage, width: number): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32']);
  const [dz, db] = [0, 1] as const;
  const { get, simd, load } = f;
  const sum = f.local('v128');
  times(f, stage.step.units, () => {
    f.set(sum, f.f32x4(0));
    times(f, (stage.places * width) / 4, () => {
      f.set(sum, simd('f32x4_add', get(sum), load('load', get(dz))));
      advance(f, dz, 16);
    });
    added(f, sum);
    addLane(f, get(db), sum, 0);
    advance(f, db, 4);
  });
  return f;
}
