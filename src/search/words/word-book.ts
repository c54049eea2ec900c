import { type PairSigns, toPairSigns } from './glue.ts';
import { toOtherNames } from './other-names.ts';
import { toPieces } from './pieces.ts';
import { makeToken } from './tokens.ts';

/** What a word comes to, whatever stands around it. */
export interface Word extends PairSigns {
  /** In lower case. */
  text: string;
  /** As it stands in the index. */
  token: string;
  /** What else it stands for; `null` as for most words: nothing. */
  other: OtherNames | null;
}

export interface OtherNames {
  /** See `listOtherTokens`. */
  tokens: readonly string[];
  /** See `findGenera`. */
  genera: readonly string[];
  /** "chloride" */
  isLastOfSalt: boolean;
}

/** A piece of a run of letters and digits, and how it hangs together with the one before. */
export interface WordPiece {
  word: Word;
  from: number;
  to: number;
  glue: 'tight' | null;
}

/** How a run of letters and digits is read. */
export interface Reading {
  /** The run in lower case. */
  lower: string;
  word: Word;
  /** `null`: it is one, as most are. */
  pieces: readonly WordPiece[] | null;
}

/** About 10 MB; texts of one field repeat their words. */
const MOST_REMEMBERED = 50_000;
/** Longer runs are sequences, each of which stands in one text. */
const LONGEST_REMEMBERED = 100;
/** A power of two; at most half of them are taken, so that a look ends after a step or two. */
const SLOTS = 131_072;
const MOST_SIGNS = MOST_REMEMBERED * 12;
/** What is no word of its own: drugs write a Greek letter so ("interferon alfa"). */
const WRITTEN_OTHERWISE = new Map([
  ['alfa', 'alpha'],
  ['vit', 'vitamin'],
]);
/** Of FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
const FNV_PRIME = 0x01000193;
/** By code, a letter or digit of ASCII in lower case; 0: it is none. */
const LOWER = Uint8Array.from({ length: 128 }, (_, code) => {
  const sign = String.fromCharCode(code);
  return /[A-Za-z0-9]/.test(sign) ? sign.toLowerCase().charCodeAt(0) : 0;
});
const WORD_SIGN = /^[\p{L}\p{N}]$/u;
const LAST_ASCII = 0x7f;

/**
 * Finds the runs of letters and digits of a text, and how each is read. A load meets the same words again and
 * again: a run of ASCII is looked up by its signs as they are met, and no string is made of it.
 */
export class WordBook {
  /** Of the run that `next` found. */
  start = 0;
  end = 0;
  hasCapitals = false;
  #text = '';
  #isAscii = true;
  #hash = 0;
  /** Pairs of a hash and a place in `#readings`, from 1 on; 0: free. */
  readonly #slots = new Int32Array(SLOTS * 2);
  #readings: Reading[] = [];
  /** The signs of all runs one behind the other, and where each begins. */
  readonly #signs = new Uint8Array(MOST_SIGNS + LONGEST_REMEMBERED);
  readonly #begins = new Int32Array(MOST_REMEMBERED + 1);
  /** By code unit, whether it is a letter or digit: 1 no, 2 yes, 0 not asked yet. */
  readonly #kinds = new Uint8Array(0x1_0000);

  open(text: string): void {
    this.#text = text;
    this.end = 0;
  }

  /** Goes on to the next run; `false`: there is none. */
  next(): boolean {
    const text = this.#text;
    let at = this.end;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code <= LAST_ASCII ? LOWER[code] !== 0 : this.#measure(at) > 0) break;
    }
    if (at >= text.length) return false;
    this.start = at;
    let hash = 0;
    let capitals = 0;
    let isAscii = true;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code <= LAST_ASCII) {
        const lower = LOWER[code] as number;
        if (lower === 0) break;
        capitals |= lower ^ code;
        hash = Math.imul(hash ^ lower, FNV_PRIME);
        at += 1;
      } else {
        const units = this.#measure(at);
        if (units === 0) break;
        isAscii = false;
        at += units;
      }
    }
    this.end = at;
    this.hasCapitals = capitals !== 0;
    this.#isAscii = isAscii;
    this.#hash = hash ^ (hash >>> 15);
    return true;
  }

  /** Of the run that `next` found. */
  read(): Reading {
    const { start, end } = this;
    if (!this.#isAscii || end - start > LONGEST_REMEMBERED) return toReading(this.#slice().toLowerCase());
    const slots = this.#slots;
    let slot = (this.#hash & (SLOTS - 1)) * 2;
    for (let place = slots[slot + 1] as number; place !== 0; place = slots[slot + 1] as number) {
      if (slots[slot] === this.#hash && this.#isAt(place - 1)) return this.#readings[place - 1] as Reading;
      slot = (slot + 2) & (SLOTS * 2 - 1);
    }
    return this.#remember(slot);
  }

  /** The run as the text has it. */
  asWritten({ lower }: Reading): string {
    return this.hasCapitals || !this.#isAscii ? this.#slice() : lower;
  }

  #slice(): string {
    return this.#text.slice(this.start, this.end);
  }

  /** How many code units the letter or digit at `at` has; 0: it is none. */
  #measure(at: number): number {
    const text = this.#text;
    const code = text.charCodeAt(at);
    const kind = this.#kinds[code] as number;
    if (kind > 0) return kind - 1;
    if (isHighHalf(code)) return this.#measurePair(code, at + 1);
    const isSign = WORD_SIGN.test(String.fromCharCode(code));
    this.#kinds[code] = isSign ? 2 : 1;
    return isSign ? 1 : 0;
  }

  /**
   * Not by `codePointAt`: V8 13.6, once it has optimised that, finds the second half behind the end of a
   * string that was cut out of another one.
   */
  #measurePair(high: number, at: number): number {
    const low = at < this.#text.length ? this.#text.charCodeAt(at) : 0;
    return WORD_SIGN.test(String.fromCharCode(high, low)) ? 2 : 0;
  }

  #isAt(place: number): boolean {
    const { start, end } = this;
    const begin = this.#begins[place] as number;
    if ((this.#begins[place + 1] as number) - begin !== end - start) return false;
    for (let at = start, sign = begin; at < end; at++, sign++) {
      if (LOWER[this.#text.charCodeAt(at)] !== this.#signs[sign]) return false;
    }
    return true;
  }

  #remember(free: number): Reading {
    const reading = toReading(this.#slice().toLowerCase());
    const count = this.#readings.length;
    const begin = this.#begins[count] as number;
    if (count === MOST_REMEMBERED || begin > MOST_SIGNS) {
      this.#slots.fill(0);
      this.#readings = [];
      return reading;
    }
    this.#slots[free] = this.#hash;
    this.#slots[free + 1] = count + 1;
    for (let at = 0; at < reading.lower.length; at++) this.#signs[begin + at] = reading.lower.charCodeAt(at);
    this.#begins[count + 1] = begin + reading.lower.length;
    this.#readings.push(reading);
    return reading;
  }
}

function isHighHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function toReading(lower: string): Reading {
  const pieces = toPieces(lower)?.map((piece) => ({
    ...piece,
    word: toWord(lower.slice(piece.from, piece.to)),
  }));
  return { lower, word: toWord(WRITTEN_OTHERWISE.get(lower) ?? lower), pieces: pieces ?? null };
}

function toWord(text: string): Word {
  return { text, token: makeToken(text), other: toOtherNames(text), ...toPairSigns(text) };
}
