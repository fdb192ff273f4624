/** Small documents for browser tests, cut out of a shipped pipeline so that a run takes a moment. */
import { readFileSync } from 'node:fs';
import { moveNodes, removeItems, setDocumentTitle, setParams, setTitle } from '../../src/document/commands.js';
import { formatDocument } from '../../src/document/format.js';
import { parseDocumentText } from '../../src/document/parse.js';
import type { PipelineDocument } from '../../src/document/schema.js';

const KEPT = ['x', 'fcn', 'published', 'points', 'plane', 'grid', 'set'];

function shipped(): PipelineDocument {
  const read = parseDocumentText(readFileSync(new URL('../../graphs/genni-fcn-3d.json', import.meta.url), 'utf8'));
  if (!read.ok) throw new Error(read.problems[0]?.message);
  return read.document;
}

/** The published half of the 3-D pipeline on 16³ points, in two rows: x, fcn → published → points → plane → grid → set. */
export function small(title = 'A small pipeline'): PipelineDocument {
  const whole = shipped();
  const { nodes, frames } = whole;
  let document = removeItems(whole, {
    nodes: nodes.map(({ id }) => id).filter((id) => !KEPT.includes(id)),
    frames: frames.map(({ id }) => id),
  });
  for (const id of KEPT) document = setTitle(document, id, ''); // the types' own titles
  document = moveNodes(document, {
    x: [0, 0],
    fcn: [0, 220],
    published: [240, 0],
    points: [480, 0],
    plane: [240, 220],
    grid: [480, 260],
    set: [720, 140],
  });
  const { view: _, ...plain } = setParams(document, 'grid', { points: 16 });
  return setDocumentTitle(plain, title);
}

/** x, fcn → well-posed → search of the 3-D pipeline, with so many steps that its θ is dear: too much for live mode, some seconds. */
export function searching(title = 'A search'): PipelineDocument {
  const kept = ['x', 'fcn', 'well-posed', 'search'];
  const document = shipped();
  const rest = removeItems(document, {
    nodes: document.nodes.map(({ id }) => id).filter((id) => !kept.includes(id)),
    frames: document.frames.map(({ id }) => id),
  });
  const { view: _, ...plain } = setParams(rest, 'search', { starts: 512, steps: 60_000 });
  return setDocumentTitle({ ...plain, pins: [] }, title);
}

/** A document as the text of a saved file. */
export const textOf = (document: PipelineDocument): string => formatDocument(document);
