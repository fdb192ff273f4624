/** The executor behind a message port, as the window uses it. */
import { expose } from 'comlink';
import { afterEach, expect, test } from 'vitest';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { connectWorker } from '../../src/execute/client.js';
import type { ExecutorApi, RunEvent } from '../../src/execute/protocol.js';
import { serve } from '../../src/execute/serve.js';
import { held } from '../held.js';
import { FakeDevice, lab, pipeline, story } from './fakes.js';

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

function connected(openDevice = async () => new FakeDevice('cpu')): ExecutorApi {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  serve(lab().registry.all, { endpoint: port1, openDevice });
  return connectWorker(port2);
}

const document = pipeline({ source: ['source'], scale: ['scale'], bad: ['failing'] }, ['source scale']);

test('a run through a port: every event arrives before the report', async () => {
  const remote = connected();
  const events: RunEvent[] = [];
  const report = await remote.run(document, ['scale'], (event) => events.push(event));
  expect(report).toMatchObject({ outcome: 'done', stepsRun: 2, device: { name: 'cpu' } });
  expect(story(events).slice(-2)).toEqual(['source done', 'scale done']);
});

test('arrays cross as copies: the executor keeps its own', async () => {
  const remote = connected();
  let key = '';
  await remote.run(document, ['scale'], (event) => {
    if (event.kind === 'done') key = event.result.key;
  });
  const first = await remote.arrays(key, 'values');
  expect(first?.arrays.y).toEqual({ data: Float32Array.of(14, 16, 18, 20), shape: [4, 1] });
  first?.arrays.y?.data.fill(0);
  expect((await remote.arrays(key, 'values'))?.arrays.y?.data[0]).toBe(14);
  expect(await remote.arrays('none', 'values')).toBeUndefined();
});

test('an answer that was taken is not kept', async () => {
  const remote = connected();
  let key = '';
  await remote.run(document, ['scale'], (event) => {
    if (event.kind === 'done') key = event.result.key;
  });
  expect(await held(40, async () => (await remote.arrays(key, 'values'))!)).toBeLessThan(5);
});

test('failures of nodes are events, not rejections', async () => {
  const events: RunEvent[] = [];
  const report = await connected().run(document, ['bad'], (event) => events.push(event));
  expect(report.outcome).toBe('failed');
  expect(story(events).at(-1)).toBe('bad failed: no candidate reached the tolerance');
});

test('cancel crosses', async () => {
  const remote = connected();
  const report = await remote.run(pipeline({ wait: ['patient'] }, []), undefined, (event) => {
    if (event.kind === 'running' && event.fraction > 0) remote.cancel();
  });
  expect(report.outcome).toBe('cancelled');
});

test('errors keep their kind', async () => {
  const remote = connected(async () => {
    throw new FiberscopeError('device', 'no adapter; choose wasm or cpu');
  });
  const fault = await remote.device().catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(FiberscopeError);
  expect(fault).toMatchObject({ kind: 'device', message: 'no adapter; choose wasm or cpu' });
  await expect(remote.addFile({ name: 'x', sha256: '0'.repeat(64) }, new Uint8Array(1))).rejects.toThrow(/SHA-256/);
});

test('a worker that dies rejects what waits for it', async () => {
  const target = new EventTarget();
  const dead = Object.assign(target, { postMessage: () => undefined });
  const remote = connectWorker(dead as unknown as MessagePort);
  const waiting = remote.device();
  target.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
  await expect(waiting).rejects.toThrow('the worker that computes has stopped: out of memory; reload the page');
  await expect(remote.device()).rejects.toThrow(FiberscopeError);
});

test('an uncaught error in a worker that still answers is not its end', async () => {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  serve(lab().registry.all, { endpoint: port1, openDevice: async () => new FakeDevice('cpu') });
  const remote = connectWorker(port2);
  await remote.device();
  port2.dispatchEvent(Object.assign(new Event('error'), { message: 'a stray callback' }));
  expect((await remote.run(document, ['scale'], () => undefined)).outcome).toBe('done');
});

test('a cancelled run ends even while the worker is busy in code that cannot be interrupted', async () => {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  // The far end says that a step runs, and then answers nothing more, as a thread in a long loop would.
  const device = { name: 'cpu', adapter: 'busy', software: false, dispatches: 0 } as const;
  let busy = false;
  expose(
    {
      device: async () => ({ ok: true, value: device }),
      cancel: () => undefined,
      run: (_document: unknown, _targets: unknown, listen: (event: RunEvent) => void) => {
        listen({ kind: 'queued', id: 'after' });
        listen({ kind: 'running', id: 'umap', fraction: 0 });
        busy = true;
        return new Promise(() => undefined);
      },
    },
    port1,
  );
  const remote = connectWorker(port2);
  await remote.device();
  const events: RunEvent[] = [];
  const report = await remote.run(document, undefined, (event) => {
    events.push(event);
    if (event.kind === 'running') remote.cancel();
  });
  expect(busy).toBe(true);
  expect(report).toMatchObject({ outcome: 'cancelled', stepsRun: 0, device });
  expect(story(events)).toEqual(['after queued', 'after cancelled', 'umap cancelled']);
});
