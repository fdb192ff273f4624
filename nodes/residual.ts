import { z } from 'zod';
import type { Architecture, Layer } from '../src/catalog/architecture.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import { architectureView } from '../src/catalog/layer-node.js';
import { defineNode } from '../src/catalog/node.js';
import { extend, lastShape } from '../src/catalog/presets.js';
import { sides } from '../src/catalog/shape.js';

/** The layers of a branch that starts where the layers before end. */
function branch(port: string, before: Architecture, { input, layers }: Architecture): readonly Layer[] {
  const shape = lastShape(before);
  if (input.join() === shape.join()) return layers;
  throw new FiberscopeError(
    'shape',
    `input '${port}': expected an architecture that starts with ${sides(shape)}, the shape that the layers before give, got ${sides(input)}; change the shape of its Input`,
  );
}

function join(before: Architecture, block: Architecture, shortcut: Architecture | undefined): Architecture {
  return extend(before, {
    kind: 'residual',
    block: branch('block', before, block),
    shortcut: shortcut === undefined ? [] : branch('shortcut', before, shortcut),
  });
}

export default defineNode({
  type: 'residual',
  version: 1,
  title: 'Residual',
  group: 'Architecture',
  summary: 'Adds a residual join of a block of layers and a shortcut.',
  help: `$x \\mapsto F(x) + S(x)$: a block $F$ and a shortcut $S$, each an architecture of its own that starts with an Input of the shape that the layers before give; both must
end in one shape. Without a shortcut $S(x) = x$. Parameters are named as the modules of PyTorch: \`3.block.0.weight\`, \`3.shortcut.0.weight\`.

Joined layers share their symmetries: a permutation or a scaling of the channels must be the same on both branches.

Caveat: no activation follows the join by itself; wire one after it. Families of J, descents and lattices refuse joins; they are for trained Models.

Source: He et al. 2016, Section 3.2, eq. 1 and 2; Godfrey et al. 2022, Remark 3.6.`,
  params: z.strictObject({}),
  inputs: {
    architecture: { types: ['Architecture'], label: 'Architecture', help: 'the layers before this one' },
    block: { types: ['Architecture'], label: 'Block', help: 'F, with its own Input' },
    shortcut: {
      types: ['Architecture'],
      label: 'Shortcut',
      help: 'S, with its own Input; x itself where none is wired',
      optional: true,
    },
  },
  outputs: { architecture: { type: 'Architecture', label: 'Architecture', help: 'with this join at its end' } },
  card: () => [['joins', 'block + shortcut']],
  infer: ({ inputs: { architecture, block, shortcut } }) => ({
    outputs: {
      architecture: { architecture: join(architecture.architecture, block.architecture, shortcut?.architecture) },
    },
  }),
  run: async ({ inputs: { architecture, block, shortcut } }) => ({
    architecture: join(architecture, block, shortcut),
  }),
  view: ({ outputs: { architecture } }) => architectureView(architecture),
});
