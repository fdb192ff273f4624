import { z } from 'zod';
import { layoutOf } from '../src/catalog/architecture.js';
import { defineNode } from '../src/catalog/node.js';
import { formatCount } from '../src/catalog/text.js';
import { chanceNotes, modelNotes } from '../src/methods/diagnostics/models.js';
import { requireLabelled } from '../src/methods/models/examples.js';
import { accuracyColumn, columnSpread, lossColumn } from '../src/methods/models/scores.js';
import { asShare, shareText, spreadText } from '../src/methods/models/spread.js';
import { tablePicture } from '../src/methods/pictures.js';

export default defineNode({
  type: 'score',
  version: 1,
  title: 'Score',
  group: 'Models',
  summary: 'Loss and accuracy of networks on labelled data.',
  help: `For each network of a Model, in evaluation mode (batch normalisation divides by its running statistics), on $N$ labelled inputs: the mean cross-entropy
$$L = -\\frac1N \\sum_i \\log \\mathrm{softmax}(\\varphi(x_i))_{y_i}$$
in nats and the accuracy, the share of inputs whose largest output is that of their label; of several networks also mean and sample standard deviation.

**Confusion** [classes, k]: the share of each class's inputs (row) that are taken for a class (column), mean over networks. Its diagonal is the accuracy
of each class. Higher accuracy is better, lower loss is better.

Caveat: on the data that networks were trained on, both flatter. The deviation is over networks and says nothing of the choice of data.

Source: Godfrey et al. 2022, Section 4 (accuracy as the measure of a stitched network); Bishop 2006, Section 4.3.4, eq. 4.108 (cross-entropy).`,
  params: z.strictObject({}),
  inputs: {
    model: { types: ['Model'], label: 'Model', help: 'the networks' },
    data: { types: ['Inputs'], label: 'Data', help: 'what they are judged on, with labels' },
  },
  outputs: {
    table: { type: 'Table', label: 'Scores', help: 'loss and accuracy of each network' },
    confusion: { type: 'Matrix', label: 'Confusion', help: 'which classes are taken for which' },
  },
  card: () => [['on', 'the wired data']],
  infer({ inputs: { model, data } }) {
    requireLabelled(model.architecture, data, 'data');
    const { multiplyAdds, outputs } = layoutOf(model.architecture);
    return {
      outputs: { table: {}, confusion: { rows: data.classes!, columns: outputs } },
      cost: {
        points: model.count * data.count,
        multiplyAdds: model.count * data.count * multiplyAdds,
        work: { kind: 'infer', architecture: model.architecture },
        bytes: 16 * data.classes! * outputs,
        working: 4 * data.count * outputs,
      },
    };
  },
  async run({ inputs: { model, data }, context }) {
    const { scoreModel } = await import('../src/methods/models/score.js');
    return scoreModel(model, data, context.device, context);
  },
  view({ inputs: { model, data }, outputs: { table, confusion } }) {
    const loss = columnSpread(table, lossColumn())!;
    const accuracy = asShare(columnSpread(table, accuracyColumn())!);
    return {
      summary: {
        networks: model.count,
        inputs: data.count,
        loss: loss.mean,
        accuracy: accuracy.mean,
        ...(model.count > 1 ? { lossDeviation: loss.deviation, accuracyDeviation: accuracy.deviation } : {}),
      },
      rows: [
        ['accuracy', shareText(accuracy)],
        ['loss', spreadText(loss)],
        ['on', `${formatCount(data.count)} inputs`],
      ],
      status: model.count === 1 ? model.names[0]! : `${model.count} networks, mean ± standard deviation`,
      notes: [...modelNotes(model), ...chanceNotes(accuracy, data.labels!, 'this data')],
      plots: [
        { kind: 'matrix', title: 'Confusion', matrix: confusion, caption: `${model.origin}; on ${data.source}` },
        tablePicture(table, 'Scores', `on ${data.source}`),
      ],
    };
  },
});
