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
  power: 'Power x^d',
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

/** The activation of a name; `slope` counts for LeakyReLU only, `degree` for powers only. */
export function activationOf(name: ActivationName, slope = 0.01, degree = 2): Activation {
  if (name === 'leaky-relu') return { name, slope };
  return name === 'power' ? { name, degree } : { name };
}

/** One layer more; throws a `shape` error that names the layer when it does not fit. */
export function extend(architecture: Architecture, layer: Layer): Architecture {
  const longer: Architecture = { ...architecture, layers: [...architecture.layers, layer] };
  layoutOf(longer);
  return longer;
}

/** The shape that an Architecture's last layer gives, or that of its input. */
export const lastShape = (architecture: Architecture): readonly number[] => layoutOf(architecture).shapes.at(-1)!;

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
 * flatten, 120, ReLU, 84, ReLU, `outputs`, and a ReLU on the output as the authors of GENNI ran it (`outputRelu`).
 */
export function lenet5(outputRelu: boolean, outputs = 1): Architecture {
  const relu: Layer = { kind: 'activation', activation: { name: 'relu' } };
  const five = (channels: number): Layer => ({
    kind: 'conv',
    channels,
    kernel: [5, 5],
    stride: 1,
    padding: 0,
    bias: true,
  });
  const pool: Layer = { kind: 'pool', pool: 'max', size: 2, stride: 2 };
  const dense = (units: number): Layer => ({ kind: 'dense', units, bias: true });
  const layers = [five(6), relu, pool, five(16), relu, pool, { kind: 'flatten' } as const];
  const head = [dense(120), relu, dense(84), relu, dense(outputs)];
  return { type: 'Architecture', input: [1, 28, 28], layers: [...layers, ...head, ...(outputRelu ? [relu] : [])] };
}

const conv = (channels: number, kernel: number, stride = 1, bias = false): Layer => ({
  kind: 'conv',
  channels,
  kernel: [kernel, kernel],
  stride,
  padding: (kernel - 1) / 2,
  bias,
});
const batchNorm: Layer = { kind: 'batch-norm', momentum: 0.1, epsilon: 1e-5 };

/**
 * The Myrtle CNN with five layers (Page 2018; intertwiner paper, Appendix D): four times conv 3 × 3, batch normalisation and activation,
 * with `width`, 2, 4 and 8 × `width` channels, max-pools of 2 after the last three, a max-pool over what is left, and a dense layer.
 */
export function myrtle(
  input: readonly number[],
  width: number,
  classes: number,
  activation: Activation = { name: 'relu' },
): Architecture {
  const pool: Layer = { kind: 'pool', pool: 'max', size: 2, stride: 2 };
  const stage = (channels: number): Layer[] => [conv(channels, 3), batchNorm, { kind: 'activation', activation }];
  const body = [1, 2, 4, 8].flatMap((factor, i) => (i === 0 ? stage(width) : [...stage(factor * width), pool]));
  const left = layoutOf({ type: 'Architecture', input, layers: body }).shapes.at(-1)![1]!;
  const rest: Layer[] = left > 1 ? [{ kind: 'pool', pool: 'max', size: left, stride: left }] : [];
  const head: Layer = { kind: 'dense', units: classes, bias: true };
  return { type: 'Architecture', input, layers: [...body, ...rest, { kind: 'flatten' }, head] };
}

/**
 * ResNet20 for small images (He et al. 2016, Section 4.2): conv 3 × 3, then three groups of three residual blocks with `width`, 2 and
 * 4 × `width` channels; a 1 × 1 convolution with batch normalisation on the shortcut where the shape changes; mean over the image, dense.
 * Without `afterJoin` no activation follows the joins (the modified ResNet of the intertwiner paper, Section 6).
 */
