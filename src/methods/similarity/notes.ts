/** What a comparison of layers says of itself; each sentence only when it is true. */
import { formatCount, formatNumber, formatShare, listed } from '../../catalog/text.js';
import type { Activations } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import { modelNotes, sameNetworkNotes } from '../diagnostics/models.js';
import { LAYER_COLUMNS, type Outcome } from './outcome.js';
import { correspond, type Pairing, type Reading, readingsOf } from './pairing.js';
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

/** The rows of both sides, in the order of their layers. */
interface Sides {
  readonly a: readonly LayerRow[];
  readonly b: readonly LayerRow[];
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
 * whose images differ in size), `no-value` (layers that cannot be compared, and why), `forced-correlations`, `wide-layers`, `below-zero`,
 * `inside-residual`, `different-inputs`, `different-rows`, `different-seeds`, `same-networks`, and those of the models.
 */
export function comparisonNotes(compared: Compared): readonly Note[] {
  const { a, b, pairing, outcome, text } = compared;
  const info = (id: string, said: string): Note => ({ level: 'info', id, text: said });
  const warning = (id: string, said: string): Note => ({ level: 'warning', id, text: said });
  const sides: Sides = { a: layerRows(outcome, 'A'), b: layerRows(outcome, 'B') };
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
  const wide = wideText(compared, sides);
  if (wide !== undefined) notes.push(warning('wide-layers', wide));
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
  for (const [id, said] of Object.entries(askedOtherwise(compared))) notes.push(warning(id, said));
  notes.push(...sameNetworkNotes(a.model, b.model));
  for (const [name, { model }] of [
    ['A', a],
    ['B', b],
  ] as const)
    notes.push(...modelNotes(model).map((note) => ({ ...note, text: `${name}: ${note.text}` })));
  return notes;
}

/** Where rows are so few that layers share directions whatever the data. */
function forcedText({ pairing, text }: Compared, { a, b }: Sides): string | undefined {
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

/** Where rows are so few that pairs of layers look alike whatever the data: the centred columns of both fill all N − 1 dimensions. */
function wideText({ pairing, text: { alikeWide } }: Compared, { a, b }: Sides): string | undefined {
  if (alikeWide === undefined) return undefined;
  const said: string[] = [];
  const say = (
    own: readonly Reading[],
    rows: readonly LayerRow[],
    others: readonly Reading[],
    of: readonly LayerRow[],
  ) => {
    const fills = (x: Reading, { columns, constant }: LayerRow): boolean =>
      columns - constant >= alikeWide.rows(x.count) - 1;
    own.forEach((x, i) => {
      if (!fills(x, rows[i]!) || !others.some((y, j) => correspond(x, y) && fills(y, of[j]!))) return;
      const { name, columns, constant } = rows[i]!;
      said.push(`${name} (d = ${formatCount(columns - constant)}, N = ${formatCount(alikeWide.rows(x.count))})`);
    });
  };
  say(pairing.a, a, pairing.b, b);
  say(pairing.b, b, pairing.a, a);
  if (said.length === 0) return undefined;
  return `Too few rows: unrelated layers look alike too where columns are as many as rows, as in ${listed(said, 4)}. ${alikeWide.helps}.`;
}

/** `N = 1,000 rows (one for each input); images read as 'mean'; d = 16 to 64 columns.`; nothing of images where no layer gives any. */
export function rowsText({ a, b, pairing }: Pick<Compared, 'a' | 'b' | 'pairing'>): string {
  const all = [...pairing.a, ...pairing.b];
  const of = ({ grid, inputs, positions, of: whole }: Reading): string => {
    const drawn = inputs < a.inputs.count ? `${formatCount(inputs)} of ${formatCount(a.inputs.count)} inputs` : 'input';
    if (grid === '1') return drawn === 'input' ? 'one for each input' : `one for each of ${drawn}`;
    return `${formatCount(positions)} of ${formatCount(whole)} image positions of ${drawn === 'input' ? 'each input' : drawn}`;
  };
  const kinds = [...new Set(all.map(of))];
  const drawn = all.some(({ inputs, positions, of: whole }) => inputs < a.inputs.count || positions < whole);
  const images = all.some(({ place }) => place.to.length > 1);
  const readings = images ? `; images read as '${[...new Set([a.reading, b.reading])].join(' and ')}'` : '';
  return `N = ${rangeText(all.map(({ count }) => count))} rows (${listed(kinds, 4)}${drawn ? `; drawn by seed ${a.seed}` : ''})${readings}; d = ${rangeText(all.map(({ width }) => width))} columns.`;
}

/** Whole numbers from the least to the most: `16 to 64`. */
export function rangeText(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? formatCount(least) : `${formatCount(least)} to ${formatCount(most)}`;
}

/** What A and B ask for of their rows that differs and matters: row i of both has to be one input, so one of them is not followed. */
function askedOtherwise({ a, b, pairing }: Compared): Readonly<Record<string, string>> {
  const { sides } = pairing;
  const alone = [...readingsOf(sides.a), ...readingsOf(sides.b)];
  const all = [...pairing.a, ...pairing.b];
  const drawn = all.some(({ inputs, positions, of }) => inputs < a.inputs.count || positions < of);
  return {
    ...(alone.some(({ count }, i) => count !== all[i]!.count) && {
      'different-rows': `A asks for at most ${formatCount(a.rows)} rows and B for at most ${formatCount(b.rows)}: both are read with at most ${formatCount(Math.min(a.rows, b.rows))}, as row i of each has to be one input. Give both Activations one number.`,
    }),
    ...(drawn &&
      a.seed !== b.seed && {
        'different-seeds': `A draws its rows by seed ${a.seed} and B by seed ${b.seed}: both are read at those of seed ${a.seed}, as row i of each has to be one input. Give both Activations one seed.`,
      }),
  };
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
