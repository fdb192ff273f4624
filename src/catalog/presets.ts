/** Architectures that people name, and how one grows by a layer. Plain data, so that shapes are known before a run. */
import { type Activation, type Architecture, type Layer, layoutOf } from './architecture.js';

/** The activations to choose from, by name. */
export const ACTIVATIONS = {
  relu: 'ReLU',
  tanh: 'tanh',
  sigmoid: 'Sigmoid',
  gelu: 'GELU',
  'leaky-relu': 'LeakyReLU',
  identity: 'Identity',
} as const;
/** Name of an activation. */
export type ActivationName = keyof typeof ACTIVATIONS;

/** How a random θ is drawn. PyTorch's default is uniform on ±1/√fan_in for weights and biases alike. */
export const INITIALISATIONS = {
  pytorch: 'PyTorch default: uniform ±1/√fan_in',
  normal: 'Normal N(0, σ²)',
  he: 'He: N(0, 2/fan_in), biases 0',
} as const;
/** Name of an initialisation. */
export type InitialisationName = keyof typeof INITIALISATIONS;

/** The activation of a name; `slope` counts for LeakyReLU only. */
export function activationOf(name: ActivationName, slope = 0.01): Activation {
  return name === 'leaky-relu' ? { name, slope } : { name };
}

/** One layer more; throws a `shape` error that names the layer when it does not fit. */
export function extend(architecture: Architecture, layer: Layer): Architecture {
  const longer: Architecture = { ...architecture, layers: [...architecture.layers, layer] };
  layoutOf(longer);
  return longer;
}

/**
 * The paper's network φ(x, θ) = c·ReLU(ax) + d·ReLU(bx), θ = (a, b, c, d): Linear(1→2), ReLU, Linear(2→1), no biases
 * (GENNI, Section 4 and Appendix B.2).
 */
export function genniFcn(): Architecture {
  return mlp([1, 2, 1], { name: 'relu' }, false);
}

/** A perceptron with `widths` = inputs, hidden widths…, outputs; the activation follows every dense layer but the last. */
export function mlp(widths: readonly number[], activation: Activation, bias: boolean): Architecture {
  const layers = widths.slice(1).flatMap((units, index): Layer[] => {
    const dense: Layer = { kind: 'dense', units, bias };
    return index === widths.length - 2 ? [dense] : [dense, { kind: 'activation', activation }];
  });
  return { type: 'Architecture', input: [widths[0]!], layers };
}

/**
 * LeNet-5 for 28×28 images with one output, 43,661 parameters: conv 6@5×5, ReLU, max-pool 2, conv 16@5×5, ReLU, max-pool 2,
 * flatten, 120, ReLU, 84, ReLU, 1, and a ReLU on the output as the authors of GENNI ran it (`outputRelu`).
 */
export function lenet5(outputRelu: boolean): Architecture {
  const relu: Layer = { kind: 'activation', activation: { name: 'relu' } };
  const conv = (channels: number): Layer => ({
    kind: 'conv',
    channels,
    kernel: [5, 5],
    stride: 1,
    padding: 0,
    bias: true,
  });
  const pool: Layer = { kind: 'pool', pool: 'max', size: 2, stride: 2 };
  const dense = (units: number): Layer => ({ kind: 'dense', units, bias: true });
  const layers = [conv(6), relu, pool, conv(16), relu, pool, { kind: 'flatten' } as const];
  const head = [dense(120), relu, dense(84), relu, dense(1)];
  return { type: 'Architecture', input: [1, 28, 28], layers: [...layers, ...head, ...(outputRelu ? [relu] : [])] };
}

/** An Architecture in one line: `1 → dense 2 → ReLU → dense 1`. */
export function describeArchitecture({ input, layers }: Architecture): string {
  return [input.join('×'), ...layers.map(describeLayer)].join(' → ');
}

/** A layer in two or three words. */
export function describeLayer(layer: Layer): string {
  switch (layer.kind) {
    case 'dense':
      return `dense ${layer.units}${layer.bias ? '' : ' (no bias)'}`;
    case 'conv':
      return `conv ${layer.channels}@${layer.kernel.join('×')}${layer.bias ? '' : ' (no bias)'}`;
    case 'activation':
      return layer.activation.name === 'leaky-relu'
        ? `LeakyReLU ${layer.activation.slope}`
        : ACTIVATIONS[layer.activation.name];
    case 'pool':
      return `${layer.pool}-pool ${layer.size}`;
    case 'flatten':
      return 'flatten';
  }
}
