/**
 * An Architecture is plain data: an input shape and a list of layers. Layer identity is position. Shapes and the parameter
 * layout (PyTorch's `named_parameters` order: conv OIHW, linear [out, in]) are derived here and nowhere else.
 */
import { FiberscopeError } from './errors.js';
import { product, sides } from './shape.js';

/** Pointwise nonlinearities. `leaky-relu` has a slope for negative inputs; `power` is z^degree. */
export type Activation =
  | { readonly name: 'relu' | 'tanh' | 'sigmoid' | 'gelu' | 'identity' }
  | { readonly name: 'leaky-relu'; readonly slope: number }
  | { readonly name: 'power'; readonly degree: number };

/**
 * One layer. Convolutions and pools take [channels, height, width]; dense layers take [units]. `batch-norm` works on channels or units:
 * γ (z − μ)/√(σ² + ε) + β, with the batch's biased mean and variance in training, the running ones in evaluation (as
 * torch.nn.BatchNorm2d; `momentum` is the share of the new). `residual` is x ↦ block(x) + shortcut(x); no shortcut layers: x itself.
 */
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
  | { readonly kind: 'flatten' }
  | { readonly kind: 'batch-norm'; readonly momentum: number; readonly epsilon: number }
  | { readonly kind: 'residual'; readonly block: readonly Layer[]; readonly shortcut: readonly Layer[] };

/** A family of functions φ: X × Θ → Y. */
export interface Architecture {
  readonly type: 'Architecture';
  readonly input: readonly number[]; // shape of one input
  readonly layers: readonly Layer[];
}

/** One parameter tensor inside the flat θ: `name` as PyTorch's nn.Sequential would name it. */
export interface ParameterTensor {
  readonly name: string; // '0.weight', '3.block.0.weight'
  readonly path: string; // of its layer: '0', '3.block.0'
  readonly layer: number; // index into layers
  readonly role: 'weight' | 'bias';
  readonly shape: readonly number[];
  readonly offset: number; // in numbers, into θ
  readonly size: number;
}

/** One buffer of batch normalisation inside a Model's flat buffers. */
export interface BufferTensor {
  readonly name: string; // '1.running_mean', '1.running_var'
  readonly path: string;
  readonly role: 'mean' | 'variance';
  readonly size: number; // channels
  readonly offset: number; // in numbers, into the buffers
}

/** A layer with its place in the network: what names it, and the shapes on both its sides. */
export interface Place {
  readonly path: string; // '2', '3.block.0': PyTorch's name of the module
  readonly layer: Layer;
  readonly top: number; // index into the architecture's layers
  readonly inside: boolean; // in a residual's block or shortcut
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** What follows from an Architecture: the shape after each layer (`shapes[0]` is the input), the parameter layout, P, and multiply-adds per input. */
export interface Layout {
  readonly shapes: readonly (readonly number[])[];
  readonly places: readonly Place[]; // of all layers in the order of PyTorch's modules; a residual's come before itself
  readonly tensors: readonly ParameterTensor[];
  readonly buffers: readonly BufferTensor[];
  readonly size: number; // P
  readonly bufferSize: number; // B, numbers in the buffers of one model
  readonly outputs: number; // k, numbers in one output
  readonly multiplyAdds: number; // per input
}

function fault(path: string, kind: string, expected: string, got: readonly number[], remedy: string): never {
  throw new FiberscopeError('shape', `layer ${path} (${kind}): expected ${expected}, got ${sides(got)}; ${remedy}`);
}

function window(path: string, kind: string, size: number, kernel: number, stride: number, padding: number): number {
  const out = Math.floor((size + 2 * padding - kernel) / stride) + 1;
  if (out < 1)
    fault(
      path,
      kind,
      `at least ${kernel - 2 * padding} points along each side`,
      [size],
      'use a smaller kernel or a larger input',
    );
  return out;
}

/** Gathers the layout of a network, layer by layer. */
class Surveyor {
  readonly places: Place[] = [];
  readonly tensors: ParameterTensor[] = [];
  readonly buffers: BufferTensor[] = [];
  size = 0;
  bufferSize = 0;
  multiplyAdds = 0;

  private tensor(path: string, layer: number, role: 'weight' | 'bias', shape: readonly number[]): void {
    const size = product(shape);
    this.tensors.push({ name: `${path}.${role}`, path, layer, role, shape, offset: this.size, size });
    this.size += size;
  }

  private buffer(path: string, role: 'mean' | 'variance', size: number): void {
    const name = `${path}.running_${role === 'mean' ? 'mean' : 'var'}`;
    this.buffers.push({ name, path, role, size, offset: this.bufferSize });
    this.bufferSize += size;
  }

  /** The shape after a layer that takes `shape`. */
  layer(layer: Layer, path: string, top: number, shape: readonly number[]): readonly number[] {
    const to = this.after(layer, path, top, shape);
    this.places.push({ path, layer, top, inside: path.includes('.'), from: shape, to });
    return to;
  }

