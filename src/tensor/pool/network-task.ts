/** What one thread does for networks: a piece of training, scoring or recording, with everything that it needs. */
import { layoutOf } from '../../catalog/architecture.js';
import type { Inputs } from '../../catalog/values.js';
import type { Device, Examples, Networks, Objective, RecordWork, TrainWork, WorkControl } from '../../catalog/work.js';

/** The tasks and what they give, by kind. */
export interface NetworkTasks {
  readonly train: { readonly asks: TrainWork; readonly gives: Awaited<ReturnType<Device['train']>> };
  readonly score: {
    readonly asks: { readonly networks: Networks; readonly examples: Examples; readonly objective: Objective };
    readonly gives: Awaited<ReturnType<Device['score']>>;
  };
  readonly record: { readonly asks: RecordWork; readonly gives: readonly Float32Array[] };
  readonly estimate: {
    readonly asks: { readonly networks: Networks; readonly inputs: Inputs; readonly batch: number };
    readonly gives: Float32Array;
  };
}

/** A task of some kind. */
export type NetworkTask = {
  [K in keyof NetworkTasks]: { readonly kind: K; readonly asks: NetworkTasks[K]['asks'] };
}[keyof NetworkTasks];

/** What a task of some kind gives. */
export type NetworkGift = NetworkTasks[keyof NetworkTasks]['gives'];

/** Does a task on a device. */
export function performTask(
  device: Pick<Device, 'train' | 'score' | 'record' | 'estimateStatistics'>,
  task: NetworkTask,
  control: WorkControl,
): Promise<NetworkGift> {
  switch (task.kind) {
    case 'train':
      return device.train(task.asks, control);
    case 'score':
      return device.score(task.asks.networks, task.asks.examples, task.asks.objective, control);
    case 'record':
      return device.record(task.asks, control);
    case 'estimate':
      return device.estimateStatistics(task.asks.networks, task.asks.inputs, task.asks.batch, control);
  }
}

/** Multiply-adds of a task, about. */
export function taskSize({ kind, asks }: NetworkTask): number {
  const { networks } = asks;
  const each = networks.count * layoutOf(networks.architecture).multiplyAdds;
  switch (kind) {
    case 'train': {
      const { examples, validation, epochs } = asks;
      return each * epochs * (3 * examples.inputs.count + (validation?.inputs.count ?? 0));
    }
    case 'score':
      return each * asks.examples.inputs.count;
    default:
      return each * asks.inputs.count;
  }
}
