/** docs/benchmarks.md: the part between its two marks is written from a result. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Phase } from './long-tasks.js';
import type { machine } from './measure.js';
import type { Row } from './rows.js';
import { markdown, number, verdict } from './table.js';

/** A file in bench/results/. */
export interface Result {
  readonly machine: ReturnType<typeof machine>;
  readonly adapters: Readonly<Record<string, string>>;
  readonly quick: boolean;
  readonly seconds: number;
  readonly rows: readonly Row[];
  readonly tasks?: readonly Phase[] | string;
}

const PAGE = 'docs/benchmarks.md';
const RESULTS = 'bench/results';
const PUBLISHED = `${RESULTS}/published.json`; // the result that the page was written from; the only one kept in the repository
const BEGIN = '<!-- written by npm run bench -- --docs; do not edit from here -->';
const END = '<!-- to here -->';

function newest(): string {
  const files = readdirSync(RESULTS).filter((name) => /^\d{4}-.*\.json$/.test(name));
  const last = files.sort().at(-1);
  if (last === undefined) throw new Error(`${RESULTS}: expected a result; run npm run bench first`);
  return `${RESULTS}/${last}`;
}

/** Writes the page from a result file, the newest one where none is named, and keeps the result beside it. */
export function writeDocs(file = newest()): void {
  const text = readFileSync(file, 'utf8');
  const page = readFileSync(PAGE, 'utf8');
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${PAGE}: expected the marks '${BEGIN}' and '${END}'`);
  const written = section(JSON.parse(text) as Result);
  writeFileSync(PAGE, `${page.slice(0, start + BEGIN.length)}\n\n${written}\n\n${page.slice(end)}`);
  writeFileSync(PUBLISHED, text);
  console.log(`${PAGE} is written from ${file}`);
}

/** The machine, the table, and what was missed, as Markdown. */
export function section({ machine: about, adapters, quick, seconds, rows, tasks }: Result): string {
  const parts = [
    [
      `${about.date.slice(0, 10)}, ${about.processor}, ${about.cores} cores, ${(about.memory / 1e9).toFixed(1)} GB; ${about.system};`,
      `Node ${about.node} (V8 ${about.v8}); ${Object.entries(adapters)
        .map(([name, adapter]) => `${name}: ${adapter}`)
        .join(', ')};`,
      `commit ${about.commit ?? 'unknown'}; load before the run ${about.load.join(', ')}; ${Math.round(seconds / 60)} minutes.`,
      quick ? 'A quick run on small slices: the ratios say little.' : '',
    ]
      .filter((line) => line !== '')
      .join('\n'),
    markdown(rows),
    remarks(rows),
  ];
  if (tasks !== undefined)
    parts.push(typeof tasks === 'string' ? `Main-thread tasks: not measured: ${tasks}.` : phases(tasks));
  return parts.join('\n\n');
}

function remarks(rows: readonly Row[]): string {
  const promised = rows.filter(({ met, atLeast }) => met !== null && atLeast !== null);
  const missed = rows.filter(({ met }) => met === false);
  const absent = rows.filter(({ ours }) => ours === null);
  const lines = [
    `${promised.filter(({ met }) => met).length} of ${promised.length} promised ratios that were measured are met.`,
  ];
  for (const row of missed)
    lines.push(
      verdict(row) === 'MISSED'
        ? `- Missed: ${row.job}: ${number(row.ratio!)} × ${row.against!.who}, where ${number(row.atLeast!)} × is promised.`
        : `- Not the same answer: ${row.job}, beside ${row.against?.who}: ${row.answer}.`,
    );
  for (const { job, answer } of absent) lines.push(`- Not measured: ${job}: ${answer}.`);
  return lines.join('\n');
}

function phases(tasks: readonly Phase[]): string {
  const rows = tasks.map(
    ({ phase, seconds, tasks: long, longest }) =>
      `| ${phase} | ${seconds.toFixed(1)} s | ${long} | ${longest.toFixed(0)} ms |`,
  );
  const head = '| main thread of the app | for | tasks of 50 ms and more | longest |\n| --- | ---: | ---: | ---: |';
  return `${head}\n${rows.join('\n')}`;
}
