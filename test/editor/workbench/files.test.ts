/** Files between visits: small ones as bytes, large ones as Blobs, which IndexedDB takes of any size. */
import { expect, it } from 'vitest';
import { emptyDocument } from '../../../src/document/format.js';
import type { PipelineDocument } from '../../../src/document/schema.js';
import { WorkbenchFiles } from '../../../src/editor/workbench/files.js';
import { memoryStorage } from '../../../src/editor/workbench/storage.js';
import type { ExecutorApi } from '../../../src/execute/protocol.js';

it.each([100, 2 ** 26 + 1])('a file of %i bytes is there again after a reload', async (size) => {
  const storage = memoryStorage();
  const executor = { addFile: async () => undefined } as unknown as ExecutorApi;
  const bytes = new Uint8Array(size);
  bytes[size - 1] = 7;
  const file = await new WorkbenchFiles(storage, executor).add('x.bin', bytes);
  const [key] = await storage.keys();
  expect((await storage.get(key!)) instanceof Blob).toBe(size > 100);

  const node = { id: 'c', type: 'cifar10', version: 1, params: { batches: [{ ...file }] }, at: [0, 0] as const };
  const document: PipelineDocument = { ...emptyDocument(), nodes: [node] };
  const later = new WorkbenchFiles(storage, executor);
  expect(await later.recall(document)).toBe(true);
  const again = await later.source.read(file);
  expect([again.length, again[size - 1]]).toEqual([size, 7]);
});
