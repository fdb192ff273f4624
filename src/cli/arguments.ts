/** The words of a command line. */
import { parseArgs } from 'node:util';
import type { DeviceChoice } from '../execute/protocol.js';
import { Refusal } from './io.js';

/** What was asked for. */
export type Command =
  | { readonly name: 'help' | 'version' }
  | { readonly name: 'nodes'; readonly type: string | undefined }
  | { readonly name: 'check'; readonly file: string; readonly set: readonly string[] }
  | {
      readonly name: 'plan';
      readonly file: string;
      readonly set: readonly string[];
      readonly device: DeviceChoice;
      readonly threads: number | undefined;
    }
  | {
      readonly name: 'run';
      readonly file: string;
      readonly set: readonly string[];
      readonly out: string | undefined;
      readonly device: DeviceChoice;
      readonly threads: number | undefined; // all cores where absent
      readonly stopAfter: number | undefined; // seconds of a step that can keep what it has by then; no end where absent
      readonly quiet: boolean;
      readonly cache: boolean;
    };

/** The help text. */
export const USAGE = `Fiberscope: the symmetries of neural-network parameter spaces

  fiberscope run PIPELINE.json|.zip [options]   run a pipeline
      --out DIR                 write manifest.json, arrays, pictures and report.html there; of a sweep also its curve
                                and table as CSV, and each run's values, key, seeds and numbers in the manifest
      --set NODE.PARAM=VALUE    change a parameter; may be repeated
      --device DEVICE           auto (default), webgpu, wasm or cpu
      --threads N               how many threads wasm and cpu use; all cores when absent, and results are the same
      --stop-after SECONDS      stop each training that takes longer and keep what there is, flagged, as the window's
                                Stop and keep does; such a result is not kept for later runs
      --quiet                   no progress and no warnings
      --no-cache                compute everything again and keep no result
  fiberscope check PIPELINE.json|.zip [options] say every fault, run nothing
      --set NODE.PARAM=VALUE    change a parameter; may be repeated
  fiberscope plan PIPELINE.json|.zip [options]  say what would run and what is kept, with shapes, routes, cost and rough times
      --set NODE.PARAM=VALUE    change a parameter; may be repeated
      --device DEVICE           the device whose speed is measured, for a second at most
      --threads N               how many threads it will have
  fiberscope nodes [TYPE]                       list the node types, or describe one
  fiberscope --help | --version

Progress goes to stderr, results to stdout. Exit codes: 0 done; 1 a node failed; 2 bad usage or document;
3 device unavailable; 130 interrupted (143 by SIGTERM, 129 by SIGHUP).

Steps that took longer than a second, and measured speeds, are kept in $XDG_CACHE_HOME/fiberscope (else ~/.cache/fiberscope).
The folder may be deleted at any time.
`;

const DEVICES = ['auto', 'webgpu', 'wasm', 'cpu'] as const;
const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  out: { type: 'string' },
  set: { type: 'string', multiple: true },
  device: { type: 'string' },
  threads: { type: 'string' },
  'stop-after': { type: 'string' },
  quiet: { type: 'boolean' },
  'no-cache': { type: 'boolean' },
} as const;
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  run: ['out', 'set', 'device', 'threads', 'stop-after', 'quiet', 'no-cache'],
  check: ['set'],
  plan: ['set', 'device', 'threads'],
  nodes: [],
};

/** Reads the words after `fiberscope`. Throws a Refusal that says what is wrong. */
export function readArguments(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv);
  if (values.version) return { name: 'version' };
  const [name, ...rest] = positionals;
  if (values.help || name === 'help') return { name: 'help' };
  if (name === undefined) throw usage('expected a command: run, check, plan or nodes');
  const allowed = Object.hasOwn(ALLOWED, name) ? ALLOWED[name] : undefined;
  if (!allowed) throw usage(`unknown command '${name}'; the commands are run, check, plan and nodes`);
  for (const option of Object.keys(values))
    if (!allowed.includes(option)) throw usage(`'${name}' takes no option --${option}`);
  const most = 1;
  if (rest.length > most) throw usage(`'${name}' takes one argument, got ${rest.length}: ${rest.join(' ')}`);
  const [first] = rest;
  if (name === 'nodes') return { name, type: first };
  if (first === undefined) throw usage(`'${name}' needs a pipeline: a .json file, or a .zip bundle`);
  const set = values.set ?? [];
  if (name === 'check') return { name, file: first, set };
  const device = DEVICES.find((known) => known === (values.device ?? 'auto'));
  if (!device) throw usage(`--device: expected one of ${DEVICES.join(', ')}, got '${values.device}'`);
  const threads = threadsOf(values.threads);
  if (name !== 'run') return { name: 'plan', file: first, set, device, threads };
  if (values.out === '') throw usage('--out: expected a folder, got nothing');
  const { out, quiet = false } = values;
  const stopAfter = secondsOf(values['stop-after']);
  return { name, file: first, set, out, device, threads, stopAfter, quiet, cache: !values['no-cache'] };
}

const MOST_THREADS = 1024;

function threadsOf(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  const threads = Number(word);
  if (/^\d+$/.test(word) && threads >= 1 && threads <= MOST_THREADS) return threads;
  throw usage(`--threads: expected a whole number from 1 to ${MOST_THREADS}, got '${word}'`);
}

const MOST_SECONDS = 1_000_000; // a timer cannot wait much longer

function secondsOf(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  const seconds = Number(word);
  if (/^\d*\.?\d+$/.test(word) && seconds > 0 && seconds <= MOST_SECONDS) return seconds;
  throw usage(`--stop-after: expected seconds above 0, at most ${MOST_SECONDS}, got '${word}'`);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw usage(message.split('. ')[0]!.replace(/^./, (first) => first.toLowerCase()));
  }
}

const usage = (message: string): Refusal => new Refusal([`fiberscope: ${message}`, "see 'fiberscope --help'"]);
