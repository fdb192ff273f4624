/** The command line: `fiberscope run | check | plan | nodes`. Errors are one line for people, never a stack. */
import { join } from 'node:path';
import { builtin } from '../../nodes/index.js';
import { FiberscopeError, messageOf } from '../catalog/errors.js';
import type { AnyNode } from '../catalog/node.js';
import { Registry } from '../catalog/registry.js';
import { deviceText, threadsText } from '../catalog/text.js';
import { compile } from '../compile/compile.js';
import type { Plan } from '../compile/plan.js';
import { planText } from '../compile/plan-text.js';
import type { Rates } from '../compile/rates.js';
import { problemText } from '../document/faults.js';
import { filesOf } from '../document/files.js';
import type { Problem } from '../document/schema.js';
import { Executor, type ExecutorOptions } from '../execute/executor.js';
import type { FinishedReport, NodeResult, RunEvent, RunReport } from '../execute/protocol.js';
import { VERSION } from '../execute/version.js';
import { type Command, readArguments, USAGE } from './arguments.js';
import { rateFile } from './cache-folder.js';
import { DiskStore } from './disk-store.js';
import { ResultFolder, unwritable } from './folder.js';
import { EXIT, type ExitCode, guarded, type Io, printable, Refusal } from './io.js';
import { catalogueText, nodeText } from './nodes.js';
import { findFiles, type Opened, openPipeline } from './open.js';
import { ProgressLines } from './progress.js';
import { Results } from './results.js';
import { applySettings } from './set.js';
import { StopAfter } from './stop-after.js';
import { summaryText } from './summary.js';

/** What tests and other programs may put in place of the built-in nodes and real devices. */
export interface MainOptions {
  readonly nodes?: readonly AnyNode[];
  readonly openDevice?: ExecutorOptions['openDevice'];
  /** The user's cache folder, and what names this build of the code; nothing is kept when absent. */
  readonly cache?: { readonly folder: string; readonly build: string };
}

/** Runs one command line (the words after `fiberscope`) and answers with its exit code. Never throws. */
export async function main(argv: readonly string[], terminal: Io, options: MainOptions = {}): Promise<ExitCode> {
  const io = guarded(terminal);
  try {
    const command = readArguments(argv);
    const registry = new Registry(options.nodes ?? builtin);
    switch (command.name) {
      case 'help':
        io.out(USAGE);
        return EXIT.done;
      case 'version':
        io.out(`${VERSION}\n`);
        return EXIT.done;
      case 'nodes':
        io.out(command.type === undefined ? catalogueText(registry) : nodeText(registry, command.type));
        return EXIT.done;
      case 'check':
        return check(await prepare(command, registry), io);
      case 'plan':
        return await plan(command, registry, io, options);
      case 'run':
        return await run(command, registry, io, new ProgressLines(terminal), options);
    }
  } catch (error) {
    if (error instanceof Refusal) {
      for (const line of error.lines) io.err(`${printable(line)}\n`);
      return error.code;
    }
    io.err(`fiberscope: ${printable(messageOf(error))}\n`);
    return error instanceof FiberscopeError && error.kind === 'device' ? EXIT.device : EXIT.failed;
  }
}

interface Prepared extends Opened {
  readonly plan: Plan;
  readonly problems: readonly Problem[]; // of files and of the plan
}

/** Opens a pipeline, applies the settings, finds the files and compiles it. */
async function prepare(
  { file, set }: Extract<Command, { readonly file: string }>,
  registry: Registry,
  speed?: (opened: Opened) => Promise<Rates>,
): Promise<Prepared> {
  const given = await openPipeline(file);
  const opened = given.unread ? { ...given, idle: [] } : await applySettings(given, set, registry);
  const missing = await findFiles(file, opened);
  const { document, files } = opened;
  const rates = await speed?.(opened);
  const plan = compile(document, { registry, files, ...(rates ? { rates } : {}) });
  // what compiling says of a file that was not found is said already
  const named = new Set(missing.map(({ node }) => node));
  const said = (problem: Problem): boolean =>
    named.has(problem.node) && filesOf(document).some(({ name }) => problem.message.includes(`'${name}'`));
  const others = plan.problems.filter((problem) => !said(problem));
  return { ...opened, plan, problems: withUnread(opened, [...opened.idle, ...missing, ...others]) };
}

/** The problems of a document, or of what could be read of it after why it is none. */
function withUnread({ unread }: Opened, problems: readonly Problem[]): readonly Problem[] {
  if (!unread) return problems;
  const { rest } = unread;
  const found = rest ? problems.filter((problem) => rest.own(problem)) : [];
  return [...unread.problems, ...found.map((problem) => ({ ...problem, path: rest!.path(problem.path) }))];
}

const errorsOf = ({ problems }: Prepared): readonly Problem[] =>
  problems.filter(({ severity }) => severity === 'error');

const line = (problem: Problem): string => `${problem.severity}: ${printable(problemText(problem))}`;

function check(prepared: Prepared, io: Io): ExitCode {
  for (const problem of prepared.problems) io.out(`${line(problem)}\n`);
  if (errorsOf(prepared).length > 0) return EXIT.usage;
  io.out(`ok: ${prepared.plan.order.length} nodes\n`);
  return EXIT.done;
}

