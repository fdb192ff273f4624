/**
 * The symmetry structure of an Architecture: which axes of which tensors a permutation or a positive rescaling of hidden channels
 * acts on. All comparison of networks up to symmetry stands on it.
 *
 * A *group* is a set of values whose channels have to be permuted alike: what a dense layer or a convolution gives, on through
 * activations, batch normalisation, pools and flattening, and everything that a residual join adds to it (Remark 3.6 of the
 * intertwiner paper). Channels of inputs and outputs stay in place. A *scale* is a positive factor g for each channel of a group: an
 * activation that is homogeneous of degree α carries g on as g^α (survey, Examples 2.2 to 2.13), all others allow none. Batch
 * normalisation ends a scale, which its statistics take up, and begins another one, which is in its γ and β.
 */
import {
  type Activation,
  type Architecture,
  type Layer,
  type Layout,
  layoutOf,
  type ParameterTensor,
} from '../../catalog/architecture.js';
import { product } from '../../catalog/shape.js';
import { ChannelTies, type Scaled, ScaleTies, UNSCALED } from './ties.js';

/** What acts on an axis of channels: the permutation of a group and the factor g^power of a scale; scale −1: none. */
export interface ChannelAxis {
  readonly group: number; // index into groups
  readonly scale: number; // index into scales, −1 with power 0
  readonly power: number;
}

/** What a tensor is to its layer. `gain` and `shift` are γ and β of batch normalisation. */
export type BlockRole = 'weight' | 'bias' | 'gain' | 'shift' | 'mean' | 'variance';

/**
 * A tensor as [outs, ins, inner], row-major: conv [out, in, kh·kw]; dense [out, channels before, numbers per channel, which are 1, or
 * H·W after a flatten]; biases [out, 1, 1]; what batch normalisation has [channels, 1, numbers per channel].
 * A symmetry gives it the entries g_out^p · entry[π_out(o), π_in(i), k] / g_in^q, and σ² + ε of a variance the square of the factor.
 */
export interface Block {
  readonly name: string; // '0.weight', '1.running_var'
  readonly path: string; // of its layer
  readonly source: 'theta' | 'buffers';
  readonly role: BlockRole;
  readonly offset: number;
  readonly outs: number;
  readonly ins: number;
  readonly inner: number;
  readonly out: ChannelAxis;
  readonly in?: ChannelAxis;
  readonly epsilon: number; // of batch normalisation, 0 elsewhere
}

/** Channels that are permuted alike. */
export interface ChannelGroup {
  readonly channels: number;
  readonly fixed: boolean; // inputs, outputs, and what is joined with them
  readonly paths: readonly string[]; // layers whose values have these channels
}

/** A free positive factor for each channel of a group. */
export interface ChannelScale {
  readonly group: number;
  readonly channels: number;
}

/** What a layer gives: its channels, how many numbers each has after a flatten (1 before), and how they are rescaled. */
export interface ChannelValue {
  readonly axis: ChannelAxis;
  readonly repeat: number;
}

/** The structure of an Architecture. Blocks are in the order of θ, then of the buffers. */
export interface Channels {
  readonly architecture: Architecture;
  readonly groups: readonly ChannelGroup[];
  readonly scales: readonly ChannelScale[];
  readonly blocks: readonly Block[];
  readonly values: ReadonlyMap<string, ChannelValue>; // by the path of the layer that gives them; '' is the input
  readonly size: number; // P
  readonly bufferSize: number; // B
}

/** The degree α with σ(g z) = g^α σ(z) for all g > 0; undefined where there is none (survey, Example 2.3). */
function homogeneity(activation: Activation): number | undefined {
  switch (activation.name) {
    case 'relu':
    case 'leaky-relu':
    case 'identity':
      return 1;
    case 'power':
      return activation.degree;
    default:
      return undefined;
  }
}

/** A value on its way through the network. */
interface Passing {
  readonly group: number;
  readonly repeat: number;
  readonly scaled: Scaled;
}

type Draft = Omit<Block, 'out' | 'in'> & { readonly to: Passing; readonly from?: Passing };

/** Walks through a network and gathers what acts on what. */
class Tracer {
  readonly ties = new ChannelTies();
  readonly scales = new ScaleTies();
  readonly drafts: Draft[] = [];
  readonly passing = new Map<string, Passing>();

  constructor(private readonly layout: Layout) {}

  private tensor(name: string): ParameterTensor | undefined {
    return this.layout.tensors.find((tensor) => tensor.name === name);
  }

  chain(layers: readonly Layer[], path: (i: number) => string, value: Passing): Passing {
    return layers.reduce((from, layer, i) => this.layer(layer, path(i), from), value);
  }

  private layer(layer: Layer, path: string, from: Passing): Passing {
    const to = this.after(layer, path, from);
    this.passing.set(path, to);
    return to;
  }

