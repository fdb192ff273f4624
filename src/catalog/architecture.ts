/**
 * An Architecture is plain data: an input shape and a list of layers. Layer identity is position. Shapes and the parameter
 * layout (PyTorch's `named_parameters` order: conv OIHW, linear [out, in]) are derived here and nowhere else.
 */
import { FiberscopeError } from './errors.js';
import { product, sides } from './shape.js';

/** Pointwise nonlinearities. `leaky-relu` has a slope for negative inputs. */
export type Activation =
  | { readonly name: 'relu' | 'tanh' | 'sigmoid' | 'gelu' | 'identity' }
  | { readonly name: 'leaky-relu'; readonly slope: number };

/** One layer. Convolutions and pools take [channels, height, width]; dense layers take [units]. */
export type Layer =
  | { readonly kind: 'dense'; readonly units: number; readonly bias: boolean }
  | {
      readonly kind: 'conv';
      readonly channels: number;
      readonly kernel: readonly [number, number]; // [height, width]
      readonly stride: number;
      readonly padding: number;
      readonly bias: boolean;
    }
  | { readonly kind: 'activation'; readonly activation: Activation }
  | { readonly kind: 'pool'; readonly pool: 'max' | 'mean'; readonly size: number; readonly stride: number }
  | { readonly kind: 'flatten' };

/** A family of functions φ: X × Θ → Y. */
export interface Architecture {
  readonly type: 'Architecture';
  readonly input: readonly number[]; // shape of one input
  readonly layers: readonly Layer[];
}

/** One parameter tensor inside the flat θ: `name` as PyTorch's nn.Sequential would name it. */
export interface ParameterTensor {
  readonly name: string; // '0.weight'
  readonly layer: number; // index into layers
  readonly role: 'weight' | 'bias';
  readonly shape: readonly number[];
  readonly offset: number; // in numbers, into θ
  readonly size: number;
}

/** What follows from an Architecture: the shape after each layer (`shapes[0]` is the input), the parameter layout, P, and multiply-adds per input. */
export interface Layout {
  readonly shapes: readonly (readonly number[])[];
  readonly tensors: readonly ParameterTensor[];
  readonly size: number; // P
  readonly outputs: number; // k, numbers in one output
  readonly multiplyAdds: number; // per input
}

function fault(layer: number, kind: string, expected: string, got: readonly number[], remedy: string): never {
  throw new FiberscopeError('shape', `layer ${layer} (${kind}): expected ${expected}, got ${sides(got)}; ${remedy}`);
}

function window(layer: number, kind: string, size: number, kernel: number, stride: number, padding: number): number {
  const out = Math.floor((size + 2 * padding - kernel) / stride) + 1;
  if (out < 1)
    fault(
      layer,
      kind,
      `at least ${kernel - 2 * padding} points along each side`,
      [size],
      'use a smaller kernel or a larger input',
    );
  return out;
}

/** Shapes, parameter layout and cost of an Architecture. Throws a `shape` error that names the layer when they do not fit. */
export function layoutOf(architecture: Architecture): Layout {
  let shape = architecture.input;
  const shapes = [shape];
  const tensors: ParameterTensor[] = [];
  let size = 0;
  let multiplyAdds = 0;
  const add = (layer: number, role: 'weight' | 'bias', tensor: readonly number[]): void => {
    tensors.push({ name: `${layer}.${role}`, layer, role, shape: tensor, offset: size, size: product(tensor) });
    size += product(tensor);
  };
  architecture.layers.forEach((layer, index) => {
    switch (layer.kind) {
      case 'dense': {
        if (shape.length !== 1) fault(index, 'dense', 'a vector', shape, 'put a Flatten layer before it');
        const width = shape[0]!;
        add(index, 'weight', [layer.units, width]);
        if (layer.bias) add(index, 'bias', [layer.units]);
        multiplyAdds += layer.units * width;
        shape = [layer.units];
        break;
      }
      case 'conv': {
        if (shape.length !== 3) fault(index, 'conv', '[channels, height, width]', shape, 'give images to it');
        const [channels, height, width] = shape as readonly [number, number, number];
        const [kh, kw] = layer.kernel;
        const h = window(index, 'conv', height, kh, layer.stride, layer.padding);
        const w = window(index, 'conv', width, kw, layer.stride, layer.padding);
        add(index, 'weight', [layer.channels, channels, kh, kw]);
        if (layer.bias) add(index, 'bias', [layer.channels]);
        multiplyAdds += layer.channels * h * w * channels * kh * kw;
        shape = [layer.channels, h, w];
        break;
      }
      case 'pool': {
        if (shape.length !== 3) fault(index, 'pool', '[channels, height, width]', shape, 'pool before flattening');
        const [channels, height, width] = shape as readonly [number, number, number];
        shape = [
          channels,
          window(index, 'pool', height, layer.size, layer.stride, 0),
          window(index, 'pool', width, layer.size, layer.stride, 0),
        ];
        break;
      }
      case 'flatten':
        shape = [product(shape)];
        break;
      case 'activation':
        break;
    }
    shapes.push(shape);
  });
  return { shapes, tensors, size, outputs: product(shape), multiplyAdds };
}
