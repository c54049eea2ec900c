import { ALONE, BertCharacters, EXPANDED, SPACE, WORD } from './bert-characters.ts';
import { WordPieceMemory } from './word-piece-memory.ts';
import { CONTINUATION_ROOT, HASH_MULTIPLIER, WORD_ROOT, type WordPieceTrie } from './word-piece-trie.ts';

/** BERT's own limit, in characters: a longer word becomes one "[UNK]". */
const MAX_WORD_LENGTH = 100;
/**
 * An accented letter beyond U+FFFF or a Hangul syllable folds to at most this many code units a code unit.
 */
const MAX_EXPANSION = 4;

/**
 * Cuts text into the pieces that BERT's uncased tokenizer cuts it into, without "[CLS]" and "[SEP]" and
 * without a limit on length; a special token spelled out in the text counts as plain text. Not shared between
 * threads, the trie may be.
 */
export class WordPieceTokenizer {
  /** The ids of the last text read; only as many as `read` answered hold. */
  ids: Int32Array = new Int32Array(4096);
  #count = 0;
  /**
   * The word being read, folded. Longer than it may grow once characters of two code units and
   * expansions are counted.
   */
  readonly #word = new Uint16Array(MAX_WORD_LENGTH * MAX_EXPANSION * 2);
  #wordUnits = 0;
  #wordCharacters = 0;
  readonly #trie: WordPieceTrie;
  readonly #characters = new BertCharacters();
  readonly #memory = new WordPieceMemory();

  constructor(trie: WordPieceTrie) {
    this.#trie = trie;
  }

  /** Answers the number of pieces, whose ids then stand in `ids`. */
  read(text: string): number {
    const characters = this.#characters;
    const { kinds, folded } = characters;
    const word = this.#word;
    if (this.ids.length < text.length * MAX_EXPANSION)
      this.ids = new Int32Array(text.length * MAX_EXPANSION * 2);
    this.#count = 0;
    this.#wordUnits = 0;
    this.#wordCharacters = 0;

    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0xd800 && code < 0xe000) {
        const codePoint = toCodePoint(code, at + 1 < text.length ? text.charCodeAt(at + 1) : 0);
        if (codePoint > 0xffff) at++;
        this.#readExpanded(codePoint);
        continue;
      }
      const kind = kinds[code] || characters.kindOf(code);
      if (kind === WORD) {
        if (this.#wordCharacters++ < MAX_WORD_LENGTH) word[this.#wordUnits++] = folded[code] ?? code;
      } else if (kind === SPACE) {
        if (this.#wordUnits > 0) this.#endWord();
      } else if (kind === ALONE) {
        if (this.#wordUnits > 0) this.#endWord();
        word[0] = folded[code] ?? code;
        this.#wordUnits = 1;
        this.#wordCharacters = 1;
        this.#endWord();
      } else if (kind === EXPANDED) {
        this.#readExpanded(code);
      }
    }
    if (this.#wordUnits > 0) this.#endWord();
    return this.#count;
  }

  #readExpanded(codePoint: number): void {
    const { kind, folded } = this.#characters.expand(codePoint);
    if ((kind === SPACE || kind === ALONE) && this.#wordUnits > 0) this.#endWord();
    for (const character of folded) {
      if (this.#wordCharacters++ >= MAX_WORD_LENGTH) continue;
      for (let at = 0; at < character.length; at++) this.#word[this.#wordUnits++] = character.charCodeAt(at);
    }
    if (kind === ALONE) this.#endWord();
  }

  #endWord(): void {
    const units = this.#wordUnits;
    const tooLong = this.#wordCharacters > MAX_WORD_LENGTH;
    this.#wordUnits = 0;
    this.#wordCharacters = 0;
    const { ids } = this;
    const first = this.#count;
    if (tooLong) {
      ids[this.#count++] = this.#trie.unknownId;
      return;
    }
    const memory = this.#memory;
    if (memory.find(this.#word, units)) {
      let count = first;
      for (let at = memory.from; at < memory.to; at++) ids[count++] = memory.pieces[at] as number;
      this.#count = count;
      return;
    }
    this.#cutWord(units);
    memory.remember(this.#word, units, ids, first, this.#count);
  }

  /**
   * Takes the longest piece that the rest of the word begins with, again and again; "[UNK]" when
   * there is none.
   */
  #cutWord(units: number): void {
    const { columns, columnCount, edges, slotShift, pieces, unknownId } = this.#trie;
    const lastSlot = (edges.length >> 1) - 1;
    const { ids } = this;
    const word = this.#word;
    const first = this.#count;
    let count = first;

    let start = 0;
    while (start < units) {
      let node = start === 0 ? WORD_ROOT : CONTINUATION_ROOT;
      let longest = -1;
      let end = start;
      for (let at = start; at < units; at++) {
        const key = node * columnCount + (columns[word[at] as number] as number);
        let slot = Math.imul(key, HASH_MULTIPLIER) >>> slotShift;
        let found = edges[slot * 2];
        while (found !== key && found !== 0) {
          slot = (slot + 1) & lastSlot;
          found = edges[slot * 2];
        }
        if (found === 0) break;
        node = edges[slot * 2 + 1] as number;
        const piece = pieces[node] as number;
        if (piece >= 0) {
          longest = piece;
          end = at + 1;
        }
      }
      if (longest < 0) break;
      ids[count++] = longest;
      start = end;
    }
    if (start !== units) {
      count = first;
      ids[count++] = unknownId;
    }
    this.#count = count;
  }
}

/**
 * Not by `codePointAt`: V8 13.6, once it has optimised that, finds the second half behind the end of a
 * string that was cut out of another one.
 */
function toCodePoint(high: number, low: number): number {
  const isPair = high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
  return isPair ? (high - 0xd800) * 0x400 + low - 0xdc00 + 0x1_0000 : high;
}
