/** What the arrays of a file are used as: chosen by name and checked by header, before anything is read. */
import { dtypeName } from '../arrays/dtype.js';
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import type { Infos } from '../catalog/info.js';
import { product, sides } from '../catalog/shape.js';
import { listed } from '../catalog/text.js';
import type { Table } from '../catalog/values.js';
import type { Note } from '../catalog/views.js';
import type { ArrayHeader } from '../catalog/work.js';
import { tensorsOf } from './tensor-names.js';

/** What an array can be used as, and the names that are taken for it when none is typed. */
export const ARRAY_USES = {
  inputs: ['x', 'inputs'],
  weights: ['weights', 'w'],
  outputs: ['y', 'outputs'],
  parameters: ['theta', 'parameters'],
  basis: ['basis'],
  origin: ['origin', 'theta'],
  coordinates: ['coordinates'],
} as const;
/** One use of an array. */
export type ArrayUse = keyof typeof ARRAY_USES;

/** Names typed by use: empty for the usual one, a dash for none. `single` is the use of a file's only array. */
export type ArrayNames = Readonly<Record<ArrayUse, string>> & { readonly single: ArrayUse };

/** The arrays to use, by use; `tensors` are PyTorch's in the order of θ. */
export type ChosenArrays = { readonly [K in ArrayUse]?: ArrayHeader } & { readonly tensors?: readonly ArrayHeader[] };

/** Finds one array of a file by its use and checks its shape. */
class Finder {
  readonly content: string; // 'x [500, 1], y [500, 1]'

  constructor(
    readonly file: string,
    readonly headers: readonly ArrayHeader[],
    readonly names: ArrayNames,
  ) {
    this.content = listed(headers.map(({ name, shape }) => `${name} ${sides(shape)}`)) || 'no array';
  }

  /** Refuses a name typed for a use that counts only beside another array, which is not there. */
  unused(use: ArrayUse, beside: ArrayUse): undefined {
    const typed = this.names[use];
    if (typed === '' || typed === '-') return undefined;
    throw new FiberscopeError(
      'file',
      `parameter '${use}': expected no name because no array is used as ${beside}, got '${typed}'; name the array for '${beside}', or clear this one`,
    );
  }

  /** What the only array of a file is used as: what was chosen, but for the usual choice where its name says another use. */
  get alone(): ArrayUse | undefined {
    const { single } = this.names;
    const name = this.headers[0]?.name ?? '';
    const says = Object.values(ARRAY_USES).some((usual) => (usual as readonly string[]).includes(name));
    return single === 'inputs' && says ? undefined : single;
  }

  /** The array of a use, or undefined where none was named and none has a usual name. */
  find(use: ArrayUse): ArrayHeader | undefined {
    const typed = this.names[use];
    if (typed === '-') return undefined;
    if (typed === '' && this.headers.length === 1 && this.alone !== undefined)
      return use === this.alone ? this.headers[0] : undefined;
    const wanted: readonly string[] = typed === '' ? ARRAY_USES[use] : [typed];
    const found = wanted
      .map((name) => this.headers.find((header) => header.name === name))
      .find((header) => header !== undefined);
    if (found === undefined && typed !== '')
      throw new FiberscopeError(
        'file',
        `parameter '${use}': expected an array of '${this.file}', got '${typed}'; it holds ${this.content}`,
      );
    return found;
  }

  /** The same, with a shape that fits. */
  shaped(use: ArrayUse, fits: (shape: readonly number[]) => boolean, expected: string): ArrayHeader | undefined {
    const header = this.find(use);
    if (header === undefined || (fits(header.shape) && header.shape.every((side) => side > 0))) return header;
    throw new FiberscopeError(
      'shape',
      `file '${this.file}', array '${header.name}' as ${use}: expected shape ${expected}, got ${sides(header.shape)}; choose another array`,
    );
  }
}

