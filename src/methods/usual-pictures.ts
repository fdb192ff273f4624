/** The pictures that Grid and Threshold ε make of their results, where nobody chose a kind. */
import type { EpsilonSet, Field } from '../catalog/values.js';
import type { PlotData } from '../catalog/views.js';
import { latticeCount } from './lattice.js';
import { MOST_DRAWN } from './members.js';
import {
  countText,
  distributionPicture,
  type FieldPlot,
  fieldPicture,
  setPicture,
  usualColouring,
} from './pictures.js';

const KINDS: readonly (FieldPlot | undefined)[] = [undefined, 'line', 'contour', 'iso-surface']; // by m

/** The kind for a Field, where it has few enough axes and members. */
const kindOf = ({ lattice }: Field): FieldPlot | undefined =>
  latticeCount(lattice) > MOST_DRAWN ? undefined : KINDS[lattice.subspace.rank];

/** Of a Field: J over the lattice for m ≤ 3 (m = 3: its iso-surface at ε, where there is one), and the distribution of J. */
export function fieldPictures(field: Field, epsilon: number | undefined): PlotData[] {
  const kind = kindOf(field);
  const options = { title: 'J on the grid', colouring: usualColouring(field.reference.scale.power) };
  const level = kind === 'iso-surface' && epsilon !== undefined ? { epsilon } : {};
  return [
    ...(kind === undefined || (kind === 'iso-surface' && epsilon === undefined)
      ? []
      : [fieldPicture(field, kind, { ...options, ...level })]),
    ...(kind === 'contour' ? [fieldPicture(field, 'surface', options)] : []),
    distributionPicture(field, 'the J under which a share of the grid lies'),
  ];
}

/** Of an ε-set: its members for m = 2 and 3, J over the lattice with ε for m ≤ 3, the distribution of J beyond. */
export function setPictures(set: EpsilonSet): PlotData[] {
  const { field, epsilon } = set;
  const { rank } = field.lattice.subspace;
  const kind = kindOf(field);
  const colouring = usualColouring(field.reference.scale.power);
  return [
    ...(rank === 2 || rank === 3 ? [setPicture(set, { title: 'ε-set', colouring })] : []),
    kind === undefined
      ? distributionPicture(field, countText(set, colouring))
      : fieldPicture(field, kind, { title: 'J and the ε-set', colouring, epsilon }),
  ];
}