  private after(layer: Layer, path: string, from: Passing): Passing {
    switch (layer.kind) {
      case 'dense':
        return this.linear(path, layer.units, from);
      case 'conv':
        return this.linear(path, layer.channels, from);
      case 'activation': {
        const degree = homogeneity(layer.activation);
        if (degree === undefined) this.scales.hold(from.scaled);
        const scaled = degree === undefined ? UNSCALED : { ...from.scaled, power: from.scaled.power * degree };
        return { ...from, scaled };
      }
      case 'pool':
        return from; // the mean and the largest of g z are g times those of z, g > 0
      case 'flatten':
        return { ...from, repeat: from.repeat * this.places(path) };
      case 'batch-norm':
        return this.normalised(path, layer.epsilon, from);
      case 'residual':
        return this.join(
          this.chain(layer.block, (i) => `${path}.block.${i}`, from),
          this.chain(layer.shortcut, (i) => `${path}.shortcut.${i}`, from),
        );
    }
  }

  /** Numbers that each channel before a flatten has; a vector has one. */
  private places(path: string): number {
    const [, ...image] = this.layout.places.find((place) => place.path === path)!.from;
    return product(image);
  }

  private linear(path: string, outs: number, from: Passing): Passing {
    const to: Passing = { group: this.ties.add(outs), repeat: 1, scaled: this.scales.add() };
    const { name, offset, size } = this.tensor(`${path}.weight`)!;
    const ins = this.ties.sizes[from.group]!;
    const common = { path, source: 'theta', epsilon: 0, outs, to } as const;
    this.drafts.push({ ...common, name, role: 'weight', offset, ins, inner: size / (outs * ins), from });
    const bias = this.tensor(`${path}.bias`);
    if (bias !== undefined)
      this.drafts.push({ ...common, name: bias.name, role: 'bias', offset: bias.offset, ins: 1, inner: 1 });
    return to;
  }

  private normalised(path: string, epsilon: number, from: Passing): Passing {
    const to: Passing = { ...from, scaled: this.scales.add() };
    const common = { path, epsilon, outs: this.ties.sizes[from.group]!, ins: 1, inner: from.repeat } as const;
    for (const { name, role, offset } of this.layout.tensors.filter((tensor) => tensor.path === path)) {
      const own: BlockRole = role === 'weight' ? 'gain' : 'shift';
      this.drafts.push({ ...common, source: 'theta', name, role: own, offset, to });
    }
    for (const { name, role, offset } of this.layout.buffers.filter((buffer) => buffer.path === path))
      this.drafts.push({ ...common, source: 'buffers', name, role, offset, to: from });
    return to;
  }

  private join(a: Passing, b: Passing): Passing {
    this.scales.tie(a.scaled, b.scaled);
    if (a.repeat === b.repeat) this.ties.tie(a.group, b.group);
    else for (const { group, scaled } of [a, b]) this.fix(group, scaled); // channels of different lengths have no common permutation
    return a;
  }

  fix(group: number, scaled: Scaled): void {
    this.ties.hold(group);
    this.scales.hold(scaled);
  }
}

/** The symmetry structure of an Architecture. */
export function channelsOf(architecture: Architecture): Channels {
  const layout = layoutOf(architecture);
  const tracer = new Tracer(layout);
  const { ties, scales: scaleTies } = tracer;
  const input: Passing = { group: ties.add(architecture.input[0]!), repeat: 1, scaled: UNSCALED };
  tracer.passing.set('', input);
  ties.hold(input.group);
  const output = tracer.chain(architecture.layers, String, input);
  tracer.fix(output.group, output.scaled);

  const roots = [...new Set(ties.sizes.map((_, group) => ties.root(group)))];
  const groupOf = (group: number): number => roots.indexOf(ties.root(group));
  const scales: ChannelScale[] = [];
  const scaleOf = new Map<number, number>();
  const axisOf = ({ group, scaled }: Passing): ChannelAxis => {
    const { variable, power } = scaleTies.resolve(scaled);
    if (power === 0) return { group: groupOf(group), scale: -1, power: 0 };
    let scale = scaleOf.get(variable);
    if (scale === undefined) {
      scale = scales.push({ group: groupOf(group), channels: ties.sizes[group]! }) - 1;
      scaleOf.set(variable, scale);
    }
    return { group: groupOf(group), scale, power };
  };
  const blocks = tracer.drafts.map(({ to, from, ...rest }): Block => {
    const block = { ...rest, out: axisOf(to) };
    return from === undefined ? block : { ...block, in: axisOf(from) };
  });
  const values = new Map(
    [...tracer.passing].map(([path, value]) => [path, { axis: axisOf(value), repeat: value.repeat }]),
  );
  const groups = roots.map(
    (root, k): ChannelGroup => ({
      channels: ties.sizes[root]!,
      fixed: ties.isHeld(root),
      paths: [...values].filter(([, { axis }]) => axis.group === k).map(([path]) => path),
    }),
  );
  const { size, bufferSize } = layout;
  return { architecture, groups, scales, blocks, values, size, bufferSize };
}

/** log₁₀ of how many networks permutations make of one, Π n_ℓ! over the free groups (thesis, Lemma 2.0.2). */
export function logCopies({ groups }: Channels): number {
  let sum = 0;
  for (const { fixed, channels } of groups) for (let n = 2; !fixed && n <= channels; n++) sum += Math.log10(n);
  return sum;
}
