/** What a run leaves: `manifest.json`, arrays, pictures and the report, in one folder. */
import { writeNpz } from '../arrays/npz.js';
import type { AnyNode, OutputPorts } from '../catalog/node.js';
import type { Registry } from '../catalog/registry.js';
import type { Plan } from '../compile/plan.js';
import type { PipelineDocument } from '../document/schema.js';
import type { Executor } from '../execute/executor.js';
import type { FinishedReport, NodeResult, RunEvent } from '../execute/protocol.js';
import { PACKAGE } from '../execute/version.js';
import { MANIFEST, REPORT, RESULTS_FORMAT, type ResultFolder } from './folder.js';
import { provenanceOf, RunRecords } from './run-records.js';

interface NodeRecord {
  readonly state: 'done' | 'failed' | 'blocked' | 'cancelled';
  readonly result?: NodeResult;
  readonly message?: string;
  readonly files: string[];
}

/** Collects the events of a run and writes arrays as soon as a node is done, while the executor still holds them. */
export class Results {
  readonly #nodes = new Map<string, NodeRecord>();
  readonly #runs: RunRecords;
  readonly #writing: Promise<void>[] = [];

  constructor(
    readonly document: PipelineDocument,
    readonly plan: Plan,
    readonly registry: Registry,
    readonly folder: ResultFolder,
    readonly executor: Pick<Executor, 'arrays' | 'csv' | 'networks'>,
  ) {
    this.#runs = new RunRecords(plan, registry);
  }

  /** Takes one event of the run. */
  take(event: RunEvent): void {
    const of = event.kind === 'done' ? event.result.id : event.id;
    if (!this.plan.nodes.has(of)) {
      this.#runs.take(event);
      return;
    }
    if (event.kind === 'done') {
      const record: NodeRecord = { state: 'done', result: event.result, files: [] };
      this.#nodes.set(event.result.id, record);
      const writing = this.#writeNode(record, event.result);
      writing.catch(() => undefined); // awaited in finish
      this.#writing.push(writing);
    } else if (event.kind === 'failed' || event.kind === 'blocked')
      this.#nodes.set(event.id, { state: event.kind, message: event.message, files: [] });
  }

  /** Resolves when all that was taken is written, or could not be: `finish` says so. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#writing);
  }

  /** Writes what concerns the whole run, puts the folder into its place and answers with the place. */
  async finish(report: FinishedReport): Promise<string> {
    await Promise.all(this.#writing);
    const { reportHtml } = await import('./report/report.js');
    const { viewerScript } = await import('./report/viewer-script.js');
    const records = [...this.#nodes];
    const html = reportHtml({
      document: this.document,
      plan: this.plan,
      registry: this.registry,
      results: records.flatMap(([, { result }]) => (result ? [result] : [])),
      failures: records.flatMap(([id, { message }]) => (message === undefined ? [] : [{ id, message }])),
      run: report,
      viewer: await viewerScript(),
    });
    await this.folder.write(REPORT, html);
    await this.folder.write(MANIFEST, `${JSON.stringify(this.#manifest(report), exactNumbers, 2)}\n`);
    return this.folder.finish();
  }

  async #writeNode(record: NodeRecord, { id, key, view }: NodeResult): Promise<void> {
    const definition = this.registry.get(this.plan.nodes.get(id)!.type) as AnyNode;
    const write = async (name: string, content: string | Uint8Array): Promise<void> => {
      record.files.push(name);
      await this.folder.write(name, content);
    };
    const ports = Object.keys(definition.outputs as OutputPorts);
    const outputs = await Promise.all(ports.map((port) => this.executor.arrays(key, port)));
    for (const [i, output] of outputs.entries())
      if (output) await write(`${id}.${ports[i]}.npz`, writeNpz(output.arrays, output.texts));
    for (const port of definition.sweep ? ports : []) {
      const text = await this.executor.csv(key, port);
      if (text !== undefined) await write(`${id}.${port}.csv`, text);
    }
    for (const [port, { type }] of Object.entries(definition.outputs as OutputPorts))
      if (type === 'Model')
        for (const { name, bytes } of (await this.executor.networks(key, port, `${id}.${port}`)) ?? [])
          await write(name, bytes);
    const { isPicture, is3d } = await import('../plot/options.js');
    const pictures = view.plots.filter((plot) => isPicture(plot) && !is3d(plot));
    for (const [i, plot] of pictures.entries()) {
      const { plotSvg } = await import('../plot/svg.js');
      const { light } = await import('../plot/theme.js');
      await write(pictures.length > 1 ? `${id}.${i + 1}.svg` : `${id}.svg`, plotSvg(plot, light));
    }
  }

  #manifest({ outcome, stepsRun, seconds, device }: FinishedReport): unknown {
    const { document, plan } = this;
    return {
      format: RESULTS_FORMAT,
      version: 1,
      package: PACKAGE,
      title: document.title,
      documentHash: plan.documentHash,
      random: document.random,
      device: {
        name: device.name,
        adapter: device.adapter,
        software: device.software,
        dispatches: device.dispatches,
        ...(device.threads === undefined ? {} : { threads: device.threads }),
      },
      outcome,
      stepsRun,
      seconds,
      finished: new Date().toISOString(),
      nodes: Object.fromEntries(
        document.nodes.flatMap(({ id, type, version }) => {
          const record = this.#nodes.get(id);
          if (!record) return [];
          const { state, result, message, files } = record;
          const done = result && {
            ...provenanceOf(result),
            summary: result.view.summary,
            notes: result.view.notes,
          };
          const runs = this.#runs.of(id);
          return [
            [
              id,
              {
                type,
                version,
                state,
                ...done,
                ...(message ? { message } : {}),
                ...(runs ? { runs } : {}),
                files: files.sort(),
              },
            ],
          ];
        }),
      ),
    };
  }
}

/** JSON has no NaN and no infinities: they are written as words, so that nothing is lost. */
const exactNumbers = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
