/** How a training went, as curves over epochs. */
import type { Curve } from '../../catalog/values.js';
import type { TrainHistory } from '../../catalog/work.js';
import { trainingCurve } from '../../tensor/network/history.js';
import { spreadOf } from './spread.js';

/** One quantity of a training [epochs, count]: of the training examples, and of the validation where there is one. */
interface Measured {
  readonly yName: string;
  readonly training: Float32Array;
  readonly validation: Float32Array;
}

/** Loss over epochs: a line each for training and, where there is one, validation; of several networks mean, deviation and each. */
export function lossCurve({ loss, validationLoss }: TrainHistory, epochs: readonly number[]): Curve {
  return curveOf({ yName: 'loss', training: loss, validation: validationLoss }, epochs);
}

/** The same of the accuracy, in percent. */
export function accuracyCurve({ accuracy, validationAccuracy }: TrainHistory, epochs: readonly number[]): Curve {
  const percent = (shares: Float32Array): Float32Array => shares.map((share) => 100 * share);
  return curveOf(
    { yName: 'accuracy (%)', training: percent(accuracy), validation: percent(validationAccuracy) },
    epochs,
  );
}

/** `epochs` [count] is how many each network did; those that did none have no line. */
function curveOf({ yName, training, validation }: Measured, epochs: readonly number[]): Curve {
  const networks = [...epochs.keys()].filter((network) => epochs[network]! > 0);
  const most = Math.max(...epochs);
  const line = (name: string, values: Float32Array) => ({
    name,
    samples: networks.map((network) =>
      Float64Array.from({ length: most }, (_, e) => values[e * epochs.length + network]!),
    ),
  });
  const curve = trainingCurve([line('training', training), line('validation', validation)], most);
  if (networks.length < 2) return { ...curve, yName, lines: curve.lines.map(({ name, y }) => ({ name, y })) };
  const spread = (samples: readonly Float64Array[]): Float64Array =>
    Float64Array.from({ length: most }, (_, e) => spreadOf(samples.map((sample) => sample[e]!)).deviation);
  return {
    ...curve,
    yName,
    lines: curve.lines.map((one) => ({ ...one, spread: spread(one.samples!) })),
    spreadName: `± 1 standard deviation over ${networks.length} networks`,
  };
}
