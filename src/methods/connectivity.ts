/** Connected components of an ε-set on its lattice. */
import type { EpsilonSet, Table } from '../catalog/values.js';
import type { WorkControl } from '../catalog/work.js';
import { IndexPlaces } from './index-places.js';
import { onBorder, placeOf, strides } from './lattice.js';
import { breathe } from './progress.js';

/** A component: its size, whether it reaches the lattice's border, and the smallest J in it. */
export interface Component {
  readonly size: number;
  readonly touchesBorder: boolean;
  readonly lowest: number;
}

/** Components, largest first, under one notion of neighbour. */
export interface Components {
  readonly components: readonly Component[];
}

/** Components of both kinds: `faces` joins the 2m members one step along an axis, `full` the 3^m − 1 that also differ diagonally. */
export interface Connectivity {
  readonly faces: Components;
  readonly full: Components;
}

/** Components of the ε-set by union-find at 2m and at 3^m − 1 neighbours. */
export async function connectivity(set: EpsilonSet, control: WorkControl): Promise<Connectivity> {
  const m = set.field.lattice.subspace.rank;
  return {
    faces: await components(set, faceOffsets(m), control),
    full: await components(set, fullOffsets(m), control),
  };
}

/** One of each pair ± of the 2m steps along an axis. */
export function faceOffsets(m: number): readonly (readonly number[])[] {
  return Array.from({ length: m }, (_, k) => Array.from({ length: m }, (_, j) => (j === k ? 1 : 0)));
}

/** One of each pair ± of the 3^m − 1 steps in {−1, 0, 1}^m. */
export function fullOffsets(m: number): readonly (readonly number[])[] {
  const half = (3 ** m - 1) / 2;
  return Array.from({ length: half }, (_, i) => {
    let rest = i + half + 1; // codes above the all-zero step
    const step = new Array<number>(m);
    for (let k = m - 1; k >= 0; k--) {
      step[k] = (rest % 3) - 1;
      rest = Math.floor(rest / 3);
    }
    return step;
  });
}

const BLOCK = 20_000; // members between looks at the signal

async function components(
  set: EpsilonSet,
  offsets: readonly (readonly number[])[],
  control: WorkControl,
): Promise<Components> {
  const { index, values } = set;
  const { points, subspace } = set.field.lattice;
  const m = subspace.rank;
  const stride = strides(points, m);
  const steps = offsets.map((offset) => offset.reduce((sum, step, k) => sum + step * stride[k]!, 0));
  const places = new IndexPlaces(index);
  const parent = Uint32Array.from(index, (_, i) => i);
  const find = (i: number): number => {
    let root = i;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root]!]!; // path halving
      root = parent[root]!;
    }
    return root;
  };
  const border = new Uint8Array(index.length);
  const place = new Int32Array(m);
  for (let i = 0; i < index.length; i++) {
    if (i % BLOCK === 0) await breathe(control);
    placeOf(index[i]!, points, place);
    border[i] = onBorder(place, points) ? 1 : 0;
    offsets.forEach((offset, o) => {
      for (let k = 0; k < m; k++) {
        const next = place[k]! + offset[k]!;
        if (next < 0 || next >= points) return;
      }
      const neighbour = places.place(index[i]! + steps[o]!);
      if (neighbour < 0) return;
      const a = find(i);
      const b = find(neighbour);
      if (a !== b) parent[Math.max(a, b)] = Math.min(a, b);
    });
  }
  const found = new Map<number, { size: number; touchesBorder: boolean; lowest: number }>();
  for (let i = 0; i < index.length; i++) {
    const root = find(i);
    const component = found.get(root) ?? { size: 0, touchesBorder: false, lowest: Infinity };
    component.size++;
    component.touchesBorder ||= border[i] === 1;
    component.lowest = Math.min(component.lowest, values[i]!);
    found.set(root, component);
  }
  const roots = [...found.keys()].sort((a, b) => found.get(b)!.size - found.get(a)!.size || a - b);
  return { components: roots.map((root) => found.get(root)!) };
}

/** The largest components as a table, at most `limit` under each notion of neighbour, each with the number of all under it. */
export function connectivityTable({ faces, full }: Connectivity, limit: number): Table {
  const each = (name: string, { components }: Components) =>
    components
      .slice(0, limit)
      .map(({ size, lowest, touchesBorder }, i) => [
        name,
        i + 1,
        components.length,
        size,
        lowest,
        touchesBorder ? 'yes' : 'no',
      ]);
  const rows = [...each('2m', faces), ...each('3ᵐ − 1', full)];
  const more = faces.components.length + full.components.length - rows.length;
  return {
    type: 'Table',
    columns: [
      { name: 'neighbours' },
      { name: 'component' },
      { name: 'of' },
      { name: 'members' },
      { name: 'smallest J' },
      { name: 'touches border' },
    ],
    rows,
    ...(more > 0 ? { more } : {}),
  };
}
