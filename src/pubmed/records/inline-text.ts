import { composeMath, isMathLayout, isMathToken, toTokenText } from './mathml-text.ts';
import { toSubscript, toSuperscript } from './raised-text.ts';

interface Frame {
  /** Without a namespace prefix. */
  name: string;
  isMath: boolean;
  /** What has been read in it so far. */
  text: Run;
  /** One entry a child element, where children have places; else `null`. */
  children: string[] | null;
}

/**
 * Text that grows: its end can be looked at without putting all of it together, which a long one would pay
 * for each time.
 */
class Run {
  readonly #pieces: string[] = [];
  /** The last piece. */
  end = '';

  add(piece: string): void {
    if (piece === '') return;
    this.#pieces.push(piece);
    this.end = piece;
  }

  toString(): string {
    return this.#pieces.join('');
  }
}

/** The DTD's marks of a letter or word, which part nothing even where they hold nothing. */
const MARKS = new Set(['b', 'i', 'u', 'sub', 'sup']);

/**
 * Text with markup inside, made one line in reading order while its elements go by. An element that is not
 * PubMed's and holds nothing ("<break/>") parts the words around it.
 */
export class InlineText {
  #frames: Frame[] = [];
  #top: Frame;
  #isParted = false;

  /** `text` is what stood before the first element. */
  constructor(text: string) {
    this.#top = { name: '', isMath: false, text: new Run(), children: null };
    this.#top.text.add(text);
  }

  open(qualifiedName: string): void {
    const name = toLocalName(qualifiedName);
    const isMath = this.#top.isMath || name === 'math';
    if (this.#isParted && name !== 'sub' && name !== 'sup') this.#top.text.add(' ');
    this.#isParted = false;
    this.#frames.push(this.#top);
    this.#top = { name, isMath, text: new Run(), children: isMath && isMathLayout(name) ? [] : null };
  }

  write(text: string): void {
    const top = this.#top;
    if (this.#isParted && /^[\p{L}\p{N}([]/u.test(text)) top.text.add(' ');
    this.#isParted = false;
    // Between the elements of a formula there is only layout.
    top.text.add(top.isMath && !isMathToken(top.name) ? toTokenText(text) : text);
  }

  close(): void {
    const closed = this.#top;
    const parent = this.#frames.pop();
    if (parent === undefined) throw new RangeError('nothing is open in this text');
    this.#top = parent;
    const text = toText(closed, parent.text.end);
    if (text === '' && !closed.isMath && !MARKS.has(closed.name)) this.#isParted = true;
    if (parent.children === null) parent.text.add(text);
    else parent.children.push(text);
  }

  /** Ends the text. */
  finish(): string {
    return this.#top.text.toString();
  }
}

function toText({ name, isMath, text: run, children }: Frame, before: string): string {
  if (children !== null) return composeMath(name, children);
  const text = run.toString();
  if (isMath) return isMathToken(name) ? toTokenText(text) : text;
  if (name === 'sup') return toSuperscript(text, before);
  return name === 'sub' ? toSubscript(text, before) : text;
}

function toLocalName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