/** The plan with the time that each step will take, at the measured speed of the device, and what is kept from runs before. */
async function plan(
  command: Extract<Command, { name: 'plan' }>,
  registry: Registry,
  io: Io,
  options: MainOptions,
): Promise<ExitCode> {
  let pending: ReadonlySet<string> | undefined;
  const prepared = await prepare(command, registry, async ({ document, files, unread }) => {
    if (unread) return {};
    const executor = new Executor({ registry, files, ...deviceOf(command), ...kept(options, true) });
    const interrupt = (): void => executor.cancel();
    io.signal.addEventListener('abort', interrupt);
    try {
      pending = new Set(await executor.pending(document, undefined));
      return await executor.rates(document);
    } finally {
      io.signal.removeEventListener('abort', interrupt);
      await executor.dispose();
    }
  });
  if (io.signal.aborted) throw interruptedBy(io);
  if (prepared.unread) throw new Refusal(prepared.problems.map(line));
  const problems = prepared.problems.map((problem) => ({ ...problem, message: printable(problem.message) }));
  io.out(planText({ ...prepared.plan, problems }, pending));
  return errorsOf(prepared).length > 0 ? EXIT.usage : EXIT.done;
}

/** The device that was asked for. */
function deviceOf({ device, threads }: Extract<Command, { name: 'plan' | 'run' }>): Partial<ExecutorOptions> {
  return { device, ...(threads === undefined ? {} : { threads }) };
}

/** What an executor of the command line is made of besides: its devices, and what it keeps beyond this process. */
function kept({ openDevice, cache }: MainOptions, results: boolean): Partial<ExecutorOptions> {
  return {
    ...(openDevice ? { openDevice } : {}),
    ...(cache ? { rates: rateFile(cache.folder, cache.build) } : {}),
    ...(cache && results ? { store: new DiskStore(join(cache.folder, 'results'), cache.build) } : {}),
  };
}

async function run(
  command: Extract<Command, { name: 'run' }>,
  registry: Registry,
  io: Io,
  progress: ProgressLines,
  options: MainOptions,
): Promise<ExitCode> {
  const prepared = await prepare(command, registry);
  const { document, files, plan } = prepared;
  const errors = errorsOf(prepared);
  if (errors.length > 0) throw new Refusal(errors.map(line));
  if (!command.quiet) for (const problem of prepared.problems) io.err(`${line(problem)}\n`);
  const executor = new Executor({
    registry,
    files,
    ...deviceOf(command),
    cacheBytes: 2 ** 31, // above the largest result that a plan allows, which must stay until it is written
    ...kept(options, command.cache),
  });
  const interrupt = (): void => executor.cancel();
  const folder = command.out === undefined ? undefined : await ResultFolder.begin(command.out);
  const results = folder && new Results(document, plan, registry, folder, executor);
  const { stopAfter } = command;
  const stopping = stopAfter === undefined ? undefined : new StopAfter(stopAfter, () => executor.finish());
  const done = new Map<string, NodeResult>();
  const failures: string[] = [];
  const listen = (event: RunEvent): void => {
    results?.take(event);
    if (event.kind === 'done') done.set(event.result.id, event.result);
    if (event.kind === 'failed') failures.push(`error: node '${event.id}': ${printable(event.message)}`);
    if (!command.quiet) progress.take(event);
    stopping?.take(event);
  };
  try {
    io.signal.addEventListener('abort', interrupt);
    if (io.signal.aborted) throw interruptedBy(io);
    const report = await executor.run(document, undefined, listen, async () => results?.settled());
    progress.end();
    if (!isFinished(report)) throw interruptedBy(io);
    const place = await results?.finish(report).catch((error: NodeJS.ErrnoException) => {
      throw error.code ? new Refusal([unwritable(command.out!, error)], EXIT.failed) : error;
    });
    if (place !== folder?.place)
      io.err(`--out ${command.out}: other files came there meanwhile; results in ${place}\n`);
    io.out(summaryText(document, registry, plan.order, done));
    if (!command.quiet) io.err(`${endText(report, place === folder?.place ? command.out : place)}\n`);
    if (command.quiet) for (const failure of failures) io.err(`${failure}\n`);
    return report.outcome === 'failed' ? EXIT.failed : EXIT.done;
  } finally {
    io.signal.removeEventListener('abort', interrupt);
    progress.end();
    stopping?.end();
    await folder?.discard();
    await executor.dispose();
  }
}

/** How a command ends that was told to: the code says by what. */
function interruptedBy({ signal }: Io): Refusal {
  const known = Object.values(EXIT).find((code) => code === signal.reason);
  return new Refusal(['interrupted'], known ?? EXIT.interrupted);
}

const isFinished = (report: RunReport): report is FinishedReport =>
  report.outcome !== 'cancelled' && report.device !== undefined;

function endText({ outcome, seconds, stepsRun, device }: FinishedReport, out: string | undefined): string {
  const where = `${deviceText(device)}${threadsText(device)}`;
  return `${outcome}: ${stepsRun} steps in ${seconds.toFixed(1)} s on ${where}${out === undefined ? '' : `; results in ${out}`}`;
}
