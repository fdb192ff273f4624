/** The worker's side: an Executor behind a message port. A host's worker file is one line, `serve([...builtin, mine])`. */
import { expose } from 'comlink';
import { FiberscopeError, messageOf } from '../catalog/errors.js';
import type { AnyNode } from '../catalog/node.js';
import { Registry } from '../catalog/registry.js';
import type { FileReference, PipelineDocument } from '../document/schema.js';
import { Executor, type ExecutorOptions } from './executor.js';
import type { DeviceChoice, RunEvent } from './protocol.js';
import type { Answer, ServedExecutor } from './wire.js';

type Endpoint = Parameters<typeof expose>[1];

/** Serves an Executor that knows these node types to whoever holds the other end of `endpoint` (this worker's own port when absent). */
export function serve(
  nodes: readonly AnyNode[],
  options: Omit<ExecutorOptions, 'registry'> & { readonly endpoint?: Endpoint } = {},
): void {
  const { endpoint, ...rest } = options;
  const executor = new Executor({ registry: new Registry(nodes), ...rest });
  const served: ServedExecutor = {
    run: (document: PipelineDocument, targets: readonly string[] | undefined, listen: (event: RunEvent) => unknown) =>
      answer(async () => {
        const sent: unknown[] = []; // events and the report take different ports: the report waits until all have arrived
        const report = await executor.run(document, targets, (event) => sent.push(listen(event)));
        await Promise.all(sent);
        return report;
      }),
    cancel: () => executor.cancel(),
    finish: () => executor.finish(),
    forget: (document: PipelineDocument, node: string) => answer(() => executor.forget(document, node)),
    pending: (document: PipelineDocument, targets: readonly string[] | undefined) =>
      answer(() => executor.pending(document, targets)),
    chooseDevice: (choice: DeviceChoice) => answer(() => executor.chooseDevice(choice)),
    device: () => answer(() => executor.device()),
    rates: (document: PipelineDocument) => answer(() => executor.rates(document)),
    addFile: (file: FileReference, bytes: Uint8Array) => answer(() => executor.addFile(file, bytes)),
    arrays: (key: string, output: string) => answer(() => executor.arrays(key, output)),
    csv: (key: string, output: string) => answer(() => executor.csv(key, output)),
    networks: (key: string, output: string, stem: string) => answer(() => executor.networks(key, output, stem)),
  };
  expose(served, endpoint);
}

/** Errors cross as data: Comlink keeps no classes. */
async function answer<T>(ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await ask() };
  } catch (error) {
    return { ok: false, kind: error instanceof FiberscopeError ? error.kind : 'internal', message: messageOf(error) };
  }
}
