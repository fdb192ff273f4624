import { z } from 'zod';
import { CIFAR_ITEM } from '../src/arrays/cifar.js';
import { defineDataNode } from '../src/catalog/data-node.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import { files as fileList } from '../src/catalog/params.js';
import { formatCount } from '../src/catalog/text.js';
import { checking, chosenBytes } from '../src/methods/chosen-file.js';
import { batchLabels } from '../src/methods/data/cifar.js';
import { dataBytes, dataView } from '../src/methods/data/view.js';

const WHAT = 'data_batch_1.bin to data_batch_5.bin, or test_batch.bin';

const params = z.strictObject({
  batches: fileList({ label: 'Batches', help: WHAT, most: 6, accept: '.bin' }),
});

export default defineDataNode({
  type: 'cifar10',
  version: 1,
  title: 'CIFAR-10 files',
  summary: 'Labelled colour photographs, 32 × 32 pixels, in ten classes.',
  help: `Reads one to six files of CIFAR-10's binary version, one after another. A file is 10,000 records (any number is taken) of 3,073 bytes: a label from 0 to 9, then the red, green and
blue planes of an image [3, 32, 32]. Pixels $p$ become $x = p / 255$.

The archive \`cifar-10-binary.tar.gz\` has to be unpacked first. Sizes and labels are checked before a run.

Caveat: the usual training set is five files and the test set the sixth: two nodes. A part for choosing (validation) is yours to split off.

Source: Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images, Section 3; layout as on the data set's page, "Binary version".`,
  params,
  card: ({ batches }) => [
    [
      'batches',
      batches.length === 0 ? 'none chosen' : batches.length === 1 ? batches[0]!.name : formatCount(batches.length),
    ],
  ],
  chosen: ({ batches }) => batches.length > 0,
  check({ batches }, files) {
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
      count += checking('batches', () => batchLabels(bytes, batch.name).length);
    }
    return {
      info: { count, item: CIFAR_ITEM, classes: 10 },
      cost: { points: 0, multiplyAdds: 0, bytes: dataBytes(count, CIFAR_ITEM) },
    };
  },
  async read({ batches }, { files }) {
    const { readCifar } = await import('../src/methods/data/cifar.js');
    const read = batches.map(async (file) => ({ name: file.name, bytes: await files.read(file) }));
    return readCifar(await Promise.all(read));
  },
  view: dataView,
});
