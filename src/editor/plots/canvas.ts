/** Canvases that need no page where the browser has such, and what is taken from them. */
import { FiberscopeError } from '../../catalog/errors.js';

/** A canvas outside the page. */
export type AnyCanvas = OffscreenCanvas | HTMLCanvasElement;

/** A canvas of a size in device pixels. */
export function newCanvas(width: number, height: number): AnyCanvas {
  const [w, h] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(w, h);
  const canvas = document.createElement('canvas');
  canvas.width = w;
  canvas.height = h;
  return canvas;
}

/** What a canvas shows, as a bitmap; the canvas is blank after it. */
export async function bitmapOf(canvas: AnyCanvas): Promise<ImageBitmap> {
  return 'transferToImageBitmap' in canvas ? canvas.transferToImageBitmap() : createImageBitmap(canvas);
}

/** What a canvas shows, as a PNG file. */
export async function pngOf(canvas: AnyCanvas): Promise<Blob> {
  const blob =
    'convertToBlob' in canvas
      ? await canvas.convertToBlob({ type: 'image/png' }).catch(() => undefined)
      : await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!blob)
    throw new FiberscopeError(
      'limit',
      `picture: ${canvas.width} × ${canvas.height} pixels are too many; ask for fewer`,
    );
  return blob;
}
