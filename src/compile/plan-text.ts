/** A plan as a table for people: what runs in which order, its shapes, its cost, and which nodes share one computation. */
import { portTypeName } from '../catalog/port-types.js';
import type { SweptParameter } from '../catalog/sweep.js';
import { formatBytes, formatCount, formatNumber, formatSeconds } from '../catalog/text.js';
import { problemText } from '../document/faults.js';
import { convertInfo } from './conversions.js';
import { estimateText, LITTLE, totalTime } from './limits.js';
import { nodeOf, type Plan, type PlannedNode, runsText } from './plan.js';
import type { Time } from './rates.js';
import { shapeText } from './shape-text.js';

const HEADINGS = [
  '#',
  'id',
  'type',
  'in',
  'out',
  'points',
  'multiply-adds',
  'memory',
  'time',
  'points/s',
  'route',
  'key',
  'state',
];
const RIGHT = new Set(['#', 'points', 'multiply-adds', 'memory', 'time', 'points/s']);

/**
 * The plan as aligned text; a column that says nothing is left out. `pending` are the nodes that a run would compute, all where absent:
 * the others are kept from runs before.
 */
export function planText(plan: Plan, pending?: ReadonlySet<string>): string {
  const isKept = ({ id, key }: PlannedNode): boolean => key !== '' && pending !== undefined && !pending.has(id);
  const nodes = plan.order
    .flatMap((id) => [...(plan.nodes.get(id)!.sweep?.copies ?? []), id])
    .map((id) => nodeOf(plan, id)!);
  const shared = new Map<string, string>(); // key → first id
  const rows = nodes.map((node, index) => {
    const first = node.key === '' ? undefined : shared.get(node.key);
    if (node.key !== '' && first === undefined) shared.set(node.key, node.id);
    return [
      String(index + 1),
      node.id,
      node.type,
      inputsText(plan, node),
      outputsText(node),
      node.cost.points > 0 ? formatCount(node.cost.points) : '',
      node.cost.multiplyAdds > 0 ? workText(node.cost.multiplyAdds) : '',
      node.cost.bytes > 0 ? formatBytes(node.cost.bytes) : '',
      node.estimate === undefined ? '' : timeText(node.estimate),
      node.estimate === undefined || node.cost.points === 0 ? '' : workText(roughly(node.estimate.perSecond)),
      node.cost.route ?? '',
      node.key.slice(0, 8),
      first === undefined ? (isKept(node) ? 'kept' : stateText(node)) : `shared with ${first}`,
    ];
  });
  const kept = HEADINGS.map((_, column) => column).filter((column) => rows.some((row) => row[column] !== ''));
  const table = [HEADINGS, ...rows].map((row) => kept.map((column) => row[column]!));
  const widths = kept.map((_, column) => Math.max(...table.map((row) => [...row[column]!].length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => {
        const space = ' '.repeat(widths[column]! - [...cell].length);
        return RIGHT.has(table[0]![column]!) ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
  const problems = plan.problems.map((problem) => `${problem.severity}: ${problemText(problem)}`);
  return [
    ...(nodes.length === 0 ? ['nothing to run'] : [...lines, '', total(nodes, plan.copies.size, isKept)]),
    ...problems,
    '',
  ].join('\n');
}

const workText = (count: number): string => (count < 1e5 ? formatCount(count) : formatNumber(count));

const timeText = ({ seconds, atMost, perRound }: Time): string =>
  (seconds < LITTLE ? `< ${LITTLE} s` : `${atMost ? '≤' : '≈'} ${formatSeconds(seconds)}`) +
  (perRound ? ' a round' : '');

/** Two significant digits: a rate is not known better. */
const roughly = (rate: number): number => Number(rate.toPrecision(2));

/** Where each input comes from, the port where its name is another, and what a conversion makes of it. */
function inputsText(plan: Plan, { inputs, sweep }: PlannedNode): string {
  if (sweep) return `${runsText(sweep.runs.length)} over ${sweep.parameters.map(sweptText).join(' and ')}`;
  return Object.entries(inputs)
    .map(([port, { node, output, convert }]) => {
      const info = nodeOf(plan, node)?.outputs[output];
      const arrived = info && convert !== undefined ? convertInfo(convert, info) : undefined;
      const as = arrived ? ` as ${portTypeName(arrived.type)} ${shapeText(arrived)}` : '';
      return `${port === output ? '' : `${port} ← `}${node}.${output}${as}`;
    })
    .join('; ');
}

const sweptText = ({ name, of, texts }: SweptParameter): string => `${name} of ${of}: ${texts.join(', ')}`;

const outputsText = ({ outputs }: PlannedNode): string =>
  Object.entries(outputs)
    .map(([port, info]) => [port, shapeText(info)].filter((part) => part !== '').join(' '))
    .join('; ');

function stateText({ blocked }: PlannedNode): string {
  if (blocked === undefined) return '';
  switch (blocked.reason) {
    case 'upstream':
      return `waits for ${blocked.by.join(', ')}`;
    case 'foreign':
      return 'unknown type';
    case 'muted':
      return 'muted';
    case 'invalid':
      return blocked.by.length > 0 ? 'in a cycle' : 'has faults';
  }
}

const plural = (count: number, word: string, several = `${word}s`): string =>
  `${count} ${count === 1 ? word : several}`;

const WORTH_SAYING = 2e8; // bytes: what the program itself takes

/** `7 steps for 9 nodes, 2 of them kept; 3.2·10⁸ multiply-adds; about 2 s`: work and time are those of what is not kept. */
function total(nodes: readonly PlannedNode[], copies: number, isKept: (node: PlannedNode) => boolean): string {
  const steps = [...new Map(nodes.filter(({ key }) => key !== '').map((node) => [node.key, node])).values()];
  const due = steps.filter((node) => !isKept(node));
  const sum = (of: (node: PlannedNode) => number): number => steps.reduce((all, node) => all + of(node), 0);
  const multiplyAdds = due.reduce((all, { cost }) => all + cost.multiplyAdds, 0);
  const bytes = sum(({ cost }) => cost.bytes);
  const most = bytes + Math.max(0, ...steps.map(({ cost }) => cost.working ?? 0)); // steps run one at a time
  const time = totalTime(due.map(({ cost, estimate }) => ({ cost, time: estimate })));
  return [
    `${plural(steps.length, 'step')} for ${plural(nodes.length - copies, 'node')}${copies > 0 ? ` and ${plural(copies, 'copy', 'copies')} for sweeps` : ''}${due.length < steps.length ? `, ${formatCount(steps.length - due.length)} of them kept` : ''}`,
    ...(multiplyAdds > 0 ? [`${workText(multiplyAdds)} multiply-adds`] : []),
    ...(bytes > 0
      ? [`${formatBytes(bytes)} held${most > WORTH_SAYING ? `, up to ${formatBytes(most)} while it runs` : ''}`]
      : []),
    ...(time.seconds > 0 || time.untimed !== undefined ? [estimateText(time)] : []),
  ].join('; ');
}
