/** docs/benchmarks.md: the part between its two marks is written from results. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Phase } from './long-tasks.js';
import type { machine } from './measure.js';
import type { Row } from './rows.js';
import { markdown, number, verdict } from './table.js';

/** One run: a file in bench/results/. */
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
const PUBLISHED = `${RESULTS}/published.json`; // the runs that the page was written from; the only file kept in the repository
const BEGIN = '<!-- written by npm run bench; do not edit from here -->';
const END = '<!-- to here -->';

function newest(): string {
  const files = readdirSync(RESULTS).filter((name) => /^\d{4}-.*\.json$/.test(name));
  const last = files.sort().at(-1);
  if (last === undefined) throw new Error(`${RESULTS}: expected a result; run npm run bench first`);
  return `${RESULTS}/${last}`;
}

/** The run of a result file, or those that were published. */
const runsOf = (file: string): Result[] => [JSON.parse(readFileSync(file, 'utf8')) as Result | Result[]].flat();

/** Writes the page from result files, the newest one where none is named, and keeps their runs beside it. */
export function writeDocs(files: readonly string[]): void {
  const named = files.length === 0 ? [newest()] : files;
  const runs = together(named.flatMap(runsOf));
  const page = readFileSync(PAGE, 'utf8');
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${PAGE}: expected the marks '${BEGIN}' and '${END}'`);
  writeFileSync(PAGE, `${page.slice(0, start + BEGIN.length)}\n\n${section(runs)}\n\n${page.slice(end)}`);
  writeFileSync(PUBLISHED, `${JSON.stringify(runs, null, 2)}\n`);
  console.log(`${PAGE} is written from ${named.join(' and ')}`);
}

/** Puts the run of a result file on the page, beside what was published before. */
export function publish(file: string): void {
  writeDocs([PUBLISHED, file]);
}

/** Runs, each without what a later one measured again; one that has nothing left is dropped. */
export function together(runs: readonly Result[]): Result[] {
  return runs.flatMap(({ tasks, ...run }, i) => {
    const later = runs.slice(i + 1);
    const again = new Set(later.flatMap(({ rows }) => rows.map(({ job }) => job)));
    const rows = run.rows.filter(({ job }) => !again.has(job));
    const own = tasks === undefined || later.some((other) => other.tasks !== undefined) ? {} : { tasks };
    return rows.length === 0 && own.tasks === undefined ? [] : [{ ...run, rows, ...own }];
  });
}

/** Each run with its machine and its table, and what was missed in any of them, as Markdown. */
export function section(runs: readonly Result[]): string {
  const parts = runs.flatMap((run) => {
    const { rows, tasks } = run;
    const long = typeof tasks === 'string' ? `Main-thread tasks: not measured: ${tasks}.` : tasks && phases(tasks);
    return [where(run), ...(rows.length > 0 ? [markdown(rows)] : []), ...(long ? [long] : [])];
  });
  return [...parts, remarks(runs.flatMap(({ rows }) => rows))].join('\n\n');
}

/** When and on what a run was. */
function where({ machine: about, adapters, quick, seconds }: Result): string {
  const devices = Object.entries(adapters).map(([name, adapter]) => `${name}: ${adapter}`);
  const took = seconds < 90 ? `${Math.round(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`;
  return [
    `${about.date.slice(0, 10)}, ${about.processor}, ${about.cores} cores, ${(about.memory / 1e9).toFixed(1)} GB; ${about.system};`,
    `Node ${about.node} (V8 ${about.v8});${devices.length > 0 ? ` ${devices.join(', ')};` : ''}`,
    `commit ${about.commit ?? 'unknown'}; load before the run ${about.load.join(', ')}; ${took}.`,
    ...(quick ? ['A quick run on small slices: the ratios say little.'] : []),
  ].join('\n');
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
