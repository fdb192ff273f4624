/** The parameters that a sweep changes: which they are, whether they can be, and the values that they are to have. */
import { type FormField, fieldFault, fieldsOf, hiddenBy, meantParams, overrulerOf } from '../catalog/form.js';
import { type AnyNode, titleOf } from '../catalog/node.js';
import type { Registry } from '../catalog/registry.js';
import type { SweepAxis, SweptParameter } from '../catalog/sweep.js';
import { formatValue } from '../catalog/text.js';
import { splitEnd } from '../document/names.js';
import type { DocumentNode, Json } from '../document/schema.js';
import { unknownName } from '../document/unknown-name.js';
import { resolved } from './infer.js';
import type { Graph } from './wiring.js';

/** A parameter of a node upstream with its values. */
export interface Axis {
  readonly node: string;
  readonly param: string;
  readonly parameter: SweptParameter;
}

/** What is wrong with an axis, at one of the sweep's own parameters. */
export interface AxisFault {
  readonly at: string;
  readonly fault: string;
}

/** Values of one parameter at most. */
const MOST_VALUES = 100;

/** Whether a sweep can set parameters of this kind. */
export const isSweepable = ({ widget }: Pick<FormField, 'widget'>): boolean => SWEPT.has(widget);

const SWEPT = new Set(['number', 'integer', 'slider', 'choice', 'switch', 'text', 'numbers', 'integers']);

/** Checks an axis of the sweep `id`, to which the nodes `above` lead, and reads its values. */
export function axisOf(
  axis: SweepAxis,
  id: string,
  above: ReadonlySet<string>,
  swept: readonly string[],
  graph: Graph,
  registry: Registry,
): Axis | AxisFault {
  const { target, says } = axis;
  const wrong = (fault: string, at = says.target): AxisFault => ({ at, fault: `parameter '${at}': ${fault}` });
  if (target === '')
    return wrong('expected a parameter of a node upstream, such as stitch.ranks, got none; choose one');
  const [name, param] = splitEnd(target);
  const node = graph.nodes.get(name)?.node;
  if (node === undefined) return wrong(unknownName('node', name, [...graph.nodes.keys()]));
  if (!above.has(name)) return wrong(`expected a node upstream of '${id}', got '${name}'; ${upstreamText(above)}`);
  const definition = registry.get(node.type);
  if (definition === undefined) return wrong(`the type '${node.type}' of '${name}' is not known here`);
  const fields = fieldsOf(definition);
  if (fields.length === 0) return wrong(`expected a parameter of a node upstream, and '${name}' has none`);
  const field = fields.find((each) => each.name === param);
  if (field === undefined)
    return wrong(
      `${unknownName(
        `parameter of '${name}'`,
        param,
        fields.map((each) => each.name),
      )}; it has ${fields.map((each) => each.name).join(', ')}`,
    );
  if (!isSweepable(field))
    return wrong(`expected a number, a choice, a switch, a text or a list of numbers, got ${field.widget} '${target}'`);
  const hider = hiderOf(definition, node, field, graph);
  if (hider !== undefined && !swept.includes(`${name}.${hider}`))
    return wrong(
      `'${target}' has no effect while ${name}.${hider} is ${JSON.stringify(paramOf(definition, node, hider))}, so that all runs would be the same; change ${name}.${hider}`,
    );
  const ruler = overrulerOf(field, [...graph.incoming.get(node.id)!.keys()]);
  if (ruler !== undefined)
    return wrong(
      `'${target}' has no effect while something is wired to ${name}.${ruler}, so that all runs would be the same; remove that wire`,
    );
  const values = valuesOf(axis, field);
  if (values.length === 0) return wrong('expected values, such as 1, 2, 4, got none', says.values);
  if (values.length > MOST_VALUES)
    return wrong(`expected at most ${MOST_VALUES} values, got ${values.length}`, says.values);
  for (const value of values) {
    const fault = fieldFault(definition, param, value);
    if (fault !== undefined) return wrong(`of '${target}' ${fault}`, says.values);
  }
  const { label, unit } = field;
  const parameter: SweptParameter = {
    param,
    name: label,
    ...(unit === undefined ? {} : { unit }),
    of: titleOf({ type: node.type }, definition),
    values,
    texts: values.map((value) => textOf(field, value)),
  };
  return { node: name, param, parameter };
}

/** Whether an axis is at fault. */
export const isFault = (axis: Axis | AxisFault): axis is AxisFault => 'fault' in axis;

function upstreamText(above: ReadonlySet<string>): string {
  const ids = [...above];
  return `upstream are ${ids.slice(0, 12).join(', ')}${ids.length > 12 ? ', …' : ''}`;
}

/** The parameter that hides a field with the node's present ones. */
function hiderOf(definition: AnyNode, node: DocumentNode, field: FormField, graph: Graph): string | undefined {
  const ports = [...graph.incoming.get(node.id)!.keys()];
  const { params } = resolved(definition, node, ports);
  return params && hiddenBy(definition, meantParams(definition, params, ports), field);
}

const paramOf = (definition: AnyNode, node: DocumentNode, name: string): Json =>
  node.params[name] ?? fieldsOf(definition).find((field) => field.name === name)?.default ?? null;

/** The values, each once. */
function valuesOf({ values }: SweepAxis, field: FormField): Json[] {
  const read = values.map((value) => readItem(field, value));
  const seen = new Set<string>();
  return read.filter((value) => {
    const text = JSON.stringify(value);
    return !seen.has(text) && seen.add(text);
  });
}

/** One value as the field would take it; what cannot be read stays as it is, for the schema to refuse. */
function readItem(field: FormField, item: string | number): Json {
  if (typeof item === 'number') {
    const value = field.integer ? Math.round(item) : item;
    return field.widget === 'numbers' || field.widget === 'integers' ? [value] : value;
  }
  switch (field.widget) {
    case 'choice': {
      const choices = Object.entries(field.choices ?? {});
      return choices.find(([, label]) => label.toLowerCase() === item.toLowerCase())?.[0] ?? item;
    }
    case 'text':
      return item;
    case 'switch':
      return /^(true|yes|on)$/i.test(item) ? true : /^(false|no|off)$/i.test(item) ? false : item;
    case 'numbers':
    case 'integers':
      return item.split(/[\s,]+/).map(numeral);
    default:
      return numeral(item);
  }
}

const numeral = (text: string): Json => (Number.isFinite(Number(text)) && text !== '' ? Number(text) : text);

function textOf(field: FormField, value: Json): string {
  if (typeof value === 'string') return field.choices?.[value] ?? value;
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value)) return value.map((each) => String(each)).join(' ');
  return typeof value === 'number' ? (field.seed ? String(value) : formatValue(value, 6)) : '';
}
