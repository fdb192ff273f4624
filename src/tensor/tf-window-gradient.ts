/** Gradients of convolutions and pools, [N, H, W, C], from operations that every backend has. Call inside tidy. */
import { type Tensor, type Tensor4D, tf } from './tf.js';
import { parameterTensor, type TfOp } from './tf-network.js';

type ConvOp = Extract<TfOp, { kind: 'dense' | 'conv' }>;
type PoolOp = Extract<TfOp, { kind: 'max' | 'mean' }>;

/** The values that tap (dy, dx) of every window reads: x[:, dy + s y, dx + s x, :]. */
function tap(x: Tensor4D, dy: number, dx: number, stride: number, oh: number, ow: number): Tensor4D {
  const [n, , , c] = x.shape;
  const height = (oh - 1) * stride + 1;
  const width = (ow - 1) * stride + 1;
  if (stride === 1) return tf.slice(x, [0, dy, dx, 0], [n, oh, ow, c]);
  return tf.stridedSlice(x, [0, dy, dx, 0], [n, dy + height, dx + width, c], [1, stride, stride, 1]) as Tensor4D;
}

/** Puts `stride` − 1 zeros between neighbours along height and width. */
function spread(x: Tensor4D, stride: number): Tensor4D {
  if (stride === 1) return x;
  const [n, h, w, c] = x.shape;
  const height = (h - 1) * stride + 1;
  const width = (w - 1) * stride + 1;
  const gap: [[number, number], [number, number], [number, number]] = [
    [0, 0],
    [0, stride - 1],
    [0, 0],
  ];
  const rows = tf.reshape(tf.pad(tf.reshape(x, [n * h, 1, w * c]), gap), [n, h * stride, w * c]);
  const tall = tf.slice(rows, [0, 0, 0], [n, height, w * c]);
  const columns = tf.reshape(tf.pad(tf.reshape(tall, [n * height * w, 1, c]), gap), [n, height, w * stride, c]);
  return tf.slice(columns, [0, 0, 0, 0], [n, height, width, c]) as Tensor4D;
}

/** `x` at (top, left) of a plane [height, width] of zeros. */
function place(x: Tensor4D, top: number, left: number, height: number, width: number): Tensor4D {
  const [, h, w] = x.shape;
  return tf.pad(x, [
    [0, 0],
    [top, height - top - h],
    [left, width - left - w],
    [0, 0],
  ]);
}

/**
 * Of a convolution with dz = ∂J/∂out [N, oh, ow, O]: the filter's gradient as patchesᵀ × dz, a product [K, M] × [M, O] over all
 * M = N · oh · ow places, and the input's as a convolution of the spread dz with the turned filter.
 */
export function convolutionGradient(
  op: ConvOp,
  theta: Float32Array,
  x: Tensor4D,
  dz: Tensor4D,
  deeper: boolean,
): { weight: Tensor; below: Tensor | undefined } {
  const [kh, kw, channels, units] = op.shape as readonly [number, number, number, number];
  const { stride, padding } = op;
  const [n, h, w] = x.shape;
  const [, oh, ow] = dz.shape;
  const height = h + 2 * padding;
  const width = w + 2 * padding;
  const padded = padding === 0 ? x : place(x, padding, padding, height, width);

  const turned = tf.transpose(padded, [3, 1, 2, 0]); // [C, H, W, N]: a tap is then contiguous runs
  const patches: Tensor[] = [];
  for (let dy = 0; dy < kh; dy++)
    for (let dx = 0; dx < kw; dx++) {
      const size: [number, number, number, number] = [channels, oh, ow, n];
      const end: [number, number, number, number] = [
        channels,
        dy + (oh - 1) * stride + 1,
        dx + (ow - 1) * stride + 1,
        n,
      ];
      const values =
        stride === 1
          ? tf.slice(turned, [0, dy, dx, 0], size)
          : tf.stridedSlice(turned, [0, dy, dx, 0], end, [1, stride, stride, 1]);
      patches.push(tf.reshape(values, [channels, oh * ow * n]));
    }
  const columns = tf.reshape(tf.transpose(dz, [1, 2, 0, 3]), [oh * ow * n, units]); // [M, O]
  const weight = tf.matMul(tf.concat(patches, 0) as Tensor, columns); // [K, O]
  if (!deeper) return { weight, below: undefined };

  const filter = parameterTensor(theta, op.weight, op.shape) as Tensor4D;
  const flipped = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) as Tensor4D; // [kh, kw, O, C]
  const wide = place(spread(dz, stride), kh - 1, kw - 1, height + kh - 1, width + kw - 1);
  const below = tf.conv2d(wide, flipped, 1, 'valid') as Tensor4D; // [N, height, width, C]
  return {
    weight,
    below: padding === 0 ? below : tf.slice(below, [0, padding, padding, 0], [n, h, w, channels]),
  };
}

/** Of a pool: a mean spreads the derivative evenly, a maximum gives it to the first largest number of the window, as PyTorch. */
export function poolGradient(op: PoolOp, x: Tensor4D, out: Tensor4D, dout: Tensor4D): Tensor4D {
  const [, h, w] = x.shape;
  const [, oh, ow] = out.shape;
  const { size, stride } = op;
  const even = op.kind === 'mean' ? tf.div(dout, size * size) : undefined;
  let free: Tensor | undefined; // 1 where no earlier tap was the maximum
  let below: Tensor4D | undefined;
  for (let dy = 0; dy < size; dy++)
    for (let dx = 0; dx < size; dx++) {
      let share = even as Tensor4D | undefined;
      if (share === undefined) {
        const equal = tf.cast(tf.equal(tap(x, dy, dx, stride, oh, ow), out), 'float32');
        const chosen: Tensor = free === undefined ? equal : tf.mul(equal, free);
        free = free === undefined ? tf.sub(1, equal) : tf.mul(free, tf.sub(1, equal));
        share = tf.mul(dout, chosen) as Tensor4D;
      }
      const placed = place(spread(share, stride), dy, dx, h, w);
      below = below === undefined ? placed : tf.add(below, placed);
    }
  return below!;
}
