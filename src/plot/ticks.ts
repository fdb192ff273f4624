/** Round numbers on axes. */
import { formatCount, formatNumber, superscript } from '../catalog/text.js';

/** A labelled place on an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Multiples of 1, 2 or 5 times a power of ten inside [low, high], about `count` of them; of `least` and more where that is given. */
export function linearTicks(low: number, high: number, count = 5, least = 0): Tick[] {
  if (!(high > low)) return Number.isFinite(low) ? [{ value: low, label: formatNumber(low, 3) }] : [];
  const rough = Math.max((high - low) / Math.max(1, count), least);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const digits = Math.max(1, Math.ceil(Math.log10(largest / step) + 1e-9) + 1);
  const counts = step >= 1 && largest >= 1000 && largest < 1e7; // all in one way: 80,000 beside 100,000
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => {
    const value = (first + k) * step;
    return {
      value,
      label: counts ? formatCount(value) : formatNumber(Number(value.toPrecision(12)), Math.min(digits, 8)),
    };
  });
}

/** Powers of ten inside [low, high], every k-th so that at most `count` remain; 2 and 5 times them where few fit. */
export function logTicks(low: number, high: number, count = 6): Tick[] {
  if (!(low > 0) || !(high > low)) return low > 0 ? [{ value: low, label: formatNumber(low, 2) }] : [];
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(1, count)));
  const ticks: Tick[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= last; power++) {
    if (power >= first && (last - power) % every === 0) ticks.push({ value: 10 ** power, label: powerOfTen(power) });
    if (last - first > 1) continue;
    for (const times of [2, 5]) {
      const value = times * 10 ** power;
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
        ticks.push({ value, label: value >= 1000 && power < 4 ? formatCount(value) : formatNumber(value, 1) });
    }
  }
  return ticks.length > 1 ? ticks : linearTicks(low, high, 3).filter((t) => t.value > 0);
}

/** Powers of ten as people write them on an axis: 0.001, 1, 1,000, beyond them 10⁻⁴ and 10⁴. */
const powerOfTen = (power: number): string =>
  power >= 4 ? `10${superscript(power)}` : power === 3 ? formatCount(1000) : formatNumber(10 ** power);
