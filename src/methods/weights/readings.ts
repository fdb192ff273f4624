/** Which values matching by activations reads, and how much of them. Plain: no device. */
import { type NamedPlace, namedPlaces } from '../../catalog/layer-names.js';
import type { Channels } from './channels.js';

/** Most rows of activations that are compared: inputs times positions of images. */
export const MOST_ROWS = 4096;

/** How many positions of each image are read, of so many inputs. */
export const positionsRead = (inputs: number, plane: number): number =>
  Math.max(1, Math.min(plane, Math.floor(MOST_ROWS / inputs)));

/** Of every free group the values after its activations, or where it has none after the layers that give them. */
export function valuesRead({
  architecture,
  groups,
  values,
}: Channels): readonly (NamedPlace & { readonly group: number })[] {
  const all = namedPlaces(architecture);
  return groups.flatMap(({ fixed, paths }, group) => {
    if (fixed) return [];
    const plain = all.filter(({ path }) => paths.includes(path) && values.get(path)!.repeat === 1);
    const active = plain.filter(({ layer }) => layer.kind === 'activation');
    return (active.length > 0 ? active : plain.slice(0, 1)).map((place) => ({ ...place, group }));
  });
}
