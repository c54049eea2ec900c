/**
 * The vocabulary of an uncased BERT tokenizer as a trie over UTF-16 code units, in flat arrays that threads
 * can share. A word begins at node 0, a continuation ("##…") at node 1.
 */
export interface WordPieceTrie {
  /** UTF-16 code unit → its column, 0 where no piece contains it. */
  readonly columns: Uint16Array;
  readonly columnCount: number;
  /** Open addressing over pairs of edge key (`node * columnCount + column`, 0: empty slot) and child node. */
  readonly edges: Int32Array;
  /** 32 minus the binary logarithm of the number of slots: the hash's highest bits choose the slot. */
  readonly slotShift: number;
  /** Node → id of the piece that ends there, or −1. */
  readonly pieces: Int32Array;
  /** Id of "[UNK]", which stands for a word that no pieces make up. */
  readonly unknownId: number;
}

export const WORD_ROOT = 0;
export const CONTINUATION_ROOT = 1;
/** Knuth's multiplicative hash: 2^32 divided by the golden ratio. */
export const HASH_MULTIPLIER = 0x9e3779b1;

/**
 * `vocabulary[id]` is a piece as BERT's vocab.txt spells it; `allocate` gives the memory that the
 * arrays live in.
 */
export function createWordPieceTrie(
  vocabulary: readonly string[],
  allocate: (bytes: number) => ArrayBufferLike,
): WordPieceTrie {
  const columns = new Uint16Array(allocate(0x1_0000 * 2));
  let columnCount = 1;
  for (const piece of vocabulary) {
    for (let at = 0; at < piece.length; at++) {
      const code = piece.charCodeAt(at);
      if (columns[code] === 0) columns[code] = columnCount++;
    }
  }

  const children = new Map<number, number>();
  const ends = new Map<number, number>();
  let nodeCount = 2;
  for (const [id, piece] of vocabulary.entries()) {
    const continues = piece.length > 2 && piece.startsWith('##');
    let node = continues ? CONTINUATION_ROOT : WORD_ROOT;
    for (let at = continues ? 2 : 0; at < piece.length; at++) {
      const key = node * columnCount + (columns[piece.charCodeAt(at)] ?? 0);
      let child = children.get(key);
      if (child === undefined) {
        child = nodeCount++;
        children.set(key, child);
      }
      node = child;
    }
    ends.set(node, id);
  }

  const pieces = new Int32Array(allocate(nodeCount * 4)).fill(-1);
  for (const [node, id] of ends) pieces[node] = id;
  return {
    columns,
    columnCount,
    ...hashEdges(children, allocate),
    pieces,
    unknownId: vocabulary.indexOf('[UNK]'),
  };
}

/** At most half of the slots are taken, so that a probe ends after a step or two. */
function hashEdges(
  children: ReadonlyMap<number, number>,
  allocate: (bytes: number) => ArrayBufferLike,
): { edges: Int32Array; slotShift: number } {
  const bits = Math.ceil(Math.log2(children.size * 2));
  const slots = 2 ** bits;
  const slotShift = 32 - bits;
  const edges = new Int32Array(allocate(slots * 8));
  for (const [key, child] of children) {
    let slot = Math.imul(key, HASH_MULTIPLIER) >>> slotShift;
    while (edges[slot * 2] !== 0) slot = (slot + 1) & (slots - 1);
    edges[slot * 2] = key;
    edges[slot * 2 + 1] = child;
  }
  return { edges, slotShift };
}
