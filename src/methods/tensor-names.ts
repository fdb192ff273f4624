/** Tensors of a network as PyTorch saves them, matched to the layers of an Architecture. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import { sides } from '../catalog/shape.js';
import { listed } from '../catalog/text.js';
import type { ArrayHeader } from '../catalog/work.js';
import { byNumbers } from './number-order.js';
import { scopesOf } from './tensor-scopes.js';

const TENSOR = /^(?:(.*)\.)?(weight|bias|running_mean|running_var)$/;
const ROLES = ['weight', 'bias', 'running_mean', 'running_var'];

/** A tensor of an Architecture under the name that nn.Sequential gives it: part of θ, or running statistics of batch normalisation. */
export interface OwnTensor {
  readonly name: string; // '3.block.0.weight', '1.running_mean'
  readonly path: string; // of its layer
  readonly shape: readonly number[];
  readonly part: 'theta' | 'buffers';
  readonly offset: number; // into θ, or into the buffers
}

/** A tensor and the array of the file that it is read from. */
export interface TensorMatch {
  readonly own: OwnTensor;
  readonly header: ArrayHeader;
  readonly by: 'name' | 'shape' | 'given'; // how it was found
}

/** All tensors of an Architecture: those of θ, then those of the buffers. */
export function ownTensors(architecture: Architecture): readonly OwnTensor[] {
  const { tensors, buffers } = layoutOf(architecture);
  return [
    ...tensors.map(({ name, path, shape, offset }) => ({ name, path, shape, offset, part: 'theta' as const })),
    ...buffers.map(({ name, path, size, offset }) => ({ name, path, shape: [size], offset, part: 'buffers' as const })),
  ];
}

/**
 * The tensors of a plain sequence in a file, in the order of θ; undefined where the file names none. For the names see `matchTensors`.
 */
export function tensorsOf(
  file: string,
  headers: readonly ArrayHeader[],
  architecture: Architecture,
): readonly ArrayHeader[] | undefined {
  if (!headers.some(({ name }) => TENSOR.test(name))) return undefined;
  return matchTensors(file, headers, architecture).map(({ header }) => header);
}

/**
 * The array of a file for each tensor of an Architecture, in the order of `ownTensors`. Names that are given come first: ours → the
 * file's, of tensors or of whole layers. Then the names of nn.Sequential (`0.weight`), alone or behind one prefix (`net.0.weight`), mean
 * the layers of those numbers. Other names (`fc1.weight`, `layer2.0.bn1.bias`) are matched by shape, inside and outside residual blocks
 * apart; layers of equal shapes must have names that differ by their numbers only, and go by these. Throws `shape` or `file`
 * errors that name the tensor, and say what was expected and what the file has.
 */
export function matchTensors(
  file: string,
  headers: readonly ArrayHeader[],
  architecture: Architecture,
  given: ReadonlyMap<string, string> = new Map(),
): readonly TensorMatch[] {
  const own = ownTensors(architecture);
  const found = givenMatches(file, headers, own, given);
  const taken = new Set([...found.values()].map(({ header }) => header));
  const open = own.filter((tensor) => !found.has(tensor));
  const named = headers.filter((header) => TENSOR.test(header.name) && !taken.has(header));
  if (open.length > 0) {
    requireStatistics(file, named, open);
    const prefix = prefixOf(named, open);
    const by = prefix === undefined ? 'shape' : 'name';
    const rest = prefix === undefined ? byShape(file, named, open) : byName(file, named, open, prefix);
    for (const [i, tensor] of open.entries()) found.set(tensor, { own: tensor, header: rest[i]!, by });
  }
  return own.map((tensor) => found.get(tensor)!);
}

/** The matches that names were given for. */
function givenMatches(
  file: string,
  headers: readonly ArrayHeader[],
  own: readonly OwnTensor[],
  given: ReadonlyMap<string, string>,
): Map<OwnTensor, TensorMatch> {
  const found = new Map<OwnTensor, TensorMatch>();
  for (const [ours, theirs] of given) {
    const meant = own.filter(({ name, path }) => name === ours || path === ours);
    if (meant.length === 0)
      throw new FiberscopeError(
        'parameter',
        `parameter 'names': expected a tensor or layer of the wired architecture on the left, got '${ours}'; it has ${listed(own.map(({ name }) => name))}`,
      );
    for (const tensor of meant) {
      const name = tensor.name === ours ? theirs : `${theirs}${tensor.name.slice(tensor.path.length)}`;
      const header = headers.find((one) => one.name === name);
      if (header === undefined)
        throw new FiberscopeError(
          'parameter',
          `parameter 'names': expected an array of '${file}' for ${tensor.name}, got '${name}'; it holds ${listed(headers.map((one) => one.name))}`,
        );
      if (header.shape.join() !== tensor.shape.join())
        throw new FiberscopeError(
          'shape',
          `file '${file}', array '${name}' as ${tensor.name}: expected ${sides(tensor.shape)} for this architecture, got ${sides(header.shape)}; choose the file of such a network, or another architecture`,
        );
      found.set(tensor, { own: tensor, header, by: 'given' });
    }
  }
  return found;
}

/** A network with batch normalisation gives no outputs without its running statistics. */
function requireStatistics(file: string, named: readonly ArrayHeader[], open: readonly OwnTensor[]): void {
  const wanted = open.find(({ part }) => part === 'buffers');
  if (wanted === undefined || named.some(({ name }) => /running_(mean|var)$/.test(name))) return;
  throw new FiberscopeError(
    'file',
    `file '${file}': expected running statistics of batch normalisation, such as ${wanted.name} ${sides(wanted.shape)}, got none; save the whole state_dict, not the parameters alone`,
  );
}

