import { z } from 'zod';
import { layoutOf } from '../src/catalog/architecture.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import { chooseLayers } from '../src/catalog/layer-names.js';
import { defineNode } from '../src/catalog/node.js';
import { integer, number, numbers, seed, text } from '../src/catalog/params.js';
import { product, sides } from '../src/catalog/shape.js';
import { formatCount, formatNumber, formatShare } from '../src/catalog/text.js';
import { rotationNotes } from '../src/methods/diagnostics/dissect.js';
import { modelNotes } from '../src/methods/diagnostics/models.js';
import { singleNotes } from '../src/methods/diagnostics/stitching.js';
import { requireInputs } from '../src/methods/models/examples.js';
import { curvePicture, tablePicture } from '../src/methods/pictures.js';

const params = z.strictObject({
  layers: text({ label: 'Layers', help: 'of images: relu 3, conv 3, or numbers such as 8, 9', default: 'relu' }),
  alphas: numbers({ label: 'α', help: 'from 0 to 1', default: [0, 0.25, 0.5, 0.75, 1], max: 64 }),
  rotations: integer({ label: 'Rotations Q', help: 'draws, the same for all networks', default: 3, min: 1, max: 1000 }),
  quantile: number({
    label: 'Top quantile',
    help: 'share of a unit’s values that its mask is made of',
    default: 0.005,
    positive: true,
    max: 0.5,
  }),
  threshold: number({ label: 'Least IoU', help: 'above it a unit is interpretable', default: 0.04, min: 0, max: 1 }),
  seed: seed({ default: 0, help: 'of Q' }),
});

function checkedAlphas({ alphas }: z.output<typeof params>): readonly number[] {
  const wrong = alphas.find((alpha) => !(alpha >= 0 && alpha <= 1));
  if (wrong !== undefined || alphas.length === 0)
    throw new FiberscopeError(
      'parameter',
      `parameter 'alphas': expected numbers from 0 to 1, got ${wrong ?? 'none'}; type for example 0, 0.5, 1`,
    );
  return alphas;
}

export default defineNode({
  type: 'dissect',
  version: 1,
  title: 'Dissect',
  group: 'Representations',
  summary: 'How many units show one concept, as the representation is rotated.',
  help: `For each unit of a layer [d, h, w]: $T$ is the value that a share $q$ of all its values on the data are above, its map is brought to the images' size by bilinear
interpolation, $M$ is where that is above $T$, and for each concept with masks $L$
$$\\mathrm{IoU} = \\frac{\\sum_x |M(x) \\cap L(x)|}{\\sum_x |M(x) \\cup L(x)|}.$$
A unit is **interpretable** where its best IoU is above 0.04. The chart has the fraction of interpretable units of the representation turned by $Q^\\alpha$, on the minimal geodesic in $SO(d)$ from $I$ ($\\alpha = 0$) to a uniform $Q$
($\\alpha = 1$); nothing is trained again. Where an activation or a max-pool precedes, its intertwiner group singles out the units' own basis, and the fraction should fall with $\\alpha$; where none is near, no basis is special. The notes say of each layer which it is, looking through layers that keep channels apart (batch normalisation, mean-pools), and what happens.

Points are means over networks, each over all $Q$, with two standard errors over networks; of one network over $Q$.

Adapted from photographs to generated scenes: $q = 0.005$ and 0.04 are the published values, the concepts are those of the data, and all images count for all concepts.

Caveat: with $q$ far below a concept's share of the pixels no IoU can be large; a few units more or less move the fraction by $1/d$ each.

Source: Godfrey et al. 2022, Section 6, Figure 3 and Appendix F.1; Bau et al. 2017, Sections 2.2 and 3.2.`,
  params,
  inputs: {
    model: { types: ['Model'], label: 'Model', help: 'the networks' },
    data: { types: ['Inputs'], label: 'Data', help: 'images with masks of concepts: Scenes' },
  },
  outputs: {
    curve: { type: 'Curve', label: 'Fractions', help: 'of interpretable units against α, a line for each layer' },
    units: { type: 'Table', label: 'Units', help: 'best concept of each unit of the first network, not rotated' },
  },
  card: (p) => [
    ['layers', p.layers],
    ['α', p.alphas.map((alpha) => formatNumber(alpha)).join(', ') || 'none'],
    ['rotations', formatCount(p.rotations)],
  ],
  infer({ params: p, inputs: { model, data } }) {
    const { architecture, count } = model;
    requireInputs(architecture, data, 'data');
    if (data.concepts === undefined || data.item.length !== 3)
      throw new FiberscopeError(
        'shape',
        "input 'data': expected images with masks of concepts, got none; wire Scenes, or a Split or Subsample of them",
      );
    const alphas = checkedAlphas(p).filter((alpha) => alpha !== 0).length;
    const { multiplyAdds: whole } = layoutOf(architecture);
    let multiplyAdds = 0;
    let working = 0;
    for (const { to, label } of chooseLayers(architecture, p.layers)) {
      if (to.length !== 3)
        throw new FiberscopeError(
          'parameter',
          `parameter 'layers': expected layers of images [channels, height, width], got ${label}, which gives ${sides(to)}; choose layers before the flatten`,
        );
      multiplyAdds += count * data.count * (whole + alphas * p.rotations * to[0]! * product(to));
      working = Math.max(working, 4 * data.count * product(to));
    }
    return {
      outputs: { curve: {}, units: {} },
      cost: {
        points: count * p.rotations * alphas,
        multiplyAdds,
        work: { kind: 'infer', architecture },
        bytes: 8 * count * p.rotations * alphas,
        working,
      },
    };
  },
  async run({ params: p, inputs: { model, data }, context }) {
    const { dissect, dissectCurve, unitTable } = await import('../src/methods/dissect/dissect.js');
    const places = chooseLayers(model.architecture, p.layers);
    const found = await dissect(model, places, data, p, context.device, context);
    return {
      curve: dissectCurve(found, places, p.alphas),
      units: unitTable(found, places, data.concepts!.names, p.threshold),
    };
  },
  view({ params: p, inputs: { model, data }, outputs: { curve, units } }) {
    const places = chooseLayers(model.architecture, p.layers);
    const runs = model.count > 1 ? model.count : p.rotations;
    return {
      summary: Object.fromEntries(
        curve.lines.flatMap(({ y }, i) => p.alphas.map((alpha, a) => [`layer ${places[i]!.path}, α ${alpha}`, y[a]!])),
      ),
      rows: curve.lines
        .slice(0, 3)
        .map(({ name, y }) => [name, Array.from(y, (share) => formatShare(share)).join(', ')]),
      status: `${formatCount(data.count)} images, ${data.concepts!.names.length} concepts, IoU > ${formatNumber(p.threshold)}`,
      notes: [
        ...modelNotes(model),
        ...rotationNotes(model.architecture, curve, places),
        ...singleNotes(runs, model.count > 1 ? 'network' : 'rotation'),
      ],
      plots: [
        curvePicture(curve, 'Interpretable units against rotation', `${model.origin}; on ${data.source}`),
        tablePicture(units, 'Units, not rotated'),
      ],
    };
  },
});
