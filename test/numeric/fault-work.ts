/** Work of every kind for devices on which it goes wrong. */
import { type Architecture, freshBuffers, layoutOf } from '../../src/catalog/architecture.js';
import type { DescendWork, Device, EvaluateWork, TrainWork, WorkControl } from '../../src/catalog/work.js';
import { NETWORKS, someTheta } from './networks.js';
import { someInputs, someOutputs } from './oracle.js';

/** Evaluated by a fused kernel. */
export const FUSED = 'the FCN';
/** Evaluated layer by layer; its descent runs on the device. */
export const LAYERED = 'relu, convolutional';
export const MEMBERS = 6;
const INPUTS = 130;

/** An evaluation of six vectors on 130 inputs. */
export function workOf(name: string, count = INPUTS): EvaluateWork {
  const architecture = NETWORKS[name]!;
  const inputs = someInputs(architecture.input, count, 61);
  const outputs = someOutputs(count, layoutOf(architecture).outputs, 62);
  return {
    architecture,
    inputs,
    outputs,
    family: { kind: 'explicit', theta: someTheta(architecture, MEMBERS, 63), count: MEMBERS },
  };
}

/** Steps of descent of the same vectors. */
export function descentOf(name: string, steps: number, batch = 16): DescendWork {
  const { architecture, inputs, outputs } = workOf(name);
  const start = someTheta(architecture, MEMBERS, 63);
  const optimizer = { name: 'sgd', learningRate: 0.01, momentum: 0.5 } as const;
  return { architecture, inputs, outputs, start, count: MEMBERS, optimizer, steps, batch, seed: 1, record: 1 };
}

/** How the work of these tests is asked for. */
export const WORK: Readonly<Record<string, (device: Device, control: WorkControl) => Promise<unknown>>> = {
  'a fused evaluation': (device, control) => device.evaluate(workOf(FUSED), control),
  'a layered evaluation': (device, control) => device.evaluate(workOf(LAYERED), control),
  'the outputs of a network': (device, control) => {
    const { architecture, inputs } = workOf(LAYERED);
    return device.forward(architecture, someTheta(architecture, 1, 63), inputs, control);
  },
  'a descent': (device, control) => device.descend(descentOf(LAYERED, 4), control),
  'a training': (device, control) => device.train(trainingOf(2), control),
  'a score': (device, control) => {
    const { networks, examples, objective } = trainingOf(0);
    return device.score(networks, examples, objective, control);
  },
};

/** A small network with all that training has beyond descents. */
const TRAINED: Architecture = {
  type: 'Architecture',
  input: [4],
  layers: [
    { kind: 'dense', units: 3, bias: false },
    { kind: 'batch-norm', momentum: 0.1, epsilon: 1e-5 },
    { kind: 'activation', activation: { name: 'relu' } },
    { kind: 'dense', units: 3, bias: true },
  ],
};

/** Four networks trained for so many epochs of three steps. */
export function trainingOf(epochs: number): TrainWork {
  const inputs = someInputs(TRAINED.input, 96, 61);
  const labels = Int32Array.from({ length: 96 }, (_, i) => i % 3);
  const buffers = freshBuffers(TRAINED);
  return {
    networks: {
      architecture: TRAINED,
      theta: someTheta(TRAINED, 4, 63),
      buffers: Float32Array.from({ length: 4 * buffers.length }, (_, i) => buffers[i % buffers.length]!),
      count: 4,
    },
    examples: { inputs: { ...inputs, labels, classes: ['0', '1', '2'] } },
    objective: 'cross-entropy',
    optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9 },
    weightDecay: 0,
    schedule: { name: 'constant' },
    epochs,
    batch: 32,
    seeds: [1, 2, 3, 4],
    statistics: 'batch',
  };
}
