/** One run of a plan: takes the scheduled steps in order, says what happens to each node, and goes on after a failure. */
import { messageOf } from '../catalog/errors.js';
import type { SweepRun } from '../catalog/sweep.js';
import type { View } from '../catalog/views.js';
import { nodeOf, type Plan, type PlannedNode, runsText, sourcesOf } from '../compile/plan.js';
import { MODEL_FLAG } from '../methods/diagnostics/models.js';
import type { ResultCache, StepResult } from './cache.js';
import type { RunEvent, RunReport } from './protocol.js';
import { type Step, schedule, upstreamOf } from './schedule.js';
import type { Upstream } from './step.js';
import { runOf } from './swept.js';

/** Progress of a step, before it is known which nodes it stands for. */
export type Progress = Omit<Extract<RunEvent, { kind: 'running' }>, 'kind' | 'id'>;

/** How a run gets a step computed. */
export type Perform = (step: Step, upstream: Upstream, report: (progress: Progress) => void) => Promise<StepResult>;

/** Throws where a node that sweeps cannot read a run. */
export type Reads = (sweep: PlannedNode, run: SweepRun) => void;

/** What is held of steps, by key. */
export type Held = Pick<ResultCache, 'knows' | 'outputs' | 'shown'>;

/** A run in progress. */
export class Run {
  readonly #controller = new AbortController();
  /** Resolves when `abort` is called. */
  readonly stopped: Promise<undefined>;
  readonly #values = new Map<string, StepResult>(); // by key, as long as a later step reads them
  readonly #faults = new Map<string, string>(); // why a node failed
  readonly #flags = new Map<string, readonly string[]>(); // of the networks behind each step, by key
  readonly #judged = new Set<string>(); // sweeps of which it is known whether they can read their runs
  readonly #told = new Map<string, number>(); // runs of a sweep that were said to be done
  readonly #upstream: Upstream = {
    result: (node) => this.#values.get(nodeOf(this.plan, node)!.key)!,
    flags: (node) => this.#flags.get(nodeOf(this.plan, node)!.key) ?? [],
    fault: (node) => this.#faultOf(node),
  };
  readonly #roots = new Map<string, readonly string[]>(); // node → the nodes whose fault keeps it from running
  #ended: Step | undefined; // the last one whose end was reported
  #failed = false;
  #stepsRun = 0;

  constructor(
    readonly plan: Plan,
    readonly targets: readonly string[] | undefined,
    readonly listen: (event: RunEvent) => void,
    private readonly between: () => Promise<unknown> = async () => undefined,
    private readonly reads: Reads = () => undefined,
  ) {
    const { signal } = this.#controller;
    this.stopped = new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
  }

  /** Whether `abort` was called. */
  get aborted(): boolean {
    return this.#controller.signal.aborted;
  }

  /** How it ended and how many steps were computed. */
  get ending(): Pick<RunReport, 'outcome' | 'stepsRun'> {
    return { outcome: this.aborted ? 'cancelled' : this.#failed ? 'failed' : 'done', stepsRun: this.#stepsRun };
  }

  /** Ends the run at once: nodes that have not finished are reported as cancelled. */
  abort(): void {
    this.#controller.abort();
  }

  /** Chooses the steps against what is held, and reports what is there already. */
  prepare(held: Held): readonly Step[] {
    const { steps, blocked } = schedule(this.plan, this.targets, (key) => held.knows(key));
    const read = new Set(steps.flatMap((step) => (step.run ? step.uses : [])));
    for (const step of steps) {
      if (step.run) {
        for (const id of step.ids) this.listen({ kind: 'queued', id });
        continue;
      }
      const { view, provenance } = held.shown(step.key)!;
      this.#flag(step, view);
      for (const id of step.ids)
        this.listen({ kind: 'done', result: { id, key: step.key, view, provenance, cached: true } });
      if (read.has(step.key)) this.#values.set(step.key, { outputs: held.outputs(step.key)!, view, provenance });
    }
    for (const node of blocked) this.#reportBlocked(node);
    return steps.filter((step) => step.run);
  }

  /** Takes the steps one after the other. */
  async take(steps: readonly Step[], perform: Perform): Promise<void> {
    for (let left = this.#withoutUnreadable(steps); left.length > 0; left = this.#withoutUnreadable(left)) {
      const [step, ...rest] = left as [Step, ...Step[]];
      await macrotask(); // lets a request to cancel in
      await Promise.race([this.between(), this.stopped]);
      this.#reportSweeps(left);
      if (!this.aborted) await Promise.race([this.#takeOne(step, perform), this.stopped]);
      if (this.aborted) {
        this.#drop(this.#ended === step ? rest : left);
        return;
      }
      left = rest;
      const read = new Set(rest.flatMap(({ uses }) => uses));
      for (const key of this.#values.keys()) if (!read.has(key)) this.#values.delete(key);
    }
  }

  async #takeOne(step: Step, perform: Perform): Promise<void> {
    const waiting = step.ids.map((id) => this.#reportWaiting(id));
    if (waiting.some(Boolean)) return;
    try {
      for (const id of step.ids) this.listen({ kind: 'running', id, fraction: 0 });
      const result = await perform(step, this.#upstream, (progress) => {
        if (!this.aborted) for (const id of step.ids) this.listen({ kind: 'running', id, ...progress });
      });
      if (this.aborted) return;
      this.#ended = step;
      this.#stepsRun++;
      this.#values.set(step.key, result);
      const { view, provenance } = result;
      this.#flag(step, view);
      for (const id of step.ids)
        this.listen({ kind: 'done', result: { id, key: step.key, view, provenance, cached: false } });
    } catch (error) {
      if (this.aborted) return;
      this.#ended = step;
      this.#fail(step, messageOf(error));
    }
  }

  /** Keeps what a step says of the networks behind it; where it says nothing, what those above say. */
  #flag({ key, uses }: Step, { notes }: View): void {
    const own = notes.flatMap(({ id, text }) => (FLAGS.has(id) ? [text] : []));
    const flags = own.length > 0 ? own : uses.flatMap((use) => this.#flags.get(use) ?? []);
    if (flags.length > 0) this.#flags.set(key, [...new Set(flags)]);
  }

  #fail({ ids }: Step, message: string): void {
    for (const id of ids) {
      this.#failed ||= this.plan.nodes.has(id); // a run of a sweep that fails is a row of its table
      this.#roots.set(id, [id]);
      this.#faults.set(id, message);
      this.listen({ kind: 'failed', id, message });
    }
  }

  #drop(steps: readonly Step[]): void {
    for (const id of steps.flatMap(({ ids }) => ids)) this.listen({ kind: 'cancelled', id });
  }

  /** Fails sweeps that can read none of the runs that are done, and leaves out what nothing else needs. */
  #withoutUnreadable(steps: readonly Step[]): readonly Step[] {
    const failed = new Set<string>();
    for (const step of steps) {
      const fault = step.node.sweep && this.#unreadable(step.node);
      if (fault === undefined) continue;
      this.#fail(step, fault);
      for (const id of step.ids) failed.add(id);
    }
    if (failed.size === 0) return steps;
    const wanted = upstreamOf(this.plan, this.targets ?? this.plan.order, failed);
    const left = steps.filter(({ ids }) => ids.some((id) => wanted.has(id)));
    this.#drop(steps.filter((step) => !left.includes(step) && !step.ids.some((id) => failed.has(id))));
    return left;
  }

  /** Why a sweep can read none of its runs that are done; undefined where it can, or none is. */
  #unreadable(sweep: PlannedNode): string | undefined {
    if (this.#judged.has(sweep.key)) return undefined;
    const { runs } = sweep.sweep!;
    const done = runs
      .filter(({ source }) => source && this.#values.has(nodeOf(this.plan, source.node)!.key))
      .map((run) => runOf(run, this.#upstream))
      .filter(({ error }) => error === undefined);
    const faults = done.flatMap((run) => {
      try {
        this.reads(sweep, run);
        return [];
      } catch (error) {
        return [messageOf(error)];
      }
    });
    if (done.length > 0) this.#judged.add(sweep.key);
    if (done.length === 0 || faults.length < done.length) return undefined;
    const others = runs.filter(({ source }) => source && !this.#roots.has(source.node)).length - done.length;
    const kept = `${runsText(done.length)} ${done.length > 1 ? 'are' : 'is'} kept`;
    return others > 0 ? `${faults[0]}; ${kept}, ${others} ${others > 1 ? 'were' : 'was'} not started` : faults[0];
  }

  /** Reports a node that waits for failed ones; false when it waits for none. */
  #reportWaiting(id: string): boolean {
    const node = nodeOf(this.plan, id)!;
    const sources = sourcesOf(node).map((source) => source.node);
    const by = [...new Set(sources.flatMap((source) => this.#roots.get(source) ?? []))];
    if (by.length === 0 || (node.sweep && !this.#isStuck(sources))) return false;
    this.#roots.set(id, by);
    this.listen({ kind: 'blocked', id, by, message: `waits for ${quoted(by)}, which failed` });
    return true;
  }

  /** Whether all runs of a sweep wait for nodes of the document that failed: it has nothing to show then. */
  #isStuck(sources: readonly string[]): boolean {
    return sources.every((source) => this.#roots.get(source)?.some((root) => this.plan.nodes.has(root)));
  }

  /** Why a node has no result, as far as this run knows. */
  #faultOf(id: string): string | undefined {
    return this.#roots
      .get(id)
      ?.map((root) => this.#faults.get(root) ?? `'${root}' failed`)
      .join('; ');
  }

  /** Says how many of its runs each sweep that is still to come has behind it. */
  #reportSweeps(steps: readonly Step[]): void {
    for (const { node, ids } of steps) {
      const runs = node.sweep?.runs ?? [];
      const done = runs.filter(
        ({ source }) =>
          !source || this.#roots.has(source.node) || this.#values.has(nodeOf(this.plan, source.node)!.key),
      ).length;
      if (runs.length === 0 || done === (this.#told.get(node.id) ?? 0)) continue;
      this.#told.set(node.id, done);
      const message = `${done} of ${runs.length} runs`;
      for (const id of ids) this.listen({ kind: 'running', id, fraction: done / runs.length, message });
    }
  }

  #reportBlocked({ id, type, blocked }: PlannedNode): void {
    const { reason, by } = blocked!;
    const muted = (root: string): boolean => this.plan.nodes.get(root)?.blocked?.reason === 'muted';
    const meant = reason === 'muted' || (reason === 'upstream' && by.every(muted)); // by whoever muted it
    if (!meant) this.#failed = true;
    const fault = this.plan.problems.find((problem) => problem.node === id && problem.severity === 'error')?.message;
    const message = {
      invalid: fault ?? 'has a fault in its parameters or wires',
      muted: 'is muted',
      foreign: `node type '${type}' is not known here`,
      upstream: `waits for ${quoted(by)}${meant ? ', muted' : ''}`,
    }[reason];
    this.listen({ kind: 'blocked', id, by, message });
  }
}

/** Sentences that are about networks: those that a Model carries, and of trainings in a step itself. */
const FLAGS: ReadonlySet<string> = new Set([MODEL_FLAG, 'diverged']);

const quoted = (ids: readonly string[]): string => ids.map((id) => `'${id}'`).join(', ');

const macrotask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
