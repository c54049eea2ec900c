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
  let units = 0;
  for (const piece of vocabulary) {
    units += piece.length;
    for (let at = 0; at < piece.length; at++) {
      const code = piece.charCodeAt(at);
      if (columns[code] === 0) columns[code] = columnCount++;
    }
  }

  // There cannot be more edges than code units: room for all of them, until their number is known.
  const found = createEdges(units, (bytes) => new ArrayBuffer(bytes));
  const ends = new Int32Array(units + 2).fill(-1);
  let nodeCount = 2;
  for (let id = 0; id < vocabulary.length; id++) {
    const piece = vocabulary[id] ?? '';
    const continues = piece.length > 2 && piece.startsWith('##');
    let node = continues ? CONTINUATION_ROOT : WORD_ROOT;
    for (let at = continues ? 2 : 0; at < piece.length; at++) {
      const key = node * columnCount + (columns[piece.charCodeAt(at)] ?? 0);
      const slot = findSlot(found, key);
      if (found.edges[slot] === 0) {
        found.edges[slot] = key;
        found.edges[slot + 1] = nodeCount++;
      }
      node = found.edges[slot + 1] ?? 0;
    }
    ends[node] = id;
  }

  const pieces = new Int32Array(allocate(nodeCount * 4));
  pieces.set(ends.subarray(0, nodeCount));
  const edges = copyEdges(found, createEdges(nodeCount - 2, allocate));
  return { columns, columnCount, ...edges, pieces, unknownId: vocabulary.indexOf('[UNK]') };
}

type Edges = Pick<WordPieceTrie, 'edges' | 'slotShift'>;

/** At most half of the slots are taken, so that a probe ends after a step or two. */
function createEdges(count: number, allocate: (bytes: number) => ArrayBufferLike): Edges {
  const bits = Math.ceil(Math.log2(count * 2));
  return { edges: new Int32Array(allocate(2 ** bits * 8)), slotShift: 32 - bits };
}

/** Where the key stands in `edges`, or may be put; its child stands after it. */
function findSlot({ edges, slotShift }: Edges, key: number): number {
  let at = (Math.imul(key, HASH_MULTIPLIER) >>> slotShift) * 2;
  while (edges[at] !== 0 && edges[at] !== key) at = (at + 2) & (edges.length - 1);
  return at;
}

function copyEdges(from: Edges, to: Edges): Edges {
  for (let at = 0; at < from.edges.length; at += 2) {
    const key = from.edges[at] ?? 0;
    if (key === 0) continue;
    const slot = findSlot(to, key);
    to.edges[slot] = key;
    to.edges[slot + 1] = from.edges[at + 1] ?? 0;
  }
  return to;
}
