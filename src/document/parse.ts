/** Unknown JSON or text to a `PipelineDocument`, or every fault with its path. Never throws, and knows no node types. */
import { z } from 'zod';
import { check, pathText } from './faults.js';
import { forbiddenKey, readJson } from './json.js';
import { DOCUMENT_LIMITS } from './limits.js';
import { MIGRATIONS, type Migrations, migrate, type OldDocument } from './migrations.js';
import { endOf, isId, isPortName, isTypeName, splitEnd } from './names.js';
import { DOCUMENT_VERSION, type Json, type PipelineDocument, type Problem, RANDOM } from './schema.js';
import { shown } from './shown.js';

/** More faults than this help nobody. */
const MOST_PROBLEMS = 200;

/** A document, or why there is none, with what can still be read of it. */
export type Parsed =
  | { readonly ok: true; readonly document: PipelineDocument }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly rest?: () => Rest };

/** The nodes and wires of a faulty document that can be read, so that their own faults can be said at once. Never to be run. */
export interface Rest {
  readonly document: PipelineDocument;
  /** Whether a problem of `document` is one of the whole: no input is missing only because its wire was left out. */
  own(problem: Problem): boolean;
  /** A path in `document` as one in the whole. */
  path(path: string): string;
}

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
  random: named(`the name of a random stream such as '${RANDOM}'`, (text) => /^[\w.-]{1,64}$/.test(text)).default(
    RANDOM,
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
  const present = migrate(raw, from.value, newest, migrations);
  const checked = check(documentSchema, present);
  const problems = [...withNodeIds(checked.problems ?? [], present), ...crossFaults(present)];
  if (checked.problems || problems.length > 0)
    return { ok: false, problems: problems.slice(0, MOST_PROBLEMS), rest: () => restOf(present) };
  const { groups: _, ...document } = checked.value;
  return { ok: true, document: document as PipelineDocument };
}

/** What can be read of a faulty document: nodes with an id, a type and a version, and the wires between them. */
function restOf(raw: OldDocument): Rest {
  const places = { nodes: [] as string[], wires: [] as string[] };
  const nodes: Json[] = [];
  const ids = new Set<string>();
  for (const { entry, path } of entriesOf(raw, 'nodes').slice(0, DOCUMENT_LIMITS.nodes)) {
    const { id, type, version, params } = entry;
    const node = { id, type, version, params: Array.isArray(params) || !(params instanceof Object) ? {} : params };
    if (check(nodeSchema, node).problems || ids.has(String(id).toLowerCase())) continue;
    ids.add(String(id).toLowerCase());
    nodes.push(node as Json);
    places.nodes.push(path);
  }
  const wires: Json[] = [];
  const into = new Set<Json>();
  const left = new Set<Json>(); // ends of wires that were left out
  const there = new Set(nodes.map((node) => (node as { id: string }).id));
  for (const { entry, path } of entriesOf(raw, 'wires').slice(0, DOCUMENT_LIMITS.wires)) {
    const { from, to } = entry;
    const ends = [from, to].map((end) => (typeof end === 'string' ? splitEnd(end)[0] : ''));
    const sound = !check(wireSchema, { from, to }).problems && ends.every((id) => there.has(id)) && !into.has(to!);
    if (sound) {
      into.add(to!);
      wires.push({ from: from!, to: to! });
      places.wires.push(path);
    } else if (to !== undefined) left.add(to);
  }
  const bare = { format: 'fiberscope', version: DOCUMENT_VERSION, nodes, wires };
  const named = check(documentSchema, { ...bare, random: raw.random });
  return {
    document: (named.problems ? documentSchema.parse(bare) : named.value) as PipelineDocument,
    own: ({ node, port }) => node === undefined || port === undefined || !left.has(endOf(node, port)),
    path: (path) =>
      path.replace(/^(nodes|wires)\[(\d+)\]/, (_, list: 'nodes' | 'wires', index) => places[list][Number(index)]!),
  };
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

/** The entries of a list in a document that may be faulty: those that are objects, with their places. */
function entriesOf(raw: OldDocument, list: string): { readonly entry: OldDocument; readonly path: string }[] {
  const items = Array.isArray(raw[list]) ? (raw[list] as readonly Json[]) : [];
  return items.flatMap((item, index) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? [{ entry: item as OldDocument, path: `${list}[${index}]` }]
      : [],
  );
}

/** Says which node a problem in `nodes[i]` is on, so that it can be located. */
function withNodeIds(problems: readonly Problem[], raw: OldDocument): readonly Problem[] {
  const ids = new Map(entriesOf(raw, 'nodes').map(({ entry, path }) => [path, entry.id]));
  return problems.map((problem) => {
    const id = ids.get(/^nodes\[\d+\]/.exec(problem.path)?.[0] ?? '');
    return typeof id === 'string' ? { ...problem, node: id } : problem;
  });
}

/** Faults between parts: repeated ids, wires and pins of nodes that are not there, two wires into one input. */
function crossFaults(raw: OldDocument): Problem[] {
  const problems: Problem[] = [];
  const fault = (path: string, message: string, node?: string): void => {
    problems.push({ severity: 'error', path, ...(node === undefined ? {} : { node }), message });
  };
  for (const list of ['nodes', 'frames']) {
    const seen = new Map<string, string>();
    for (const { entry, path } of entriesOf(raw, list)) {
      const { id } = entry;
      if (typeof id !== 'string') continue;
      const before = seen.get(id.toLowerCase());
      if (before !== undefined)
        fault(
          `${path}.id`,
          `expected an id of its own, got ${shown(id)}, which ${before} has`,
          list === 'nodes' ? id : undefined,
        );
      else seen.set(id.toLowerCase(), path);
    }
  }
  const ids = new Set(entriesOf(raw, 'nodes').map(({ entry }) => entry.id));
  const into = new Map<string, string>();
  for (const { entry, path } of entriesOf(raw, 'wires')) {
    for (const name of ['from', 'to'] as const) {
      const [node, port] = splitEnd(typeof entry[name] === 'string' ? entry[name] : '');
      if (port !== '' && !ids.has(node))
        fault(`${path}.${name}`, `expected a node of this document, got ${shown(node)}`);
    }
    if (typeof entry.to !== 'string') continue;
    const other = into.get(entry.to);
    if (other !== undefined)
      fault(
        `${path}.to`,
        `expected one wire into ${shown(entry.to)}, got a second beside ${other}`,
        splitEnd(entry.to)[0],
      );
    else into.set(entry.to, path);
  }
  for (const { entry, path } of entriesOf(raw, 'pins'))
    if (typeof entry.node === 'string' && !ids.has(entry.node))
      fault(`${path}.node`, `expected a node of this document, got ${shown(entry.node)}`);
  return problems;
}
