/** How training went, epoch by epoch, and the curve that shows it. */
import { formatCount } from '../../catalog/text.js';
import type { Curve } from '../../catalog/values.js';
import type { TrainHistory } from '../../catalog/work.js';

const LINES = [
  ['loss', 'loss'],
  ['accuracy', 'accuracy'],
  ['validationLoss', 'validation loss'],
  ['validationAccuracy', 'validation accuracy'],
] as const;

/** Which epoch is going on after `done` of them, whole or in part. */
export function epochText(done: number, epochs: number): string {
  return `epoch ${formatCount(Math.min(epochs, Math.floor(done) + 1))} of ${formatCount(epochs)}`;
}

/** A history [epochs, count] in which nothing has happened. */
export function emptyHistory(epochs: number, count: number): TrainHistory {
  const empty = (): Float32Array => new Float32Array(epochs * count).fill(Number.NaN);
  return { loss: empty(), accuracy: empty(), validationLoss: empty(), validationAccuracy: empty() };
}

/**
 * Loss and accuracy against epochs 1, 2, … of the first `epochs` of a history of `count` networks: the mean over the networks that have
 * a number there, with each network as a sample where there are several. Lines without any number are left out.
 */
export function historyCurve(history: TrainHistory, epochs: number, count: number): Curve {
  const samples = LINES.map(([key, name]) => ({
    name,
    samples: Array.from({ length: count }, (_, network) =>
      Float64Array.from({ length: epochs }, (__, e) => history[key][e * count + network]!),
    ),
  }));
  return trainingCurve(samples, epochs);
}

/** The curve of lines whose samples [epochs] are known, one of each network. */
export function trainingCurve(
  lines: readonly { readonly name: string; readonly samples: readonly Float64Array[] }[],
  epochs: number,
): Curve {
  return {
    type: 'Curve',
    x: Float64Array.from({ length: epochs }, (_, e) => e + 1),
    xName: 'epoch',
    yName: 'loss, accuracy',
    logY: false,
    lines: lines
      .map(({ name, samples }) => ({ name, y: meanOf(samples, epochs), samples }))
      .filter(({ y }) => y.some((value) => !Number.isNaN(value))),
  };
}

/** Curves of networks that are trained apart as one. */
export function togetherCurve(curves: readonly Curve[]): Curve | undefined {
  if (curves.length === 0) return undefined;
  const epochs = Math.max(...curves.map(({ x }) => x.length));
  const lines = LINES.map(([, name]) => ({
    name,
    samples: curves.flatMap(({ lines: own }) =>
      (own.find((line) => line.name === name)?.samples ?? []).map((sample) => {
        const padded = new Float64Array(epochs).fill(Number.NaN);
        padded.set(sample);
        return padded;
      }),
    ),
  }));
  return trainingCurve(lines, epochs);
}

/** The mean of what is a number, place by place. */
function meanOf(samples: readonly Float64Array[], length: number): Float64Array {
  return Float64Array.from({ length }, (_, e) => {
    const known = samples.map((sample) => sample[e]!).filter((value) => !Number.isNaN(value));
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}
