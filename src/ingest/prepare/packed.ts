/**
 * Many byte arrays in one block of memory, so that they travel between threads without being copied
 * one by one.
 */
export interface Packed {
  block: Uint8Array<ArrayBuffer>;
  lengths: number[];
}

export function pack(pieces: readonly Uint8Array[]): Packed {
  const block = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    block.set(piece, at);
    at += piece.length;
  }
  return { block, lengths: pieces.map(({ length }) => length) };
}

/** Views into the block, in the order they were packed. */
export function unpack({ block, lengths }: Packed): Uint8Array[] {
  let at = 0;
  return lengths.map((length) => {
    const piece = block.subarray(at, at + length);
    at += length;
    return piece;
  });
}
