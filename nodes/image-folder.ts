import { z } from 'zod';
import { defineDataNode } from '../src/catalog/data-node.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import { choice, file, integers } from '../src/catalog/params.js';
import { checking, chosenBytes } from '../src/methods/chosen-file.js';
import { type FolderOptions, folderInfo } from '../src/methods/data/image-folder.js';
import { dataBytes, dataView } from '../src/methods/data/view.js';

const params = z.strictObject({
  file: file({
    label: 'Folders',
    help: 'a folder for each class, packed as .zip',
    accept: '.zip',
    folder: true,
  }),
  colour: choice({ label: 'Colour', choices: { colour: 'Red, green, blue', grey: 'Grey' }, default: 'colour' }),
  sizes: choice({
    label: 'Size',
    choices: { same: 'As they are, all alike', resize: 'Brought to one size' },
    default: 'same',
  }),
  size: integers({
    label: 'Height, width',
    default: [32, 32],
    min: 1,
    max: 1024,
    length: 2,
    when: { param: 'sizes', is: ['resize'] },
  }),
});

function optionsOf({ colour, sizes, size }: z.output<typeof params>): FolderOptions {
  if (sizes === 'resize' && size.length !== 2)
    throw new FiberscopeError(
      'parameter',
      `parameter 'size': expected height, width, got ${size.length} number${size.length === 1 ? '' : 's'}; type for example 32, 32`,
    );
  return { colour: colour === 'colour', ...(sizes === 'resize' ? { size: size as [number, number] } : {}) };
}

export default defineDataNode({
  type: 'image-folder',
  version: 1,
  title: 'Image folder',
  summary: 'PNG and JPEG images in folders, one for each class.',
  help: `Reads all .png, .jpg and .jpeg files of a .zip whose folders are the classes: \`cat/1.png\`, \`dog/a/7.jpg\`; folders that all images share are passed over. Classes are sorted by
name (code points) and numbered from 0, images follow by class and path. Choosing a folder packs it; on the command line the .zip lies beside the document. The sizes of up
to 200 images are looked at before a run, all others while they are read.

Pixels become $x = p / 255$ ($p / 65535$ of 16 bits), channels first: [N, 3, H, W], or [N, 1, H, W] with grey $Y = 0.299 R + 0.587 G + 0.114 B$. Transparency is left out,
colour profiles and orientation tags are not applied. Brought to one size, a new pixel is the mean of the area that it covers; the form is not kept.

Caveat: JPEG decoders differ by a level or two of 255 in their rounding.

Source: PNG specification (third edition), Section 9 (filters); ITU-T T.81 (JPEG), decoded by jpeg-js; ITU-R BT.601-7, Section 2.5.1 (luminance).`,
  params,
  card: ({ file: chosen, sizes, size }) => [
    ['file', chosen?.name ?? 'none chosen'],
    ['size', sizes === 'same' ? 'as they are' : size.join(' × ')],
  ],
  chosen: ({ file: given }) => given !== null,
  check(p, files) {
    const options = optionsOf(p);
    const bytes = chosenBytes(files, 'file', p.file, 'a .zip of folders of images');
    const { count, item, classes } = checking('file', () => folderInfo(bytes, p.file!.name, options));
    return {
      info: { count, item, ...(classes === undefined ? {} : { classes }) },
      cost: { points: 0, multiplyAdds: 0, bytes: dataBytes(count, item) },
    };
  },
  async read(p, context) {
    const { readImageFolder } = await import('../src/methods/data/image-folder.js');
    return readImageFolder(await context.files.read(p.file!), p.file!.name, optionsOf(p), context);
  },
  view: dataView,
});
