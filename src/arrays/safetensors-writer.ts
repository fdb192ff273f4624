/** Writing the safetensors format (https://github.com/huggingface/safetensors, "Format"). */

/** A tensor to write: float32, or int64 from whole numbers. */
export interface WrittenTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

const ALIGNED = 8; // bytes that the block of numbers starts at a multiple of

/**
 * A .safetensors file: the length of the header as 8 bytes, little endian; the header in JSON, padded with spaces; the numbers without
 * gaps, int64 before float32 so that each is aligned, else in the order given. `metadata` goes in as it is.
 */
export function writeSafetensors(
  tensors: readonly WrittenTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const ordered = [...tensors].sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, shape, data } of ordered) {
    const start = end;
    end += data.byteLength;
    header[name] = { dtype: data instanceof Float32Array ? 'F32' : 'I64', shape, data_offsets: [start, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = ALIGNED * Math.ceil(text.length / ALIGNED);
  const file = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(length), true);
  file.set(text, 8);
  let at = 8 + length;
  for (const { data } of ordered) {
    for (let i = 0; i < data.length; i++) {
      if (data instanceof Float32Array) view.setFloat32(at, data[i]!, true);
      else view.setBigInt64(at, data[i]!, true);
      at += data.BYTES_PER_ELEMENT;
    }
  }
  return file;
}
