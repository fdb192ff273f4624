/** Gradients of activations by TensorFlow.js. Call inside tidy. */
import type { Activation } from '../catalog/architecture.js';
import { type Tensor, tf } from './tf.js';

/** dz = σ′(z) · dout; at a kink of ReLU the slope is the negative one, as in PyTorch. */
export function activationGradient(activation: Activation, z: Tensor, out: Tensor, dout: Tensor): Tensor {
  switch (activation.name) {
    case 'identity':
      return dout;
    case 'relu':
      return tf.mul(dout, tf.cast(tf.greater(z, 0), 'float32'));
    case 'leaky-relu': {
      const positive = tf.cast(tf.greater(z, 0), 'float32');
      return tf.mul(dout, tf.add(tf.mul(positive, 1 - activation.slope), activation.slope));
    }
    case 'tanh':
      return tf.mul(dout, tf.sub(1, tf.square(out)));
    case 'sigmoid':
      return tf.mul(dout, tf.mul(out, tf.sub(1, out)));
    case 'gelu': {
      const distribution = tf.mul(tf.add(tf.erf(tf.mul(z, Math.SQRT1_2)), 1), 0.5);
      const density = tf.mul(tf.exp(tf.mul(tf.square(z), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return tf.mul(dout, tf.add(distribution, tf.mul(z, density)));
    }
  }
}
