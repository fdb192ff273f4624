/** A chosen folder as one file: what a document names has one SHA-256. */
import { FiberscopeError } from '../../../catalog/errors.js';
import { formatBytes } from '../../../catalog/text.js';
import { CODEC_LIMITS } from '../../../document/limits.js';
import { zip } from '../../../document/zip.js';

/** A file inside a chosen folder, as browsers give it. */
export type FolderFile = Pick<File, 'name' | 'size' | 'arrayBuffer'> & { readonly webkitRelativePath: string };

/**
 * The PNG and JPEG images of a folder, stored in a .zip named after it, in the order of their paths: the same folder gives the same bytes.
 * Throws a `file` error where there are none, or more bytes than a bundle may hold.
 */
export async function packFolder(files: readonly FolderFile[]): Promise<{ name: string; bytes: Uint8Array }> {
  const images = files
    .filter(({ name }) => /\.(png|jpe?g)$/i.test(name) && !name.startsWith('.'))
    .sort((a, b) => (a.webkitRelativePath < b.webkitRelativePath ? -1 : 1));
  const folder = files[0]?.webkitRelativePath.split('/')[0] || 'images';
  if (images.length === 0)
    throw new FiberscopeError(
      'file',
      `folder '${folder}': expected PNG or JPEG images in it, got ${files.length} other files; choose the folder that holds the folders of the classes`,
    );
  const size = images.reduce((sum, image) => sum + image.size, 0);
  if (size > CODEC_LIMITS.bundleBytes)
    throw new FiberscopeError(
      'file',
      `folder '${folder}': expected at most ${formatBytes(CODEC_LIMITS.bundleBytes)} of images, got ${formatBytes(size)}; choose a part of it`,
    );
  const packed = new Map<string, Uint8Array>();
  for (const image of images) packed.set(image.webkitRelativePath, new Uint8Array(await image.arrayBuffer()));
  return { name: `${folder}.zip`, bytes: zip(packed, 0) };
}
