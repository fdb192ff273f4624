/**
 * `npm run bench`: points per second of evaluate on WASM beside a plain TensorFlow.js op chain at its best chunk size, in the
 * same run and on the same backend. A table on stdout, JSON in bench/results/. Then the longest
 * main-thread tasks of the built app. `npm run bench -- FCN` runs the jobs so named, `-- tasks` the app alone.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { EvaluateWork, WorkControl } from '../src/catalog/work.js';
import { openDevice } from '../src/tensor/device.js';
import { familyCount } from '../src/tensor/family.js';
import { type Job, jobs } from './jobs.js';
import { longTasks } from './long-tasks.js';
import { difference, inTurns, machine, median, type Runner } from './measure.js';
import { opChain, waysOf } from './op-chain.js';

interface Row {
  readonly job: string;
  readonly route: string;
  readonly points: number; // measured
  readonly inputs: number;
  readonly pointsPerSecond: number;
  readonly peerPointsPerSecond: number;
  readonly peer: string; // the way and chunk size that were best
  readonly ratio: number;
  readonly atLeast: number;
  readonly difference: number; // of J between the two
  readonly times: readonly number[];
  readonly peerTimes: readonly number[];
}

const control: WorkControl = { signal: new AbortController().signal, progress: () => {} };

async function timed(run: Runner): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** The way and chunk size of the op chain that one trial each finds fastest. */
async function bestPeer(work: EvaluateWork, chunks: readonly number[]): Promise<{ name: string; run: Runner }> {
  let best: { name: string; run: Runner; time: number } | undefined;
  for (const [way, chain] of Object.entries(waysOf(work.architecture)))
    for (const chunk of chunks) {
      const run = opChain(work, chain, chunk);
      const trial = await timed(run);
      const time = trial < 1000 ? await timed(run) : trial; // a long run needs no warm-up
      if (!best || time < best.time) best = { name: `${way}, chunks of ${chunk}`, run, time };
    }
  if (!best) throw new Error('bench: expected at least one way to write an op chain');
  return best;
}

async function measure(job: Job, device: Awaited<ReturnType<typeof openDevice>>): Promise<Row> {
  const points = familyCount(job.work.family);
  let route = '';
  const ours: Runner = async () => {
    const evaluation = await device.evaluate(job.work, control);
    route = evaluation.route;
    return evaluation.loss;
  };
  await ours(); // the op chain needs the device's backend to be active
  const peer = await bestPeer(job.work, job.chunks);
  const [own, other] = await inTurns([ours, peer.run], job.rounds);
  const time = median(own!.times); // ms
  const peerTime = median(other!.times);
  return {
    job: job.name,
    route,
    points,
    inputs: job.work.inputs.count,
    pointsPerSecond: (1000 * points) / time,
    peerPointsPerSecond: (1000 * points) / peerTime,
    peer: peer.name,
    ratio: peerTime / time,
    atLeast: job.atLeast,
    difference: difference(own!.loss, other!.loss),
    times: own!.times,
    peerTimes: other!.times,
  };
}

const count = (x: number): string => Math.round(x).toLocaleString('en');

function line(cells: readonly string[], widths: readonly number[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'));
  const device = await openDevice('wasm');
  const described = { ...machine(), device: `${device.name}, ${device.adapter}`, threads: 1 };
  console.log(`${described.processor}, ${described.cores} cores, Node ${described.node}, WASM SIMD, one thread`);
  console.log(`load ${described.load?.toFixed(2)}\n`);
  const widths = [42, 16, 12, 14, 14, 7, 9];
  console.log(line(['job', 'route', 'points/s', 'G pairs/s', 'tfjs points/s', 'ratio', 'promised'], widths));
  const rows: Row[] = [];
  for (const job of jobs()) {
    if (wanted.length > 0 && !wanted.some((word) => job.name.toLowerCase().includes(word.toLowerCase()))) continue;
    const row = await measure(job, device);
    rows.push(row);
    const pairs = (row.pointsPerSecond * row.inputs) / 1e9;
    const cells = [row.job, row.route, count(row.pointsPerSecond), pairs.toPrecision(3)];
    cells.push(count(row.peerPointsPerSecond), `${row.ratio.toFixed(1)}×`, `≥ ${row.atLeast}×`);
    console.log(line(cells, widths));
    console.log(`  tfjs at its best: ${row.peer}; J differs by at most ${row.difference.toExponential(1)}`);
  }
  await device.dispose();
  const tasks = wanted.length === 0 || wanted.includes('tasks') ? await longTasks(process.cwd()) : undefined;
  if (typeof tasks === 'string') console.log(`\nlongest main-thread tasks: not measured: ${tasks}`);
  else if (tasks) {
    console.log(`\n${line(['longest main-thread tasks of the app', 'phase', '≥ 50 ms', 'longest'], widths)}`);
    for (const { phase, seconds, tasks: long, longest } of tasks)
      console.log(line([phase, `${seconds.toFixed(1)} s`, String(long), `${longest.toFixed(0)} ms`], widths));
  }
  mkdirSync('bench/results', { recursive: true });
  const file = `bench/results/evaluate-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.json`;
  writeFileSync(file, `${JSON.stringify({ machine: described, rows, tasks }, null, 2)}\n`);
  console.log(`\nwritten to ${file}`);
  for (const { job, ratio, atLeast } of rows)
    if (ratio < atLeast) {
      console.error(`${job}: expected at least ${atLeast} times the op chain, got ${ratio.toFixed(2)}`);
      process.exitCode = 1;
    }
}

await main();
