/** Parameters and scalars of a node as rows that people read: titles, units and the words of choices. */
import { shownFields } from '../../catalog/form.js';
import type { AnyNode } from '../../catalog/node.js';
import { scalarName, scalarText } from '../../catalog/scalars.js';
import { formatValue } from '../../catalog/text.js';
import type { Scalar } from '../../catalog/views.js';
import type { Json, Params } from '../../document/schema.js';

type Row = readonly [name: string, text: string];

const LONGEST = 160; // characters of a value

/** The parameters that the form of the node shows; of an unknown type all, by their plain names. */
export function parameterRows(definition: AnyNode | undefined, params: Params): Row[] {
  if (!definition) return Object.entries(params).map(([name, value]) => [name, valueText(value)]);
  return shownFields(definition, params).map(({ name, label, unit, choices, seed }) => {
    const value = params[name] ?? null;
    if (seed) return [label, String(value)]; // a name, not an amount
    const chosen = typeof value === 'string' ? choices?.[value] : undefined;
    return [label, chosen ?? valueText(value) + (unit ? ` ${unit}` : '')];
  });
}

/** The scalars of a summary. */
export function summaryRows(summary: Readonly<Record<string, Scalar>>): Row[] {
  return Object.entries(summary).map(([name, value]) => [scalarName(name), shortened(scalarText(name, value))]);
}

const valueText = (value: Json): string => shortened(plainText(value));

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}…` : text;
}

function plainText(value: Json): string {
  if (value === null) return 'none';
  if (typeof value === 'number') return formatValue(value, 8);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    return value.map((each) => (Array.isArray(each) ? `(${plainText(each)})` : plainText(each))).join(', ');
  const { name } = value as { name?: Json };
  return typeof name === 'string' ? name : JSON.stringify(value);
}
