import { z } from 'zod';
import { layoutOf } from '../src/catalog/architecture.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { file, lines } from '../src/catalog/params.js';
import { formatCount } from '../src/catalog/text.js';
import { matchNotes, matchTable, modelArrays, readNames } from '../src/methods/models/model-arrays.js';
import { tablePicture } from '../src/methods/pictures.js';

export default defineNode({
  type: 'load-model',
  version: 1,
  title: 'Load model',
  group: 'Models',
  summary: 'A network from a .safetensors or .npz file of tensors, as PyTorch names them.',
  help: `Reads $\\theta$ [P] and the running statistics of batch normalisation [B] of the wired Architecture from a file of tensors, a PyTorch \`state_dict\`:

- the names of \`nn.Sequential\` (\`0.weight\`, \`3.block.0.weight\`, \`1.running_mean\`), also behind one prefix (\`net.0.weight\`);
- other names (\`fc1.weight\`, \`layer2.0.bn1.bias\`, \`layer2.0.downsample.0.weight\`) by shape: inside each residual block and outside apart, layers
  of equal shapes by the numbers in their names;
- or, from **--out**, whole vectors \`theta\` [networks, P] and \`buffers\` [networks, B].

The **name map** comes before all this: a line \`ours = theirs\` for a tensor (\`0.weight = fc1.weight\`) or for a layer (\`0 = fc1\`). The table shows each
tensor with its name in the file and how it was found. \`num_batches_tracked\` is not needed.

Any result that is a Model is saved as .safetensors with these names, which \`load_state_dict\` takes strictly (\`strict=True\`).

Caveat: shapes tell layers apart, not what they do: a file of another network with equal shapes loads without a word. Numbers become float32.

Source: safetensors documentation, Section "Format"; PyTorch documentation of \`nn.Module.state_dict\`, Section "Module"; names in the order as \`named_parameters\` gives them.`,
  params: z.strictObject({
    file: file({ label: 'File', help: '.safetensors or .npz', accept: '.safetensors,.npz' }),
    names: lines({ label: 'Name map', help: 'ours = theirs, a line each; empty: found by itself', default: '' }),
  }),
  inputs: { architecture: { types: ['Architecture'], label: 'Architecture', help: 'of the network in the file' } },
  outputs: {
    model: { type: 'Model', label: 'Model', help: 'the network' },
    names: { type: 'Table', label: 'Names', help: 'each tensor and where it was found' },
  },
  card: ({ file: chosen }) => [['file', chosen?.name ?? 'none chosen']],
  infer({ params: p, inputs: { architecture }, files }) {
    if (p.file === null)
      throw new FiberscopeError(
        'file',
        "parameter 'file': expected a file, got none; choose a .safetensors or .npz file",
      );
    const headers = files.headers(p.file);
    if (headers === undefined)
      throw new FiberscopeError(
        'file',
        `parameter 'file': expected '${p.file.name}' (SHA-256 ${p.file.sha256.slice(0, 8)}…), got no such file here; choose it again, or open a bundle that has it; for the command line, put it beside the document`,
      );
    const { count } = modelArrays(p.file.name, headers, architecture.architecture, readNames(p.names));
    const { size, bufferSize } = layoutOf(architecture.architecture);
    return {
      outputs: { model: { architecture: architecture.architecture, count }, names: {} },
      cost: { points: 0, multiplyAdds: 0, bytes: 4 * count * (size + bufferSize) },
    };
  },
  async run({ params: p, inputs: { architecture }, context }) {
    const { readArrays } = await import('../src/arrays/array-file.js');
    const { loadModel } = await import('../src/methods/models/load.js');
    const { name } = p.file!;
    const arrays = readArrays(name, await context.files.read(p.file!));
    const used = modelArrays(name, arrays, architecture, readNames(p.names));
    return { model: loadModel(name, arrays, architecture, used), names: matchTable(arrays, used) };
  },
  view({ params: p, outputs: { model, names } }) {
    const { size, bufferSize } = layoutOf(model.architecture);
    return {
      summary: { file: p.file?.name ?? null, networks: model.count, parameters: size, statistics: bufferSize },
      rows: [
        ['P', formatCount(size)],
        ['tensors', formatCount(names.rows.filter(([ours]) => ours !== null).length)],
        ...(model.count > 1 ? [['networks', formatCount(model.count)] as const] : []),
      ],
      status: p.file?.name ?? '',
      notes: matchNotes(names),
      plots: [tablePicture(names, 'Names of the tensors')],
    };
  },
});
