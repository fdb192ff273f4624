/** Tensors of a network as PyTorch saves them, matched to the layers of an Architecture. */
import { type Architecture, layoutOf, type ParameterTensor } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import { sides } from '../catalog/shape.js';
import { listed } from '../catalog/text.js';
import type { ArrayHeader } from '../catalog/work.js';

const TENSOR = /^(?:(.*)\.)?(weight|bias)$/;

/** One layer of a file: its name without `.weight` and `.bias`, and its tensors. */
interface NamedLayer {
  readonly name: string;
  readonly tensors: readonly ArrayHeader[]; // weight, then bias
}

/**
 * The tensors of an architecture in a file, in the order of θ; undefined where the file names none. The names of nn.Sequential
 * (`0.weight`), alone or behind one prefix (`net.0.weight`), mean the layers of those numbers. Other names (`fc1.weight`) are
 * matched by shape; layers of equal shapes must have names that differ by their numbers only, and go by these.
 */
export function tensorsOf(
  file: string,
  headers: readonly ArrayHeader[],
  architecture: Architecture,
): readonly ArrayHeader[] | undefined {
  const { tensors } = layoutOf(architecture);
  const named = headers.filter(({ name }) => TENSOR.test(name));
  if (named.length === 0) return undefined;
  const prefix = prefixOf(named, tensors);
  return prefix === undefined ? byShape(file, named, tensors) : byName(file, named, tensors, prefix);
}

/** What stands before the names of nn.Sequential in a file, '' for nothing; undefined where the file has other names. */
function prefixOf(named: readonly ArrayHeader[], tensors: readonly ParameterTensor[]): string | undefined {
  const known = new Set(tensors.map(({ name }) => name));
  const prefixes = new Set<string>();
  for (const { name } of named) {
    const sequential = /^(.*?)(\d+\.(?:weight|bias))$/.exec(name);
    if (sequential && /(^|\.)$/.test(sequential[1]!) && known.has(sequential[2]!)) prefixes.add(sequential[1]!);
  }
  return prefixes.size === 1 ? [...prefixes][0] : undefined;
}

function byName(
  file: string,
  named: readonly ArrayHeader[],
  tensors: readonly ParameterTensor[],
  prefix: string,
): readonly ArrayHeader[] {
  const known = new Set(tensors.map(({ name }) => prefix + name));
  const others = named.filter(({ name }) => name.startsWith(prefix) && !known.has(name));
  if (others.length > 0)
    throw new FiberscopeError(
      'shape',
      `file '${file}': expected no tensors but those of the wired architecture, ${tensors.map(({ name, shape }) => `${prefix}${name} ${sides(shape)}`).join(', ')}, got also ${listed(others.map(({ name, shape }) => `${name} ${sides(shape)}`))}; wire the architecture of this file, or type the name of one array`,
    );
  return tensors.map(({ name, shape }) => {
    const header = named.find((one) => one.name === prefix + name);
    if (header?.shape.join() === shape.join()) return header;
    throw new FiberscopeError(
      'shape',
      `file '${file}', array '${prefix}${name}': expected ${sides(shape)} for this architecture, got ${header ? sides(header.shape) : 'no such array'}`,
    );
  });
}

function byShape(
  file: string,
  named: readonly ArrayHeader[],
  tensors: readonly ParameterTensor[],
): readonly ArrayHeader[] {
  const given = layersOf(named);
  const wanted = grouped(tensors, ({ layer }) => layer);
  const open = grouped(given, (layer) => layer.tensors.map(signature).join());
  const places = [...grouped([...wanted.values()], (layer) => layer.map(signature).join())];
  if (given.length !== wanted.size || places.some(([shapes, layers]) => open.get(shapes)?.length !== layers.length))
    throw new FiberscopeError(
      'shape',
      `file '${file}': expected the tensors of the wired architecture, ${tensors.map(({ role, shape }) => `${role} ${sides(shape)}`).join(', ')}, to join them to one θ, got ${listed(named.map(({ name, shape }) => `${name} ${sides(shape)}`))}; wire the architecture of this file, or type the name of one array`,
    );
  const chosen = new Map<readonly ParameterTensor[], NamedLayer>();
  for (const [shapes, layers] of places) {
    const ordered = numbered(file, open.get(shapes)!);
    layers.forEach((layer, i) => {
      chosen.set(layer, ordered[i]!);
    });
  }
  return [...wanted.values()].flatMap((layer) => chosen.get(layer)!.tensors);
}

function layersOf(named: readonly ArrayHeader[]): readonly NamedLayer[] {
  const layers = grouped(named, ({ name }) => TENSOR.exec(name)![1] ?? '');
  const roleOf = ({ name }: ArrayHeader): string => TENSOR.exec(name)![2]!;
  return [...layers].map(([name, tensors]) => ({
    name,
    tensors: [...tensors].sort((a, b) => (roleOf(a) < roleOf(b) ? 1 : -1)), // weight before bias
  }));
}

const signature = (tensor: { readonly name: string; readonly shape: readonly number[] }): string =>
  `${TENSOR.exec(tensor.name)![2]} ${sides(tensor.shape)}`;

/** Layers of equal shapes in the order of the numbers in their names. */
function numbered(file: string, layers: readonly NamedLayer[]): readonly NamedLayer[] {
  if (layers.length === 1) return layers;
  const text = new Set(layers.map(({ name }) => name.replaceAll(/\d+/g, '#')));
  if (text.size > 1)
    throw new FiberscopeError(
      'shape',
      `file '${file}': expected layers of equal shapes to have names that differ by their numbers only, so that their order is known, got ${layers
        .slice(0, 4)
        .map(({ name }) => `'${name}'`)
        .join(' and ')}; rename them, as layer1 and layer2`,
    );
  const numbers = ({ name }: NamedLayer): number[] => (name.match(/\d+/g) ?? []).map(Number);
  return [...layers].sort((a, b) => {
    const [left, right] = [numbers(a), numbers(b)];
    const at = left.findIndex((number, i) => number !== right[i]);
    return at < 0 ? 0 : left[at]! - right[at]!;
  });
}

function grouped<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
