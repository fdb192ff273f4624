/**
 * The one place where faults found by Zod become text for people: `expected an integer ≥ 2, got "many"`, with the exact JSON
 * path.
 */
import { z } from 'zod';
import type { Problem } from './schema.js';
import { describe, fieldsOf, schemaAt } from './schema-text.js';
import { clipped, shown } from './shown.js';
import { unknownName } from './unknown-name.js';

z.config({ jitless: true }); // compiled validators need `unsafe-eval`, which the Content-Security-Policy forbids

/** One step into a JSON value. */
export type Step = string | number;

/** A path as people write it: `nodes[3].params.points`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = String(step);
    if (!/^[A-Za-z_$][\w$-]*$/.test(name)) return `${text}[${JSON.stringify(clipped(name))}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** A problem on one line: its path, then what is wrong. */
export function problemText(problem: Problem): string {
  return problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`;
}

/** Where in the whole document a value stands, and what its fields are called. */
export interface Place {
  readonly path: readonly PropertyKey[];
  readonly node?: string;
  readonly field?: string; // 'field' or 'parameter'
}

/** A list of a million wrong numbers is one mistake. */
const MOST_ISSUES = 200;

/** Checks a value and gives every fault with its path; the value is the schema's output (defaults filled in). */
export function check<S extends z.ZodType>(
  schema: S,
  value: unknown,
  place: Place = { path: [] },
): { readonly value: z.output<S>; readonly problems?: undefined } | { readonly problems: readonly Problem[] } {
  const result = schema.safeParse(value, {
    reportInput: true,
    error: (issue) => {
      const at = schemaAt(schema, issue.path ?? []);
      return at === undefined ? undefined : `expected ${describe(at)}, got ${shown(issue.input)}`;
    },
  });
  if (result.success) return { value: result.data };
  const { field = 'field', node } = place;
  const problem = (path: readonly PropertyKey[], message: string): Problem => ({
    severity: 'error',
    path: pathText([...place.path, ...path]),
    ...(node === undefined ? {} : { node }),
    message,
  });
  return {
    problems: result.error.issues.slice(0, MOST_ISSUES).flatMap((issue) => {
      if (issue.code !== 'unrecognized_keys') return [problem(issue.path, issue.message)];
      const owner = schemaAt(schema, issue.path);
      const known = owner === undefined ? [] : fieldsOf(owner);
      return issue.keys.map((key) => problem([...issue.path, key], unknownName(field, key, known)));
    }),
  };
}
