/** What is saved can be opened again: edits keep texts, places and counts within what the validator takes. */
import { DOCUMENT_LIMITS } from './limits.js';
import type { DocumentView, PipelineDocument } from './schema.js';

type Pair = readonly [number, number];

/** A title, cut to what a document may hold. */
export const titleText = (text: string): string => text.slice(0, DOCUMENT_LIMITS.title);

/** A description, cut to what a document may hold. */
export const descriptionText = (text: string): string => text.slice(0, DOCUMENT_LIMITS.description);

const within = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, Number.isNaN(x) ? 0 : x));
const coordinate = (x: number): number => within(x, -DOCUMENT_LIMITS.position, DOCUMENT_LIMITS.position);

/** A place on the canvas. */
export const placeAt = ([x, y]: Pair): Pair => [coordinate(x), coordinate(y)];

/** The size of a frame. */
export const sizeOf = ([width, height]: Pair): Pair => [
  Math.max(0, coordinate(width)),
  Math.max(0, coordinate(height)),
];

/** Where the canvas looks. */
export const viewAt = ({ x, y, zoom }: DocumentView): DocumentView => ({
  x: coordinate(x),
  y: coordinate(y),
  zoom: within(zoom || 1, 0.01, 100),
});

/** The larger document, or the one before where the larger could not be opened again. */
export function bounded(before: PipelineDocument, after: PipelineDocument): PipelineDocument {
  const fits = (['nodes', 'wires', 'frames', 'pins'] as const).every(
    (list) => after[list].length <= DOCUMENT_LIMITS[list],
  );
  return fits ? after : before;
}
