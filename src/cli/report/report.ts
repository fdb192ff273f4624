/** The report of a run: one self-contained HTML file with the graph, the plots, the numbers and the document itself. */
import { sha256 } from '@noble/hashes/sha2.js';
import { fileName } from '../../catalog/file-name.js';
import type { Registry } from '../../catalog/registry.js';
import { formatCount, formatNumber, formatSeconds, formatValue } from '../../catalog/text.js';
import { isNumeric, type Table } from '../../catalog/values.js';
import type { Note, PlotData, RulerData } from '../../catalog/views.js';
import type { Plan } from '../../compile/plan.js';
import type { PipelineDocument } from '../../document/schema.js';
import type { FinishedReport, NodeResult } from '../../execute/protocol.js';
import { startCamera } from '../../plot/camera.js';
import { escapeXml } from '../../plot/drawing.js';
import { layoutFigure } from '../../plot/figure.js';
import { graphSvg } from '../../plot/graph.js';
import { describe, nullModelFlags } from '../../plot/headline.js';
import { is3d } from '../../plot/options.js';
import { base64 } from '../../plot/png.js';
import { jRange } from '../../plot/range.js';
import { rulerSvg } from '../../plot/ruler-shapes.js';
import { spaceOf } from '../../plot/space.js';
import { packSpace } from '../../plot/space-pack.js';
import { spaceSvg } from '../../plot/space-svg.js';
import { plotSvg } from '../../plot/svg.js';
import { light, type Theme } from '../../plot/theme.js';
import { parameterRows, summaryRows } from './rows.js';
import { reportStyle } from './style.js';

/** What a report is made of. */
export interface ReportInput {
  readonly document: PipelineDocument;
  readonly plan: Plan;
  readonly registry: Registry;
  readonly results: readonly NodeResult[];
  readonly failures?: readonly { readonly id: string; readonly message: string }[];
  readonly run?: FinishedReport;
  readonly viewer?: string; // text of `viewerScript()`; without it 3-D plots stand still
  readonly theme?: Theme;
}

/** Size of a plot in px. */
const SIZE = { width: 560, height: 430 };
const RULER_WIDTH = 1134;
/** Rows of a table written at most; the arrays beside the report hold all. */
const MOST_ROWS = 1000;

/** The report as HTML text. All text from the document is escaped, and a policy inside lets only our own script run. */
export function reportHtml(input: ReportInput): string {
  const { document, plan, registry, run } = input;
  const theme = input.theme ?? light;
  const results = new Map(input.results.map((result) => [result.id, result]));
  const failures = new Map((input.failures ?? []).map(({ id, message }) => [id, message]));
  const title = document.title || 'Untitled pipeline';
  const script = (input.viewer ?? '').replaceAll('</script', '<\\/script');
  const hash = base64(sha256(new TextEncoder().encode(script)));
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; script-src ${script ? `'sha256-${hash}'` : "'none'"}; base-uri 'none'; form-action 'none'`;
  const order = [...plan.order, ...document.nodes.map(({ id }) => id).filter((id) => !plan.order.includes(id))];
  const sections = order.flatMap((id) => {
    const node = document.nodes.find((each) => each.id === id);
    if (!node) return [];
    const definition = registry.get(node.type);
    const result = results.get(id);
    const failure = failures.get(id);
    if (!result && !failure) return [];
    const colour = definition
      ? Object.values(definition.outputs as Record<string, { type: keyof Theme['types'] }>)[0]
      : undefined;
    return [
      `<section class="panel" id="node-${escapeXml(id)}"><h2><u style="background:${colour ? theme.types[colour.type] : theme.faint}"></u>${escapeXml(node.title ?? definition?.title ?? node.type)} <small>${escapeXml(id)}</small>${result ? `<small class="end">${escapeXml(`${formatSeconds(result.provenance.seconds)} · ${result.provenance.device}`)}</small>` : ''}</h2>`,
      failure ? `<p class="failure">${escapeXml(failure)}</p>` : '',
      result ? result.view.notes.map(noteHtml).join('') : '',
      `<div class="columns">${pairs(parameterRows(definition, plan.nodes.get(id)?.params ?? node.params))}${result ? pairs(summaryRows(result.view.summary)) : ''}</div>`,
      result?.view.ruler?.epsilon === undefined ? '' : rulerHtml(result.view.ruler, theme),
      result && result.view.plots.length > 0
        ? `<div class="plots">${result.view.plots.map((plot, k) => plotHtml(plot, theme, `plot-${id}-${k}`)).join('')}</div>`
        : '',
      '</section>',
    ];
  });
  const facts: [string, string][] = [
    ['document', plan.documentHash],
    ['random stream', document.random],
    ...(run
      ? ([
          ['outcome', run.outcome],
          ['device', `${run.device.name}, ${run.device.adapter}${run.device.software ? ' (software)' : ''}`],
          ['steps computed', String(run.stepsRun)],
          ['took', formatSeconds(run.seconds)],
        ] satisfies [string, string][])
      : []),
    ...[...results.values()].slice(0, 1).flatMap(({ provenance }): [string, string][] => [
      ['package', provenance.package],
      ['finished', provenance.finished],
    ]),
  ];
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeXml(policy)}">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escapeXml(title)} · Fiberscope report</title>`,
    `<style>${reportStyle(theme)}</style></head><body><main>`,
    `<h1>${escapeXml(title)}</h1>`,
    document.description ? `<p>${escapeXml(document.description)}</p>` : '',
    `<p><button id="save" hidden data-name="${escapeXml(fileName(title, 'json'))}">Save the pipeline</button></p>`,
    `<div class="graph">${graphSvg(document, registry, plan, results, failures, theme)}</div>`,
    `<div class="panel"><h2>This run</h2><div class="columns">${pairs(facts)}</div></div>`,
    ...sections,
    '</main>',
    `<script type="application/json" id="fiberscope-document">${jsonBlock(JSON.stringify(document))}</script>`,
    script ? `<script>${script}</script>` : '',
    '</body></html>',
    '',
  ].join('\n');
}

