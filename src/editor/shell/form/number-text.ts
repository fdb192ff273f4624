/** Numbers as people type and read them in a field: every digit kept, real minus signs, powers of ten as 2·10⁻³. */
import { superscript } from '../../../catalog/text.js';

/** A number with all its digits: −2, 0.02, 1.5·10⁻⁸. */
export function exactNumber(x: number): string {
  if (!Number.isFinite(x)) return String(x);
  const [mantissa, exponent] = String(Math.abs(x)).split('e') as [string, string | undefined];
  const sign = x < 0 ? '−' : '';
  if (exponent === undefined) return sign + mantissa;
  return `${sign}${mantissa === '1' ? '' : `${mantissa}·`}10${superscript(Number(exponent))}`;
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** The number that a text means; undefined when it means none. Takes 0.02, −2, 1e-3, 2·10⁻³, 2*10^-3, 10^4. */
export function parseNumber(text: string): number | undefined {
  let plain = text
    .trim()
    .replaceAll('−', '-')
    .replaceAll(' ', '')
    .replaceAll(/(?<=\d)[,_](?=\d{3}(?!\d))/g, '');
  plain = plain.replaceAll(/10([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/g, (_, power: string) => {
    const digits = [...power].map((c) => (c === '⁻' ? '-' : c === '⁺' ? '' : String(SUPERSCRIPTS.indexOf(c)))).join('');
    return `10^${digits}`;
  });
  const power = /^([+-]?)(?:(\d*\.?\d+|\d+\.)[·*×x])?10\^([+-]?\d+)$/.exec(plain);
  if (power) plain = `${power[1]}${power[2] ?? '1'}e${power[3]}`;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

/** Numbers parted by commas, semicolons or blanks; undefined when one of them is none. */
export function parseNumbers(text: string): number[] | undefined {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const values = parts.map(parseNumber);
  return values.every((value) => value !== undefined) ? (values as number[]) : undefined;
}

/** Rows of numbers, one row per line. */
export function parseRows(text: string): number[][] | undefined {
  const rows = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseNumbers);
  return rows.every((row) => row !== undefined) ? (rows as number[][]) : undefined;
}
