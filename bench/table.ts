/** The table: lines on a terminal, Markdown in the docs. */
import type { Row, Side } from './rows.js';

/** Three significant digits, with separators from a thousand on. */
export function number(x: number): string {
  if (!Number.isFinite(x)) return String(x);
  if (Math.abs(x) >= 100) return Math.round(Number(x.toPrecision(3))).toLocaleString('en');
  return String(Number(x.toPrecision(3)));
}

const times = (ratio: number): string => `${number(ratio)} ×`;
const rate = (side: Side | null, unit: string): string =>
  side === null ? '–' : `${number(side.rate)} ${unit.split(',')[0]}/s`;

/** What became of a promise, in a word. */
export function verdict({ ratio, atLeast, met }: Row): string {
  if (ratio === null) return 'not measured';
  if (met === null) return '';
  if (met) return atLeast === null ? '' : 'met';
  return atLeast !== null && ratio < atLeast ? 'MISSED' : 'NOT THE SAME';
}

const named = (side: Side | null): string => {
  if (side === null) return '–';
  return [side.who, side.how].filter((words) => words !== '').join(': ');
};

/** How ours was computed, behind its rate. */
const route = (side: Side | null): string => (side === null || side.how === '' ? '' : ` (${side.how})`);

/** One row on a terminal. */
export function lines(row: Row): string[] {
  const { job, unit, ours, against, ratio, atLeast, answer } = row;
  if (ours === null) return [job, `  not measured: ${answer}`];
  const promised = atLeast === null ? '' : ` (at least ${number(atLeast)})`;
  const compared = ratio === null ? '' : `   ${times(ratio)}${promised} ${verdict(row)}`;
  return [
    job,
    `  ${rate(ours, unit)} against ${rate(against, unit)}${compared}`,
    `  ${named(ours)} | ${named(against)}`,
    `  ${answer}`,
  ];
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** All rows as a Markdown table. */
export function markdown(rows: readonly Row[]): string {
  const head = ['job', 'ours', 'beside', 'theirs', 'ratio', 'at least', '', 'answer'];
  const body = rows.map((row) => {
    const { job, unit, ours, against, ratio, atLeast, answer } = row;
    const promised = atLeast === null ? '' : times(atLeast);
    return [
      job,
      `${rate(ours, unit)}${route(ours)}`,
      named(against),
      rate(against, unit),
      ratio === null ? '–' : times(ratio),
      promised,
    ]
      .concat(verdict(row), answer)
      .map(cell);
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(head.map((_, i) => (i === 1 || (i >= 3 && i <= 5) ? '---:' : '---'))),
    ...body.map(line),
  ].join('\n');
}
