/** Calls that meet: a device that is being opened or changed, a run that is given up, a worker that dies. */
import { expect, test } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { Registry } from '../../src/catalog/registry.js';
import { connectWorker } from '../../src/execute/client.js';
import { Executor } from '../../src/execute/executor.js';
import { Meter } from '../../src/execute/meter.js';
import type { DeviceChoice, RunEvent } from '../../src/execute/protocol.js';
import { serve } from '../../src/execute/serve.js';
import { openDevice } from '../../src/tensor/device.js';
import { small } from '../cli/harness.js';
import { FakeDevice, lab, pipeline, story } from './fakes.js';

const document = pipeline({ source: ['source'], scale: ['scale'] }, ['source scale']);
const quiet = (): void => undefined;
const named = (choice: DeviceChoice): 'wasm' | 'cpu' => (choice === 'wasm' ? 'wasm' : 'cpu');

/** Devices that open when they are told to. */
function slowDevices() {
  const asked: DeviceChoice[] = [];
  const doors: (() => void)[] = [];
  const opened: FakeDevice[] = [];
  const openDevice = (choice: DeviceChoice): Promise<FakeDevice> => {
    asked.push(choice);
    return new Promise((resolve) =>
      doors.push(() => {
        const device = new FakeDevice(named(choice));
        opened.push(device);
        resolve(device);
      }),
    );
  };
  const next = async (): Promise<void> => {
    while (doors.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    doors.shift()!();
  };
  return { asked, opened, openDevice, next };
}

test('a run that is cancelled while the device opens ends without it', async () => {
  const { openDevice } = slowDevices(); // never opens
  const executor = lab().executor({ openDevice });
  const running = executor.run(document, undefined, quiet);
  executor.cancel();
  expect(await running).toMatchObject({ outcome: 'cancelled', stepsRun: 0, device: undefined });
});

test('a run asked for while the device changes runs on the new one', async () => {
  const { asked, opened, openDevice, next } = slowDevices();
  const executor = lab().executor({ openDevice, device: 'cpu' });
  const first = executor.run(document, undefined, quiet);
  await next();
  expect((await first).device).toMatchObject({ name: 'cpu' });
  const changed = executor.chooseDevice('wasm');
  const second = executor.run(document, undefined, quiet);
  await next();
  expect(await changed).toMatchObject({ name: 'wasm' });
  expect(await second).toMatchObject({ outcome: 'done', stepsRun: 2, device: { name: 'wasm' } });
  expect(opened.map(({ name, dispatches, disposed }) => [name, dispatches, disposed])).toEqual([
    ['cpu', 1, true],
    ['wasm', 1, false],
  ]);
  expect(asked).toEqual(['cpu', 'wasm']);
});

test('of two changes of the device the last one counts, and each says what it gave', async () => {
  const { opened, openDevice, next } = slowDevices();
  const executor = lab().executor({ openDevice, device: 'cpu' });
  const changes = [executor.chooseDevice('wasm'), executor.chooseDevice('cpu')];
  await next();
  await next();
  expect((await Promise.all(changes)).map(({ name }) => name)).toEqual(['wasm', 'cpu']);
  expect(await executor.device()).toMatchObject({ name: 'cpu' });
  expect(opened.map(({ name, disposed }) => [name, disposed])).toEqual([
    ['wasm', true],
    ['cpu', false],
  ]);
});

test('a run that found no device does not keep speeds from being measured later', async () => {
  let fails = true;
  const executor = new Executor({
    registry: new Registry(builtin),
    openDevice: async () => {
      if (fails) throw new FiberscopeError('device', 'no adapter');
      return openDevice('cpu');
    },
  });
  await expect(executor.run(small(), undefined, quiet)).rejects.toThrow('no adapter');
  fails = false;
  expect(Object.keys(await executor.rates(small()))).toHaveLength(1);
});

test('many runs in quick succession: the last one is done, the others cancelled, no step runs twice', async () => {
  const bench = lab();
  const executor = bench.executor();
  const events: RunEvent[] = [];
  const runs = Array.from({ length: 20 }, (_, i) =>
    executor.run(document, undefined, i === 19 ? (event) => events.push(event) : quiet),
  );
  const outcomes = (await Promise.all(runs)).map(({ outcome }) => outcome);
  expect(outcomes).toEqual([...new Array(19).fill('cancelled'), 'done']);
  expect(story(events).slice(-2)).toEqual(['source done', 'scale done']);
  expect(bench.runs).toEqual({ source: 1, scale: 1 });
});

test('progress never goes back, whatever a step reports', () => {
  let now = 0;
  const meter = new Meter({ points: 100 }, () => now);
  const said = [0.1, 0.5, 0.2, Number.NaN, 0.4, 0.6, -1, 7, 0.3].map((fraction) => {
    now += 1;
    return meter.read(fraction)!.fraction;
  });
  expect(said).toEqual([0.1, 0.5, 0.5, 0.5, 0.5, 0.6, 0.6, 1, 1]);
});

/** Workers in this thread: each serves on a channel of its own, and dies when it is told to. */
function workers() {
  const bench = lab();
  const made: { readonly kill: (why: string) => void; terminated: boolean }[] = [];
  const choices: DeviceChoice[] = [];
  const ports: MessagePort[] = [];
  const make = () => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    serve(bench.registry.all, {
      endpoint: port1,
      openDevice: async (choice) => {
        choices.push(choice);
        return new FakeDevice(named(choice));
      },
    });
    const one = {
      terminated: false,
      kill: (why: string) => {
        port1.close(); // nothing is answered any more
        port2.dispatchEvent(Object.assign(new Event('error'), { message: why }));
      },
    };
    made.push(one);
    return Object.assign(port2, {
      terminate: () => {
        one.terminated = true;
      },
    });
  };
  const end = (): void => {
    for (const port of ports) port.close();
  };
  return { bench, made, choices, make, end };
}

