import { z } from 'zod';
import { requireSequence } from '../src/catalog/architecture.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, file, text } from '../src/catalog/params.js';
import { product } from '../src/catalog/shape.js';
import { formatCount } from '../src/catalog/text.js';
import { ARRAY_USES, type ArrayUse, chooseArrays, joinNotes, listArrays, shapesOf } from '../src/methods/array-uses.js';
import { chosenFile, notHere } from '../src/methods/chosen-file.js';
import { tablePicture } from '../src/methods/pictures.js';

const named = (label: string, use: ArrayUse) =>
  text({
    label,
    help: `name in the file; empty: ${ARRAY_USES[use].join(' or ')}, if there; a dash (-): none`,
    default: '',
    max: 200,
  });

const params = z.strictObject({
  file: file({ label: 'File', help: '.npy, .npz or .safetensors' }),
  single: choice({
    label: 'A file of one array holds',
    choices: { inputs: 'Inputs', outputs: 'Outputs', parameters: 'Parameters' },
    default: 'inputs',
  }),
  inputs: named('Inputs', 'inputs'),
  weights: named('Weights', 'weights'),
  outputs: named('Outputs', 'outputs'),
  parameters: named('Parameters', 'parameters'),
  basis: named('Basis', 'basis'),
  origin: named('Origin', 'origin'),
  coordinates: named('Coordinates', 'coordinates'),
});

export default defineNode({
  type: 'load-arrays',
  version: 1,
  title: 'Load arrays',
  group: 'Inputs',
  summary: 'Arrays of a .npy, .npz or .safetensors file as inputs, outputs, parameters or a plane.',
  help: `Uses arrays of one file, each by its name: **Inputs** $x$ [N, …] with optional quadrature weights $w$ [N] (else $1/N$), **Outputs** $y$ [N, k],
**Parameters** $\\theta$ [P] or [B, P], and a **Subspace** from its orthonormal basis [m, P] and origin [P]; an origin of [m + 1, P] also marks
$\\theta_1 \\dots \\theta_m$. A loaded basis keeps its own signs: on a grid that is not symmetric another sign is another grid. The first of the usual
names that is there is used; the result lists every array of the file.

With an Architecture wired, the tensors of its layers are joined to one $\\theta$ in \`named_parameters\` order: \`0.weight\`, \`0.bias\`, …, also behind one prefix
(\`net.0.weight\`), by their numbers; other names (\`fc1.weight\`) by their shapes, and layers of equal shapes by the numbers in their names.

Caveat: numbers become float32. Object arrays, numbers that are not finite and wrong shapes are refused, in small files before a run. Weights need not sum to one.

Source: NEP 1 (.npy format), Section "Format specification"; Lengyel et al. 2020 (GENNI), Section 3 for what the arrays mean.`,
  params,
  inputs: {
    architecture: {
      types: ['Architecture'],
      label: 'Architecture',
      help: 'to join PyTorch tensors to one θ',
      optional: true,
    },
  },
  outputs: {
    inputs: { type: 'Inputs', label: 'Inputs', help: 'x and weights', optional: true },
    outputs: { type: 'Outputs', label: 'Outputs', help: 'y', optional: true },
    parameters: { type: 'Parameters', label: 'Parameters', help: 'θ', optional: true },
    subspace: { type: 'Subspace', label: 'Subspace', help: 'origin and basis', optional: true },
    arrays: { type: 'Table', label: 'Arrays', help: 'every array of the file and what it is used as' },
  },
  card: ({ file: chosen }) => [['file', chosen?.name ?? 'none chosen']],
  infer({ params: p, inputs, files }) {
    const file = chosenFile('file', p.file, 'a .npy, .npz or .safetensors file');
    if (inputs.architecture) requireSequence(inputs.architecture.architecture, "input 'architecture'");
    const headers = files.headers(file);
    if (headers === undefined) throw notHere('file', file);
    const chosen = chooseArrays(file.name, headers, p, inputs.architecture?.architecture);
    const weights = chosen.inputs && !chosen.weights ? (chosen.inputs.shape[0] ?? 0) : 0; // 1/N each
    const bytes = headers.reduce((sum, header) => sum + 4 * product(header.shape), 4 * weights);
    const absent = (what: string): string => `'${file.name}' holds no array for ${what}, or none was named`;
    return {
      outputs: { ...shapesOf(chosen), arrays: {} },
      absent: {
        inputs: absent('Inputs'),
        outputs: absent('Outputs'),
        parameters: absent('Parameters'),
        subspace: absent('a Subspace (basis and origin)'),
      },
      cost: { points: 0, multiplyAdds: 0, bytes },
    };
  },
  async run({ params: p, inputs, context }) {
    const { readArrays } = await import('../src/arrays/array-file.js');
    const { valuesOf } = await import('../src/methods/load.js');
    const { name } = p.file!;
    const arrays = readArrays(name, await context.files.read(p.file!));
    const chosen = chooseArrays(name, arrays, p, inputs.architecture);
    return { ...valuesOf(arrays, chosen, inputs.architecture, name), arrays: listArrays(arrays, chosen) };
  },
  view({ params: p, outputs }) {
    const { inputs, outputs: y, parameters, subspace } = outputs;
    const rows: [string, string][] = [];
    if (inputs) rows.push(['inputs', `${formatCount(inputs.count)} × [${inputs.item.join(', ')}]`]);
    if (y) rows.push(['outputs', `[${y.count}, ${y.width}]`]);
    if (parameters) rows.push(['parameters', `[${parameters.count}, ${parameters.size}]`]);
    if (subspace) rows.push(['subspace', `m = ${subspace.rank} of ${formatCount(subspace.size)}`]);
    return {
      summary: {
        file: p.file?.name ?? null,
        inputs: inputs?.count ?? null,
        outputs: y?.count ?? null,
        vectors: parameters?.count ?? null,
        size: parameters?.size ?? null,
        rank: subspace?.rank ?? null,
      },
      rows,
      status: p.file?.name ?? '',
      notes: joinNotes(outputs.arrays),
      plots: [tablePicture(outputs.arrays, 'Arrays of the file')],
    };
  },
});