/** The arrays to use of a file with these headers; a typed name must exist, shapes must fit one another, and known faults are refused. */
export function chooseArrays(
  file: string,
  headers: readonly ArrayHeader[],
  names: ArrayNames,
  architecture: Architecture | undefined,
): ChosenArrays {
  const finder = new Finder(file, headers, names);
  const inputs = finder.shaped(
    'inputs',
    (s) => [1, 2, 4].includes(s.length),
    '[N], [N, n] or [N, channels, height, width]',
  );
  const n = inputs?.shape[0];
  const weights = inputs
    ? finder.shaped('weights', (s) => s.length === 1 && s[0] === n, `[${n}]`)
    : finder.unused('weights', 'inputs');
  const outputs = finder.shaped('outputs', (s) => s.length >= 1, '[N, k]');
  const whole = finder.find('parameters');
  const tensors =
    architecture && names.parameters === '' && !whole ? tensorsOf(file, headers, architecture) : undefined;
  const p = architecture && layoutOf(architecture).size;
  const parameters = finder.shaped(
    'parameters',
    (s) => [1, 2].includes(s.length) && (p === undefined || s.at(-1) === p),
    p === undefined
      ? '[P] or [B, P]'
      : `[${p}] or [B, ${p}] for the wired architecture, whose P is ${p} (leave the name empty to join the tensors of its layers)`,
  );
  const basis = finder.shaped('basis', (s) => s.length === 2, '[m, P]');
  const [m, size] = basis?.shape ?? [];
  const origin = basis
    ? finder.shaped('origin', (s) => [1, 2].includes(s.length) && s.at(-1) === size, `[${size}] or [m + 1, ${size}]`)
    : finder.unused('origin', 'basis');
  if (basis && !origin)
    throw new FiberscopeError(
      'file',
      `parameter 'origin': expected an array for the origin of the plane, got none; name one of ${finder.content}`,
    );
  const coordinates = basis
    ? finder.shaped('coordinates', (s) => s.length === 2 && s[1] === m, `[points, ${m}]`)
    : finder.unused('coordinates', 'basis');
  const hint = headers.some(({ name }) => /(^|\.)weight$/.test(name))
    ? ', or wire an Architecture to join the tensors of its layers to one θ'
    : '';
  if (!inputs && !outputs && !parameters && !basis && !tensors)
    throw new FiberscopeError(
      'file',
      `file '${file}': expected an array to use, got ${finder.content}; type the name of one${hint}`,
    );
  const all = { inputs, weights, outputs, parameters, basis, origin, coordinates, tensors };
  for (const { fault } of Object.values(all).flatMap((header) => header ?? []))
    if (fault !== undefined) throw new FiberscopeError('file', fault);
  return Object.fromEntries(Object.entries(all).filter(([, header]) => header !== undefined));
}

/** The shape of one input in an array [N, …]; a plain vector holds N numbers. */
export function itemShape(shape: readonly number[]): readonly number[] {
  return shape.length === 1 ? [1] : shape.slice(1);
}

/** The shapes of what the chosen arrays give. */
export function shapesOf(chosen: ChosenArrays): {
  inputs: Infos['Inputs'] | undefined;
  outputs: Infos['Outputs'] | undefined;
  parameters: Infos['Parameters'] | undefined;
  subspace: Infos['Subspace'] | undefined;
} {
  const { inputs, outputs, parameters, basis, tensors } = chosen;
  const joined = tensors?.reduce((sum, { shape }) => sum + product(shape), 0);
  return {
    inputs: inputs && { count: inputs.shape[0]!, item: itemShape(inputs.shape) },
    outputs: outputs && { count: outputs.shape[0]!, width: product(outputs.shape.slice(1)) },
    parameters:
      joined === undefined
        ? parameters && {
            count: parameters.shape.length === 1 ? 1 : parameters.shape[0]!,
            size: parameters.shape.at(-1)!,
          }
        : { count: 1, size: joined },
    subspace: basis && { rank: basis.shape[0]!, size: basis.shape[1]! },
  };
}

/** Every array of a file as a table: name, shape, type, and what it is used as. */
export function listArrays(headers: readonly ArrayHeader[], { tensors, ...chosen }: ChosenArrays): Table {
  const places = new Map<string, string>(); // of each tensor in θ
  let offset = 0;
  for (const { name, shape } of tensors ?? []) {
    places.set(name, `θ[${offset}…${offset + product(shape) - 1}]`);
    offset += product(shape);
  }
  const uses = (name: string): string =>
    [
      ...Object.entries(chosen).flatMap(([use, header]) => (header.name === name ? [use] : [])),
      ...(places.has(name) ? [places.get(name)!] : []),
    ].join(', ');
  return {
    type: 'Table',
    columns: [{ name: 'array' }, { name: 'shape' }, { name: 'type' }, { name: 'used as' }],
    rows: headers.map(({ name, shape, dtype }) => [name, sides(shape), dtypeName(dtype), uses(name) || '–']),
  };
}

/** Says which tensors are joined to θ and in which order, from a table of `listArrays`. */
export function joinNotes({ rows }: Table): Note[] {
  const parts = rows.flatMap(([name, , , use]) => {
    const start = /^θ\[(\d+)/.exec(String(use))?.[1];
    return start === undefined ? [] : [{ name: String(name), start: Number(start) }];
  });
  if (parts.length === 0) return [];
  const names = parts.sort((a, b) => a.start - b.start).map(({ name }) => name);
  return [{ level: 'info', id: 'tensors-joined', text: `θ joins, in this order: ${names.join(', ')}.` }];
}
