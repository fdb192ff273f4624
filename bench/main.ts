/**
 * `npm run bench`: every job beside its peers, in one run on one machine. Lines on stdout, JSON in bench/results/. Ends with 1
 * where a promised ratio that was measured is missed, or an answer is not the same. `npm run bench -- NAME…` runs the jobs whose
 * names hold one of these words, `--quick` small slices once, `--verbose` says every run, `--publish` puts the run on docs/benchmarks.md beside
 * what is there, `--docs [FILE…]` writes that page from results alone, `--gpu` measures on a real GPU beside PyTorch and JAX on CUDA.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Bench } from './bench.js';
import { publish, writeDocs } from './docs.js';
import { measureMemory } from './jobs/cost.js';
import { gpu } from './jobs/gpu.js';
import { JOBS } from './jobs.js';
import { longTasks } from './long-tasks.js';
import { machine } from './measure.js';
import { number, verdict } from './table.js';

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    gpu: { type: 'boolean', default: false },
    peer: { type: 'string', multiple: true, default: [] }, // arguments of the Python scripts on a GPU
    verbose: { type: 'boolean', default: false },
    publish: { type: 'boolean', default: false },
    docs: { type: 'boolean', default: false },
    memory: { type: 'string' }, // the child process of the job `cost`
  },
});

const chosen = (name: string): boolean =>
  wanted.length === 0 || wanted.some((word) => name.includes(word.toLowerCase()));

async function main(): Promise<void> {
  const started = performance.now();
  const about = machine();
  const bench = new Bench(options.quick, options.verbose);
  const gigabytes = (about.memory / 1e9).toFixed(1);
  console.log(`${about.processor}, ${about.cores} cores, ${gigabytes} GB; ${about.system}; Node ${about.node}`);
  console.log(`${about.date}, load ${about.load.join(', ')}${options.quick ? '; quick: the ratios say little' : ''}`);
  if (options.gpu) await gpu(bench, options.peer);
  for (const { name, run } of JOBS) {
    if (options.gpu || !chosen(name)) continue;
    console.log(`\n${name}`);
    await run(bench);
  }
  const tasks = chosen('tasks') && !options.gpu ? await longTasks(process.cwd()) : undefined;
  if (typeof tasks === 'string') console.log(`\nlongest main-thread tasks of the app: not measured: ${tasks}`);
  else if (tasks) {
    console.log('\nlongest main-thread tasks of the app');
    for (const { phase, seconds, tasks: long, longest } of tasks)
      console.log(`  ${phase}, ${seconds.toFixed(1)} s: ${long} of 50 ms and more, longest ${longest.toFixed(0)} ms`);
  }
  const seconds = (performance.now() - started) / 1000;
  const result = {
    machine: about,
    adapters: await bench.adapters(),
    quick: options.quick,
    seconds,
    rows: bench.rows,
    tasks,
  };
  await bench.close();
  mkdirSync('bench/results', { recursive: true });
  const file = `bench/results/${options.gpu ? 'gpu-' : ''}${options.quick ? 'quick-' : ''}${about.date.slice(0, 19).replaceAll(':', '')}.json`;
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\n${Math.round(seconds)} s; written to ${file}`);
  if (options.publish) publish(file);
  for (const row of bench.rows)
    if (row.met === false) {
      console.error(`${verdict(row)}: ${row.job}: ${number(row.ratio!)} × ${row.against?.who}; ${row.answer}`);
      process.exitCode = 1;
    }
}

if (options.publish && options.quick) throw new Error('--publish: expected a whole run, got --quick; leave one out');
if (options.docs) writeDocs(wanted);
else if (options.memory !== undefined) await measureMemory(Number(options.memory));
else await main();
process.exit(); // Dawn and worker threads keep a process alive
