/** Times and the machine they were taken on. */
import { cpus, loadavg, release, totalmem } from 'node:os';

/** The middle of an odd number of values, the lower middle of an even one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

/** Something to time: does its work and gives J of each point. */
export type Runner = () => Promise<Float32Array>;

/** Milliseconds of each run and the last result. */
export interface Timing {
  readonly times: readonly number[];
  readonly loss: Float32Array;
}

/**
 * Times runners in turns, so that a change of the machine's speed meets all of them: one warm-up each, then `rounds` rounds.
 */
export async function inTurns(runners: readonly Runner[], rounds: number): Promise<Timing[]> {
  const losses: Float32Array[] = [];
  for (const run of runners) losses.push(await run());
  const times: number[][] = runners.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, run] of runners.entries()) {
      const start = performance.now();
      losses[i] = await run();
      times[i]!.push(performance.now() - start);
    }
  return times.map((own, i) => ({ times: own, loss: losses[i]! }));
}

/** The largest relative difference of two results (with 10⁻⁹ absolute forgiven). */
export function difference(a: Float32Array, b: Float32Array): number {
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const error = Math.max(0, Math.abs(a[i]! - b[i]!) - 1e-9) / Math.max(Math.abs(b[i]!), 1e-30);
    if (!(error <= worst)) worst = error;
  }
  return worst;
}

/** The machine in words. */
export function machine() {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory: totalmem(),
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.version,
    v8: process.versions.v8,
    load: loadavg()[0],
  };
}
