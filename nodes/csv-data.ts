import { z } from 'zod';
import { defineDataNode } from '../src/catalog/data-node.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import { choice, file, integers, text, toggle } from '../src/catalog/params.js';
import { checking, chosenBytes } from '../src/methods/chosen-file.js';
import { typedNames } from '../src/methods/data/class-names.js';
import { type CsvData, csvInfo } from '../src/methods/data/csv.js';
import { dataBytes, dataView } from '../src/methods/data/view.js';

const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t' } as const;

const params = z.strictObject({
  file: file({ label: 'File', help: '.csv or .tsv', accept: '.csv,.tsv,.txt' }),
  delimiter: choice({
    label: 'Fields parted by',
    choices: { comma: 'Commas', semicolon: 'Semicolons', tab: 'Tabs' },
    default: 'comma',
  }),
  header: toggle({ label: 'First line names the columns', default: true }),
  label: text({ label: 'Column of labels', help: 'name, or number from 0; -1: the last; empty: none', default: '-1' }),
  leaveOut: text({ label: 'Leave out', help: 'columns, parted by commas', default: '', max: 2000 }),
  form: choice({ label: 'A line holds', choices: { vector: 'Features', image: 'An image' }, default: 'vector' }),
  image: integers({
    label: 'Height, width, channels',
    help: 'of the image; channels change fastest',
    default: [28, 28, 1],
    min: 1,
    max: 4096,
    length: 3,
    when: { param: 'form', is: ['image'] },
  }),
  scale: choice({
    label: 'Numbers',
    choices: { none: 'As they are', bytes: '0 … 255 as 0 … 1' },
    default: 'none',
  }),
});

function dataOf({ delimiter, header, label, leaveOut, form, image, scale }: z.output<typeof params>): CsvData {
  if (form === 'image' && image.length !== 3)
    throw new FiberscopeError(
      'parameter',
      `parameter 'image': expected height, width, channels, got ${image.length} number${image.length === 1 ? '' : 's'}; type for example 28, 28, 1`,
    );
  return {
    delimiter: DELIMITERS[delimiter],
    header,
    label: label.trim(),
    leaveOut: typedNames(leaveOut),
    divide: scale === 'bytes' ? 255 : 1,
    ...(form === 'image' ? { image: image as [number, number, number] } : {}),
  };
}

export default defineDataNode({
  type: 'csv-data',
  version: 1,
  title: 'CSV file',
  summary: 'Examples from the lines of a table.',
  help: `Each line of a CSV file is one example: the column of labels says its class, all other columns are numbers (those that are left out aside), as a vector [D] or as an image of
$H \\times W \\times C = D$ numbers with the channels fastest, which becomes [C, H, W]. Fields may be quoted; a quote inside is written twice; UTF-8.

Labels that are all whole numbers from 0 to 9,999 are taken as they are, with classes up to the greatest; other texts are sorted by code point and numbered from 0.
A gap, text among numbers, a number beyond float32 and a line of another length are refused with line and column, in files up to 4 MB before a run, in larger ones while they are read.

Caveat: features keep their units. Where they differ, Standardise them.

Source: RFC 4180, Section 2 (format).`,
  params,
  card: ({ file: chosen, label }) => [
    ['file', chosen?.name ?? 'none chosen'],
    ['labels', label === '' ? 'none' : `column ${label}`],
  ],
  chosen: ({ file: given }) => given !== null,
  check(p, files) {
    const bytes = chosenBytes(files, 'file', p.file, 'a .csv file');
    const info = checking('file', () => csvInfo(bytes, p.file!.name, dataOf(p)));
    const size = dataBytes(info.count, info.item);
    return { info, cost: { points: 0, multiplyAdds: 0, bytes: size, working: size } };
  },
  async read(p, context) {
    const { readCsvInputs } = await import('../src/methods/data/csv.js');
    return readCsvInputs(await context.files.read(p.file!), p.file!.name, dataOf(p), context);
  },
  view: dataView,
});
