/** Which arrays of a file make a Model, found from their headers alone. */

import { type Architecture, layoutOf } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import { sides } from '../../catalog/shape.js';
import { listed } from '../../catalog/text.js';
import type { Table } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import type { ArrayHeader } from '../../catalog/work.js';
import { matchTensors, type TensorMatch } from '../tensor-names.js';

/** The arrays of a file that make networks: a tensor each, or whole vectors as `--out` writes them. */
export type ModelArrays =
  | { readonly kind: 'tensors'; readonly matches: readonly TensorMatch[]; readonly count: 1 }
  | {
      readonly kind: 'vectors';
      readonly theta: ArrayHeader; // [P] or [count, P]
      readonly buffers: ArrayHeader | undefined; // [B] or [count, B]
      readonly count: number;
    };

/** The names that people wrote: `ours = theirs`, parted by line ends, commas or semicolons. Throws `parameter` where a part is no such pair. */
export function readNames(text: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const part of text.split(/[\n,;]/)) {
    if (part.trim() === '') continue;
    const [ours, theirs, ...more] = part.split('=').map((side) => side.trim());
    if (!ours || !theirs || more.length > 0 || names.has(ours))
      throw new FiberscopeError(
        'parameter',
        `parameter 'names': expected lines such as 0.weight = fc1.weight, one for each name, got '${part.trim()}'${names.has(ours!) ? ' a second time' : ''}`,
      );
    names.set(ours, theirs);
  }
  return names;
}

/** The arrays to use of a file with these headers, for networks of an Architecture. Throws where they do not fit; `names` come first. */
export function modelArrays(
  file: string,
  headers: readonly ArrayHeader[],
  architecture: Architecture,
  names: ReadonlyMap<string, string>,
): ModelArrays {
  const theta = headers.find(({ name }) => name === 'theta');
  const used =
    theta && names.size === 0
      ? vectorsOf(file, headers, theta, architecture)
      : ({ kind: 'tensors', matches: matchTensors(file, headers, architecture, names), count: 1 } as const);
  for (const { fault } of used.kind === 'vectors'
    ? [used.theta, ...(used.buffers ? [used.buffers] : [])]
    : used.matches.map(({ header }) => header))
    if (fault !== undefined) throw new FiberscopeError('file', fault);
  return used;
}

function vectorsOf(
  file: string,
  headers: readonly ArrayHeader[],
  theta: ArrayHeader,
  architecture: Architecture,
): ModelArrays {
  const { size, bufferSize } = layoutOf(architecture);
  const count = theta.shape.length === 2 ? theta.shape[0]! : 1;
  requireVectors(file, theta, 'theta', size, count);
  const buffers = bufferSize === 0 ? undefined : headers.find(({ name }) => name === 'buffers');
  if (buffers) requireVectors(file, buffers, 'buffers', bufferSize, count);
  else if (bufferSize > 0)
    throw new FiberscopeError(
      'file',
      `file '${file}': expected an array 'buffers' [${count}, ${bufferSize}] with the running statistics beside 'theta', got none; save the whole model`,
    );
  return { kind: 'vectors', theta, buffers, count };
}

function requireVectors(file: string, { shape }: ArrayHeader, name: string, size: number, count: number): void {
  const fits = count > 0 && (shape.join() === [count, size].join() || (count === 1 && shape.join() === String(size)));
  if (fits) return;
  const letter = name === 'theta' ? 'P' : 'B';
  throw new FiberscopeError(
    'shape',
    `file '${file}', array '${name}': expected [${size}] or [networks, ${size}] for this architecture, whose ${letter} is ${size}, got ${sides(shape)}; choose the file of such networks, or another architecture`,
  );
}

const HOW = { name: 'by name', shape: 'by shape and order', given: 'by your map' } as const;
const UNUSED = 'not used';
const COUNTER = /(^|\.)num_batches_tracked$/; // of PyTorch's batch normalisation; says nothing of the function

/** Each tensor, its shape, its name in the file and how it was found; then the arrays of the file that are not used. */
export function matchTable(headers: readonly ArrayHeader[], used: ModelArrays): Table {
  const rows =
    used.kind === 'tensors'
      ? used.matches.map(({ own, header, by }) => [own.name, sides(own.shape), header.name, HOW[by]])
      : [used.theta, ...(used.buffers ? [used.buffers] : [])].map(({ name, shape }) => [
          name,
          sides(shape),
          name,
          'whole',
        ]);
  const taken = new Set(rows.map(([, , name]) => name));
  const rest = headers.filter(({ name }) => !taken.has(name));
  return {
    type: 'Table',
    columns: [{ name: 'tensor' }, { name: 'shape' }, { name: 'in the file' }, { name: 'found' }],
    rows: [...rows, ...rest.map(({ name, shape }) => [null, sides(shape), name, UNUSED])],
  };
}

/**
 * Says when tensors were told by their shapes and the order of their names, which may be wrong (`names-by-shape`), and which arrays of
 * the file were left over, as those of another network are (`arrays-unused`).
 */
export function matchNotes({ rows }: Table): readonly Note[] {
  const notes: Note[] = [];
  const count = rows.filter(([, , , how]) => how === HOW.shape).length;
  if (count > 0)
    notes.push({
      level: 'info',
      id: 'names-by-shape',
      text: `${count} of the tensors were told by their shapes and the order of their names; check the table, and write others into the name map.`,
    });
  const left = rows.flatMap(([, , name, how]) => (how === UNUSED && !COUNTER.test(`${name}`) ? [`${name}`] : []));
  if (left.length > 0)
    notes.push({
      level: 'warning',
      id: 'arrays-unused',
      text: `The file holds more than this architecture takes: ${listed(left, 6)} ${left.length > 1 ? 'are' : 'is'} not used. It may be of another network.`,
    });
  return notes;
}
