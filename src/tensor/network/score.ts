/** Networks judged on examples, in evaluation mode. */
import type { Examples, Networks, Objective, Scores, WorkControl } from '../../catalog/work.js';
import { chunksOf, type Range } from '../blocks.js';
import { type Breathe, Pace } from '../pace.js';
import type { NetworkEngine, Standing } from './engine.js';
import { checkExamples, checkNetworks, slice } from './examples.js';
import { type Judged, judge } from './objective.js';

/** Examples whose sums are brought to a mean before they are added to others, so that threads may take them apart. */
export const SCORED = 1024;

/** The mean over examples from the means over pieces of them. */
export function meanOfPieces(pieces: readonly Range[], mean: (piece: number) => number): number {
  let sum = 0;
  for (const [p, { start, end }] of pieces.entries()) sum += mean(p) * (end - start);
  return pieces.length === 1 ? mean(0) : sum / pieces.at(-1)!.end;
}

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
  const pieces = chunksOf(count, SCORED);
  const means: Judged[] = [];
  for (const piece of pieces) {
    let loss = 0;
    let correct = 0;
    for (const part of chunksOf(piece.end - piece.start, engine.block)) {
      const [start, end] = [piece.start + part.start, piece.start + part.end];
      const batch = slice(examples, start, end);
      const share = (within: number): Promise<void> => breathe((start + within * (end - start)) / count);
      const { outputs } = await engine.forward(theta, buffers, batch.x, end - start, [], share);
      const judged = judge(objective, k, batch, 0, end - start, outputs, { at: 0, example: k, output: 1 });
      loss += judged.loss;
      correct += judged.correct;
      await share(1);
    }
    means.push({ loss: loss / (piece.end - piece.start), correct: correct / (piece.end - piece.start) });
  }
  return { loss: meanOfPieces(pieces, (p) => means[p]!.loss), correct: meanOfPieces(pieces, (p) => means[p]!.correct) };
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
