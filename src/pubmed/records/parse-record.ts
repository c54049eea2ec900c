import { SaxesParser } from 'saxes';
import type { Citation } from '../../domain/document/document.ts';
import { findPmid } from '../../domain/ids.ts';
import { medlineCitation, pubmedArticle } from './article-rules.ts';
import { pubmedBookArticle } from './book-rules.ts';
import { CitationDraft } from './citation-draft.ts';
import { type ElementRule, group } from './element-rule.ts';
import { InlineText } from './inline-text.ts';
import { readPlainXml, type XmlReader } from './plain-xml.ts';
import { readRecordHead } from './read-record-head.ts';
import { tidy, toReaderText } from './reader-text.ts';
import { toCitation } from './to-citation.ts';
import { UnreadableRecordError } from './unreadable-record-error.ts';

const RECORD = group({
  PubmedArticle: pubmedArticle,
  PubmedBookArticle: pubmedBookArticle,
  MedlineCitation: medlineCitation,
});

/** Real formulas are nested some twenty levels deep; each level composes the text of those in it anew. */
const MAX_INLINE_LEVELS = 100;

/**
 * Reads one record's element, whichever of the three it is. Entities are XML's five and numbers; a DTD's own
 * are refused, never expanded. Throws `UnreadableRecordError` when the bytes are no UTF-8 or no well-formed
 * XML, when the element is another, or when it has no PMID.
 */
export function parseRecord(bytes: Uint8Array): Citation {
  const draft = read(decode(bytes), bytes);
  if (draft.kind === null) throw toError('is no PubMed article, book or citation', bytes);
  const pmid = findPmid(draft.pmid ?? '');
  if (pmid === null) throw toError('has no PMID that is a number of one to nine digits', bytes);
  return toCitation(draft, pmid);
}

/** What is not plain, and what may be wrong, saxes reads from its beginning. */
function read(xml: string, bytes: Uint8Array): CitationDraft {
  const draft = new CitationDraft();
  if (readPlainXml(xml, createReader(draft, bytes))) return draft;
  const again = new CitationDraft();
  readBySaxes(xml, createReader(again, bytes), bytes);
  return again;
}

/** Keeps nothing between two texts. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw toError('is not UTF-8', bytes, cause);
  }
}

function readBySaxes(xml: string, reader: XmlReader, bytes: Uint8Array): void {
  const parser = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
  parser.on('opentag', ({ name, attributes }) => reader.open(name, attributes));
  parser.on('text', (text) => reader.text(text));
  parser.on('cdata', (text) => reader.text(text));
  parser.on('closetag', ({ attributes }) => reader.close(attributes));
  try {
    parser.write(xml).close();
  } catch (cause) {
    if (cause instanceof UnreadableRecordError) throw cause;
    throw toError('is not well-formed XML', bytes, cause);
  }
}

/**
 * Walks the tree of rules along with the elements; `skipped` counts the open elements that no
 * rule stands for.
 */
function createReader(draft: CitationDraft, bytes: Uint8Array): XmlReader {
  const outer: ElementRule[] = [];
  let rule = RECORD;
  let skipped = 0;
  let text = '';
  let inline: InlineText | null = null;
  let inlineDepth = 0;

  return {
    open(name, attributes) {
      if (skipped > 0) {
        skipped += 1;
        return;
      }
      if (rule.text !== null) {
        if (inlineDepth === MAX_INLINE_LEVELS) {
          throw toError(`holds markup that is nested more than ${MAX_INLINE_LEVELS} levels deep`, bytes);
        }
        inline ??= new InlineText(text);
        inline.open(name);
        inlineDepth += 1;
        return;
      }
      const inner = rule.children.get(name);
      if (inner === undefined || inner.when?.(attributes) === false) {
        skipped = 1;
        return;
      }
      outer.push(rule);
      rule = inner;
      text = '';
      inner.open?.(draft, attributes);
    },
    takesText: () => skipped === 0 && rule.text !== null,
    text(piece) {
      if (skipped > 0 || rule.text === null) return;
      if (inline === null) text += piece;
      else inline.write(piece);
    },
    close(attributes) {
      if (skipped > 0) {
        skipped -= 1;
        return;
      }
      if (inlineDepth > 0) {
        inline?.close();
        inlineDepth -= 1;
        return;
      }
      const closed = rule;
      rule = outer.pop() ?? RECORD;
      if (closed.text === null) {
        closed.close?.(draft, '', attributes);
        return;
      }
      const read = inline === null ? text : inline.finish();
      inline = null;
      const tidied = closed.text === 'prose' ? toReaderText(read) : tidy(read);
      if (tidied !== '') closed.close?.(draft, tidied, attributes);
    },
  };
}

function toError(reason: string, bytes: Uint8Array, cause?: unknown): UnreadableRecordError {
  return new UnreadableRecordError(reason, { pmid: readRecordHead(bytes)?.pmid ?? null, cause });
}
