/** What a comparison of layers says of itself; each sentence only when it is true. */
import { formatCount, formatNumber, formatShare, listed } from '../../catalog/text.js';
import type { Activations } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import { modelNotes, sameNetworkNotes } from '../diagnostics/models.js';
import { LAYER_COLUMNS, type Outcome } from './outcome.js';
import { correspond, type Pairing, type Reading } from './pairing.js';
import { forcedDirections } from './requirements.js';
import type { MeasureText } from './texts.js';

/** A layer's row in the table of layers. */
interface LayerRow {
  readonly name: string; // 'ReLU 1 (layer 2) of A'
  readonly rows: number;
  readonly columns: number;
  readonly constant: number;
  readonly directions: number;
  readonly remark: string;
}

function layerRows({ layers }: Outcome, side: 'A' | 'B'): readonly LayerRow[] {
  const of = LAYER_COLUMNS;
  return layers.rows
    .filter((row) => row[of.side] === side)
    .map((row) => ({
      name: `${row[of.layer]} of ${side}`,
      rows: Number(row[of.rows]),
      columns: Number(row[of.columns]),
      constant: Number(row[of.constant]),
      directions: Number(row[of.directions] ?? 0),
      remark: String(row[of.remark]),
    }));
}

/** What a node compares, what came out, and what is meant by the numbers. */
export interface Compared {
  readonly a: Activations;
  readonly b: Activations;
  readonly pairing: Pairing;
  readonly outcome: Outcome;
  readonly text: MeasureText;
}

/**
 * Sentences: `measure` (formula, which way is closer), `rows` (N and what rows are), `constant-columns`, `not-corresponding` (pairs of layers
 * whose images differ in size), `no-value` (layers that cannot be compared, and why), `forced-correlations`, `biased-wide`, `below-zero`,
 * `inside-residual`, `different-inputs`, `same-networks`, and those of the models.
 */
export function comparisonNotes(compared: Compared): readonly Note[] {
  const { a, b, pairing, outcome, text } = compared;
  const info = (id: string, said: string): Note => ({ level: 'info', id, text: said });
  const warning = (id: string, said: string): Note => ({ level: 'warning', id, text: said });
  const sides = { a: layerRows(outcome, 'A'), b: layerRows(outcome, 'B') };
  const layers = [...sides.a, ...sides.b];
  const notes: Note[] = [
    info('measure', `${text.name}: ${text.formula}. ${text.better === 'higher' ? 'Higher' : 'Lower'} is closer.`),
    info('rows', rowsText(compared)),
  ];
  const constant = layers.filter((layer) => layer.constant > 0);
  if (constant.length > 0)
    notes.push(
      warning(
        'constant-columns',
        `Constant columns have no direction and were dropped: ${listed(
          constant.map((layer) => `${formatCount(layer.constant)} of ${formatCount(layer.columns)} in ${layer.name}`),
          6,
        )}.`,
      ),
    );
  const apart = pairing.a.reduce((sum, x) => sum + pairing.b.filter((y) => !correspond(x, y)).length, 0);
  if (apart > 0)
    notes.push(
      warning(
        'not-corresponding',
        `${formatCount(apart)} of ${formatCount(pairing.a.length * pairing.b.length)} pairs of layers have no value, as their images differ in size and rows are positions; read both as 'mean' or 'flat' to compare them.`,
      ),
    );
  const lost = layers.filter((layer) => layer.remark !== '');
  if (lost.length > 0)
    notes.push(
      warning(
        'no-value',
        `Not comparable: ${listed(
          lost.map((layer) => `${layer.name} (${layer.remark})`),
          6,
        )}.`,
      ),
    );
  const forced = forcedText(compared, sides);
  if (forced !== undefined) notes.push(warning('forced-correlations', forced));
  const wide = [...pairing.a, ...pairing.b].filter(({ count, width }) => width >= count);
  if (text.grows && wide.length > 0)
    notes.push(
      warning(
        'biased-wide',
        `Biased CKA is large between unrelated layers too where columns are as many as rows: ${listed(
          wide.map(
            ({ place, count, width }) => `${place.label} (d = ${formatCount(width)}, N = ${formatCount(count)})`,
          ),
          4,
        )}. The unbiased estimator is not.`,
      ),
    );
  const below = outcome.matrix.values.filter((value) => value < 0).length;
  if (below > 0)
    notes.push(
      info(
        'below-zero',
        `${formatCount(below)} of ${formatCount(outcome.matrix.values.length)} values are below 0: no more alike than layers that have nothing to do with each other.`,
      ),
    );
  if ([...pairing.a, ...pairing.b].some(({ place }) => place.inside))
    notes.push(
      info(
        'inside-residual',
        'Layers with * are inside residual blocks, where no symmetry of the weights makes them agree (Remark 3.6).',
      ),
    );
  if (!sameInputs(a, b))
    notes.push(
      warning(
        'different-inputs',
        `A and B saw different inputs, compared by their place: ${a.inputs.source}, and ${b.inputs.source}.`,
      ),
    );
  notes.push(...sameNetworkNotes(a.model, b.model));
  for (const [name, { model }] of [
    ['A', a],
    ['B', b],
  ] as const)
    notes.push(...modelNotes(model).map((note) => ({ ...note, text: `${name}: ${note.text}` })));
  return notes;
}

