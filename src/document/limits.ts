/** Bounds on a document. Generous for people, small enough that a hostile file cannot stall the window. */
export const DOCUMENT_LIMITS = {
  bytes: 16 * 2 ** 20, // of JSON text
  values: 2_000_000, // JSON values in one document
  depth: 32, // nesting of lists and objects
  nodes: 2_000,
  wires: 10_000,
  frames: 500,
  pins: 200,
  requires: 50,
  title: 200, // characters
  description: 20_000,
  position: 1e7, // px from the canvas' origin
} as const;

/** Bounds on what a link or a picture may carry. */
export const CODEC_LIMITS = {
  link: 2 ** 20, // characters of a share fragment
  bundleEntries: 1_000,
  bundleBytes: 2 ** 30, // what is taken of a bundle (the document and the files it names), decompressed
  bundleFree: 2 ** 26, // of these without regard to the size of the archive,
  bundleRatio: 100, // and beyond them as many bytes as this for each byte of the archive
  pictureBytes: 2 ** 28,
} as const;
