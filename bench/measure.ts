/** Times and the machine they were taken on. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** The middle of an odd number of values, the lower middle of an even one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

/** What one run gave, and its time in ms where a clock outside would count more than the work (a peer in another process). */
export interface Run {
  readonly values: Float32Array; // J of each member, or θ
  readonly time?: number;
}

/** Something to time. */
export type Runner = () => Promise<Run>;

/** Milliseconds of each run, and the values of the last one. */
export interface Timing {
  readonly times: readonly number[];
  readonly values: Float32Array;
}

/** Runs once and gives the time in ms. */
export async function timed(run: Runner): Promise<{ readonly time: number; readonly values: Float32Array }> {
  const start = performance.now();
  const { values, time } = await run();
  return { time: time ?? performance.now() - start, values };
}

const LONG = 20_000; // ms; a run that takes longer is not repeated

/**
 * Times runners in turns, so that a change of the machine's speed meets all of them: one warm-up each, then `rounds` rounds. A
 * runner whose warm-up took longer than 20 s has that as its one time. `watch` hears of every run.
 */
export async function inTurns(
  runners: readonly Runner[],
  rounds: number,
  watch: (runner: number, time: number) => void = () => {},
): Promise<Timing[]> {
  const first: { readonly time: number; values: Float32Array }[] = [];
  for (const [i, run] of runners.entries()) {
    first.push(await timed(run));
    watch(i, first[i]!.time);
  }
  const times = first.map(({ time }) => (time > LONG ? [time] : []));
  for (let round = 0; round < rounds; round++)
    for (const [i, run] of runners.entries()) {
      if (first[i]!.time > LONG) continue;
      const { time, values } = await timed(run);
      first[i]!.values = values;
      times[i]!.push(time);
      watch(i, time);
    }
  return times.map((own, i) => ({ times: own, values: first[i]!.values }));
}

/**
 * The largest |J_a − J_b| / (J_b + Σ w‖φ‖²) of two results, over the members of the shorter: what devices and peers that sum in
 * another order may differ in.
 */
export function difference(a: Float32Array, b: Float32Array, power: Float32Array): number {
  let worst = 0;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (Object.is(a[i], b[i])) continue;
    const error = Math.abs(a[i]! - b[i]!) / Math.max(Math.abs(b[i]!) + power[i]!, 1e-30);
    if (!(error <= worst)) worst = error; // NaN counts as worst
  }
  return worst;
}

/** The machine in words. */
export function machine() {
  return {
    date: new Date().toISOString(),
    processor: processor(),
    cores: cpus().length,
    memory: totalmem(), // bytes
    system: systemName(),
    node: process.version,
    v8: process.versions.v8,
    commit: commit(),
    load: loadavg().map((load) => Number(load.toFixed(2))), // of the last 1, 5 and 15 minutes, before the run
  };
}

/** The processor's name; a virtual one often says no more than its maker, so family and model go with it. */
function processor(): string {
  const name = cpus()[0]?.model.trim() ?? 'unknown';
  try {
    const text = readFileSync('/proc/cpuinfo', 'utf8');
    const field = (key: string): string | undefined => new RegExp(`^${key}\\s*: (.*)$`, 'm').exec(text)?.[1];
    const flags = (field('flags') ?? '').split(' ').filter((flag) => /^(avx2|fma|avx512f)$/.test(flag));
    const family = field('cpu family');
    return family === undefined ? name : `${name} (family ${family}, model ${field('model')}; ${flags.join(', ')})`;
  } catch {
    return name; // no Linux
  }
}

function systemName(): string {
  let name: string = process.platform;
  try {
    name = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? name;
  } catch {} // no Linux
  return `${name}, ${release()}, ${process.arch}`;
}

function commit(): string | null {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '-uno') === '' ? '' : ' with changes');
  } catch {
    return null; // no checkout
  }
}
