/** NodeSort of every network of a Model. */
import { namedPlaces } from '../../catalog/layer-names.js';
import type { Model, Table } from '../../catalog/values.js';
import type { WorkControl } from '../../catalog/work.js';
import { breathe } from '../progress.js';
import { type ChannelGroup, channelsOf } from './channels.js';
import { weightsAt, withNetworks } from './models.js';
import { nodeSort, type Tie } from './node-sort.js';
import { SILENT } from './rows.js';
import type { ExactWeights } from './symmetry.js';

/** Sorted networks, and the channels whose order nothing decides. */
export interface SortedModel {
  readonly model: Model;
  readonly table: Table; // a row for each group of each network in which channels stay tied, and for those that have no scale
}

/** Canonical forms of all networks; `rescale`: positive rescalings too. */
export async function sortModel(model: Model, rescale: boolean, control: WorkControl): Promise<SortedModel> {
  const channels = channelsOf(model.architecture);
  const networks: ExactWeights[] = [];
  const rows: (string | number | null)[][] = [];
  for (let i = 0; i < model.count; i++) {
    control.progress(i / model.count);
    await breathe(control);
    const sorted = nodeSort(channels, weightsAt(model, i), rescale);
    networks.push(sorted.weights);
    if (sorted.silent > 0) rows.push([model.names[i]!, SILENT, sorted.silent, null, null, null]);
    for (const tie of sorted.ties) rows.push([model.names[i]!, ...tieCells(model, channels.groups[tie.group]!, tie)]);
  }
  const how = rescale && channels.scales.length > 0 ? 'rescaled to unit incoming weights and sorted' : 'sorted';
  const columns = ['network', 'channels of', 'channels', 'tied', 'in sets', 'equal in all weights'];
  return {
    model: withNetworks(model, networks, { names: model.names, origin: `${model.origin}; ${how} by NodeSort` }),
    table: { type: 'Table', columns: columns.map((name) => ({ name })), rows },
  };
}

function tieCells({ architecture }: Model, group: ChannelGroup, { sets, equal }: Tie): (string | number)[] {
  const tied = sets.reduce((sum, { length }) => sum + length, 0);
  return [groupName(architecture, group), group.channels, tied, sets.length, equal ? 'yes' : 'no'];
}

/** A group by the first layer that gives its channels, and how many others have them: `conv 1 (layer 0) and 5 more`. */
export function groupName(architecture: Model['architecture'], { paths }: ChannelGroup): string {
  const makers = namedPlaces(architecture).filter(
    ({ path, layer }) => paths.includes(path) && (layer.kind === 'dense' || layer.kind === 'conv'),
  );
  const more = makers.length - 1;
  return makers.length === 0 ? 'inputs' : `${makers[0]!.label}${more > 0 ? ` and ${more} more` : ''}`;
}
