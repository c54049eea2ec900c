/** What BERT's uncased tokenizer makes of a character. */
export const WORD = 1;
/** Ends a word. */
export const SPACE = 2;
/** A word by itself: punctuation and CJK ideographs. */
export const ALONE = 3;
/** Vanishes: control and format characters, accents. */
const DROPPED = 4;
/** Becomes several code units, each read in its place: see `expansion`. */
export const EXPANDED = 5;
const UNSEEN = 0;

/**
 * Classifies and folds characters as BERT's normaliser and pre-tokeniser do together: control characters
 * removed, accents stripped by NFD, lower case, punctuation and CJK split off. A code unit is looked at once,
 * when it is first met.
 */
export class BertCharacters {
  /** Code unit → what it is, `UNSEEN` until `classify` was called. */
  readonly kinds: Uint8Array = new Uint8Array(0x1_0000);
  /** Code unit → the code unit that stands for it, where it is `WORD` or `ALONE`. */
  readonly folded: Uint16Array = new Uint16Array(0x1_0000);
  readonly #expansions = new Map<number, Character>();

  kindOf(code: number): number {
    const kind = this.kinds[code] ?? UNSEEN;
    return kind === UNSEEN ? this.#classify(code) : kind;
  }

  /** For a code unit of kind `EXPANDED`, and for any code point beyond U+FFFF. */
  expand(codePoint: number): Character {
    let character = this.#expansions.get(codePoint);
    if (character === undefined) {
      character = toCharacter(String.fromCodePoint(codePoint));
      this.#expansions.set(codePoint, character);
    }
    return character;
  }

  #classify(code: number): number {
    const { kind, folded } = toCharacter(String.fromCharCode(code));
    this.kinds[code] = folded.length > 1 ? EXPANDED : kind;
    this.folded[code] = folded.charCodeAt(0);
    return this.kinds[code] ?? UNSEEN;
  }
}

export interface Character {
  readonly kind: typeof WORD | typeof SPACE | typeof ALONE | typeof DROPPED;
  readonly folded: string;
}

const CONTROL = /^[\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFD]$/u;
const WHITE_SPACE = /^[\t\n\r\p{White_Space}]$/u;
const NONSPACING_MARK = /\p{Mn}/gu;
/** ASCII symbols such as "+" and "<" split words as punctuation does; other symbols, such as "±", do not. */
const PUNCTUATION = /^[!-/:-@[-`{-~\p{P}]$/u;
/**
 * The blocks that BERT names:
 * https://github.com/google-research/bert/blob/master/tokenization.py (_is_chinese_char).
 */
const CJK =
  /^[\u4E00-\u9FFF\u3400-\u4DBF\uF900-\uFAFF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B820}-\u{2CEAF}\u{2F800}-\u{2FA1F}]$/u;

function toCharacter(character: string): Character {
  if (!/[\t\n\r]/.test(character) && CONTROL.test(character)) return { kind: DROPPED, folded: '' };
  if (WHITE_SPACE.test(character)) return { kind: SPACE, folded: '' };
  const folded = character.normalize('NFD').replace(NONSPACING_MARK, '').toLowerCase();
  if (folded === '') return { kind: DROPPED, folded };
  return { kind: CJK.test(character) || PUNCTUATION.test(folded) ? ALONE : WORD, folded };
}
