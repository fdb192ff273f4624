import { z } from 'zod';
import { defineDataNode } from '../src/catalog/data-node.js';
import { file, text } from '../src/catalog/params.js';
import { checking, chosenBytes } from '../src/methods/chosen-file.js';
import { typedNames } from '../src/methods/data/class-names.js';
import { idxClasses, idxImages } from '../src/methods/data/idx.js';
import { dataBytes, dataView } from '../src/methods/data/view.js';

const ENDINGS = '.gz,.idx,.ubyte,.idx1-ubyte,.idx3-ubyte,.idx4-ubyte';

const params = z.strictObject({
  images: file({ label: 'Images', help: 'an IDX file of bytes, gzip or not', accept: ENDINGS }),
  labels: file({ label: 'Labels', help: 'an IDX file; none: images without labels', accept: ENDINGS }),
  names: text({ label: 'Names of the classes', help: 'parted by commas; empty: 0, 1, 2, …', default: '', max: 4000 }),
});

export default defineDataNode({
  type: 'idx-images',
  version: 1,
  title: 'IDX files',
  summary: 'Images and labels of MNIST and its kin.',
  help: `Reads a file of images [N, height, width] or [N, height, width, channels] and one of labels [N], both as unsigned bytes, gzip or not, as MNIST, Fashion-MNIST, KMNIST and EMNIST
come. Pixels $p$ become $x = p / 255$, channels first: [N, channels, height, width]. Labels count from 0; there are as many classes as names, or as the greatest label says.

Numbers of images and labels, sizes and labels are checked before a run. A file that unpacks to more than its header says is refused while it is unpacked.

Caveat: MNIST in its two files is sorted by nothing, but not every set is: split by seed, not by place. EMNIST's images are transposed, and are left so.

Source: LeCun, Cortes and Burges, The MNIST database of handwritten digits, Section "File formats for the MNIST database".`,
  params,
  card: ({ images, labels }) => [
    ['images', images?.name ?? 'none chosen'],
    ['labels', labels?.name ?? 'none'],
  ],
  chosen: ({ images, labels }) => images !== null || labels !== null,
  check({ images, labels, names }, files) {
    const bytes = chosenBytes(files, 'images', images, 'an IDX file of images, such as train-images-idx3-ubyte.gz');
    const { count, item } = checking('images', () => idxImages({ name: images!.name, bytes }));
    const labelled = labels && {
      name: labels.name,
      bytes: chosenBytes(files, 'labels', labels, 'an IDX file of labels'),
    };
    const classes = labelled && checking('labels', () => idxClasses(labelled, count, typedNames(names)));
    return {
      info: { count, item, ...(classes === null ? {} : { classes }) },
      cost: { points: 0, multiplyAdds: 0, bytes: dataBytes(count, item), working: dataBytes(count, item) / 4 },
    };
  },
  async read({ images, labels, names }, context) {
    const { readingImages } = await import('../src/methods/data/idx.js');
    const { paced } = await import('../src/methods/progress.js');
    const named = async (file: NonNullable<typeof images>) => ({
      name: file.name,
      bytes: await context.files.read(file),
    });
    const read = readingImages(await named(images!), labels ? await named(labels) : undefined, typedNames(names));
    return paced(read, context);
  },
  view: dataView,
});
