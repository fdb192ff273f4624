import { expect, test } from 'vitest';
import { imageFolder } from '../../../src/arrays/image-folder.js';
import { type FolderFile, packFolder } from '../../../src/editor/shell/form/pack-folder.js';
import { fixture } from '../../arrays/fixtures.js';

const png = fixture('images/rgb-8.png');
const inFolder = (path: string, bytes = png): FolderFile => ({
  name: path.split('/').at(-1)!,
  size: bytes.length,
  arrayBuffer: async () => bytes.slice().buffer,
  webkitRelativePath: path,
});

test('a folder becomes a .zip of its images, the same however the browser lists them', async () => {
  const files = [
    inFolder('pets/dog/1.png'),
    inFolder('pets/cat/2.PNG'),
    inFolder('pets/cat/notes.txt'),
    inFolder('pets/.x.png'),
  ];
  const { name, bytes } = await packFolder(files);
  expect(name).toBe('pets.zip');
  expect(imageFolder(bytes, name)).toMatchObject({ classes: ['cat', 'dog'], images: { length: 2 }, others: 0 });
  expect((await packFolder([...files].reverse())).bytes).toEqual(bytes);
});

test('a folder without images, or of more than a bundle holds, is refused', async () => {
  await expect(packFolder([inFolder('texts/a.txt')])).rejects.toThrow(
    "folder 'texts': expected PNG or JPEG images in it, got 1 other files; choose the folder that holds the folders",
  );
  await expect(packFolder([{ ...inFolder('big/a/1.png'), size: 2 ** 31 }])).rejects.toThrow(
    "folder 'big': expected at most 1.1 GB of images, got 2.1 GB",
  );
});