/** Where rows are so few that layers share directions whatever the data. */
function forcedText(
  { pairing, text }: Compared,
  { a, b }: { readonly a: readonly LayerRow[]; readonly b: readonly LayerRow[] },
): string | undefined {
  if (text.directions === undefined) return undefined;
  let pairs = 0;
  let most = { share: 0, said: '' };
  pairing.a.forEach((x, i) => {
    pairing.b.forEach((y, j) => {
      const [p, q] = [a[i]!, b[j]!];
      const forced = forcedDirections(p.directions, q.directions, x.count, text.centred !== false);
      if (!correspond(x, y) || forced === 0 || p.directions === 0 || q.directions === 0) return;
      pairs++;
      const of = Math.min(p.directions, q.directions);
      const share = forced / of;
      if (share > most.share)
        most = {
          share,
          said: `${formatCount(forced)} of ${formatCount(of)} between ${p.name} and ${q.name} (${formatShare(share)})`,
        };
    });
  });
  if (pairs === 0) return undefined;
  return `Too few rows: in ${formatCount(pairs)} ${pairs === 1 ? 'pair' : 'pairs'} of layers some correlations are 1 for any data, up to ${most.said}. Give more inputs, or use SVCCA.`;
}

/** `N = 1,000 rows (one for each input); images read as 'mean'; d = 16 to 64 columns.` */
export function rowsText({ a, b, pairing }: Pick<Compared, 'a' | 'b' | 'pairing'>): string {
  const all = [...pairing.a, ...pairing.b];
  const of = ({ grid, inputs, positions, of: whole }: Reading): string => {
    const drawn = inputs < a.inputs.count ? `${formatCount(inputs)} of ${formatCount(a.inputs.count)} inputs` : 'input';
    if (grid === '1') return drawn === 'input' ? 'one for each input' : `one for each of ${drawn}`;
    return `${formatCount(positions)} of ${formatCount(whole)} image positions of ${drawn === 'input' ? 'each input' : drawn}`;
  };
  const kinds = [...new Set(all.map(of))];
  const drawn = all.some(({ inputs, positions, of: whole }) => inputs < a.inputs.count || positions < whole);
  const readings = [...new Set([a.reading, b.reading])].join(' and ');
  return `N = ${rangeText(all.map(({ count }) => count))} rows (${listed(kinds, 4)}${drawn ? `; drawn by seed ${a.seed}` : ''}); images read as '${readings}'; d = ${rangeText(all.map(({ width }) => width))} columns.`;
}

/** Whole numbers from the least to the most: `16 to 64`. */
export function rangeText(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? formatCount(least) : `${formatCount(least)} to ${formatCount(most)}`;
}

/** Whether both sides saw the same numbers. */
function sameInputs({ inputs: p }: Activations, { inputs: q }: Activations): boolean {
  if (p.x === q.x) return true;
  return p.x.length === q.x.length && p.x.every((value, i) => value === q.x[i]);
}

/** A number of a comparison: `0.62`, or `0.62 ± 0.01` over pairs. */
export const valueText = (value: number, spread: number | undefined): string =>
  Number.isNaN(value)
    ? 'none'
    : `${formatNumber(value, 4)}${spread === undefined || Number.isNaN(spread) ? '' : ` ± ${formatNumber(spread, 2)}`}`;
