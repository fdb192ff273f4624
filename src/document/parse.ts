/** Unknown JSON or text to a `PipelineDocument`, or every fault with its path. Never throws, and knows no node types. */
import { z } from 'zod';
import { check, pathText, problemText, shown } from './faults.js';
import { forbiddenKey, readJson } from './json.js';
import { DOCUMENT_LIMITS } from './limits.js';
import { MIGRATIONS, type Migrations, migrate, type OldDocument } from './migrations.js';
import { isId, isPortName, isTypeName, splitEnd } from './names.js';
import { DOCUMENT_VERSION, type Json, type PipelineDocument, type Problem } from './schema.js';

/** A document, or why there is none. */
export type Parsed =
  | { readonly ok: true; readonly document: PipelineDocument }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const named = (expected: string, accepts: (text: string) => boolean) =>
  z
    .string()
    .refine(accepts, { error: ({ input }) => `expected ${expected}, got ${shown(input)}` })
    .meta({ expected });

const id = named("an id of 1 to 64 letters, digits, '-' and '_' that can name a file", isId);
const typeName = named("a node type such as 'random-inputs'", isTypeName);
const wireEnd = named("'node.port'", (text) => {
  const [node, port] = splitEnd(text);
  return isId(node) && isPortName(port);
});
const position = z.number().min(-DOCUMENT_LIMITS.position).max(DOCUMENT_LIMITS.position);
const length = z.number().min(0).max(DOCUMENT_LIMITS.position);
const at = z.tuple([position, position]).meta({ expected: '[x, y] in px' });
const title = z.string().max(DOCUMENT_LIMITS.title);
const version = z.int().min(1);
const atMost = (count: number) => z.array(z.unknown()).max(count);

const nodeSchema = z.strictObject({
  id,
  type: typeName,
  version,
  params: z.record(z.string(), z.unknown()).default({}).meta({ expected: 'an object of named parameters' }),
  at: at.default([0, 0]),
  title: title.optional(),
  muted: z.boolean().optional(),
});
const wireSchema = z.strictObject({ from: wireEnd, to: wireEnd });
const frameSchema = z.strictObject({
  id,
  title,
  at,
  size: z.tuple([length, length]).meta({ expected: '[width, height] in px' }),
});
const pinSchema = z.strictObject({ node: id, plot: z.int().min(0).max(1000) });

const documentSchema = z.strictObject({
  format: z.literal('fiberscope'),
  version,
  title: title.default(''),
  description: z.string().max(DOCUMENT_LIMITS.description).default(''),
  random: named("the name of a random stream such as 'threefry2x32-v1'", (text) => /^[\w.-]{1,64}$/.test(text)).default(
    'threefry2x32-v1',
  ),
  requires: z
    .array(z.strictObject({ package: z.string().min(1).max(214), version: z.string().min(1).max(64) }))
    .max(DOCUMENT_LIMITS.requires)
    .default([]),
  nodes: z.array(nodeSchema).max(DOCUMENT_LIMITS.nodes).default([]),
  wires: z.array(wireSchema).max(DOCUMENT_LIMITS.wires).default([]),
  frames: z.array(frameSchema).max(DOCUMENT_LIMITS.frames).default([]),
  view: z.strictObject({ x: position, y: position, zoom: z.number().min(0.01).max(100) }).optional(),
  pins: z.array(pinSchema).max(DOCUMENT_LIMITS.pins).default([]),
  groups: atMost(0).optional().meta({ expected: 'an empty list: groups are kept for later versions' }),
});

/** Reads a document from JSON text. */
export function parseDocumentText(text: string): Parsed {
  const json = readJson(text);
  return json.ok ? parseDocument(json.value) : refused('', json.message);
}

/** Turns any value into a document, bringing older versions up to the present one. */
export function parseDocument(json: unknown): Parsed {
  return parseWith(json, MIGRATIONS, DOCUMENT_VERSION);
}

/** `parseDocument` with given migrations; what tests of migrations call. */
export function parseWith(json: unknown, migrations: Migrations, newest: number): Parsed {
  const stray = strayValues(json);
  if (stray.length > 0) return { ok: false, problems: stray };
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return refused('', `expected a Fiberscope document (a JSON object), got ${shown(json)}`);
  const raw = json as OldDocument;
  if (raw.format !== 'fiberscope') return refused('format', `expected "fiberscope", got ${shown(raw.format)}`);
  const from = check(version, raw.version, { path: ['version'] });
  if (from.problems) return { ok: false, problems: from.problems };
  if (from.value > newest)
    return refused(
      'version',
      `this document is of version ${from.value} and this build reads up to version ${newest}; open it with a newer Fiberscope`,
    );
  const checked = check(documentSchema, migrate(raw, from.value, newest, migrations));
  if (checked.problems) return { ok: false, problems: withNodeIds(checked.problems, raw) };
  const { groups: _, ...document } = checked.value;
  const crossed = crossFaults(document as PipelineDocument);
  return crossed.length > 0 ? { ok: false, problems: crossed } : { ok: true, document: document as PipelineDocument };
}

