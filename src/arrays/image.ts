/** Decoded images. */

/** An image: `pixels` [height, width, channels] from 0 to `most`, grey or red, green and blue. Transparency is left out. */
export interface Image {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array | Uint16Array;
  readonly most: 255 | 65535;
}

/** Height and width in pixels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** Most pixels of one image. */
export const MOST_IMAGE = 2 ** 24;
