import type { CallOptions } from '../domain/call-options.ts';
import { type AskedAuthors, readAuthors, readAuthorTopic, readFamily } from './names/asked-author.ts';
import type { AskedYears } from './names/asked-year.ts';
import { toAskedAuthorKeys, withParticles } from './names/author-keys.ts';
import { type AskedRecords, namesYearsAlone, readRecordIds, toWordsBesideIds } from './names/record-ids.ts';
import type { RankedDocument } from './ranking.ts';
import { toChunkFilters } from './search-filters.ts';
import type { ChunkFilters, ChunkHit, ChunkQuery, Membership, SearchIndex } from './search-index.ts';
import { FIRST_ANALYZER } from './words/analyzer.ts';
import { toAskedWords } from './words/asked-words.ts';
import { namesTopic } from './words/topic.ts';

/** What a question asks for by name. */
export interface NamedQuestion {
  query: string;
  /** Orders what is too much to be found whole; `arbitraryVector` where the question has none. */
  vector: Float32Array;
  /** What the caller narrows to. */
  filters: Omit<ChunkFilters, 'excludeRetracted'>;
  membership: Membership;
}

/** Passages of fifty long documents, or of an author's newest papers. */
const MOST_HITS = 500;

export interface NamedDocuments {
  /** Each has the highest score. */
  documents: RankedDocument[];
  /** By whom they are, or their ids, is all that the question asks for: nothing else answers it. */
  isWhole: boolean;
  /** Who wrote papers here of which none holds every word that is asked for beside the name. */
  apart: string | null;
}

/**
 * The documents that a question names: by PMID, PMCID or DOI, in the order of the question; else those of the
 * author, or by all of the authors, that it reads as, newest first. Filters and membership hold for them as
 * for any other.
 */
export async function findNamed(
  index: SearchIndex,
  { query, ...question }: NamedQuestion,
  options: CallOptions,
): Promise<NamedDocuments> {
  if (namesRecords(query)) {
    const records = readRecordIds(query);
    const found = await look(index, question, { named: records }, options);
    const documents = toNamed(found).sort((a, b) => placeOf(a, records) - placeOf(b, records));
    const isWhole = namesYearsAlone(query) ? documents.length > 0 : !namesTopic(toWordsBesideIds(query));
    return { documents, isWhole, apart: null };
  }
  const asked = question.filters.authors === undefined ? readAuthors(query) : null;
  const documents = asked === null ? [] : await findByAuthors(index, question, asked, options);
  if (asked !== null && documents.length > 0) return { documents, isWhole: asked.isTold, apart: null };
  const { documents: ofTopic, apart } = await findOfTopic(index, { query, ...question }, options);
  const others = ofTopic.length > 0 ? ofTopic : await findByFamily(index, { query, ...question }, options);
  return { documents: others, isWhole: false, apart };
}

/** Whether `isWhole` may be true of what is found, known before anything is looked for. */
export function mayBeWhole({ query, filters }: Pick<NamedQuestion, 'query' | 'filters'>): boolean {
  return namesRecords(query) || (filters.authors === undefined && readAuthors(query)?.isTold === true);
}

/**
 * "Smith J diabetes", as PubMed reads it: what is by the author and holds every word of the topic, the best
 * match first; none where there is no such paper, or the question has no author.
 */
async function findOfTopic(
  index: SearchIndex,
  { query, vector, filters, membership }: NamedQuestion,
  options: CallOptions,
): Promise<Pick<NamedDocuments, 'documents' | 'apart'>> {
  const asked =
    filters.authors === undefined && index.analyzer !== FIRST_ANALYZER ? readAuthorTopic(query) : null;
  if (asked === null || !namesTopic(asked.topic)) return { documents: [], apart: null };
  const { name, keys, years, topic } = asked;
  const lookFor = (authors: string[]) =>
    index.search(
      {
        text: topic,
        vector,
        mode: 'bm25',
        filters: { ...filters, ...inYears(years, filters), authors, excludeRetracted: false },
        membership,
        limit: MOST_HITS,
      },
      options,
    );
  const asWritten = await lookFor(keys);
  const hits = asWritten.length > 0 ? asWritten : await lookFor(withParticles(keys));
  const words = toAskedWords(topic, index.analyzer);
  const documents = toNamed(hits.toSorted((a, b) => (b.bm25 ?? 0) - (a.bm25 ?? 0))).filter(({ chunks }) => {
    const held = new Set(chunks.flatMap(({ hit }) => hit.words?.split(' ') ?? []));
    return words.every(({ tokens }) => tokens.some((token) => held.has(token)));
  });
  if (asWritten.length > 0) return { documents, apart: documents.length > 0 ? null : name };
  // Who has the name as it is written, and wrote nothing on the topic, is meant nevertheless.
  const theirs = await look(index, { vector, filters, membership }, { authors: keys }, options);
  return theirs.length > 0 ? { documents: [], apart: name } : { documents, apart: null };
}

