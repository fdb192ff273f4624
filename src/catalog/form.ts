/** What a form needs to know of a node's parameters, read from the schema that also checks them. */
import type { z } from 'zod';
import { check, problemText } from '../document/faults.js';
import type { Json, Params } from '../document/schema.js';
import { boundsOf, lengthsOf, unwrap } from '../document/schema-text.js';
import type { Info } from './info.js';
import type { AnyNode } from './node.js';
import type { FieldMeta } from './params.js';

/** One parameter of a form: its meta (label, help, unit, widget, choices, when) with name, default and bounds. */
export interface FormField extends FieldMeta {
  readonly name: string;
  readonly default: Json;
  readonly integer: boolean; // of a number, or of the numbers in a list
  readonly min?: number; // inclusive
  readonly max?: number;
  readonly above?: number; // exclusive lower bound: "> 0"
  readonly below?: number;
  readonly length?: { readonly min?: number; readonly max?: number }; // items of a list, characters of a text
  readonly seed: boolean; // the seed of a random stream, or several
}

/** The fields of a node type's form, in the schema's order. */
export function fieldsOf(definition: AnyNode): readonly FormField[] {
  const known = forms.get(definition);
  if (known !== undefined) return known;
  const fields = Object.entries(definition.params.shape as Record<string, z.ZodType>).map(([name, schema]) =>
    fieldOf(name, schema),
  );
  forms.set(definition, fields);
  return fields;
}

const forms = new WeakMap<AnyNode, readonly FormField[]>();

function fieldOf(name: string, schema: z.ZodType): FormField {
  const { field } = (schema.meta() ?? {}) as { field?: FieldMeta };
  const { schema: inner } = unwrap(schema);
  const number = innermost(inner);
  const list = inner.def.type === 'array' || inner.def.type === 'string' ? lengthsOf(inner) : {};
  return {
    name,
    ...(field ?? { label: name, widget: plainWidget(inner.def.type) }),
    default: (schema.def.type === 'default' ? schema.parse(undefined) : null) as Json,
    ...boundsOf(number),
    ...(Object.keys(list).length === 0 ? {} : { length: list }),
    seed: isSeed(name) && boundsOf(number).integer,
  };
}

/** The schema of the numbers in a list of lists. */
function innermost(schema: z.ZodType): z.ZodType {
  const { element } = schema.def as unknown as { element?: z.ZodType };
  return element === undefined ? schema : innermost(unwrap(element).schema);
}

/** A form for schemas that were written without the constructors of params.ts. */
function plainWidget(type: string): FieldMeta['widget'] {
  return type === 'number' ? 'number' : type === 'boolean' ? 'switch' : 'text';
}

/** Whether a parameter's name says that it seeds a random stream, or several. */
export const isSeed = (name: string): boolean => /^seeds?$|Seeds?$/.test(name);

/** Names of the parameters that hold the name of a parameter of another node. */
export const namingParams = (definition: AnyNode): readonly string[] =>
  fieldsOf(definition).flatMap(({ name, widget }) => (widget === 'parameter' ? [name] : []));

/** What is wrong with one value while it is typed, or undefined: `expected an integer from 2 to 64, got "many"`. */
export function fieldFault(definition: AnyNode, name: string, value: unknown): string | undefined {
  const schema = (definition.params.shape as Record<string, z.ZodType>)[name];
  const problem = schema && check(schema, value).problems?.[0];
  return problem && problemText(problem);
}

/** The fields that the others leave to be seen: the parameter that a field waits for has one of its values, and is shown itself. */
export function shownFields(definition: AnyNode, params: Readonly<Record<string, unknown>>): readonly FormField[] {
  return fieldsOf(definition).filter((field) => hiddenBy(definition, params, field) === undefined);
}

/** The parameter whose value hides a field, the outermost where a field waits for one that waits itself; undefined where the field is shown. */
export function hiddenBy(
  definition: AnyNode,
  params: Readonly<Record<string, unknown>>,
  { when }: Pick<FormField, 'when'>,
  waiting: readonly string[] = [],
): string | undefined {
  if (when === undefined) return undefined;
  const on = fieldsOf(definition).find(({ name }) => name === when.param);
  if (on === undefined || waiting.includes(on.name)) return when.param;
  const outer = hiddenBy(definition, params, on, [...waiting, on.name]);
  return outer ?? (when.is.some((value) => value === params[on.name]) ? undefined : on.name);
}

/** Parameters as a step takes them: one that is not shown counts as its default, so that it changes no result and no key. */
export function effectiveParams(definition: AnyNode, params: Params): Params {
  const shown = new Set(shownFields(definition, params).map(({ name }) => name));
  const hidden = fieldsOf(definition).filter(({ name }) => !shown.has(name));
  return hidden.length === 0
    ? params
    : { ...params, ...Object.fromEntries(hidden.map(({ name, default: value }) => [name, value])) };
}

/** Checked parameters as they are meant with these inputs wired, for all that goes by what a node does: its form, card, key, seeds. */
export function meantParams(definition: AnyNode, params: Params, wired: Iterable<string>): Params {
  return definition.meant ? (definition.meant(params, new Set(wired)) as Params) : params;
}

/** Checked parameters as they count with inputs of these shapes: what the inputs overrule has the values that take its place. */
export function countingParams(
  definition: AnyNode,
  params: Params,
  inputs: Readonly<Record<string, Info | undefined>>,
): { readonly params: Params; readonly overruled: readonly string[] } {
  const given = (definition.overruled?.(params, inputs) ?? {}) as Params;
  const shown = shownFields(definition, params).map(({ name }) => name);
  const overruled = shown.filter((name) => given[name] !== undefined);
  if (overruled.length === 0) return { params, overruled };
  return { params: { ...params, ...Object.fromEntries(overruled.map((name) => [name, given[name]!])) }, overruled };
}

/** The wired input that overrules a whole parameter, whatever comes from it. */
export const overrulerOf = (
  { overruled }: Pick<FormField, 'overruled'>,
  wired: readonly string[],
): string | undefined =>
  overruled && !overruled.part && !overruled.where && wired.includes(overruled.by) ? overruled.by : undefined;
