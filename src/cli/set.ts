/** `--set NODE.PARAM=VALUE`: parameters changed on the command line, checked by the same schema as everywhere. */
import { basename } from 'node:path';
import { type FormField, fieldFault, fieldsOf, hiddenBy, meantParams, overrulerOf } from '../catalog/form.js';
import type { AnyNode } from '../catalog/node.js';
import type { FieldMeta } from '../catalog/params.js';
import type { Registry } from '../catalog/registry.js';
import { resolveParams, writeOut } from '../catalog/resolve.js';
import { setParams } from '../document/commands.js';
import { CODEC_LIMITS } from '../document/limits.js';
import { splitEnd } from '../document/names.js';
import type { Json, PipelineDocument, Problem } from '../document/schema.js';
import { unknownName } from '../document/unknown-name.js';
import { Refusal } from './io.js';
import { type Opened, readWhole } from './open.js';

/** The opened pipeline with the settings applied, and a warning for each that has no effect. Throws a Refusal that names the setting at fault. */
export async function applySettings(
  opened: Opened,
  settings: readonly string[],
  registry: Registry,
): Promise<Opened & { readonly idle: readonly Problem[] }> {
  const made: Made[] = [];
  let document = settings.length > 0 ? writeOut(opened.document, registry) : opened.document;
  for (const setting of settings) {
    const refuse = (reason: string): Refusal => new Refusal([`--set ${setting}: ${reason}`]);
    const [, end, text] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    const [id, name] = splitEnd(end ?? '');
    if (text === undefined || !id || !name) throw refuse('expected NODE.PARAM=VALUE');
    const node = document.nodes.find((candidate) => candidate.id === id);
    const ids = document.nodes.map((candidate) => candidate.id);
    if (!node) throw refuse(unknownName('node', id, ids));
    const definition = registry.get(node.type);
    if (!definition) throw refuse(`node type '${node.type}' is not known here, so its parameters cannot be checked`);
    const field = fieldsOf(definition).find((candidate) => candidate.name === name);
    const names = fieldsOf(definition).map((candidate) => candidate.name);
    if (!field) throw refuse(unknownName('parameter', name, names));
    const value =
      field.widget === 'file'
        ? await readFileValue(text, opened)
        : field.widget === 'files'
          ? await readFileValues(text, opened)
          : readValue(text, field.widget);
    const fault = fieldFault(definition, name, value);
    if (fault) throw refuse(fault);
    document = setParams(document, id, { [name]: value });
    made.push({ setting, id, field, definition });
  }
  return { ...opened, document, idle: made.flatMap((one) => idleness(document, one) ?? []) };
}

/** A setting that was made. */
interface Made {
  readonly setting: string;
  readonly id: string;
  readonly field: FormField;
  readonly definition: AnyNode;
}

/** The warning that a parameter counts as its default, because another one hides it. */
function idleness({ nodes, wires }: PipelineDocument, { setting, id, field, definition }: Made): Problem | undefined {
  const { params } = resolveParams(definition, nodes.find((node) => node.id === id)!);
  if (params === undefined) return undefined; // faults are said elsewhere
  const wired = wires.map(({ to }) => splitEnd(to)).flatMap(([node, port]) => (node === id ? [port] : []));
  const warning = (message: string): Problem => ({ severity: 'warning', path: '', node: id, message });
  const ruler = overrulerOf(field, wired);
  if (ruler !== undefined) return warning(`--set ${setting} has no effect while something is wired to ${id}.${ruler}`);
  const meant = meantParams(definition, params, wired);
  const hider = hiddenBy(definition, meant, field);
  if (hider === undefined) return undefined;
  const followed = meant[hider] === params[hider] ? '' : `, here ${meant[hider]}`;
  return warning(`--set ${setting} has no effect while ${id}.${hider} is ${params[hider]}${followed}`);
}

/** Text as the value that a form field of this kind would make of it. What cannot be read stays text, for the schema to refuse. */
function readValue(text: string, widget: FieldMeta['widget']): Json {
  switch (widget) {
    case 'choice':
    case 'text':
    case 'lines':
    case 'parameter':
    case 'measure':
      return text;
    case 'switch':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'numbers':
    case 'integers':
      return text.startsWith('[') ? json(text) : list(text);
    case 'matrix':
      return text.startsWith('[') ? json(text) : text.split(';').map(list);
    default:
      return numeral(text);
  }
}

/** A file on the command line is a path; the document gets its name and SHA-256. */
async function readFileValue(path: string, { files }: Opened): Promise<Json> {
  return path === 'null' ? null : files.add(basename(path), await readWhole(path, CODEC_LIMITS.bundleBytes));
}

/** Several files: their paths, parted by commas. */
async function readFileValues(paths: string, opened: Opened): Promise<Json> {
  const values: Json[] = [];
  for (const path of paths === '' ? [] : paths.split(',')) values.push(await readFileValue(path, opened));
  return values;
}

/** A number; one beyond every double stays text, as no document can hold it. */
function numeral(text: string): Json {
  const value = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : text;
}

const list = (text: string): Json => (text.trim() === '' ? [] : text.split(',').map(numeral));

function json(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
