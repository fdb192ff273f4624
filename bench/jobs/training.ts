/** Training of 784–512–10 on the 10,000 digits of MNIST, beside the minute that is promised on two cores. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { mlp } from '../../src/catalog/presets.js';
import type { Inputs } from '../../src/catalog/values.js';
import { atOnce } from '../../src/document/slices.js';
import { split } from '../../src/methods/data/draw.js';
import { readingImages } from '../../src/methods/data/idx.js';
import { accuracyColumn, columnSpread } from '../../src/methods/models/scores.js';
import { train } from '../../src/methods/models/training.js';
import { optimizerOf } from '../../src/methods/optimizers.js';
import type { Bench } from '../bench.js';
import { contest, type Entry } from '../contest.js';
import { control } from '../problems.js';
import { missingRow, rowOf, sideOf } from '../rows.js';

const FOLDER = '../shared/data/mnist'; // kept beside a checkout and not in it
const MINUTE = 60_000; // ms
const ENOUGH = 95; // percent of the held-out fifth, seed 0

/** The digits where they are. */
function digits(): Inputs | undefined {
  const [images, labels] = ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'].map((name) => ({
    name,
    path: resolve(FOLDER, name),
  })) as [{ name: string; path: string }, { name: string; path: string }];
  if (!existsSync(images.path) || !existsSync(labels.path)) return undefined;
  const read = ({ name, path }: typeof images) => ({ name, bytes: new Uint8Array(readFileSync(path)) });
  return atOnce(readingImages(read(images), read(labels), []));
}

/** Six epochs of batches of 32 on 8,000 digits, scored on the other 2,000, on two threads. */
export async function training(bench: Bench): Promise<void> {
  const job = 'training of an MLP 784–512–10 to 95 % of 2,000 held-out digits of MNIST';
  const all = digits();
  if (all === undefined) {
    bench.row(missingRow(job, `expected the test digits of MNIST in ${FOLDER}, got none`, 1));
    return;
  }
  const device = await bench.wasm(2);
  const parts = split(all, { count: 2000, stratified: false, seed: 0 });
  const epochs = bench.slice(6, 1);
  let accuracy = Number.NaN;
  const own: Entry = {
    who: 'Fiberscope, wasm',
    threads: 2,
    count: 1,
    how: () => `Adam, ${epochs} epochs, batches of 32`,
    run: async () => {
      const options = {
        seeds: [0],
        initialisation: { name: 'pytorch', deviation: 1 },
        optimizer: optimizerOf({ optimizer: 'adam', learningRate: 0.002, momentum: 0 }),
        schedule: { name: 'cosine' },
        weightDecay: 0,
        epochs,
        batch: 32,
      } as const;
      const architecture = mlp([784, 512, 10], { name: 'relu' }, true);
      const { model, scores } = await train(
        options,
        architecture,
        { inputs: parts.train },
        { inputs: parts.test },
        device,
        control,
      );
      accuracy = columnSpread(scores, accuracyColumn('validation'))!.mean;
      return { values: model.theta };
    },
  };
  const [ours] = await contest(bench, [own]);
  const promised = sideOf({ who: 'the promise', how: 'one minute', threads: null, count: 1 }, { times: [MINUTE] });
  const same = bench.quick || accuracy >= ENOUGH;
  const answer = `${accuracy.toFixed(1)} % of the held-out digits are read rightly${same ? '' : `: fewer than ${ENOUGH} %`}`;
  bench.row(rowOf({ job, unit: 'trainings', ours: ours!.side, against: promised }, { atLeast: 1, same, answer }));
}
