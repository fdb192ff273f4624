/** Networks judged on examples, in evaluation mode. */
import type { Examples, Networks, Objective, Scores, WorkControl } from '../../catalog/work.js';
import { chunksOf } from '../blocks.js';
import { type Breathe, Pace } from '../pace.js';
import type { NetworkEngine, Standing } from './engine.js';
import { checkExamples, checkNetworks, slice } from './examples.js';
import { type Judged, judge } from './objective.js';

/** Mean loss and share of right answers of one network. */
export async function judgeNetwork(
  engine: NetworkEngine,
  { theta, buffers }: Standing,
  examples: Examples,
  objective: Objective,
  k: number,
  breathe: Breathe,
): Promise<Judged> {
  const { count } = examples.inputs;
  let loss = 0;
  let correct = 0;
  for (const { start, end } of chunksOf(count, engine.block)) {
    const batch = slice(examples, start, end);
    const share = (part: number): Promise<void> => breathe((start + part * (end - start)) / count);
    const { outputs } = await engine.forward(theta, buffers, batch.x, end - start, [], share);
    const judged = judge(objective, k, batch, 0, end - start, outputs, { at: 0, example: k, output: 1 });
    loss += judged.loss;
    correct += judged.correct;
    await breathe(end / count);
  }
  return { loss: loss / count, correct: correct / count };
}

/** Loss and accuracy of each network. */
export async function scoreWith(
  networks: Networks,
  examples: Examples,
  objective: Objective,
  engine: NetworkEngine,
  control: WorkControl,
): Promise<Scores> {
  const layout = checkNetworks(networks, 'score');
  checkExamples(examples, objective, layout, 'score');
  const { count, theta, buffers } = networks;
  const loss = new Float64Array(count);
  const accuracy = new Float64Array(count);
  const pace = new Pace(control);
  for (let i = 0; i < count; i++) {
    const standing = {
      theta: theta.subarray(i * layout.size, (i + 1) * layout.size),
      buffers: buffers.subarray(i * layout.bufferSize, (i + 1) * layout.bufferSize),
    };
    const breathe = (share: number): Promise<void> => pace.step((i + share) / count);
    const judged = await judgeNetwork(engine, standing, examples, objective, layout.outputs, breathe);
    loss[i] = judged.loss;
    accuracy[i] = judged.correct;
  }
  return { loss, accuracy };
}
