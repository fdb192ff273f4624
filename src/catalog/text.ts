/** Numbers and devices for people: real minus signs, powers of ten and thousands separators. Nothing here is parsed back. */
import type { Device } from './work.js';

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';
const MINUS = '−';

const digitsIn = (text: string, alphabet: string): string =>
  [...text].map((character) => alphabet[Number(character)]).join('');

/** A whole number as a superscript: −8 → `⁻⁸`. */
export function superscript(n: number): string {
  return (n < 0 ? '⁻' : '') + digitsIn(String(Math.abs(n)), SUPERSCRIPTS);
}

/** A whole number as a subscript: 0 → `₀`, so that `θ${subscript(0)}` is θ₀. */
export function subscript(n: number): string {
  return (n < 0 ? '₋' : '') + digitsIn(String(Math.abs(n)), SUBSCRIPTS);
}

/**
 * A number with `digits` significant figures, trailing zeros dropped: 0.0025, 15.7, 1.59·10⁻⁴, −2, 10⁻⁸.
 * Powers of ten are used below 10⁻³ and from 10⁵.
 */
export function formatNumber(x: number, digits = 3): string {
  if (Number.isNaN(x)) return 'not a number';
  if (!Number.isFinite(x)) return x > 0 ? '∞' : `${MINUS}∞`;
  if (x === 0) return '0';
  const sign = x < 0 ? MINUS : '';
  const size = Math.abs(x);
  const [mantissa, exponent] = size.toExponential(Math.max(0, digits - 1)).split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -3 && power < 5) {
    const fixed = Number(`${mantissa}e${exponent}`).toFixed(Math.max(0, digits - 1 - power));
    return sign + (fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed);
  }
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return `${sign}${short === '1' ? '' : `${short}·`}10${superscript(power)}`;
}

/** A whole number with thousands separators: 125000 → `125,000`. */
export function formatCount(n: number): string {
  if (!Number.isFinite(n)) return formatNumber(n);
  if (Math.abs(n) >= 1e12) return formatNumber(n);
  const text = String(Math.abs(Math.round(n))).replace(/\B(?=(\d{3})+$)/g, ',');
  return (n < 0 ? MINUS : '') + text;
}

/** Any number of a table or a summary: whole numbers exactly (an index, a count), others to `digits` significant figures. */
export function formatValue(x: number, digits = 4): string {
  return Number.isInteger(x) ? formatCount(x) : formatNumber(x, digits);
}

/** A time: `7.7 ms`, `3.2 s`, `4 min 5 s`, `2 h 3 min`. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return formatNumber(seconds);
  if (seconds < 0) return MINUS + formatSeconds(-seconds);
  if (seconds < 0.9995) return `${trim(seconds * 1000, 2)} ms`;
  if (seconds < 59.95) return `${trim(seconds, 2)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return two(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(seconds / 60);
  return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

/** A number of bytes in powers of 1000: `512 B`, `1.7 GB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return formatNumber(bytes);
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let size = bytes;
  let unit = 0;
  while (Math.round(size) >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${trim(size, 2)} ${units[unit]}`;
}

/** A share in percent: 0.4213 → `42.1 %`; a share that is neither 0 nor 1 is never shown as either. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return formatNumber(share);
  if (share > 0 && share < 0.0005) return '< 0.1 %';
  if (share < 1 && share > 0.9995) return '> 99.9 %';
  return `${trim(share * 100, share > 0 && share < 0.1 ? 2 : 3)} %`;
}

/** A text in which a number and its percent sign, and the factors of a size, stay on one line. */
export const unbroken = (text: string): string => text.replace(/(?<=\d) (?=%|× \d)|(?<=\d ×) (?=\d)/g, '\u00a0');

/** A lattice's size: 50 points in 3 dimensions → `50³`. */
export function formatPower(base: number, exponent: number): string {
  return `${formatCount(base)}${superscript(exponent)}`;
}

function trim(x: number, digits: number): string {
  return x >= 10 ** digits ? String(Math.round(x)) : String(Number(x.toPrecision(digits)));
}

function two(a: number, unitA: string, b: number, unitB: string): string {
  return b === 0 ? `${a} ${unitA}` : `${a} ${unitA} ${b} ${unitB}`;
}

/** A list in an error: the first few, each cut where long, and how many there are. */
export function listed(items: readonly string[], most = 12): string {
  const each = items.slice(0, most).map((item) => (item.length <= 100 ? item : `${item.slice(0, 99)}…`));
  return `${each.join(', ')}${items.length > most ? `, … (${formatCount(items.length)} in all)` : ''}`;
}

/** How many threads a device computes on, as people read it after its name: ` · 2 threads`; nothing where it is one. */
export const threadsText = ({ threads = 1 }: Pick<Device, 'threads'>): string =>
  threads > 1 ? ` · ${threads} threads` : '';

/** A device as results and provenance name it: `webgpu (NVIDIA H200)`. */
export const deviceText = ({ name, adapter }: Pick<Device, 'name' | 'adapter'>): string => `${name} (${adapter})`;