/**
 * What stands before the names of nn.Sequential in a file, '' for nothing; undefined where the file has other names. A prefix under which
 * everything is found wins; else there must be one only, with most of the names.
 */
function prefixOf(named: readonly ArrayHeader[], open: readonly OwnTensor[]): string | undefined {
  const known = open.map(({ name }) => name).sort((a, b) => b.length - a.length);
  const names = new Set(named.map(({ name }) => name));
  const prefixes = new Set<string>();
  for (const { name } of named) {
    const own = known.find((one) => name === one || name.endsWith(`.${one}`)); // the longest
    if (own !== undefined) prefixes.add(name.slice(0, name.length - own.length));
  }
  const whole = [...prefixes].filter((prefix) => known.every((one) => names.has(prefix + one)));
  if (whole.length === 1) return whole[0];
  const [only] = prefixes;
  const most = known.filter((one) => names.has(only + one)).length > known.length / 2;
  return prefixes.size === 1 && most ? only : undefined;
}

function byName(
  file: string,
  named: readonly ArrayHeader[],
  open: readonly OwnTensor[],
  prefix: string,
): readonly ArrayHeader[] {
  const known = new Set(open.map(({ name }) => prefix + name));
  const others = named.filter(({ name }) => name.startsWith(prefix) && !known.has(name));
  if (others.length > 0)
    throw new FiberscopeError(
      'shape',
      `file '${file}': expected no tensors but those of the wired architecture, ${listed(open.map(({ name, shape }) => `${prefix}${name} ${sides(shape)}`))}, got also ${listed(others.map(({ name, shape }) => `${name} ${sides(shape)}`))}; wire the architecture of this file, or type the name of one array`,
    );
  return open.map(({ name, shape }) => {
    const header = named.find((one) => one.name === prefix + name);
    if (header?.shape.join() === shape.join()) return header;
    throw new FiberscopeError(
      'shape',
      `file '${file}', array '${prefix}${name}': expected ${sides(shape)} for this architecture, got ${header ? sides(header.shape) : 'no such array'}; choose the file of such a network, or another architecture`,
    );
  });
}

/** One layer: its tensors with a role each, in the order of ROLES. */
interface Layer<T> {
  readonly name: string; // of the layer, without the roles
  readonly scope: string; // '' outside residual blocks
  readonly shapes: string; // roles and shapes in one text
  readonly tensors: readonly T[];
}

function byShape(file: string, named: readonly ArrayHeader[], open: readonly OwnTensor[]): readonly ArrayHeader[] {
  const scopes = scopesOf(
    open.map(({ path }) => path),
    named.map(({ name }) => layerName(name)),
  );
  const wanted = layersOf(open, ({ path }) => scopes.own(path));
  const given = layersOf(named, ({ name }) => scopes.file(layerName(name)));
  const place = ({ scope, shapes }: Layer<unknown>): string => `${scope} ${shapes}`;
  const theirs = grouped(given, place);
  const places = grouped(wanted, place);
  if (given.length !== wanted.length || [...places].some(([at, layers]) => theirs.get(at)?.length !== layers.length))
    throw new FiberscopeError(
      'shape',
      `file '${file}': expected the tensors of the wired architecture, ${listed(open.map(({ name, shape }) => `${roleOf(name)} ${sides(shape)}`))}, to join them to one θ, got ${listed(named.map(({ name, shape }) => `${name} ${sides(shape)}`))}; wire the architecture of this file, or type the name of one array`,
    );
  const chosen = new Map<OwnTensor, ArrayHeader>();
  for (const [at, layers] of places) {
    const ordered = numbered(file, theirs.get(at)!);
    layers.forEach(({ tensors }, i) => {
      tensors.forEach((tensor, j) => {
        chosen.set(tensor, ordered[i]!.tensors[j]!);
      });
    });
  }
  return open.map((tensor) => chosen.get(tensor)!);
}

/** The layers that tensors belong to, in their order. */
function layersOf<T extends { readonly name: string; readonly shape: readonly number[] }>(
  all: readonly T[],
  scope: (tensor: T) => string,
): readonly Layer<T>[] {
  return [...grouped(all, ({ name }) => layerName(name))].map(([name, members]) => {
    const tensors = [...members].sort((a, b) => ROLES.indexOf(roleOf(a.name)) - ROLES.indexOf(roleOf(b.name)));
    const shapes = tensors.map((tensor) => `${roleOf(tensor.name)} ${sides(tensor.shape)}`).join();
    return { name, scope: scope(tensors[0]!), shapes, tensors };
  });
}

const layerName = (name: string): string => TENSOR.exec(name)![1] ?? '';
const roleOf = (name: string): string => TENSOR.exec(name)![2]!;

/** Layers of equal shapes in the order of the numbers in their names. */
function numbered(file: string, layers: readonly Layer<ArrayHeader>[]): readonly Layer<ArrayHeader>[] {
  if (layers.length === 1) return layers;
  const text = new Set(layers.map(({ name }) => name.replaceAll(/\d+/g, '#')));
  if (text.size > 1)
    throw new FiberscopeError(
      'shape',
      `file '${file}': expected layers of equal shapes to have names that differ by their numbers only, so that their order is known, got ${layers
        .slice(0, 4)
        .map(({ name }) => `'${name}'`)
        .join(' and ')}; rename them, as layer1 and layer2, or say in the name map of Load model which is which`,
    );
  return [...layers].sort((a, b) => byNumbers(a.name, b.name));
}

function grouped<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
