/** PostgreSQL's pages: src/include/storage/checksum_impl.h and bufpage.h of its source. */
export const PAGE_BYTES = 8_192;
const LANES = 32;
const WORDS = PAGE_BYTES / 4;
const FNV_PRIME = 16_777_619;
/**
 * Within a page's head: where its checksum lies, and where its free space ends, 0 in a page that
 * was never filled.
 */
const CHECKSUM_AT = 8;
const UPPER_AT = 14;
// biome-ignore format: as in PostgreSQL's source
const OFFSETS = Int32Array.of(
  0x5b1f36e9, 0xb8525960, 0x02ab50aa, 0x1de66d2a, 0x79ff467a, 0x9bb9f8a3, 0x217e7cd2, 0x83e13d2c,
  0xf8d4474f, 0xe39eb970, 0x42c6ae16, 0x993216fa, 0x7b093b5d, 0x98daff3c, 0xf718902a, 0x0b1c9cdb,
  0xe58f764b, 0x187636bc, 0x5d7b3bb1, 0xe73de7de, 0x92bec979, 0xcca6c0b2, 0x304a0979, 0x85aa43d4,
  0x783125bb, 0x6ca8eaa2, 0xe407eac6, 0x4b5cfc3e, 0x9fbf8c76, 0x15ca20be, 0xf2ca9fd3, 0x959bd756,
);

/**
 * `page` begins at a multiple of four bytes of its memory; `block` counts pages from the begin of the
 * table's first file.
 */
export function isPageWhole(page: Uint8Array, block: number): boolean {
  const head = new DataView(page.buffer, page.byteOffset, PAGE_BYTES);
  if (head.getUint16(UPPER_AT, true) === 0) return page.every((byte) => byte === 0);
  return head.getUint16(CHECKSUM_AT, true) === toChecksum(page, block);
}

const sums = new Int32Array(LANES);

function toChecksum(page: Uint8Array, block: number): number {
  const words = new Int32Array(page.buffer, page.byteOffset, WORDS);
  sums.set(OFFSETS);
  for (let at = 0; at < WORDS; at++) {
    // The checksum counts as zero in itself; the flags share its word.
    const word = at === CHECKSUM_AT / 4 ? (words[at] as number) & 0xffff0000 : (words[at] as number);
    const mixed = (sums[at % LANES] as number) ^ word;
    sums[at % LANES] = Math.imul(mixed, FNV_PRIME) ^ (mixed >>> 17);
  }
  let folded = block;
  for (let sum of sums) {
    for (let round = 0; round < 2; round++) sum = Math.imul(sum, FNV_PRIME) ^ (sum >>> 17);
    folded ^= sum;
  }
  return ((folded >>> 0) % 65_535) + 1;
}
