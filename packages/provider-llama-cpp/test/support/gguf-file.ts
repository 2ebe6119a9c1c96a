import { writeFileSync } from 'node:fs';

/** The types of metadata that a small model needs, with their numbers in a GGUF file. */
const kinds = { u32: 4, f32: 6, bool: 7, text: 8, list: 9, i32: 5 } as const;

type Item = 'text' | 'f32' | 'i32';

/** One line of metadata: its name, its type, its value. */
export type Metadata = readonly [
  key: string,
  ...value:
    | readonly [kind: 'u32' | 'f32', value: number]
    | readonly [kind: 'bool', value: boolean]
    | readonly [kind: 'text', value: string]
    | readonly [kind: 'list', item: Item, values: readonly (string | number)[]],
];

/** A tensor of 32-bit floats; the first dimension is the one whose neighbours lie side by side. */
export interface Tensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly values: Float32Array;
}

const alignment = 32;
const padding = (length: number): Buffer => Buffer.alloc((alignment - (length % alignment)) % alignment);

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const uint64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const float32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
};
const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
};

const item = (kind: Item, value: string | number): Buffer => {
  if (typeof value === 'string') return text(value);
  return kind === 'f32' ? float32(value) : uint32(value);
};

const line = (entry: Metadata): Buffer => {
  const head = [text(entry[0]), uint32(kinds[entry[1]])];
  switch (entry[1]) {
    case 'list': {
      const [, , kind, values] = entry;
      const items = values.map((value) => item(kind, value));
      return Buffer.concat([...head, uint32(kinds[kind]), uint64(values.length), ...items]);
    }
    case 'bool':
      return Buffer.concat([...head, Buffer.from([entry[2] ? 1 : 0])]);
    case 'text':
      return Buffer.concat([...head, text(entry[2])]);
    case 'u32':
      return Buffer.concat([...head, uint32(entry[2])]);
    case 'f32':
      return Buffer.concat([...head, float32(entry[2])]);
  }
};

/** Writes a GGUF file, version 3. */
export const writeGgufFile = (
  file: string,
  metadata: readonly Metadata[],
  tensors: readonly Tensor[],
): void => {
  const infos: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const { name, dimensions, values } of tensors) {
    const bytes = Buffer.from(values.buffer);
    const filled = Buffer.concat([bytes, padding(bytes.length)]);
    infos.push(text(name), uint32(dimensions.length), ...dimensions.map(uint64), uint32(0), uint64(offset));
    data.push(filled);
    offset += filled.length;
  }
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    uint32(3),
    uint64(tensors.length),
    uint64(metadata.length),
    ...metadata.map(line),
    ...infos,
  ]);
  writeFileSync(file, Buffer.concat([head, padding(head.length), ...data]));
};
