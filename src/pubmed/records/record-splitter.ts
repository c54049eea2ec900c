import { findPmid, type Pmid } from '../../domain/ids.ts';
import { ByteSearch, ByteWindow } from './byte-window.ts';
import { removeComments } from './comments.ts';
import { ElementEnd } from './element-end.ts';
import { findMarkupEnd } from './markup-end.ts';
import { readRecordHead } from './read-record-head.ts';
import { type InputFault, UnreadableInputError } from './unreadable-input-error.ts';

export type RecordElement = 'PubmedArticle' | 'PubmedBookArticle' | 'MedlineCitation';

export type SplitItem =
  /**
   * `bytes` is the very slice that upstream sent, a view into a larger block; `offset` counts from
   * the stream's start.
   */
  | { kind: 'record'; element: RecordElement; bytes: Buffer; offset: number }
  | { kind: 'delete'; pmids: Pmid[]; offset: number };

/**
 * Cuts a stream of PubMed XML into its records. Items come in document order. `push` never loses an item to a
 * fault: it hands out what came before it, and the next `push` or `end` throws an `UnreadableInputError`.
 */
export interface RecordSplitter {
  push(chunk: Uint8Array): SplitItem[];
  /** Throws when the stream was empty, no PubMed set, or is cut off. */
  end(): SplitItem[];
}

const LESS_THAN = 0x3c;
const QUESTION_MARK = 0x3f;
const EXCLAMATION_MARK = 0x21;
const MEBIBYTE = 1024 * 1024;
/**
 * The largest record seen in PubMed has 188 kB; this bounds memory, not the data. Escaped for JSON each byte
 * may become six, and the archive opens what unpacks to 128 MiB.
 */
const MAX_RECORD_BYTES = 16 * MEBIBYTE;
/** Comments, declarations and tags between records. */
const MAX_MARKUP_BYTES = MEBIBYTE;

const ROOTS = new Set(['PubmedArticleSet', 'MedlineCitationSet', 'PubmedBookArticleSet']);
const RECORDS: ReadonlySet<string> = new Set<RecordElement>([
  'PubmedArticle',
  'PubmedBookArticle',
  'MedlineCitation',
]);
const DELETIONS = new Set(['DeleteCitation', 'DeleteDocument']);
const PMID_ELEMENT = /<PMID(?:\s[^<>]*)?>([^<]*)<\/PMID\s*>/g;
const NAME = /^<\/?([^\s/>]+)/;
const PRINTABLE_NAME = /^[\w:.-]{1,40}$/;
const DECLARED_ENCODING = /^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']/;
/** US-ASCII is a part of UTF-8. */
const READABLE_ENCODINGS = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

export function createRecordSplitter(limits: { maxRecordBytes?: number } = {}): RecordSplitter {
  return new StreamSplitter(limits.maxRecordBytes ?? MAX_RECORD_BYTES);
}

/**
 * States: before a set (the prolog, where `#root` is `null`), between the records of a set, and inside an
 * element (`#open`). After a set another may follow, since EDirect writes the answers to its batches one
 * behind the other.
 */
class StreamSplitter implements RecordSplitter {
  readonly #maxRecordBytes: number;
  readonly #window = new ByteWindow();
  readonly #elementEnd = new ElementEnd(this.#window);
  readonly #commentEnd = new ByteSearch('-->');
  readonly #instructionEnd = new ByteSearch('?>');
  #root: string | null = null;
  #setsRead = 0;
  #open: string | null = null;
  #lastRecord: Buffer | null = null;
  #fault: UnreadableInputError | null = null;

  constructor(maxRecordBytes: number) {
    this.#maxRecordBytes = maxRecordBytes;
  }

