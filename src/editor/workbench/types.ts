/**
 * The state of one open workbench and what can be done with it. One store outside React, because Rete mounts a React root
 * per node and context does not reach them. The canvas, the palette, the inspector and the results all read this.
 */
import type { StoreApi } from 'zustand/vanilla';
import type { Registry } from '../../catalog/registry.js';
import type { Curve } from '../../catalog/values.js';
import type { Plan } from '../../compile/plan.js';
import type { Left } from '../../compile/sweep-cost.js';
import type { DocumentView, PipelineDocument, Problem } from '../../document/schema.js';
import type { DeviceChoice, DeviceReport, NetworkFile, NodeResult, OutputArrays } from '../../execute/protocol.js';

/** Where a node stands. `stale` keeps the older result and says why. */
export type NodeStatus = 'idle' | 'queued' | 'running' | 'done' | 'cached' | 'stale' | 'blocked' | 'failed' | 'muted';

/** What is known of one node besides the document. */
export interface NodeState {
  readonly status: NodeStatus;
  readonly reason?: string; // why stale, blocked or failed: one line for people
  readonly fraction?: number;
  readonly round?: string; // which round `fraction` is of
  readonly message?: string;
  readonly secondsLeft?: number;
  readonly curve?: Curve; // live while running
  readonly waits?: number; // s that it would take: too long to run by itself, so it waits for Run
  readonly copy?: string; // of a sweep: what it has run now
  readonly left?: Left; // what of a sweep is to compute, where that is known
  readonly result?: NodeResult; // the newest, possibly of older parameters
}

/** What is selected on the canvas, by id; a wire is named by its `to` end. */
export interface Selection {
  readonly nodes: readonly string[];
  readonly wires: readonly string[];
  readonly frames: readonly string[];
}

/** Everything that the window shows. */
export interface WorkbenchState {
  readonly document: PipelineDocument;
  readonly undoLabel: string | undefined; // undefined: nothing to undo
  readonly redoLabel: string | undefined;
  readonly edited: boolean; // not as it was opened: kept when another takes its place
  readonly plan: Plan;
  readonly nodes: Readonly<Record<string, NodeState>>;
  readonly problems: readonly Problem[]; // of the plan and of the last run
  readonly selection: Selection;
  readonly running: boolean;
  readonly cancelling: boolean; // the run was told to end and has not yet
  readonly trusted: boolean; // false for a foreign document until Run is pressed
  readonly live: boolean; // cheap edits run by themselves
  readonly device: DeviceReport | undefined;
  readonly deviceChoice: DeviceChoice;
  readonly theme: 'light' | 'dark';
  readonly savedAt: string | undefined; // ISO time of the last autosave
  readonly notice: { readonly level: 'info' | 'error'; readonly text: string } | undefined; // one transient message
}

/** One open workbench. */
export interface Workbench {
  readonly store: StoreApi<WorkbenchState>;
  readonly registry: Registry;
  /** One undoable step. Steps with the same `coalesce` within a second become one (slider drags). */
  edit(label: string, change: (document: PipelineDocument) => PipelineDocument, coalesce?: string): void;
  undo(): void;
  redo(): void;
  /** Remembers the canvas' viewport in the document; saved, but not an undoable step. */
  setView(view: DocumentView): void;
  /**
   * Opens a document in place of the present one; only a trusted one may run by itself. `edited`: it was edited before and is
   * nowhere else. `said` is told of it.
   */
  open(document: PipelineDocument, options: { trusted: boolean; edited?: boolean; said?: string }): void;
  select(selection: Partial<Selection>): void;
  /** Runs what these nodes need (all when absent). */
  run(targets?: readonly string[]): Promise<void>;
  cancel(): void;
  /** Tells what is running to end soon and keep what there is, where its node can. */
  finish(): void;
  /** Runs to its end what was told to end early behind a node, itself included, and anew what was computed from it. */
  runToEnd(node: string): Promise<void>;
  chooseDevice(choice: DeviceChoice): Promise<void>;
  setLive(live: boolean): void;
  setTheme(theme: 'light' | 'dark'): void;
  notify(level: 'info' | 'error', text: string): void;
  /** Keeps a file's bytes, hands them to the executor and returns the reference to put into a parameter. */
  addFile(name: string, bytes: Uint8Array): Promise<{ name: string; sha256: string }>;
  /** An output as arrays, for data export. */
  arrays(node: string, output: string): Promise<OutputArrays | undefined>;
  /** An output as CSV, one record per row. */
  csv(node: string, output: string): Promise<string | undefined>;
  /** The networks of a Model as .safetensors files. */
  networks(node: string, output: string): Promise<readonly NetworkFile[] | undefined>;
  dispose(): void;
}
