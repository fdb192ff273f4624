import { z } from 'zod';
import { CIFAR_ITEM } from '../src/arrays/cifar.js';
import { CIFAR_PARTS } from '../src/arrays/cifar-archive.js';
import { defineDataNode } from '../src/catalog/data-node.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import { choice, files as fileList } from '../src/catalog/params.js';
import { formatCount } from '../src/catalog/text.js';
import { checking, chosenBytes } from '../src/methods/chosen-file.js';
import { cifarCount } from '../src/methods/data/cifar.js';
import { dataBytes, dataView } from '../src/methods/data/view.js';

const WHAT = 'cifar-10-binary.tar.gz, or files of it: data_batch_1.bin to data_batch_5.bin, test_batch.bin';

const params = z.strictObject({
  batches: fileList({ label: 'Files', help: WHAT, most: 6, accept: '.bin,.gz,.tgz,.tar' }),
  part: choice({
    label: 'Of an archive',
    help: 'files that are chosen by themselves are read all',
    choices: { train: 'Training: five batches', test: 'Test: one batch', all: 'All six batches' },
    default: 'train',
  }),
});

export default defineDataNode({
  type: 'cifar10',
  version: 1,
  title: 'CIFAR-10 files',
  summary: 'Labelled colour photographs, 32 × 32 pixels, in ten classes.',
  help: `Reads CIFAR-10's binary version: the archive \`cifar-10-binary.tar.gz\` as it is distributed (or as .tar), or one to six of its files, one after another. A file is 10,000
records (any number is taken) of 3,073 bytes: a label from 0 to 9, then the red, green and blue planes of an image [3, 32, 32]. Pixels $p$ become $x = p / 255$.

Sizes and labels of files are checked before a run. An archive beyond 34 MB is taken to hold six batches of 10,000 images, and refused while it is read where it does not. The archive for
Python holds pickled objects, which are programs, and is not read.

Caveat: the usual training set is five batches and the test set the sixth: two nodes. A part for choosing (validation) is yours to split off.

Source: Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images, Section 3; layout as on the data set's page, "Binary version".`,
  params,
  card: ({ batches, part }) => [
    [
      'files',
      batches.length === 0 ? 'none chosen' : batches.length === 1 ? batches[0]!.name : formatCount(batches.length),
    ],
    ...(batches.every(({ name }) => /\.bin$/i.test(name)) ? [] : [['part', CIFAR_PARTS[part]] as const]),
  ],
  chosen: ({ batches }) => batches.length > 0,
  check({ batches, part }, files) {
    if (batches.length === 0)
      throw new FiberscopeError('file', `parameter 'batches': expected at least one file, got none; choose ${WHAT}`);
    let count = 0;
    for (const [i, batch] of batches.entries()) {
      if (batches.findIndex(({ sha256 }) => sha256 === batch.sha256) < i)
        throw new FiberscopeError(
          'file',
          `parameter 'batches': expected files that differ, got '${batch.name}' twice; choose each once`,
        );
      const bytes = chosenBytes(files, 'batches', batch, WHAT);
      count += checking('batches', () => cifarCount(bytes, batch.name, part));
    }
    return {
      info: { count, item: CIFAR_ITEM, classes: 10 },
      cost: { points: 0, multiplyAdds: 0, bytes: dataBytes(count, CIFAR_ITEM) },
    };
  },
  async read({ batches, part }, context) {
    const { readingCifar } = await import('../src/methods/data/cifar.js');
    const { paced } = await import('../src/methods/progress.js');
    const read = batches.map(async (file) => ({ name: file.name, bytes: await context.files.read(file) }));
    return paced(readingCifar(await Promise.all(read), part), context);
  },
  view: dataView,
});