/** "O'Brien", "Müller 2020": one name alone is an author's where no text holds it. */
async function findByFamily(
  index: SearchIndex,
  { query, ...question }: NamedQuestion,
  options: CallOptions,
): Promise<RankedDocument[]> {
  const { years, family } = readFamily(query) ?? { years: null, family: null };
  if (family === null || question.filters.authors !== undefined) return [];
  // Many a text holds a letter by itself ("o-salicylate").
  const text = family.replace(/^[od]['’]/i, '');
  const asked = toAskedWords(text);
  const { unknown } = await index.weigh({ text, membership: question.membership }, options);
  if (unknown.length < asked.length) return [];
  const keys = [toAskedAuthorKeys(family)];
  return toNamed(await findByAll(index, question, { keys, years, isTold: false }, options)).sort(byDate);
}

/** Newest first. "Berg J" is van der Berg J where nothing is by a Berg J. */
async function findByAuthors(
  index: SearchIndex,
  question: Omit<NamedQuestion, 'query'>,
  asked: AskedAuthors,
  options: CallOptions,
): Promise<RankedDocument[]> {
  const hits = await findByAll(index, question, asked, options);
  if (hits.length > 0) return toNamed(hits).sort(byDate);
  const keys = asked.keys.map(withParticles);
  return toNamed(await findByAll(index, question, { ...asked, keys }, options)).sort(byDate);
}

/**
 * What is by all of them: what the rarest has, of which each other one leaves its own. A list that is cut is
 * asked for anew among what is left.
 */
async function findByAll(
  index: SearchIndex,
  question: Omit<NamedQuestion, 'query'>,
  { keys, years }: AskedAuthors,
  options: CallOptions,
): Promise<ChunkHit[]> {
  const narrowed = inYears(years, question.filters);
  const lookFor = async (authors: string[], pmids: Partial<ChunkFilters> = {}) => ({
    authors,
    hits: await look(index, question, { authors, ...narrowed, ...pmids }, options),
  });
  const lists = await Promise.all(keys.map((authors) => lookFor(authors)));
  const [rarest, ...others] = lists.sort((a, b) => a.hits.length - b.hits.length);
  let left = rarest?.hits ?? [];
  for (const { authors, hits } of others) {
    if (left.length === 0) return [];
    const pmids = new Set(left.map(({ facts }) => facts.pmid));
    const theirs = hits.length < MOST_HITS ? hits : (await lookFor(authors, { pmids: [...pmids] })).hits;
    const byBoth = new Set(theirs.map(({ facts }) => facts.pmid));
    left = left.filter(({ facts }) => byBoth.has(facts.pmid));
  }
  return left;
}

/** Whether the question names records by their ids. */
export function namesRecords(query: string): boolean {
  const { pmids, keys } = readRecordIds(query);
  return pmids.length + keys.length > 0;
}

/** Finds what filters alone decide about, by what is closest to it. */
export function arbitraryVector(dimensions: number): Float32Array {
  return new Float32Array(dimensions).fill(1, 0, 1);
}

function look(
  index: SearchIndex,
  { vector, filters, membership }: Omit<NamedQuestion, 'query'>,
  named: Partial<ChunkFilters>,
  options: CallOptions,
): Promise<ChunkHit[]> {
  const query: ChunkQuery = {
    text: '',
    vector,
    mode: 'semantic',
    filters: { ...filters, ...named, excludeRetracted: false },
    membership,
    limit: MOST_HITS,
  };
  return index.search(query, options);
}

/** Within what the caller narrows to. */
function inYears(years: AskedYears | null, { publishedFrom, publishedTo }: NamedQuestion['filters']) {
  if (years === null) return {};
  const asked = toChunkFilters({ year_from: years.from, year_to: years.to });
  const from = [asked.publishedFrom, publishedFrom].filter((day) => day !== undefined);
  const to = [asked.publishedTo, publishedTo].filter((day) => day !== undefined);
  return {
    ...(from.length === 0 ? {} : { publishedFrom: Math.max(...from) }),
    ...(to.length === 0 ? {} : { publishedTo: Math.min(...to) }),
  };
}

function toNamed(hits: readonly ChunkHit[]): RankedDocument[] {
  const byPmid = Map.groupBy(hits, ({ facts }) => facts.pmid);
  return [...byPmid.values()].flatMap((chunks) => {
    const [first] = chunks;
    if (first === undefined) return [];
    const ranked = chunks
      .toSorted((a, b) => a.position - b.position)
      .map((hit) => ({ hit, score: 1, bm25: null, vector: null }));
    return [
      {
        facts: first.facts,
        revision: first.revision,
        score: 1,
        bm25: null,
        vector: null,
        closeness: null,
        chunks: ranked,
      },
    ];
  });
}

/** What has no place among the PMIDs was named by another id. */
function placeOf({ facts }: RankedDocument, { pmids }: AskedRecords): number {
  const place = pmids.indexOf(facts.pmid);
  return place < 0 ? pmids.length : place;
}

function byDate(a: RankedDocument, b: RankedDocument): number {
  return (b.facts.year ?? 0) - (a.facts.year ?? 0) || Number(b.facts.pmid) - Number(a.facts.pmid);
}
