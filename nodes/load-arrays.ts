import { z } from 'zod';
import { type Architecture, layoutOf } from '../src/catalog/architecture.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import type { Infos } from '../src/catalog/info.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, file, text } from '../src/catalog/params.js';
import { formatCount } from '../src/catalog/text.js';
import type { Table } from '../src/catalog/values.js';
import type { ArrayHeader } from '../src/catalog/work.js';
import { tablePicture } from '../src/methods/pictures.js';

/** What an array can be used as, and the names that are taken for it when none is typed. */
const USES = {
  inputs: ['x', 'inputs'],
  weights: ['weights', 'w'],
  outputs: ['y', 'outputs'],
  parameters: ['theta', 'parameters'],
  basis: ['basis'],
  origin: ['origin', 'theta'],
  coordinates: ['coordinates'],
} as const;
type Use = keyof typeof USES;

const named = (label: string, use: Use) =>
  text({
    label,
    help: `name in the file; empty: ${USES[use].join(' or ')}, if there; a dash (-): none`,
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
type Params = z.output<typeof params>;

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

With an Architecture wired, PyTorch tensors named \`0.weight\`, \`0.bias\`, … are joined to one $\\theta$ in \`named_parameters\` order.

Caveat: numbers become float32. Object arrays, arrays with NaN and wrong shapes are refused. Weights need not sum to one.

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
    if (p.file === null)
      throw new FiberscopeError(
        'file',
        "parameter 'file': expected a file, got none; choose a .npy, .npz or .safetensors file",
      );
    const headers = files.headers(p.file);
    if (headers === undefined)
      throw new FiberscopeError(
        'file',
        `parameter 'file': expected '${p.file.name}' (SHA-256 ${p.file.sha256.slice(0, 8)}…), got no such file here; open it again or put it beside the document`,
      );
    const chosen = choose(p, headers, inputs.architecture?.architecture);
    const bytes = headers.reduce((sum, header) => sum + 4 * header.shape.reduce((a, b) => a * b, 1), 0);
    const absent = (what: string): string => `'${p.file!.name}' holds no array for ${what}, or none was named`;
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
    const { finiteFloat32, readArrays } = await import('../src/arrays/array-file.js');
    const load = await import('../src/methods/load.js');
    const { name } = p.file!;
    const arrays = readArrays(name, await context.files.read(p.file!));
    const chosen = choose(p, arrays, inputs.architecture);
    const get = (header: ArrayHeader) => {
      const array = arrays.find((one) => one.name === header.name)!;
      return { name: array.name, shape: array.shape, data: finiteFloat32(array, name) };
    };
    const maybe = (header: ArrayHeader | undefined) => (header === undefined ? undefined : get(header));
    const tensors = chosen.tensors && new Map(chosen.tensors.map((header) => [header.name, get(header)]));
    return {
      inputs: chosen.inputs && load.inputsFrom(get(chosen.inputs), maybe(chosen.weights), name),
      outputs: chosen.outputs && load.outputsFrom(get(chosen.outputs)),
      parameters: tensors
        ? load.parametersFromTensors(inputs.architecture!, tensors, name)
        : chosen.parameters && load.parametersFrom(get(chosen.parameters), name),
      subspace:
        chosen.basis && chosen.origin
          ? load.subspaceFrom(get(chosen.origin), get(chosen.basis), maybe(chosen.coordinates), name)
          : undefined,
      arrays: listing(arrays, chosen),
    };
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
        parameters: parameters?.count ?? null,
        rank: subspace?.rank ?? null,
      },
      rows,
      status: p.file?.name ?? '',
      notes: [],
      plots: [tablePicture(outputs.arrays, 'Arrays of the file')],
    };
  },
});

/** Every array by name, with what it is used as. */
function listing(headers: readonly ArrayHeader[], { tensors, ...chosen }: Chosen): Table {
  const uses = (name: string): string =>
    [
      ...Object.entries(chosen).flatMap(([use, header]) => (header.name === name ? [use] : [])),
      ...(tensors?.some((header) => header.name === name) ? ['part of θ'] : []),
    ].join(', ');
  return {
    type: 'Table',
    columns: [{ name: 'array' }, { name: 'shape' }, { name: 'type' }, { name: 'used as' }],
    rows: headers.map(({ name, shape, dtype }) => [name, `[${shape.join(', ')}]`, dtype, uses(name) || '–']),
  };
}

type Chosen = { readonly [K in Use]?: ArrayHeader } & { readonly tensors?: readonly ArrayHeader[] };

/** The arrays to use, checked for shape and dtype; a typed name must exist. */
function choose(p: Params, headers: readonly ArrayHeader[], architecture: Architecture | undefined): Chosen {
  const names = headers.map((header) => `${header.name} [${header.shape.join(', ')}]`).join(', ');
  const find = (use: Use): ArrayHeader | undefined => {
    if (p[use] === '-') return undefined;
    if (p[use] !== '') {
      const found = headers.find((header) => header.name === p[use]);
      if (found) return found;
      throw new FiberscopeError(
        'file',
        `parameter '${use}': expected an array of '${p.file!.name}', got '${p[use]}'; it holds ${names}`,
      );
    }
    if (headers.length === 1 && use === p.single) return headers[0];
    return USES[use]
      .map((name) => headers.find((header) => header.name === name))
      .find((header) => header !== undefined);
  };
  const shaped = (use: Use, ok: (shape: readonly number[]) => boolean, expected: string): ArrayHeader | undefined => {
    const header = find(use);
    if (header === undefined || (ok(header.shape) && header.shape.every((side) => side > 0))) return header;
    throw new FiberscopeError(
      'shape',
      `file '${p.file!.name}', array '${header.name}' as ${use}: expected shape ${expected}, got [${header.shape.join(', ')}]; choose another array`,
    );
  };
  const inputs = shaped(
    'inputs',
    (s) => s.length === 1 || s.length === 2 || s.length === 4,
    '[N], [N, n] or [N, channels, height, width]',
  );
  const n = inputs?.shape[0];
  const weights = inputs && shaped('weights', (s) => s.length === 1 && s[0] === n, `[${n}]`);
  const outputs = shaped('outputs', (s) => s.length >= 1, '[N, k]');
  const tensors = architecture && tensorsOf(headers, architecture, p.file!.name);
  const parameters = tensors
    ? undefined
    : shaped('parameters', (s) => s.length === 1 || s.length === 2, '[P] or [B, P]');
  const basis = shaped('basis', (s) => s.length === 2, '[m, P]');
  const size = basis?.shape[1];
  const origin =
    basis &&
    shaped('origin', (s) => (s.length === 1 || s.length === 2) && s.at(-1) === size, `[${size}] or [m + 1, ${size}]`);
  if (basis && !origin)
    throw new FiberscopeError(
      'file',
      `parameter 'origin': expected an array for the origin of the plane, got none; name one of ${names}`,
    );
  const m = basis?.shape[0];
  const coordinates = basis && shaped('coordinates', (s) => s.length === 2 && s[1] === m, `[points, ${m}]`);
  if (!inputs && !outputs && !parameters && !basis && !tensors)
    throw new FiberscopeError(
      'file',
      `file '${p.file!.name}': expected an array to use, got ${names || 'none'}; type the name of one`,
    );
  const all = { inputs, weights, outputs, parameters, basis, origin, coordinates, tensors };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The tensors of an architecture in a file that names any of them; each must be there in its shape. */
function tensorsOf(headers: readonly ArrayHeader[], architecture: Architecture, name: string) {
  const { tensors } = layoutOf(architecture);
  if (!tensors.some((tensor) => headers.some((header) => header.name === tensor.name))) return undefined;
  return tensors.map((tensor) => {
    const header = headers.find((one) => one.name === tensor.name);
    if (header?.shape.join() === tensor.shape.join()) return header;
    const got = header ? `[${header.shape.join(', ')}]` : 'no such array';
    throw new FiberscopeError(
      'shape',
      `file '${name}', array '${tensor.name}': expected [${tensor.shape.join(', ')}] for this architecture, got ${got}`,
    );
  });
}

function shapesOf(c: Chosen): {
  inputs: Infos['Inputs'] | undefined;
  outputs: Infos['Outputs'] | undefined;
  parameters: Infos['Parameters'] | undefined;
  subspace: Infos['Subspace'] | undefined;
} {
  const total = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  const rows = (shape: readonly number[]): number => (shape.length === 1 ? 1 : shape[0]!);
  const tensors = c.tensors?.reduce((sum, header) => sum + total(header.shape), 0);
  return {
    inputs: c.inputs && {
      count: c.inputs.shape[0]!,
      item: c.inputs.shape.length === 1 ? [1] : c.inputs.shape.slice(1),
    },
    outputs: c.outputs && { count: c.outputs.shape[0]!, width: total(c.outputs.shape.slice(1)) },
    parameters:
      tensors === undefined
        ? c.parameters && { count: rows(c.parameters.shape), size: c.parameters.shape.at(-1)! }
        : { count: 1, size: tensors },
    subspace: c.basis && c.origin && { rank: c.basis.shape[0]!, size: c.basis.shape[1]! },
  };
}