/** All problems on their own lines. */
export function problemLines(problems: readonly Problem[]): string {
  return problems.map(problemText).join('\n');
}

function refused(path: string, message: string): Parsed {
  return { ok: false, problems: [{ severity: 'error', path, message }] };
}

/** Everything in a value that JSON cannot hold, or that is nested too deep or too large. Iterative, so that nothing overflows. */
function strayValues(root: unknown): Problem[] {
  const problems: Problem[] = [];
  const fault = (path: readonly PropertyKey[], message: string): void => {
    if (problems.length < 100) problems.push({ severity: 'error', path: pathText(path), message });
  };
  const pending: { readonly value: unknown; readonly path: readonly PropertyKey[] }[] = [{ value: root, path: [] }];
  let count = 0;
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    const { value, path } = entry;
    if (++count > DOCUMENT_LIMITS.values) {
      fault([], `expected at most ${DOCUMENT_LIMITS.values} values in a document`);
      break;
    }
    if (value === null || typeof value === 'boolean' || typeof value === 'string') continue;
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) fault(path, `expected a finite number, got ${value}`);
      continue;
    }
    const prototype = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
    if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
      fault(path, `expected JSON, got ${shown(value)}`);
    } else if (path.length >= DOCUMENT_LIMITS.depth) {
      fault(path, `expected at most ${DOCUMENT_LIMITS.depth} levels of nesting`);
    } else {
      const list = Array.isArray(value);
      for (const key of Object.keys(value as object).reverse()) {
        const step = list ? Number(key) : key;
        if (!list && forbiddenKey(key)) fault([...path, step], `the name ${shown(key)} is not allowed`);
        else if ((value as Record<string, unknown>)[key] !== undefined || list)
          pending.push({ value: (value as Record<string, unknown>)[key], path: [...path, step] });
      }
    }
  }
  return problems;
}

/** Says which node a problem in `nodes[i]` is on, so that it can be located. */
function withNodeIds(problems: readonly Problem[], raw: OldDocument): readonly Problem[] {
  const nodes = Array.isArray(raw.nodes) ? (raw.nodes as readonly Json[]) : [];
  return problems.map((problem) => {
    const index = /^nodes\[(\d+)\]/.exec(problem.path)?.[1];
    const node = index === undefined ? undefined : nodes[Number(index)];
    const found =
      typeof node === 'object' && node !== null && !Array.isArray(node) ? (node as OldDocument).id : undefined;
    return typeof found === 'string' ? { ...problem, node: found } : problem;
  });
}

/** Faults between parts: repeated ids, wires and pins of nodes that are not there, two wires into one input. */
function crossFaults(document: PipelineDocument): Problem[] {
  const problems: Problem[] = [];
  const fault = (path: string, message: string, node?: string): void => {
    problems.push({ severity: 'error', path, ...(node === undefined ? {} : { node }), message });
  };
  const repeated = (list: 'nodes' | 'frames'): Map<string, string> => {
    const seen = new Map<string, string>();
    document[list].forEach(({ id }, index) => {
      const before = seen.get(id.toLowerCase());
      if (before !== undefined)
        fault(`${list}[${index}].id`, `expected an id of its own, got ${shown(id)}, which ${before} has`, id);
      else seen.set(id.toLowerCase(), `${list}[${index}]`);
    });
    return seen;
  };
  repeated('nodes');
  repeated('frames');
  const ids = new Set(document.nodes.map(({ id }) => id));
  const into = new Map<string, number>();
  document.wires.forEach(({ from, to }, index) => {
    for (const [name, end] of [
      ['from', from],
      ['to', to],
    ] as const) {
      const [node] = splitEnd(end);
      if (!ids.has(node)) fault(`wires[${index}].${name}`, `expected a node of this document, got ${shown(node)}`);
    }
    const other = into.get(to);
    if (other !== undefined)
      fault(
        `wires[${index}].to`,
        `expected one wire into ${shown(to)}, got a second beside wires[${other}]`,
        splitEnd(to)[0],
      );
    else into.set(to, index);
  });
  document.pins.forEach(({ node }, index) => {
    if (!ids.has(node)) fault(`pins[${index}].node`, `expected a node of this document, got ${shown(node)}`);
  });
  return problems;
}
