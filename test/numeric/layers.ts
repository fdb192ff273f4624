/** Layers in few words, for tests. */
import type { Activation, Architecture, Layer } from '../../src/catalog/architecture.js';

/** A network. */
export const net = (input: number[], ...layers: Layer[]): Architecture => ({ type: 'Architecture', input, layers });

/** An activation. */
export const act = (activation: Activation): Layer => ({ kind: 'activation', activation });

/** A dense layer. */
export const dense = (units: number, bias = true): Layer => ({ kind: 'dense', units, bias });

/** A convolution, without a bias unless it is asked for. */
export const conv = (channels: number, kernel: [number, number], stride = 1, padding = 0, bias = false): Layer => ({
  kind: 'conv',
  channels,
  kernel,
  stride,
  padding,
  bias,
});

/** A pool of squares. */
export const pool = (kind: 'max' | 'mean', size: number, stride = size): Layer => ({
  kind: 'pool',
  pool: kind,
  size,
  stride,
});

/** A residual join. */
export const residual = (block: Layer[], shortcut: Layer[] = []): Layer => ({ kind: 'residual', block, shortcut });

/** Images as vectors. */
export const flatten: Layer = { kind: 'flatten' };

/** ReLU. */
export const relu = act({ name: 'relu' });

/** A convolution without biases that keeps the image's size, or halves it with stride 2. */
export const same = (channels: number, kernel: number, stride = 1): Layer =>
  conv(channels, [kernel, kernel], stride, (kernel - 1) / 2);

/** Batch normalisation as PyTorch's defaults have it. */
export const norm: Layer = { kind: 'batch-norm', momentum: 0.1, epsilon: 1e-5 };