  private chain(layers: readonly Layer[], path: string, top: number, shape: readonly number[]): readonly number[] {
    return layers.reduce((from, layer, i) => this.layer(layer, `${path}.${i}`, top, from), shape);
  }

  private after(layer: Layer, path: string, top: number, shape: readonly number[]): readonly number[] {
    switch (layer.kind) {
      case 'dense': {
        if (shape.length !== 1) fault(path, 'dense', 'a vector', shape, 'put a Flatten layer before it');
        const width = shape[0]!;
        this.tensor(path, top, 'weight', [layer.units, width]);
        if (layer.bias) this.tensor(path, top, 'bias', [layer.units]);
        this.multiplyAdds += layer.units * width;
        return [layer.units];
      }
      case 'conv': {
        if (shape.length !== 3) fault(path, 'conv', '[channels, height, width]', shape, 'give images to it');
        const [channels, height, width] = shape as readonly [number, number, number];
        const [kh, kw] = layer.kernel;
        const h = window(path, 'conv', height, kh, layer.stride, layer.padding);
        const w = window(path, 'conv', width, kw, layer.stride, layer.padding);
        this.tensor(path, top, 'weight', [layer.channels, channels, kh, kw]);
        if (layer.bias) this.tensor(path, top, 'bias', [layer.channels]);
        this.multiplyAdds += layer.channels * h * w * channels * kh * kw;
        return [layer.channels, h, w];
      }
      case 'pool': {
        if (shape.length !== 3) fault(path, 'pool', '[channels, height, width]', shape, 'pool before flattening');
        const [channels, height, width] = shape as readonly [number, number, number];
        const h = window(path, 'pool', height, layer.size, layer.stride, 0);
        return [channels, h, window(path, 'pool', width, layer.size, layer.stride, 0)];
      }
      case 'flatten':
        return [product(shape)];
      case 'activation':
        return shape;
      case 'batch-norm': {
        const channels = shape[0]!;
        this.tensor(path, top, 'weight', [channels]);
        this.tensor(path, top, 'bias', [channels]);
        this.buffer(path, 'mean', channels);
        this.buffer(path, 'variance', channels);
        this.multiplyAdds += product(shape);
        return shape;
      }
      case 'residual': {
        const to = this.chain(layer.block, `${path}.block`, top, shape);
        const beside = this.chain(layer.shortcut, `${path}.shortcut`, top, shape);
        if (to.join() !== beside.join())
          fault(
            path,
            'residual',
            `the shortcut to give ${sides(to)} as the block does`,
            beside,
            'put a 1 × 1 convolution of the same stride and channels on the shortcut',
          );
        return to;
      }
    }
  }
}

const layouts = new WeakMap<Architecture, Layout>(); // Architectures are never changed

/** Shapes, places, parameter layout and cost of an Architecture. Throws a `shape` error that names the layer when they do not fit. */
export function layoutOf(architecture: Architecture): Layout {
  const known = layouts.get(architecture);
  if (known !== undefined) return known;
  const surveyor = new Surveyor();
  const shapes: (readonly number[])[] = [architecture.input];
  for (const [i, layer] of architecture.layers.entries())
    shapes.push(surveyor.layer(layer, String(i), i, shapes.at(-1)!));
  const { places, tensors, buffers, size, bufferSize, multiplyAdds } = surveyor;
  const outputs = product(shapes.at(-1)!);
  const layout: Layout = { shapes, places, tensors, buffers, size, bufferSize, outputs, multiplyAdds };
  layouts.set(architecture, layout);
  return layout;
}

/** The buffers [B] of a network that has seen nothing: means 0, variances 1. */
export function freshBuffers(architecture: Architecture): Float32Array {
  const { buffers, bufferSize } = layoutOf(architecture);
  const fresh = new Float32Array(bufferSize);
  for (const { role, offset, size } of buffers) if (role === 'variance') fresh.fill(1, offset, offset + size);
  return fresh;
}

/**
 * What an Architecture has that families of J, descents and lattices do not take: batch normalisation, a residual join or a power;
 * undefined where it is a plain sequence.
 */
export function beyondSequence({ layers }: Architecture): string | undefined {
  for (const layer of layers) {
    if (layer.kind === 'batch-norm') return 'batch normalisation';
    if (layer.kind === 'residual') return 'a residual join';
    if (layer.kind === 'activation' && layer.activation.name === 'power') return 'the activation x^d';
  }
  return undefined;
}

/** Throws a `shape` error where an Architecture is no plain sequence; `who` asks. */
export function requireSequence(architecture: Architecture, who: string): void {
  const beyond = beyondSequence(architecture);
  if (beyond !== undefined)
    throw new FiberscopeError(
      'shape',
      `${who}: expected a plain sequence of layers, got an architecture with ${beyond}; wire one without, or compare trained networks by the nodes of Models, Weights and Representations`,
    );
}
