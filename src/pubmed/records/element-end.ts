import { ByteSearch, type ByteWindow } from './byte-window.ts';

const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;

/**
 * Finds where an element ends, without parsing it: at the first end tag of its name that lies in no comment,
 * CDATA section or processing instruction. Elements that hold one of their own name are not in PubMed.
 */
export class ElementEnd {
  readonly #window: ByteWindow;
  readonly #closes = new Map<string, ByteSearch>();
  readonly #exclamation = new ByteSearch('!');
  readonly #question = new ByteSearch('?');
  readonly #commentEnd = new ByteSearch('-->');
  readonly #cdataEnd = new ByteSearch(']]>');
  readonly #instructionEnd = new ByteSearch('?>');
  #name = '';
  #cursor = 0;
  #isEmpty = false;

  constructor(window: ByteWindow) {
    this.#window = window;
  }

  /** `from` is the offset behind the start tag. */
  begin(name: string, from: number, isEmpty: boolean): void {
    this.#name = name;
    this.#cursor = from;
    this.#isEmpty = isEmpty;
  }

  /** Offset behind the end tag, or -1 when it has not arrived. */
  find(): number {
    if (this.#isEmpty) return this.#cursor;
    const close = this.#toCloseSearch();
    for (;;) {
      const at = close.find(this.#window, this.#cursor);
      const limit = at < 0 ? this.#window.end : at;
      const next = this.#skipOpaque(limit);
      if (next === 'incomplete') return -1;
      if (next !== null) {
        this.#cursor = next;
        continue;
      }
      if (at < 0) return -1;
      const end = this.#findTagEnd(at + this.#name.length + 2);
      if (end === 'incomplete') return -1;
      if (end !== null) return end;
      this.#cursor = at + 1;
    }
  }

  #toCloseSearch(): ByteSearch {
    const known = this.#closes.get(this.#name);
    if (known !== undefined) return known;
    const search = new ByteSearch(`</${this.#name}`);
    this.#closes.set(this.#name, search);
    return search;
  }

  /** `null` when the name goes on: `</PubmedArticle` also begins `</PubmedArticleSet>`. */
  #findTagEnd(from: number): number | 'incomplete' | null {
    let at = from;
    let byte = this.#window.byteAt(at);
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = this.#window.byteAt(++at);
    if (byte === undefined) return 'incomplete';
    return byte === GREATER_THAN ? at + 1 : null;
  }

  /** Offset behind the first part before `limit` in which tags are only text; `null` when there is none. */
  #skipOpaque(limit: number): number | 'incomplete' | null {
    const markup = this.#findAfterLessThan(this.#exclamation, limit);
    const instruction = this.#findAfterLessThan(this.#question, limit);
    if (markup < 0 && instruction < 0) return null;
    if (markup < 0 || (instruction >= 0 && instruction < markup)) {
      return toOffsetBehind(this.#instructionEnd.find(this.#window, instruction + 1), '?>');
    }
    const opening = this.#window.slice(markup, markup + 8).toString('latin1');
    if (opening.startsWith('!--'))
      return toOffsetBehind(this.#commentEnd.find(this.#window, markup + 3), '-->');
    if (opening === '![CDATA[') return toOffsetBehind(this.#cdataEnd.find(this.#window, markup + 8), ']]>');
    return opening.length < 8 ? 'incomplete' : markup + 1;
  }

  #findAfterLessThan(search: ByteSearch, limit: number): number {
    let at = search.find(this.#window, this.#cursor);
    while (at >= 0 && at < limit) {
      if (this.#window.byteAt(at - 1) === LESS_THAN) return at;
      at = search.find(this.#window, at + 1);
    }
    return -1;
  }
}

function toOffsetBehind(at: number, terminator: string): number | 'incomplete' {
  return at < 0 ? 'incomplete' : at + terminator.length;
}
