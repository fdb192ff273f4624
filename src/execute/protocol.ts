/** What crosses between the window (or the command line) and the executor: documents in, progress and views out. */

import type { Curve } from '../catalog/values.js';
import type { View } from '../catalog/views.js';
import type { DeviceName, Effort } from '../catalog/work.js';
import type { Rates } from '../compile/rates.js';
import type { FileReference, PipelineDocument } from '../document/schema.js';

/** Which device to use; `auto` never picks a software adapter. */
export type DeviceChoice = 'auto' | DeviceName;

/** The device in use, as shown to people. */
export interface DeviceReport {
  readonly name: DeviceName;
  readonly adapter: string;
  readonly software: boolean;
  readonly dispatches: number;
  readonly threads?: number; // that long work is computed on; 1 where absent. Results do not depend on it
}

/** Where a result came from, enough to make it again. */
export interface Provenance {
  readonly documentHash: string;
  readonly key: string;
  readonly seeds: readonly number[];
  readonly package: string; // 'fiberscope 0.1.0'
  readonly device: string;
  readonly finished: string; // ISO time
  readonly seconds: number;
  readonly effort?: Effort; // of the members that were evaluated, where there were any
  readonly stopped?: 'here' | 'above'; // it, or what it was computed from, was told to end early and kept what there was
}

/** A finished node. */
export interface NodeResult {
  readonly id: string;
  readonly key: string;
  readonly view: View;
  readonly provenance: Provenance;
  readonly cached: boolean; // nothing ran in this run
}

/** What a run says while it goes on, one node at a time. */
export type RunEvent =
  | { readonly kind: 'queued'; readonly id: string }
  | {
      readonly kind: 'running';
      readonly id: string;
      readonly fraction: number; // of the present round
      readonly round?: string; // `round 1 of at most 8`, where a step goes by rounds
      readonly message?: string;
      readonly secondsLeft?: number;
      readonly curve?: Curve;
    }
  | { readonly kind: 'done'; readonly result: NodeResult }
  | { readonly kind: 'failed'; readonly id: string; readonly message: string }
  | { readonly kind: 'blocked'; readonly id: string; readonly by: readonly string[]; readonly message: string }
  | { readonly kind: 'cancelled'; readonly id: string };

/** How a run ended. */
export interface RunReport {
  readonly outcome: 'done' | 'failed' | 'cancelled';
  readonly stepsRun: number; // steps computed, not taken from the cache
  readonly seconds: number;
  readonly device: DeviceReport | undefined; // undefined when it was cancelled before one was open
}

/** A run that came to its end. */
export type FinishedReport = RunReport & { readonly device: DeviceReport };

/** An output as named arrays and scalars, for export. */
export interface OutputArrays {
  readonly arrays: Readonly<
    Record<
      string,
      {
        readonly data: Float32Array | Float64Array | Uint32Array | Int32Array | Uint8Array;
        readonly shape: readonly number[];
      }
    >
  >;
  /** Lists of text beside them: the names and the text columns of a table. */
  readonly texts?: Readonly<Record<string, readonly string[]>>;
}

/** A file of one network. */
export interface NetworkFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The executor as the window sees it (through Comlink) and as the command line calls it. */
export interface ExecutorApi {
  /** Runs what `targets` need (all nodes when absent). A second call cancels the first. */
  run(
    document: PipelineDocument,
    targets: readonly string[] | undefined,
    listen: (event: RunEvent) => void,
  ): Promise<RunReport>;
  cancel(): void;
  /** Tells the step that is running to end soon and keep what there is, where its node can. */
  finish(): void;
  /** Forgets what ended early behind a node's result, itself included, and all that was computed from it: the next run computes it to its end. */
  forget(document: PipelineDocument, node: string): Promise<void>;
  /** Ids of the nodes that a run of `targets` would compute now: results that are missing, and outputs that were dropped. */
  pending(document: PipelineDocument, targets: readonly string[] | undefined): Promise<readonly string[]>;
  chooseDevice(choice: DeviceChoice): Promise<DeviceReport>;
  device(): Promise<DeviceReport>;
  /**
   * How fast the device in use is at what this document asks for. What is not known yet is measured, for a second at most; a run
   * that starts meanwhile ends that at once, and while one goes on nothing is measured.
   */
  rates(document: PipelineDocument): Promise<Rates>;
  /** Hands over the bytes of a file that documents name. */
  addFile(file: FileReference, bytes: Uint8Array): Promise<void>;
  /** An output of a finished node as arrays (a Field's `values`, `axis0`, …), as `--out` writes them. */
  arrays(key: string, output: string): Promise<OutputArrays | undefined>;
  /** The same output as CSV, one record per row; undefined where it is no longer here. Only for types that `hasRecords`. */
  csv(key: string, output: string): Promise<string | undefined>;
  /** The networks of a Model as .safetensors files with PyTorch's names, one each, named after `stem`; undefined where they are no longer here, or the output is no Model. */
  networks(key: string, output: string, stem: string): Promise<readonly NetworkFile[] | undefined>;
}
