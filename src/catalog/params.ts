/**
 * Parameter schemas: small constructors over Zod that attach what a form needs. One schema gives the form, validation while
 * typing, `--set` on the command line and the docs.
 */
import { z } from 'zod';

z.config({ jitless: true }); // Zod's compiled validators need `unsafe-eval`, which the Content-Security-Policy forbids

/** What a form shows of one parameter. */
export interface FieldMeta {
  readonly label: string;
  readonly help?: string;
  readonly unit?: string;
  readonly widget:
    | 'number'
    | 'integer'
    | 'slider'
    | 'choice'
    | 'switch'
    | 'text'
    | 'lines'
    | 'numbers'
    | 'matrix'
    | 'integers'
    | 'file'
    | 'files'
    | 'parameter' // the name of a parameter of a node upstream: 'stitch.ranks'
    | 'measure'; // the name of a number that a node upstream gives
  readonly choices?: Readonly<Record<string, string>>; // value → label
  readonly accept?: string; // of a file: the endings that are offered, '.npy,.npz'
  readonly folder?: true; // of a file: a folder may be chosen too, and is packed as a .zip
  /** Shown only while another parameter has one of these values and is shown; else it counts as its default. */
  readonly when?: { readonly param: string; readonly is: readonly (string | boolean)[] };
  /** The input port by which it, or a part of it, is overruled while one is wired, and of what kind that has to be: 'has labels'. */
  readonly overruled?: { readonly by: string; readonly part?: string; readonly where?: string };
}

type About = Omit<FieldMeta, 'widget' | 'choices'>;

const wholeNumber = (least: number, most: number) => `an integer from ${least} to ${most}`;

/** A finite number in [min, max] (exclusive of 0 with `positive`). */
export function number(about: About & { default: number; min?: number; max?: number; positive?: boolean }) {
  let schema = z.number();
  if (about.positive) schema = schema.gt(0);
  if (about.min !== undefined) schema = schema.min(about.min);
  if (about.max !== undefined) schema = schema.max(about.max);
  return schema.default(about.default).meta({ field: { ...fieldOf(about), widget: 'number' } });
}

/** A whole number in [min, max]; `slider` draws one. */
export function integer(about: About & { default: number; min: number; max: number; slider?: boolean }) {
  return z
    .int({ error: (issue) => `expected ${wholeNumber(about.min, about.max)}, got ${JSON.stringify(issue.input)}` })
    .min(about.min)
    .max(about.max)
    .default(about.default)
    .meta({ field: { ...fieldOf(about), widget: about.slider ? 'slider' : 'integer' } });
}

/** A seed of a random stream: 0 to 2³² − 1. */
export function seed(about: { default: number; help?: string; when?: FieldMeta['when'] }) {
  return integer({
    label: 'Seed',
    min: 0,
    max: 0xffffffff,
    help: about.help ?? 'same seed, same numbers',
    default: about.default,
    ...(about.when === undefined ? {} : { when: about.when }),
  });
}

/** Seeds of several random streams, one for each of several networks. */
export function seeds(about: { default: readonly number[]; help?: string; when?: FieldMeta['when'] }) {
  return integers({
    label: 'Seeds',
    min: 0,
    max: 0xffffffff,
    help: about.help ?? 'one network for each',
    default: about.default,
    length: 64,
    ...(about.when === undefined ? {} : { when: about.when }),
  });
}

/** One of named choices. */
export function choice<const C extends Readonly<Record<string, string>>>(
  about: About & { choices: C; default: keyof C & string },
) {
  const values = Object.keys(about.choices) as [keyof C & string, ...(keyof C & string)[]];
  return z
    .enum(values)
    .default(about.default as never)
    .meta({ field: { ...fieldOf(about), widget: 'choice', choices: about.choices } });
}

/** Yes or no. */
export function toggle(about: About & { default: boolean }) {
  return z
    .boolean()
    .default(about.default)
    .meta({ field: { ...fieldOf(about), widget: 'switch' } });
}

/** One line of text. */
export function text(about: About & { default: string; max?: number }) {
  return z
    .string()
    .max(about.max ?? 200)
    .default(about.default)
    .meta({ field: { ...fieldOf(about), widget: 'text' } });
}

/** A text of several lines. */
export function lines(about: About & { default: string; max?: number }) {
  return z
    .string()
    .max(about.max ?? 20_000)
    .default(about.default)
    .meta({ field: { ...fieldOf(about), widget: 'lines' } });
}

/** A list of numbers, typed separated by commas. */
export function numbers(about: About & { default: readonly number[]; max?: number }) {
  return z
    .array(z.number())
    .max(about.max ?? 4096)
    .default([...about.default])
    .meta({ field: { ...fieldOf(about), widget: 'numbers' } });
}

/** A list of whole numbers in [min, max]. */
export function integers(about: About & { default: readonly number[]; min: number; max: number; length?: number }) {
  return z
    .array(z.int().min(about.min).max(about.max))
    .max(about.length ?? 64)
    .default([...about.default])
    .meta({ field: { ...fieldOf(about), widget: 'integers' } });
}

/** Rows of numbers, typed one row per line. */
export function matrix(about: About & { default: readonly (readonly number[])[]; rows?: number }) {
  return z
    .array(z.array(z.number()).max(4096))
    .max(about.rows ?? 64)
    .default(about.default.map((row) => [...row]))
    .meta({ field: { ...fieldOf(about), widget: 'matrix' } });
}

/** The name of a parameter of a node upstream: `stitch.ranks`. */
export function parameterName(about: About) {
  return z
    .string()
    .max(200)
    .default('')
    .meta({ field: { ...fieldOf(about), widget: 'parameter' } });
}

/** The name of a number that the node at the input gives; empty for the one that it gives itself. */
export function measureName(about: About) {
  return z
    .string()
    .max(200)
    .default('')
    .meta({ field: { ...fieldOf(about), widget: 'measure' } });
}

const fileSchema = z
  .object({
    name: z.string().min(1).max(200),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .meta({ expected: '64 lower-case hex digits' }),
  })
  .meta({ expected: 'a file as { name, sha256 }' });

/** A file by name and SHA-256, or null while none is chosen; an array file where `accept` does not say otherwise. */
export function file(about: About) {
  return fileSchema
    .nullable()
    .default(null)
    .meta({ field: { accept: '.npy,.npz,.safetensors', ...fieldOf(about), widget: 'file' } });
}

/** Several files, in order, at most so many. */
export function files(about: About & { most: number; accept: string }) {
  return z
    .array(fileSchema)
    .max(about.most)
    .default([])
    .meta({ field: { ...fieldOf(about), widget: 'files' } });
}

function fieldOf(about: About): About {
  const { label, help, unit, when, overruled, accept, folder } = about;
  return {
    label,
    ...(help === undefined ? {} : { help }),
    ...(unit === undefined ? {} : { unit }),
    ...(when === undefined ? {} : { when }),
    ...(overruled === undefined ? {} : { overruled }),
    ...(accept === undefined ? {} : { accept }),
    ...(folder === undefined ? {} : { folder }),
  };
}
