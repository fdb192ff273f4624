/** Networks judged on labelled inputs: loss, accuracy, and which classes are taken for which. */
import { layoutOf } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import type { Inputs, Matrix, Model, Table } from '../../catalog/values.js';
import type { Device, Networks, WorkControl } from '../../catalog/work.js';
import { judge } from '../../tensor/network/objective.js';
import { part } from '../progress.js';
import { networkAt } from './networks.js';
import { scoreTable } from './scores.js';
import { spreadOf } from './spread.js';

/** The outputs [N, k] of one network on inputs, in evaluation mode. */
export async function outputsOf(
  network: Networks,
  inputs: Inputs,
  device: Device,
  control: WorkControl,
): Promise<Float32Array> {
  const last = network.architecture.layers.length - 1;
  const [outputs] = await device.record({ networks: network, inputs, layers: [{ path: String(last) }] }, control);
  return outputs!;
}

/** How networks do on labelled inputs. */
export interface Scored {
  readonly table: Table; // a row for each network, mean and spread
  readonly confusion: Matrix; // share of a class's inputs that are taken for another, mean over networks
}

/**
 * Mean cross-entropy and accuracy of each network of a Model on labelled inputs, and the confusion of classes: the share of the inputs
 * of class r (row) whose largest output is c (column), so that the diagonal is the accuracy of each class. A class without inputs has
 * no shares (NaN).
 */
export async function scoreModel(model: Model, inputs: Inputs, device: Device, control: WorkControl): Promise<Scored> {
  const { labels, count: examples, x } = inputs;
  if (labels === undefined)
    throw new FiberscopeError('shape', "input 'data': expected inputs with labels, got none; wire labelled data");
  const { outputs: k } = layoutOf(model.architecture);
  const classes = inputs.classes?.length ?? 1 + labels.reduce((most, label) => Math.max(most, label), 0);
  const loss = new Float64Array(model.count);
  const accuracy = new Float64Array(model.count);
  const confusions: Float64Array[] = [];
  for (let i = 0; i < model.count; i++) {
    const share = part(control, i / model.count, (i + 1) / model.count);
    const out = await outputsOf(networkAt(model, i), inputs, device, share);
    const judged = judge('cross-entropy', k, { x, count: examples, labels }, 0, examples, out, {
      at: 0,
      example: k,
      output: 1,
    });
    loss[i] = judged.loss / examples;
    accuracy[i] = judged.correct / examples;
    confusions.push(confusionOf(out, labels, k, classes));
  }
  return {
    table: scoreTable(model.names, [{ name: '', loss, accuracy }]),
    confusion: confusionMatrix(confusions, namesOf(inputs, classes), namesOf(inputs, k)),
  };
}

/** Shares [classes, k] of one network. */
function confusionOf(out: Float32Array, labels: Int32Array, k: number, classes: number): Float64Array {
  const counts = new Float64Array(classes * k);
  const totals = new Float64Array(classes);
  labels.forEach((label, i) => {
    let best = 0;
    for (let j = 1; j < k; j++) if (out[i * k + j]! > out[i * k + best]!) best = j;
    counts[label * k + best]!++;
    totals[label]!++;
  });
  return counts.map((count, at) => count / totals[Math.floor(at / k)]!);
}

const namesOf = ({ classes }: Inputs, count: number): readonly string[] =>
  Array.from({ length: count }, (_, c) => classes?.[c] ?? String(c));

function confusionMatrix(shares: readonly Float64Array[], rows: readonly string[], columns: readonly string[]): Matrix {
  const spreads = Array.from(shares[0]!, (_, at) => spreadOf(shares.map((share) => share[at]!)));
  return {
    type: 'Matrix',
    rows,
    columns,
    values: Float64Array.from(spreads, ({ mean }) => mean),
    ...(shares.length > 1 ? { spread: Float64Array.from(spreads, ({ deviation }) => deviation) } : {}),
    rowName: 'class',
    columnName: 'taken for',
    valueName: 'share of the class',
    range: [0, 1],
  };
}
