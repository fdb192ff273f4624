/** Random documents and random edits for fuzz tests. */
import fc from 'fast-check';
import { copyNodes, duplicate, parseClip, paste } from '../../src/document/clip.js';
import * as edits from '../../src/document/commands.js';
import { emptyDocument } from '../../src/document/format.js';
import type { Json, PipelineDocument } from '../../src/document/schema.js';

/** An edit with its name. */
export interface Edit {
  readonly name: string;
  readonly change: (document: PipelineDocument) => PipelineDocument;
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const place = fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.double()); // NaN and infinities too
const words = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.string({ minLength: 190, maxLength: 210 }));
const key = fc.string({ maxLength: 8 }).filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));

/** Any JSON value of little depth; numbers may be −0. */
export const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false),
    finite,
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

const params = fc.dictionary(key, json, { maxKeys: 5, noNullPrototype: true });
const type = fc.constantFrom('grid', 'reference', 'random-inputs', 'lab.scan', 'CON', 'plot');
const port = fc.constantFrom('a', 'b', 'subspace', 'field');
const pick = fc.nat({ max: 1000 });
const picks = fc.array(pick, { maxLength: 5 });

const nodeAt = (document: PipelineDocument, index: number): string =>
  document.nodes[index % Math.max(1, document.nodes.length)]?.id ?? 'none';
const wireAt = (document: PipelineDocument, index: number): string =>
  document.wires[index % Math.max(1, document.wires.length)]?.to ?? 'none.a';
const frameAt = (document: PipelineDocument, index: number): string =>
  document.frames[index % Math.max(1, document.frames.length)]?.id ?? 'none';
const idsAt = (document: PipelineDocument, chosen: readonly number[]): string[] =>
  chosen.map((index) => nodeAt(document, index));

const named =
  (name: string) =>
  (change: Edit['change']): Edit => ({ name, change });

/** One edit of a document, with whatever nodes, wires and frames it then has. */
export const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(type, params, place)
      .map(([type, params, at]) => named('add')((d) => edits.addNode(d, { type, version: 1, params, at }))),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(pick, port, pick, port)
      .map(([from, output, to, input]) =>
        named('connect')((d) => edits.connect(d, `${nodeAt(d, from)}.${output}`, `${nodeAt(d, to)}.${input}`)),
      ),
  },
  fc.tuple(picks, picks, picks).map(([nodes, wires, frames]) =>
    named('remove')((d) =>
      edits.removeItems(d, {
        nodes: idsAt(d, nodes.slice(0, 2)),
        wires: wires.slice(0, 2).map((index) => wireAt(d, index)),
        frames: frames.slice(0, 1).map((index) => frameAt(d, index)),
      }),
    ),
  ),
  fc
    .tuple(picks, place)
    .map(([chosen, at]) =>
      named('move')((d) => edits.moveNodes(d, Object.fromEntries(idsAt(d, chosen).map((id) => [id, at])))),
    ),
  fc.tuple(pick, params).map(([index, params]) => named('params')((d) => edits.setParams(d, nodeAt(d, index), params))),
  fc
    .tuple(pick, params)
    .map(([index, params]) => named('replace')((d) => edits.replaceParams(d, nodeAt(d, index), 2, params))),
  fc.tuple(pick, words).map(([index, title]) => named('title')((d) => edits.setTitle(d, nodeAt(d, index), title))),
  fc
    .tuple(picks, fc.boolean())
    .map(([chosen, muted]) => named('mute')((d) => edits.setMuted(d, idsAt(d, chosen), muted))),
  pick.map((index) => named('disconnect')((d) => edits.disconnect(d, wireAt(d, index)))),
  fc
    .tuple(pick, pick, port, port)
    .map(([wire, index, input, output]) =>
      named('insert')((d) => edits.insertOnWire(d, wireAt(d, wire), nodeAt(d, index), input, output)),
    ),
  fc.tuple(picks, place).map(([chosen, offset]) =>
    named('paste')((d) => {
      const parsed = parseClip(copyNodes(d, idsAt(d, chosen), d.frames.map(({ id }) => id).slice(0, 2)));
      if (!parsed.ok) throw new Error(`a copied clip is refused: ${JSON.stringify(parsed.problems)}`);
      return d.nodes.length > 60 ? d : paste(d, parsed.clip, offset);
    }),
  ),
  picks.map((chosen) => named('duplicate')((d) => (d.nodes.length > 60 ? d : duplicate(d, idsAt(d, chosen))))),
  fc
    .tuple(place, words)
    .map(([at, title]) => named('frame')((d) => edits.addFrame(d, { title, at, size: [200, 100] }))),
  fc
    .tuple(pick, place, picks)
    .map(([index, at, chosen]) =>
      named('move frame')((d) => edits.moveFrame(d, frameAt(d, index), at, idsAt(d, chosen))),
    ),
  fc
    .tuple(pick, place)
    .map(([index, at]) => named('resize')((d) => edits.resizeFrame(d, frameAt(d, index), at, [1, 2]))),
  fc
    .tuple(pick, words)
    .map(([index, title]) => named('retitle')((d) => edits.retitleFrame(d, frameAt(d, index), title))),
  fc.tuple(pick, fc.nat({ max: 3 })).map(([index, plot]) => named('pin')((d) => edits.pin(d, nodeAt(d, index), plot))),
  fc
    .tuple(pick, fc.nat({ max: 3 }))
    .map(([index, plot]) => named('unpin')((d) => edits.unpin(d, nodeAt(d, index), plot))),
  words.map((title) => named('name')((d) => edits.setDocumentTitle(d, title))),
  fc.string({ maxLength: 20 }).map((text) => named('describe')((d) => edits.setDocumentDescription(d, text))),
);

/** Documents as random edits make them. */
export const pipelineDocument: fc.Arbitrary<PipelineDocument> = fc
  .array(edit, { maxLength: 25 })
  .map((list) => list.reduce((document, { change }) => change(document), emptyDocument()));
