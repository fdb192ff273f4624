import { z } from 'zod';
import { FiberscopeError } from '../src/catalog/errors.js';
import { chooseLayer } from '../src/catalog/layer-names.js';
import { defineNode } from '../src/catalog/node.js';
import { seed, text } from '../src/catalog/params.js';
import { formatNumber } from '../src/catalog/text.js';
import { countedNotes, modelNotes } from '../src/methods/diagnostics/models.js';
import { sameDataNotes } from '../src/methods/diagnostics/stitching.js';
import { requireLabelled, TEST_INPUT } from '../src/methods/models/examples.js';
import { columnSpread, epochsIn } from '../src/methods/models/scores.js';
import { asShare, shareText, spreadText } from '../src/methods/models/spread.js';
import { rulesOf, trainingParams } from '../src/methods/models/training-params.js';
import { OPTIMIZERS } from '../src/methods/optimizers.js';
import { tablePicture } from '../src/methods/pictures.js';
import { requireRecordable } from '../src/methods/stitching/cut.js';
import { tuneCost } from '../src/methods/stitching/plan.js';
import { requireFreezable } from '../src/methods/stitching/turns.js';

const params = z.strictObject({
  layer: text({ label: 'After layer', help: 'frozen up to and including it: relu 2, or a number', default: 'relu 1' }),
  ...trainingParams(),
  seed: seed({ default: 0, help: 'of the order of the data; network i takes this + i' }),
});

export default defineNode({
  type: 'fine-tune',
  version: 1,
  title: 'Fine-tune after layer',
  group: 'Stitching',
  summary: 'Freezes a network up to a layer and trains what comes after.',
  help: `With $f = f_{>l} \\circ f_{\\le l}$, $f_{\\le l}$ stays as it is, its running statistics of batch normalisation too, and $f_{>l}$ is trained from where it is on the cross-entropy with the labels, by the
same rules as Model. What $f_{\\le l}$ gives is recorded once.

The table has, for each network, its accuracy on the test data before and after; with *Original* wired also that of the network it came from and the **rotation penalty**
$$\\mathrm{Acc}_{\\text{original}} - \\mathrm{Acc}_{\\text{fine-tuned}}$$
in percentage points: what acting on layer $l$ costs after all that later layers can do. Lower is better; negative means that training on helped more. **Stop and keep** ends the training after the step at hand.

Caveat: the penalty mixes what $A$ destroyed with what further training brings; compare with fine-tuning a network that was not acted on, as Rotation penalty does.

Source: Godfrey et al. 2022, Section 3.3 and Figure 4.`,
  params,
  inputs: {
    model: { types: ['Model'], label: 'Model', help: 'the networks' },
    data: { types: ['Inputs'], label: 'Data', help: 'what is trained on, with labels' },
    test: TEST_INPUT,
    original: { types: ['Model'], label: 'Original', help: 'the networks before they were acted on', optional: true },
  },
  outputs: {
    model: { type: 'Model', label: 'Model', help: 'the networks after training' },
    table: { type: 'Table', label: 'Accuracies', help: 'before, after, and the rotation penalty' },
  },
  finishes: true,
  card: (p) => [
    ['after', p.layer],
    [OPTIMIZERS[p.optimizer], formatNumber(p.learningRate)],
    ['epochs', `${p.epochs}, batch ${p.batch}`],
  ],
  infer({ params: p, inputs: { model, data, test, original } }) {
    const { architecture, count } = model;
    requireLabelled(architecture, data, 'data');
    if (test) requireLabelled(architecture, test, 'test');
    if (original) {
      requireLabelled(original.architecture, test ?? data, test ? 'test' : 'data');
      if (original.count !== count && original.count !== 1)
        throw new FiberscopeError(
          'shape',
          `input 'original': expected ${count} networks as in Model, or one, got ${original.count}; wire the Model that this one came from`,
        );
    }
    const place = chooseLayer(architecture, p.layer);
    requireFreezable(architecture, place, 'layer');
    requireRecordable(architecture, place.top + 1, data.count, "parameter 'layer'");
    return {
      outputs: { model: { architecture, count }, table: {} },
      cost: tuneCost(architecture, [place], count, { ...p, train: data.count, test: (test ?? data).count }),
    };
  },
  async run({ params: p, inputs: { model, data, test, original }, context }) {
    const { fineTune, tuneTable } = await import('../src/methods/stitching/fine-tune.js');
    const place = chooseLayer(model.architecture, p.layer);
    const tuned = await fineTune(model, place, data, rulesOf(p), p.seed, context.device, context);
    return {
      model: tuned.model,
      table: await tuneTable(model, tuned, original, test ?? data, context.device, context),
    };
  },
  view({ params: p, inputs: { model: before, test }, outputs: { model, table } }) {
    const shown = table.columns
      .filter(({ unit }) => unit)
      .map(({ name, unit }) => [name, columnSpread(table, name)!, unit] as const);
    return {
      summary: Object.fromEntries(shown.map(([name, { mean }, unit]) => [`${name} (${unit})`, mean])),
      rows: shown
        .slice(-3)
        .map(
          ([name, spread, unit]) =>
            [name, unit === '%' ? shareText(asShare(spread)) : `${spreadText(spread)} points`] as const,
        ),
      status: `after ${chooseLayer(before.architecture, p.layer).label}`,
      notes: [...modelNotes(model), ...countedNotes(epochsIn(table)!), ...sameDataNotes(test !== undefined)],
      plots: [tablePicture(table, 'Accuracies', model.origin)],
    };
  },
});
