/** The node reference in Markdown, from the catalogue: one page per node type and an index. */
import { type FormField, fieldsOf } from '../catalog/form.js';
import { type AnyNode, GROUPS, type InputPorts, type OutputPorts } from '../catalog/node.js';
import { anyPortType, portTypeName } from '../catalog/port-types.js';
import type { Registry } from '../catalog/registry.js';
import { rangeText, whenText } from './nodes.js';

/** The pages by file name. */
export function referencePages(registry: Registry): ReadonlyMap<string, string> {
  return new Map([
    ['README.md', indexPage(registry)],
    ...registry.all.map((node) => [`${node.type}.md`, nodePage(node)] as const),
  ]);
}

function indexPage({ all }: Registry): string {
  const groups = GROUPS.map((group) => ({ group, nodes: all.filter((node) => node.group === group) }));
  return [
    '# Node reference',
    '',
    'Made from the catalogue by `npm run docs`; `fiberscope nodes TYPE` prints the same.',
    ...groups
      .filter(({ nodes }) => nodes.length > 0)
      .flatMap(({ group, nodes }) => [
        '',
        `## ${group}`,
        '',
        ...nodes.map(({ title, type, summary }) => `- [${title}](${type}.md): ${summary}`),
      ]),
    '',
  ].join('\n');
}

function nodePage(node: AnyNode): string {
  const inputs = Object.entries(node.inputs as InputPorts).map(([name, port]) => [
    `\`${name}\``,
    `${anyPortType(port.types)}${port.optional ? ', optional' : ''}`,
    port.help,
  ]);
  const outputs = Object.entries(node.outputs as OutputPorts).map(([name, port]) => [
    `\`${name}\``,
    `${portTypeName(port.type)}${port.optional ? ', for some parameters' : ''}`,
    port.help,
  ]);
  const params = fieldsOf(node).map((field) => [
    `\`${field.name}\``,
    `${field.label}${field.unit ? ` [${field.unit}]` : ''}`,
    `${rangeText(node, field.name)}${whenText(field)}`,
    `\`${JSON.stringify(field.default)}\``,
    helpOf(field),
  ]);
  return [
    `# ${node.title}`,
    '',
    node.summary,
    '',
    `Type \`${node.type}\`, version ${node.version}, in the palette under ${node.group}.`,
    '',
    node.help.trim(),
    ...table('Inputs', ['port', 'takes', 'what it is'], inputs),
    ...table('Outputs', ['port', 'gives', 'what it is'], outputs),
    ...table('Parameters', ['name', 'label', 'takes', 'default', 'about'], params),
    '',
  ].join('\n');
}

/** The help of a field, and its choices by label. */
function helpOf({ help, choices }: FormField): string {
  const labels = Object.entries(choices ?? {}).map(([value, label]) => `\`${value}\` ${label}`);
  return [help, labels.join(', ')].filter(Boolean).join('; ');
}

function table(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return ['', `## ${title}`, '', line(columns), line(columns.map(() => '---')), ...rows.map(line)];
}
