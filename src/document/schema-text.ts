/** What a Zod schema accepts, in words and numbers, read from the schema itself: a bound and its message never disagree. */
import { z } from 'zod';
import { shown } from './shown.js';

/** The parts of a Zod definition that descriptions need. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly items?: readonly z.ZodType[];
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly entries?: Readonly<Record<string, string | number>>;
  readonly values?: readonly unknown[];
}
interface LengthCheck {
  readonly check: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
}

const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition;

/** The schema under defaults, optionals and the like. `nullable` says whether one of them allows null. */
export function unwrap(schema: z.ZodType): { readonly schema: z.ZodType; readonly nullable: boolean } {
  let inner = schema;
  let nullable = false;
  for (;;) {
    const { type, innerType } = definitionOf(inner);
    if (innerType === undefined) return { schema: inner, nullable };
    if (type === 'nullable') nullable = true;
    inner = innerType;
  }
}

/** Least and greatest value of a number schema, with whether the ends belong to it. */
export function boundsOf(schema: z.ZodType): {
  readonly integer: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly above?: number; // exclusive lower bound
  readonly below?: number; // exclusive upper bound
} {
  const number = unwrap(schema).schema;
  let [min, max, above, below]: (number | undefined)[] = [];
  for (const check of (number.def as { checks?: readonly { _zod: { def: unknown } }[] }).checks ?? []) {
    const { check: kind, value, inclusive } = check._zod.def as { check: string; value: number; inclusive: boolean };
    if (kind === 'greater_than' && inclusive) min = Math.max(min ?? value, value);
    else if (kind === 'greater_than') above = Math.max(above ?? value, value);
    else if (kind === 'less_than' && inclusive) max = Math.min(max ?? value, value);
    else if (kind === 'less_than') below = Math.min(below ?? value, value);
  }
  return {
    integer: number instanceof z.ZodNumber && number.format === 'safeint',
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(above === undefined ? {} : { above }),
    ...(below === undefined ? {} : { below }),
  };
}

/** Fewest and most items of a list, or characters of a text. */
export function lengthsOf(schema: z.ZodType): { readonly min?: number; readonly max?: number } {
  let [min, max]: (number | undefined)[] = [];
  const { checks } = unwrap(schema).schema.def as { checks?: readonly { _zod: { def: unknown } }[] };
  for (const check of checks ?? []) {
    const { check: kind, minimum, maximum, length } = check._zod.def as LengthCheck;
    if (kind === 'min_length') min = minimum;
    if (kind === 'max_length') max = maximum;
    if (kind === 'length_equals') [min, max] = [length, length];
  }
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function range(schema: z.ZodType): string {
  const { min, max, above, below } = boundsOf(schema);
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  const ends = [
    ...(min === undefined ? [] : [`≥ ${min}`]),
    ...(above === undefined ? [] : [`> ${above}`]),
    ...(max === undefined ? [] : [`≤ ${max}`]),
    ...(below === undefined ? [] : [`< ${below}`]),
  ];
  return ends.length === 0 ? '' : ` ${ends.join(' and ')}`;
}

function amount({ min, max }: { readonly min?: number; readonly max?: number }): string {
  if (min !== undefined && min === max) return `${min} `;
  if (min !== undefined && max !== undefined) return `${min} to ${max} `;
  if (min !== undefined) return `at least ${min} `;
  return max === undefined ? '' : `at most ${max} `;
}

function several(schema: z.ZodType): string {
  const { schema: inner } = unwrap(schema);
  const expected = expectedOf(schema);
  if (expected !== undefined) return `items, each ${expected}`;
  if (inner instanceof z.ZodNumber) return `${boundsOf(inner).integer ? 'integers' : 'numbers'}${range(inner)}`;
  if (inner instanceof z.ZodString) return 'texts';
  if (inner instanceof z.ZodArray) return `lists of ${several(inner.element as z.ZodType)}`;
  return 'items';
}

const expectedOf = (schema: z.ZodType): string | undefined => {
  const expected = (schema.meta() as { expected?: unknown } | undefined)?.expected;
  return typeof expected === 'string' ? expected : undefined;
};

/** What a schema accepts, as a phrase: `an integer from 2 to 64`, `one of "relu", "tanh"`. A schema's `expected` meta says it otherwise. */
export function describe(schema: z.ZodType): string {
  const { schema: inner, nullable } = unwrap(schema);
  const text = expectedOf(schema) ?? expectedOf(inner) ?? plainly(inner);
  return nullable ? `${text} or null` : text;
}

function plainly(schema: z.ZodType): string {
  const { type, entries, values, options } = definitionOf(schema);
  switch (type) {
    case 'number':
      return `${boundsOf(schema).integer ? 'an integer' : 'a number'}${range(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'string': {
      const lengths = amount(lengthsOf(schema));
      return lengths === '' ? 'text' : `text of ${lengths}characters`;
    }
    case 'enum':
      return choices(Object.values(entries ?? {}));
    case 'literal':
      return choices(values ?? []);
    case 'array':
      return `a list of ${amount(lengthsOf(schema))}${several((schema as z.ZodArray).element as z.ZodType)}`;
    case 'tuple':
      return `a list of ${definitionOf(schema).items?.length ?? 0} items`;
    case 'union':
      return (options ?? []).map(describe).join(' or ');
    case 'null':
      return 'null';
    default:
      return 'an object';
  }
}

const choices = (values: readonly unknown[]): string =>
  values.length === 1 ? shown(values[0]) : `one of ${values.map(shown).join(', ')}`;

/** The names that an object schema knows. */
export const fieldsOf = (schema: z.ZodType): readonly string[] =>
  Object.keys(definitionOf(unwrap(schema).schema).shape ?? {});

/** The schema of the value at a path, or undefined where the path leaves the schema. */
export function schemaAt(root: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  let schema: z.ZodType | undefined = root;
  for (const step of path) {
    if (schema === undefined) return undefined;
    const { type, shape, element, valueType, items } = definitionOf(unwrap(schema).schema);
    if (type === 'object') schema = Object.hasOwn(shape ?? {}, step) ? shape?.[String(step)] : undefined;
    else if (type === 'array') schema = element;
    else if (type === 'record') schema = valueType;
    else if (type === 'tuple') schema = items?.[Number(step)];
    else schema = undefined;
  }
  return schema;
}
