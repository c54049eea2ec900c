/**
 * Many byte arrays in one block of memory, so that they travel between threads without being copied
 * one by one.
 */
export interface Packed {
  block: Uint8Array<ArrayBuffer>;
  lengths: number[];
}

export function pack(parts: readonly Uint8Array[]): Packed {
  const block = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    block.set(part, at);
    at += part.length;
  }
  return { block, lengths: parts.map(({ length }) => length) };
}

/** Views into the block, in the order they were packed. */
export function unpack({ block, lengths }: Packed): Uint8Array[] {
  let at = 0;
  return lengths.map((length) => {
    const part = block.subarray(at, at + length);
    at += length;
    return part;
  });
}