/** JSON that cannot end its script element or open a comment. */
function jsonBlock(json: string): string {
  return json.replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function noteHtml({ level, text }: Note): string {
  return `<p class="note ${level === 'info' ? '' : level}">${escapeXml(text)}</p>`;
}

function pairs(list: readonly (readonly [string, string])[]): string {
  if (list.length === 0) return '';
  return `<dl>${list.map(([name, value]) => `<div><dt>${escapeXml(name)}</dt><dd>${escapeXml(value)}</dd></div>`).join('')}</dl>`;
}

function plotHtml(plot: PlotData, theme: Theme, id: string): string {
  if (plot.kind === 'table') return tableHtml(plot.table, plot.title);
  const label = escapeXml(`${describe(plot)}.`);
  if (!is3d(plot)) return `<figure aria-label="${label}">${plotSvg(plot, theme, SIZE, escapeXml(id))}</figure>`;
  const size = { ...SIZE, heading: true, caption: true };
  const range = jRange(plot);
  const { body, shapes } = layoutFigure(plot, theme, size, range);
  const packed = packSpace({
    ...SIZE,
    body,
    shapes,
    theme: theme.name,
    camera: startCamera(plot),
    space: spaceOf(plot, range),
  });
  const name = escapeXml(id);
  return (
    `<figure data-space="${name}-data" data-label="${label}">${spaceSvg(plot, theme, size, startCamera(plot), `${name}-ramp`)}</figure>` +
    `<script type="application/json" id="${name}-data">${jsonBlock(packed)}</script>`
  );
}

function rulerHtml(ruler: RulerData, theme: Theme): string {
  const words = [
    `ε ${formatNumber(ruler.epsilon!)}`,
    ...ruler.marks.map(({ name, loss }) => `${name} ${formatNumber(loss)}`),
    `best constant ${formatNumber(ruler.scale.constant)}`,
    `zero function ${formatNumber(ruler.scale.zero)}`,
    ...nullModelFlags(ruler.epsilon!, ruler.scale),
  ];
  const drawing = rulerSvg(ruler, theme, RULER_WIDTH, `The J ruler: ${words.join(', ')}.`);
  return `<figure class="ruler"><figcaption>J, relative to E[φ²]</figcaption>${drawing}</figure>`;
}

function tableHtml(table: Table, title: string): string {
  const head = table.columns.map(
    ({ name, unit }, k) =>
      `<th scope="col"${isNumeric(table, k) ? ' class="n"' : ''}>${escapeXml(unit ? `${name} (${unit})` : name)}</th>`,
  );
  const body = table.rows
    .slice(0, MOST_ROWS)
    .map(
      (row) =>
        `<tr>${row
          .map((cell) =>
            typeof cell === 'number'
              ? `<td class="n">${escapeXml(formatValue(cell, 5))}</td>`
              : `<td>${escapeXml(cell ?? '–')}</td>`,
          )
          .join('')}</tr>`,
    );
  const rest = table.rows.length - body.length;
  const lines = [
    ...(rest > 0 ? [`${formatCount(rest)} more rows are in the arrays of this run.`] : []),
    ...(table.more ? [`${formatCount(table.more)} more rows were not listed.`] : []),
  ];
  const more = lines.map((line) => `<p class="dim">${line}</p>`).join('');
  return `<div class="scroll"><table aria-label="${escapeXml(title)}"><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table>${more}</div>`;
}