test('a worker that dies is said so once, and the next call has a new one with its files and its device', async () => {
  const { bench, made, choices, make, end } = workers();
  const remote = connectWorker(make, { silence: 20 });
  await remote.chooseDevice('wasm');
  const bytes = new TextEncoder().encode('a file');
  const { MemoryFiles } = await import('../../src/arrays/file-source.js');
  const file = await new MemoryFiles().add('a.npy', bytes);
  await remote.addFile(file, bytes);
  await remote.run(document, undefined, quiet);
  const events: RunEvent[] = [];
  const running = remote.run(pipeline({ wait: ['patient'] }, []), undefined, (event) => {
    events.push(event);
    if (event.kind === 'running' && event.fraction > 0) made[0]!.kill('out of memory');
  });
  await expect(running).rejects.toThrow(
    'the worker that computes has stopped: out of memory; it is started anew: run again',
  );
  expect(made[0]!.terminated).toBe(true);
  const report = await remote.run(document, undefined, quiet);
  expect(report).toMatchObject({ outcome: 'done', stepsRun: 2, device: { name: 'wasm' } });
  expect(made).toHaveLength(2);
  expect(choices.at(-1)).toBe('wasm');
  expect(bench.runs.source).toBe(2);
  await remote.addFile(file, bytes);
  end();
});

test('a worker that fails at once is tried again by each call, not for ever', async () => {
  let made = 0;
  const remote = connectWorker(() => {
    made++;
    const target = Object.assign(new EventTarget(), { postMessage: quiet });
    setTimeout(() => target.dispatchEvent(Object.assign(new Event('error'), { message: 'no such script' })), 1);
    return target as unknown as MessagePort;
  });
  await expect(remote.device()).rejects.toThrow(/no such script; it is started anew/);
  await expect(remote.run(document, undefined, quiet)).rejects.toThrow(FiberscopeError);
  expect(made).toBe(2);
});