  push(chunk: Uint8Array): SplitItem[] {
    if (this.#fault !== null) throw this.#fault;
    this.#window.append(chunk);
    const items: SplitItem[] = [];
    try {
      while (this.#step(items));
    } catch (error) {
      if (!(error instanceof UnreadableInputError)) throw error;
      this.#fault = error;
    }
    return items;
  }

  end(): SplitItem[] {
    if (this.#fault !== null) throw this.#fault;
    if (this.#open !== null) throw this.#toCutError();
    if (this.#root !== null) {
      throw this.#toError(
        'cut-before-end',
        `The input ends before </${this.#root}>: it was cut off. Fetch it again.`,
      );
    }
    const rest = this.#window.end - this.#window.start;
    if (this.#setsRead === 0 && rest === 0) throw this.#toError('empty', 'The input is empty.');
    if (this.#setsRead === 0) throw this.#toError('not-xml', 'The input ends before any PubMed set begins.');
    if (rest > 0)
      throw this.#toError('foreign-content', 'The input ends in unfinished markup behind its last set.');
    return [];
  }

  /** Takes one token; false when more bytes are needed for it. */
  #step(items: SplitItem[]): boolean {
    if (this.#open !== null) return this.#takeElement(this.#open, items);
    if (!this.#skipWhiteSpace()) return false;
    const at = this.#window.start;
    if (this.#window.byteAt(at) !== LESS_THAN) throw this.#toTextError(at);
    switch (this.#window.byteAt(at + 1)) {
      case undefined:
        return false;
      case QUESTION_MARK:
        return this.#takeInstruction(at);
      case EXCLAMATION_MARK:
        return this.#takeDeclaration(at);
      default:
        return this.#takeTag(at);
    }
  }

  #skipWhiteSpace(): boolean {
    let at = this.#window.start;
    if (at === 0 && this.#setsRead === 0) {
      const bom = findByteOrderMark(this.#window);
      if (bom === 'incomplete') return false;
      if (bom === 'foreign')
        throw this.#toError('not-utf8', 'The input is not UTF-8. Convert it to UTF-8 first.');
      if (bom === 'gzip') throw this.#toError('not-xml', 'The input is still gzip-compressed, not XML.');
      at = bom;
    }
    let byte = this.#window.byteAt(at);
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = this.#window.byteAt(++at);
    this.#window.consumeTo(at);
    return byte !== undefined;
  }

  #takeInstruction(at: number): boolean {
    const end = this.#instructionEnd.find(this.#window, at);
    if (end < 0) return this.#waitFor(at, MAX_MARKUP_BYTES);
    const encoding = DECLARED_ENCODING.exec(this.#window.slice(at, end).toString('latin1'))?.[1];
    if (encoding !== undefined && !READABLE_ENCODINGS.has(encoding.toLowerCase())) {
      const name = PRINTABLE_NAME.test(encoding) ? encoding : 'an unknown one';
      throw this.#toError('not-utf8', `The input declares the encoding ${name}. Convert it to UTF-8 first.`);
    }
    this.#window.consumeTo(end + 2);
    return true;
  }

  #takeDeclaration(at: number): boolean {
    const opening = this.#window.slice(at, at + 4).toString('latin1');
    if (opening.length < 4) return false;
    const isComment = opening === '<!--';
    if (!isComment && this.#root !== null) {
      throw this.#toError('foreign-content', 'Between two records stands a declaration or CDATA section.');
    }
    const end = isComment ? this.#commentEnd.find(this.#window, at + 4) : findMarkupEnd(this.#window, at);
    if (end < 0) return this.#waitFor(at, MAX_MARKUP_BYTES);
    this.#window.consumeTo(isComment ? end + 3 : end);
    return true;
  }

  #takeTag(at: number): boolean {
    const end = findMarkupEnd(this.#window, at);
    if (end < 0) return this.#waitFor(at, MAX_MARKUP_BYTES);
    const tag = this.#window.slice(at, end).toString('latin1');
    const name = NAME.exec(tag)?.[1] ?? '';
    const isEmpty = tag.endsWith('/>');
    if (tag.startsWith('</')) this.#closeSet(name);
    else if (this.#root === null) this.#openSet(name, isEmpty);
    else if (RECORDS.has(name) || DELETIONS.has(name)) {
      this.#open = name;
      this.#elementEnd.begin(name, end, isEmpty);
      return true;
    } else
      throw this.#toError(
        'foreign-content',
        `Between two records stands ${toShownTag(name)}, which is no record.`,
      );
    this.#window.consumeTo(end);
    return true;
  }

  #openSet(name: string, isEmpty: boolean): void {
    if (!ROOTS.has(name)) {
      const what = name.toLowerCase() === 'html' ? 'an HTML page' : `XML with the root ${toShownTag(name)}`;
      throw this.#toError('not-a-pubmed-set', `The input is ${what}, not a set of PubMed records.`);
    }
    if (isEmpty) this.#setsRead += 1;
    else this.#root = name;
  }

  #closeSet(name: string): void {
    if (name !== this.#root) {
      throw this.#toError(
        'foreign-content',
        `An end tag for ${toShownTag(name)} stands where none can close.`,
      );
    }
    this.#root = null;
    this.#setsRead += 1;
  }

  #takeElement(name: string, items: SplitItem[]): boolean {
    const offset = this.#window.start;
    const end = this.#elementEnd.find();
    if (end < 0) return this.#waitFor(offset, this.#maxRecordBytes);
    if (end - offset > this.#maxRecordBytes) throw this.#toOversizedError(this.#maxRecordBytes);
    const bytes = this.#window.slice(offset, end);
    if (DELETIONS.has(name)) {
      items.push({ kind: 'delete', pmids: this.#readDeletions(bytes), offset });
    } else {
      // Only the names in RECORDS and DELETIONS are ever opened.
      items.push({ kind: 'record', element: name as RecordElement, bytes, offset });
      this.#lastRecord = bytes;
    }
    this.#open = null;
    this.#window.consumeTo(end);
    return true;
  }

  #readDeletions(bytes: Buffer): Pmid[] {
    const block = removeComments(bytes.toString('latin1'));
    return Array.from(block.matchAll(PMID_ELEMENT), ([, text]) => {
      const pmid = findPmid(text ?? '');
      if (pmid === null)
        throw this.#toError('foreign-content', 'A list of deleted PMIDs holds something that is none.');
      return pmid;
    });
  }

  #waitFor(at: number, maxBytes: number): false {
    if (this.#window.end - at > maxBytes) throw this.#toOversizedError(maxBytes);
    return false;
  }

  #toTextError(at: number): UnreadableInputError {
    if (this.#root !== null) {
      return this.#toError('foreign-content', 'Between two records stands text that belongs to none.');
    }
    if (this.#setsRead > 0) return this.#toError('foreign-content', 'Text stands behind the end of the set.');
    if (this.#window.byteAt(at) === 0) {
      return this.#toError('not-utf8', 'The input is not UTF-8. Convert it to UTF-8 first.');
    }
    return this.#toError('not-xml', 'The input is no XML.');
  }

  #toCutError(): UnreadableInputError {
    const head = readRecordHead(this.#window.slice(this.#window.start, this.#window.end));
    const which = head === null ? `<${this.#open}>` : `<${this.#open}> of PMID ${head.pmid}`;
    return this.#toError(
      'cut-in-record',
      `The input ends in the middle of ${which}: it was cut off. Fetch it again.`,
    );
  }

  #toOversizedError(maxBytes: number): UnreadableInputError {
    const what = this.#open === null ? 'Markup between records' : `A <${this.#open}>`;
    return this.#toError(
      'oversized',
      `${what} is larger than ${maxBytes} bytes, which no PubMed file holds.`,
    );
  }

  #toError(fault: InputFault, hint: string): UnreadableInputError {
    const lastPmid = this.#lastRecord === null ? null : (readRecordHead(this.#lastRecord)?.pmid ?? null);
    return new UnreadableInputError(hint, { fault, offset: this.#window.start, lastPmid });
  }
}

/** Length of a UTF-8 mark (0 without one), or what the first bytes say the stream is instead. */
function findByteOrderMark(window: ByteWindow): number | 'incomplete' | 'foreign' | 'gzip' {
  const [first, second, third] = [window.byteAt(0), window.byteAt(1), window.byteAt(2)];
  if (first === 0xef) {
    if (second === undefined || third === undefined) return 'incomplete';
    return second === 0xbb && third === 0xbf ? 3 : 0;
  }
  if ((first === 0xfe || first === 0xff || first === 0x1f || first === LESS_THAN) && second === undefined) {
    return 'incomplete';
  }
  if ((first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe)) return 'foreign';
  if (first === LESS_THAN && second === 0) return 'foreign';
  return first === 0x1f && second === 0x8b ? 'gzip' : 0;
}

/** Names come from upstream, and hints are read by callers: anything odd in them is left out. */
function toShownTag(name: string): string {
  return PRINTABLE_NAME.test(name) ? `<${name}>` : 'an element with an odd name';
}
