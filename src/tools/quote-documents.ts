import type { CallOptions } from '../domain/call-options.ts';
import type { Abstract, NormalisedDocument } from '../domain/document/document.ts';
import type { FoundDocument } from '../search/show-documents.ts';
import type { CorpusServices } from './tool-context.ts';

/** A stretch of an abstract: `text` is `abstract.text` from `start` to `end`; `null`: it stands elsewhere. */
export interface QuotedPassage {
  section: string | null;
  text: string;
  score: number;
  start: number | null;
  end: number | null;
}

interface QuoteRequest {
  query: string;
  detail: 'brief' | 'scored' | 'full';
  /** With their passages for `full`. */
  documents: readonly FoundDocument[];
  /** The same documents with their passages. */
  searchPassages(): Promise<readonly FoundDocument[]>;
}

type QuoteServices = Pick<CorpusServices, 'store' | 'findSentences'>;

/**
 * The passages to show of each found document, in the revision that the index found: the sentences that
 * answer, in reading order, or whole passages, best first. A paper without an abstract has no sentences: its
 * title stands in the answer already.
 */
export async function quoteDocuments(
  { store, findSentences }: QuoteServices,
  { query, detail, documents, searchPassages }: QuoteRequest,
  options: CallOptions,
): Promise<QuotedPassage[][]> {
  const stored = await store.findRevisions(documents, options);
  if (detail === 'full') {
    return documents.map(({ pmid, passages }) => {
      const { abstract } = stored.get(pmid) ?? { abstract: null };
      return passages.map((passage) => ({ ...passage, ...findPlace(abstract, passage.text) }));
    });
  }
  // Where a rebuild took the revision away meanwhile, the passages that the index holds are quoted.
  const again = documents.every(({ pmid }) => stored.has(pmid)) ? [] : await searchPassages();
  const passages = new Map(again.map((document) => [document.pmid, document.passages]));
  const sources = documents.map(({ pmid }) => toSource(stored.get(pmid), passages.get(pmid) ?? []));
  const abstracts = sources.map(({ abstract }) => abstract);
  const chosen = await findSentences({ query, abstracts }, options);
  return chosen.map((sentences, at) =>
    sentences.map(({ section, text, score, start, end }) => {
      const place = sources[at]?.isAbstract === true ? { start, end } : { start: null, end: null };
      return { section, text, score, ...place };
    }),
  );
}

function findPlace(abstract: Abstract | null, text: string): Pick<QuotedPassage, 'start' | 'end'> {
  const start = abstract?.text.indexOf(text) ?? -1;
  return start < 0 ? { start: null, end: null } : { start, end: start + text.length };
}

interface Source {
  abstract: Abstract;
  /** Else it is an abstract in another language, or the passages of the index. */
  isAbstract: boolean;
}

function toSource(document: NormalisedDocument | undefined, passages: FoundDocument['passages']): Source {
  if (document === undefined) {
    const sections = passages.map(({ section, text }) => ({ label: section, category: null, text }));
    return { abstract: toAbstract(sections), isAbstract: false };
  }
  const { abstract, other_abstracts: others } = document;
  if (abstract !== null) return { abstract, isAbstract: true };
  const [other] = others;
  if (other === undefined) return { abstract: toAbstract([]), isAbstract: false };
  const sections = other.sections.map((one) => ({
    ...one,
    label: `${one.label ?? 'ABSTRACT'} (${other.language ?? 'other language'})`,
  }));
  return { abstract: { text: other.text, sections }, isAbstract: false };
}

function toAbstract(sections: Abstract['sections']): Abstract {
  return { sections, text: sections.map(({ text }) => text).join('\n\n') };
}
