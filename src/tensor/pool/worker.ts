/** A worker of a pool: a device of its own that does one job at a time. The same file serves browsers and Node. */
import { FiberscopeError } from '../../catalog/errors.js';
import type { EvaluateWork, WorkControl } from '../../catalog/work.js';
import { BackedDevice } from '../backed-device.js';
import type { Range } from '../blocks.js';
import { CpuBacking } from '../cpu-backing.js';
import { inNode } from '../dawn.js';
import { faultData } from '../device-fault.js';
import type { Answer, Opening, Order } from './messages.js';
import { type NetworkTask, performTask } from './network-task.js';

type Shard = Extract<Order, { kind: 'shard' }>;
type Descending = Extract<Order, { kind: 'descend' }>;

/** The end of the line that this worker holds. */
interface Port {
  postMessage(answer: Answer, transfer?: Transferable[]): void;
}

const port: Port = inNode()
  ? (process.getBuiltinModule('node:worker_threads').parentPort as unknown as Port)
  : (globalThis as unknown as Port);

async function open({ device }: Opening): Promise<BackedDevice> {
  if (device === 'cpu') return new BackedDevice(new CpuBacking(), false); // the pool knows what to do about little memory
  const { openWasm } = await import('../wasm-backing.js');
  return new BackedDevice(await openWasm(), false);
}

/** Takes the lock and keeps it until this worker ends. */
function hold(lock: string | undefined): Promise<void> | undefined {
  if (lock === undefined) return undefined;
  return new Promise((resolve, reject) => {
    const kept = new Promise<never>(() => undefined);
    const taken = (): Promise<never> => {
      resolve();
      return kept;
    };
    navigator.locks.request(lock, taken).catch(reject);
  });
}

/** One job: the shards that came and were not done, and how it is told to stop. */
class Job {
  readonly controller = new AbortController();
  readonly finisher = new AbortController();
  #shards: Shard[] = [];
  #closed = false;
  #wake: () => void = () => undefined;
  #start = 0; // of the present shard
  #began = 0;

  constructor(
    readonly id: number,
    private readonly device: BackedDevice,
  ) {}

  take(shard: Shard): void {
    this.#shards.push(shard);
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  cancel(): void {
    this.controller.abort();
    this.close();
  }

  async #next(): Promise<Shard | undefined> {
    while (this.#shards.length === 0 && !this.#closed)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    const shard = this.#shards.shift();
    if (this.controller.signal.aborted) throw new FiberscopeError('cancelled', 'cancelled');
    this.#start = shard?.range.start ?? 0;
    this.#began = performance.now();
    return shard;
  }

  get #control(): WorkControl {
    return {
      signal: this.controller.signal,
      finish: this.finisher.signal,
      progress: (fraction, _, curve) =>
        port.postMessage({
          kind: 'progress',
          job: this.id,
          start: this.#start,
          fraction,
          ...(curve ? { curve } : {}),
        }),
    };
  }

  get #taken() {
    return { ms: performance.now() - this.#began, dispatches: this.device.dispatches };
  }

  async evaluate(work: EvaluateWork): Promise<void> {
    const done = ({ start }: Range, evaluation: Awaited<ReturnType<BackedDevice['evaluate']>>): void => {
      const { loss, power } = evaluation;
      port.postMessage({ kind: 'done', job: this.id, start, evaluation, taken: this.#taken }, [
        loss.buffer,
        power.buffer,
      ]);
    };
    if (work.family.kind !== 'explicit') {
      const next = async (): Promise<Range | undefined> => (await this.#next())?.range;
      return this.device.evaluateShards(work, { next, done }, this.#control);
    }
    for (let shard = await this.#next(); shard; shard = await this.#next()) {
      const { range, theta } = shard;
      const count = range.end - range.start;
      const family = { kind: 'explicit', theta: theta!, count } as const;
      const part = { ...work, family, range: { start: 0, end: count } };
      done(range, await this.device.evaluatePrepared(part, this.#control));
    }
  }

  async descend({ work }: Descending): Promise<void> {
    this.#began = performance.now();
    const descent = await this.device.descend(work, this.#control);
    const arrays = [descent.theta.buffer, descent.steps.buffer, descent.history.buffer];
    port.postMessage({ kind: 'descended', job: this.id, descent, taken: this.#taken }, arrays);
  }

  async network(task: NetworkTask): Promise<void> {
    this.#began = performance.now();
    const gift = await performTask(this.device, task, this.#control);
    port.postMessage({ kind: 'gift', job: this.id, gift, taken: this.#taken });
  }
}

let device: BackedDevice | undefined;
const jobs = new Map<number, Job>();

/** Does a job to its end and says how it ended. */
async function perform(id: number, work: (job: Job) => Promise<void>): Promise<void> {
  const job = new Job(id, device!);
  jobs.set(id, job);
  try {
    await work(job);
  } catch (error) {
    port.postMessage({ kind: 'failed', job: id, fault: faultData(error) });
  } finally {
    jobs.delete(id);
    port.postMessage({ kind: 'closed', job: id });
  }
}

async function start(opening: Opening): Promise<void> {
  try {
    await hold(opening.lock);
    device = await open(opening);
    port.postMessage({ kind: 'ready' });
  } catch (error) {
    port.postMessage({ kind: 'unable', fault: faultData(error) });
  }
}

function take(order: Order): void {
  if (order.kind === 'start') void start(order.opening);
  else if (order.kind === 'evaluate') void perform(order.job, (job) => job.evaluate(order.work));
  else if (order.kind === 'descend') void perform(order.job, (job) => job.descend(order));
  else if (order.kind === 'network') void perform(order.job, (job) => job.network(order.task));
  else if (order.kind === 'finish') jobs.get(order.job)?.finisher.abort();
  else if (order.kind === 'shard') jobs.get(order.job)?.take(order);
  else if (order.kind === 'close') jobs.get(order.job)?.close();
  else jobs.get(order.job)?.cancel();
}

if (inNode()) process.getBuiltinModule('node:worker_threads').parentPort!.on('message', take);
else addEventListener('message', ({ data }: MessageEvent<Order>) => take(data));
