/** The safetensors format: a JSON header and one block of numbers (https://github.com/huggingface/safetensors, "Format"). */
import type { ArrayHeader } from '../catalog/work.js';
import { type DType, decodeNumbers, elementCount, FORMATS, fileFault, ITEM_BYTES, type NamedArray } from './dtype.js';

/** Longest JSON header in bytes that is read. */
const SAFETENSORS_HEADER_BYTES = 8 * 2 ** 20;

const CUT = 'it is cut off or damaged: copy or save it again';

const DTYPES = new Map<string, DType>([
  ['F16', 'f2'],
  ['BF16', 'bf16'],
  ['F32', 'f4'],
  ['F64', 'f8'],
  ['I8', 'i1'],
  ['I16', 'i2'],
  ['I32', 'i4'],
  ['I64', 'i8'],
  ['U8', 'u1'],
  ['U16', 'u2'],
  ['U32', 'u4'],
  ['U64', 'u8'],
  ['BOOL', 'b1'],
]);

interface Tensor extends ArrayHeader {
  readonly dtype: DType;
  readonly start: number; // in the file
  readonly end: number;
}

/** Names, formats and shapes of the tensors in a file; offsets are checked to cover the block without gap or overlap. */
export function readSafetensorsHeaders(bytes: Uint8Array, where: string): readonly ArrayHeader[] {
  return tensors(bytes, where).map(({ name, dtype, shape }) => ({ name, dtype, shape }));
}

/** Reads the tensors of a file. */
export function readSafetensors(bytes: Uint8Array, where: string): readonly NamedArray[] {
  return tensors(bytes, where).map(({ name, dtype, shape, start, end }) => ({
    name,
    dtype,
    shape,
    data: decodeNumbers(bytes.subarray(start, end), dtype, true, `${where} array '${name}'`),
  }));
}

function tensors(bytes: Uint8Array, where: string): readonly Tensor[] {
  if (bytes.length < 8) throw fileFault(where, 'a safetensors file', `${bytes.length} bytes`, CUT);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > SAFETENSORS_HEADER_BYTES)
    throw fileFault(where, `a header of at most ${SAFETENSORS_HEADER_BYTES} bytes`, `${length}`);
  if (bytes.length < 8 + length) throw fileFault(where, `a header of ${length} bytes`, `${bytes.length - 8}`, CUT);
  const header = parseHeader(bytes.subarray(8, 8 + length), where);
  const found = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => parseTensor(name, value, 8 + length, where))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let at = 8 + length;
  for (const { name, start, end } of found) {
    if (start !== at) throw fileFault(`${where} array '${name}'`, `data at byte ${at}`, `${start}`);
    at = end;
  }
  if (at !== bytes.length) throw fileFault(where, `${at} bytes`, `${bytes.length}`, CUT);
  return found;
}

function parseHeader(bytes: Uint8Array, where: string): object {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw fileFault(where, 'a JSON header', 'other text');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw fileFault(where, 'a JSON object as header', 'another value');
  return header;
}

function parseTensor(name: string, value: unknown, base: number, file: string): Tensor {
  const where = `${file} array '${name.slice(0, 80)}'`;
  if (typeof value !== 'object' || value === null) throw fileFault(where, 'dtype, shape and data_offsets', `${value}`);
  const fields: { dtype?: unknown; shape?: unknown; data_offsets?: unknown } = value;
  const dtype = typeof fields.dtype === 'string' ? DTYPES.get(fields.dtype) : undefined;
  if (dtype === undefined) throw fileFault(where, FORMATS, `dtype ${JSON.stringify(fields.dtype)?.slice(0, 40)}`);
  const shape = numberList(fields.shape, `${where} shape`);
  const offsets = numberList(fields.data_offsets, `${where} data_offsets`);
  const bytes = elementCount(shape, where) * ITEM_BYTES[dtype];
  const [start, end] = offsets;
  if (offsets.length !== 2 || end! - start! !== bytes)
    throw fileFault(where, `${bytes} bytes for ${dtype} [${shape.join(', ')}]`, `offsets [${offsets.join(', ')}]`);
  return { name, dtype, shape, start: base + start!, end: base + end! };
}

function numberList(value: unknown, where: string): readonly number[] {
  if (!Array.isArray(value) || !value.every((n) => Number.isSafeInteger(n) && n >= 0))
    throw fileFault(where, 'a list of whole numbers', `${JSON.stringify(value)?.slice(0, 40)}`);
  return value;
}
