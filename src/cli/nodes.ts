/** The catalogue as text: `fiberscope nodes` and `fiberscope nodes TYPE`. */
import { type FormField, fieldsOf } from '../catalog/form.js';
import { type AnyNode, GROUPS, type InputPorts, type OutputPorts } from '../catalog/node.js';
import { anyPortType, portTypeName } from '../catalog/port-types.js';
import type { Registry } from '../catalog/registry.js';
import { describe } from '../document/schema-text.js';
import { unknownName } from '../document/unknown-name.js';
import { Refusal } from './io.js';

/** One line per node type, by palette group. */
export function catalogueText(registry: Registry): string {
  const width = Math.max(...registry.all.map(({ type }) => type.length));
  return GROUPS.map((group) => {
    const nodes = registry.all.filter((node) => node.group === group);
    const lines = nodes.map(({ type, title, summary }) => `  ${type.padEnd(width)}  ${title}: ${summary}`);
    return lines.length > 0 ? `${group}\n${lines.join('\n')}\n` : '';
  })
    .filter(Boolean)
    .join('\n');
}

/** One node type: ports, parameters with ranges and units, help. */
export function nodeText(registry: Registry, type: string): string {
  const node = registry.get(type);
  if (!node) {
    const types = registry.all.map((known) => known.type);
    throw new Refusal([`fiberscope: ${unknownName('node type', type, types)}`, "see 'fiberscope nodes'"]);
  }
  const inputs = Object.entries(node.inputs as InputPorts).map(
    ([name, port]) => `  ${name}${port.optional ? ' (optional)' : ''}: ${anyPortType(port.types)}; ${port.help}`,
  );
  const outputs = Object.entries(node.outputs as OutputPorts).map(
    ([name, port]) => `  ${name}${port.optional ? ' (sometimes)' : ''}: ${portTypeName(port.type)}; ${port.help}`,
  );
  const params = fieldsOf(node).map((field) => `  ${parameterText(node, field)}`);
  const section = (title: string, lines: readonly string[]): string =>
    lines.length > 0 ? `\n${title}\n${lines.join('\n')}\n` : '';
  return [
    `${node.title} (${node.type}, version ${node.version}, ${node.group})\n${node.summary}\n`,
    section('Inputs', inputs),
    section('Outputs', outputs),
    section('Parameters', params),
    `\n${node.help.trim()}\n`,
  ].join('');
}

function parameterText(node: AnyNode, field: FormField): string {
  const { name, label, help, unit } = field;
  const about = help ? `; ${help}` : '';
  return `${name}${unit ? ` [${unit}]` : ''} = ${JSON.stringify(field.default)}: ${label}; ${rangeText(node, name)}${about}${whenText(field)}`;
}

/** What a parameter accepts, as a phrase. */
export function rangeText(node: AnyNode, name: string): string {
  const field = fieldsOf(node).find((candidate) => candidate.name === name);
  if (field?.widget === 'file') return 'a file';
  return field?.widget === 'files' ? `up to ${field.length?.max} files` : describe(node.params.shape[name]);
}

/** When a parameter has an effect, as a phrase; empty for always. */
export function whenText({ when, overruled }: FormField): string {
  const { by, part, where } = overruled ?? {};
  const idle = by && `; ${part ? `${part} ` : ''}overruled by ${by} where that is wired${where ? ` and ${where}` : ''}`;
  return (when ? `; while ${when.param} is ${when.is.join(' or ')}` : '') + (idle ?? '');
}
