/** A power of two; at most half of the slots are taken, so that a look ends after a step or two. */
const SLOTS = 65_536;
/** Some 2 MB with all that belongs to them; texts of one field repeat their words. */
const MOST_WORDS = SLOTS / 2;
const MOST_UNITS = MOST_WORDS * 10;
const MOST_PIECES = MOST_WORDS * 3;
/** Longer words stand in one text. */
const LONGEST_WORD = 40;
/** Of FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
const FNV_PRIME = 0x01000193;

/**
 * Remembers the pieces of words, folded ones: a word that texts repeat is looked up whole and not sign
 * by sign. Once it is full it begins anew.
 */
export class WordPieceMemory {
  /** Of all words one behind the other. */
  readonly pieces: Int32Array = new Int32Array(MOST_PIECES + LONGEST_WORD);
  /** Of the word that `find` answered. */
  from = 0;
  to = 0;
  #hash = 0;
  #slot = 0;
  #count = 0;
  /** Pairs of a hash and a place among the words, from 1 on; 0: free. */
  readonly #slots = new Int32Array(SLOTS * 2);
  readonly #units = new Uint16Array(MOST_UNITS + LONGEST_WORD);
  /** By place, where the units and the pieces of a word begin. */
  readonly #unitBegins = new Int32Array(MOST_WORDS + 1);
  readonly #pieceBegins = new Int32Array(MOST_WORDS + 1);

  /** Whether the first `units` of `word` are a word that is known: then `from` and `to` tell its `pieces`. */
  find(word: Uint16Array, units: number): boolean {
    if (units > LONGEST_WORD) return false;
    let hash = units;
    for (let at = 0; at < units; at++) hash = Math.imul(hash ^ (word[at] as number), FNV_PRIME);
    hash ^= hash >>> 15;
    const slots = this.#slots;
    let slot = (hash & (SLOTS - 1)) * 2;
    for (let place = slots[slot + 1] as number; place !== 0; place = slots[slot + 1] as number) {
      if (slots[slot] === hash && this.#isAt(place - 1, word, units)) {
        this.from = this.#pieceBegins[place - 1] as number;
        this.to = this.#pieceBegins[place] as number;
        return true;
      }
      slot = (slot + 2) & (SLOTS * 2 - 1);
    }
    this.#hash = hash;
    this.#slot = slot;
    return false;
  }

  /** The word that `find` has just not found, and its pieces, those of `ids` from `first` to `end`. */
  remember(word: Uint16Array, units: number, ids: Int32Array, first: number, end: number): void {
    if (units > LONGEST_WORD) return;
    const unitBegin = this.#unitBegins[this.#count] as number;
    const pieceBegin = this.#pieceBegins[this.#count] as number;
    if (this.#count === MOST_WORDS || unitBegin > MOST_UNITS || pieceBegin > MOST_PIECES) {
      this.#slots.fill(0);
      this.#count = 0;
      return;
    }
    for (let at = 0; at < units; at++) this.#units[unitBegin + at] = word[at] as number;
    for (let at = first; at < end; at++) this.pieces[pieceBegin + at - first] = ids[at] as number;
    this.#count += 1;
    this.#unitBegins[this.#count] = unitBegin + units;
    this.#pieceBegins[this.#count] = pieceBegin + end - first;
    this.#slots[this.#slot] = this.#hash;
    this.#slots[this.#slot + 1] = this.#count;
  }

  #isAt(place: number, word: Uint16Array, units: number): boolean {
    const begin = this.#unitBegins[place] as number;
    if ((this.#unitBegins[place + 1] as number) - begin !== units) return false;
    for (let at = 0; at < units; at++) if (this.#units[begin + at] !== word[at]) return false;
    return true;
  }
}