export function resnet20(
  input: readonly number[],
  width: number,
  classes: number,
  activation: Activation = { name: 'relu' },
  afterJoin = true,
): Architecture {
  const sigma: Layer = { kind: 'activation', activation };
  const block = (channels: number, stride: number): Layer[] => [
    {
      kind: 'residual',
      block: [conv(channels, 3, stride), batchNorm, sigma, conv(channels, 3), batchNorm],
      shortcut: stride === 1 ? [] : [conv(channels, 1, stride), batchNorm],
    },
    ...(afterJoin ? [sigma] : []),
  ];
  const groups = [1, 2, 4].flatMap((factor, g) =>
    [0, 1, 2].flatMap((b) => block(factor * width, g > 0 && b === 0 ? 2 : 1)),
  );
  const body = [conv(width, 3), batchNorm, sigma, ...groups];
  const left = layoutOf({ type: 'Architecture', input, layers: body }).shapes.at(-1)![1]!;
  const mean: Layer = { kind: 'pool', pool: 'mean', size: left, stride: left };
  const head: Layer = { kind: 'dense', units: classes, bias: true };
  return { type: 'Architecture', input, layers: [...body, mean, { kind: 'flatten' }, head] };
}

/**
 * An Architecture in one line: `1 → dense 2 → ReLU → dense 1`; layers that repeat are counted: `3 × (residual 16 → ReLU)`. A
 * convolution or dense layer before batch normalisation has no bias unless it says so.
 */
export function describeArchitecture({ input, layers }: Architecture): string {
  const words = layers.map((layer, i) => {
    const text = describeLayer(layer);
    if (layers[i + 1]?.kind !== 'batch-norm' || !('bias' in layer)) return text;
    return layer.bias ? `${text} (bias)` : text.replace(' (no bias)', '');
  });
  return [input.join('×'), ...counted(words, (i) => ['conv', 'dense', 'residual'].includes(layers[i]!.kind))].join(
    ' → ',
  );
}

const PERIOD = 4; // layers that repeat together, at most

/** Words with repeats of up to four in a row counted; several that repeat together begin where `begins` says that they may. */
function counted(words: readonly string[], begins: (at: number) => boolean): readonly string[] {
  const out: string[] = [];
  let at = 0;
  while (at < words.length) {
    const [period, times] = repeatsAt(words, at, begins(at) ? PERIOD : 1);
    const unit = words.slice(at, at + period);
    out.push(times === 1 ? unit[0]! : `${times} × ${period === 1 ? unit[0] : `(${unit.join(' → ')})`}`);
    at += times === 1 ? 1 : period * times;
  }
  return out;
}

/** The length and the number of repeats of what repeats from `at` on, the choice that covers most; [1, 1] where nothing does. */
function repeatsAt(words: readonly string[], at: number, longest: number): readonly [number, number] {
  let best: readonly [number, number] = [1, 1];
  for (let period = 1; period <= longest; period++) {
    let end = at + period;
    while (end < words.length && words[end] === words[end - period]) end++;
    const times = Math.floor((end - at) / period);
    if (times > 1 && times * period > best[0] * best[1]) best = [period, times];
  }
  return best;
}

/** A layer in two or three words. */
export function describeLayer(layer: Layer): string {
  switch (layer.kind) {
    case 'dense':
      return `dense ${layer.units}${layer.bias ? '' : ' (no bias)'}`;
    case 'conv':
      return `conv ${layer.channels}@${layer.kernel.join('×')}${layer.bias ? '' : ' (no bias)'}`;
    case 'activation':
      return describeActivation(layer.activation);
    case 'pool':
      return `${layer.pool}-pool ${layer.size}`;
    case 'flatten':
      return 'flatten';
    case 'batch-norm':
      return 'batch norm';
    case 'residual':
      return `residual${widthOf(layer.block)}`;
  }
}

/** The channels or units that layers end with, after a space; nothing where they change none. */
function widthOf(layers: readonly Layer[]): string {
  const last = layers.findLast((layer) => layer.kind === 'conv' || layer.kind === 'dense');
  return last === undefined ? '' : ` ${last.kind === 'conv' ? last.channels : last.units}`;
}

/** An activation by its name, with its number where it has one. */
export function describeActivation(activation: Activation): string {
  if (activation.name === 'leaky-relu') return `LeakyReLU ${activation.slope}`;
  return activation.name === 'power' ? `x^${activation.degree}` : ACTIVATIONS[activation.name];
}
