import type { CallOptions } from '../domain/call-options.ts';
import type { Clock } from '../domain/clock.ts';
import { MODEL_MIXING } from '../domain/corpus/mixing.ts';
import type { Pmid } from '../domain/ids.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { ValidationError } from '../errors/bio-mcp-error.ts';
import { arbitraryVector, findNamed, namesRecords } from './find-named.ts';
import { type HeldWords, SMALL_CORPUS } from './floor.ts';
import { keepAllowed, leaveOutExcluded } from './hold-conditions.ts';
import { readLanguage } from './language/asked-language.ts';
import { findLanguage } from './language/find-language.ts';
import { tellLanguage } from './language/tell-language.ts';
import { putNamedFirst, toTitleKey } from './named-title.ts';
import { findNearAmong, findNearHeadings, type NearWords } from './names/near-words.ts';
import { withoutRecordIds } from './names/record-ids.ts';
import { orderDocuments } from './order-documents.ts';
import { type RankedDocument, rankDocuments } from './ranking.ts';
import { type SearchFilters, toChunkFilters } from './search-filters.ts';
import type {
  ChunkFilters,
  ChunkHit,
  ChunkQuery,
  Membership,
  SearchIndex,
  SearchMode,
  WordWeights,
} from './search-index.ts';
import { listWarnings } from './search-warnings.ts';
import { type FoundDocument, showDocuments } from './show-documents.ts';
import { tellFloor } from './tell-floor.ts';
import { FIRST_ANALYZER } from './words/analyzer.ts';
import { toAskedWords } from './words/asked-words.ts';
import { toConditions } from './words/conditions.ts';
import { parseQuestion, type Question } from './words/question.ts';
import { namesTopic } from './words/topic.ts';

export interface CorpusSearchRequest {
  query: string;
  /** 1–50. */
  topK: number;
  mode: SearchMode;
  /** 0 only words … 1 only vectors; for `hybrid`. */
  alpha: number;
  filters: SearchFilters;
  rerankByQuality: boolean;
  membership: Membership;
  /** Whether passages are read and scored. Default true. */
  withPassages?: boolean;
}

export interface CorpusSearchAnswer {
  /** Best first. */
  documents: FoundDocument[];
  /** How many retracted documents would have stood among the first `topK`. */
  excluded_retracted: number;
  /** Those, best first. */
  excluded: { pmid: Pmid; title: string }[];
  /** What was searched: `bm25` where the embedder knows no word of the question. */
  search_mode: SearchMode;
  /** What of the question was not done, and why. */
  warnings: string[];
}

export type CorpusSearch = (
  request: CorpusSearchRequest,
  options: CallOptions,
) => Promise<CorpusSearchAnswer>;

/**
 * Candidates of each kind: for `hybrid` enough that the mixing settles, else enough for several
 * chunks a document.
 */
const CANDIDATES = {
  hybrid: { least: 100, aDocument: 5 },
  semantic: { least: 30, aDocument: 2 },
  bm25: { least: 30, aDocument: 2 },
} as const satisfies Record<SearchMode, { least: number; aDocument: number }>;
/**
 * When retracted documents or many chunks of few documents fill the candidates, ask again for so
 * many times more.
 */
const WIDEN = 4;
const MOST_CANDIDATES = 10_000;

/**
 * Searches the corpus by ports alone. Throws what the index and the embedder throw: never an empty list
 * for a failure.
 */
export function createCorpusSearch({
  index,
  embedder,
  clock,
  note = null,
}: {
  index: SearchIndex;
  /** The one that made its vectors. */
  embedder: Embedder;
  clock: Clock;
  /** What every answer of this index is to say. */
  note?: string | null;
}): CorpusSearch {
  return async (request, options) => {
    const { query, topK, alpha, filters, membership } = request;
    const excludeRetracted = filters.exclude_retracted ?? true;
    const narrowed = toChunkFilters(filters);
    const question = withoutIds(parseQuestion(query));
    const asked = toAskedWords(question.text);
    if (asked.length === 0) throw new ValidationError(toNoWord(question));
    const conditions = index.analyzer === FIRST_ANALYZER ? null : toConditions(question, index.analyzer);
    const vector = request.mode === 'bm25' ? null : await embedQuestion(embedder, question.text, options);
    const mode = vector === null ? 'bm25' : request.mode;
    const now = clock.now();
    const hasPhrases = conditions !== null && question.phrases.length > 0;
    const hasFloor = !hasPhrases && !namesPapers(narrowed) && namesTopic(question.text);
    const isNarrowed = Object.keys(narrowed).length > 0;

    const ask = {
      text: question.text,
      vector,
      // A phrase stands where its words do, whatever is close in meaning.
      mode: mode === 'semantic' && hasPhrases ? 'hybrid' : mode,
      membership,
      filters: { ...narrowed, excludeRetracted: false },
    } as const;
    const whole = vector ?? arbitraryVector(embedder.dimensions);
    const { documents: named, isWhole } = await findNamed(
      index,
      { query: question.tagged, vector: whole, filters: narrowed, membership },
      options,
    );
    const isById = namesRecords(question.tagged);
    const isNamed = new Set(named.map(({ facts }) => facts.pmid));
    const { mixing = MODEL_MIXING } = embedder;
    const { least, aDocument } = CANDIDATES[request.rerankByQuality ? 'hybrid' : mode];
    const isShown = (document: RankedDocument) => !excludeRetracted || !isRetracted(document);
    const askedTitle = toTitleKey(query);
    /** The paper that the question names by its title is kept, whatever signs stand in the title. */
    const hasAskedTitle = ({ facts }: Pick<ChunkHit, 'facts'>) => toTitleKey(facts.title) === askedTitle;
    const leaveOut = async (found: RankedDocument[]) => {
      if (conditions === null || !conditions.hasExcluded) return found;
      const isKept = (document: RankedDocument) =>
        (isById && isNamed.has(document.facts.pmid)) || hasAskedTitle(document);
      const isEnough = (left: readonly RankedDocument[]) => left.filter(isShown).length >= topK;
      const asked = { filters: ask.filters, membership, vector: whole };
      return leaveOutExcluded(index, found, { conditions, query: asked, isKept, isEnough }, options);
    };
    const weighing = mode === 'semantic' || isWhole ? NO_WORDS : index.weigh(ask, options);
    for (let limit = Math.max(least, topK * aDocument); ; limit = Math.min(limit * WIDEN, MOST_CANDIDATES)) {
      const searching = isWhole ? [] : index.search({ ...ask, limit }, options);
      const [hits, weights] = await Promise.all([searching, weighing]);
      const { analyzer } = index;
      const ranking = { mode, alpha, mixing, text: question.text, analyzer, vector, best: weights.best };
      const allowed = conditions === null ? hits : keepAllowed(hits, conditions, hasAskedTitle);
      const relevant = putNamedFirst(rankDocuments(allowed, ranking), query);
      const { unknown } = weights;
      const near = await findNearAmong(index, { unknown, hits }, options);
      const found = [...named, ...relevant.filter(({ facts }) => !isNamed.has(facts.pmid))];
      const ordered = await orderDocuments(found, {
        ...{ mode, now, isShown, rerankByQuality: request.rerankByQuality },
        isNamed: ({ facts }) => isNamed.has(facts.pmid),
        floor: hasFloor
          ? { ...toHeldWords(question, { asked, unknown, near }), isSmall: () => isSmall(index, options) }
          : null,
      });
      const ranked = await leaveOut(ordered.ranked);
      const kept = ranked.filter(isShown);
      // What is further away than what was found is not close enough either.
      const tooFar = found.length - ordered.ranked.length;
      if (
        kept.length + tooFar < topK &&
        limit < MOST_CANDIDATES &&
        mayHoldMore(hits, { mode: hasPhrases ? 'bm25' : mode }, limit)
      )
        continue;
      const excluded = excludeRetracted ? ranked.slice(0, topK).filter(isRetracted) : [];
      const best = kept.slice(0, topK);
      const { withPassages = true } = request;
      const documents = await showDocuments(
        index,
        best,
        { question: question.text, withPassages, now },
        options,
      );
      const isNamedHere = isById || best.some(({ closeness }) => closeness === null);
      const language = isNamedHere ? null : await findLanguage(index, { ask, asked, unknown }, options);
      const isForeign = language !== null;
      const isAnswered = best.length > 0;
      const headings = isForeign || isAnswered ? [] : unknown.filter((word) => !near.has(word));
      const meant = await findNearHeadings(index, { unknown: headings, membership }, options);
      return {
        documents,
        excluded_retracted: excluded.length,
        excluded: excluded.map(({ facts: { pmid, title } }) => ({ pmid, title })),
        search_mode: mode,
        warnings: [
          ...(language === null
            ? []
            : [await tellLanguage(index, { language, membership, isAnswered }, options)]),
          ...listWarnings(index, note, {
            ...{ question, named, unknown, isForeign, isTitle: found.some(hasAskedTitle) },
            hasYears: narrowed.publishedFrom !== undefined || narrowed.publishedTo !== undefined,
            partly: isAnswered ? weights.partly : [],
            near: isForeign ? meant : new Map([...near, ...meant]),
          }),
          ...tellFloor(
            { ...ordered, shown: best },
            { query, text: question.text, isNarrowed, unknown, isForeign, analyzer: index.analyzer },
          ),
        ],
      };
    }
  };
}

/** Records are looked up by ids, which are no words of the topic beside them. */
function withoutIds(question: Question): Question {
  const text = namesRecords(question.text) ? withoutRecordIds(question.text) : '';
  return namesTopic(text) ? { ...question, text } : question;
}

/** In another language most words are in no text; papers whose own title is in it answer all the same. */
function toHeldWords(
  { text }: Question,
  { asked, unknown, near }: { asked: readonly unknown[]; unknown: readonly string[]; near: NearWords },
): HeldWords {
  const unheld = unknown.filter((word) => !near.has(word)).length / asked.length;
  const isForeign =
    unheld > 0 && readLanguage(text, { asked: asked.length, unknown: unknown.length }) !== null;
  return { knowsWord: unknown.length < asked.length, unheld: isForeign ? 0 : unheld };
}

async function isSmall(index: SearchIndex, options: CallOptions): Promise<boolean> {
  return (await index.countChunks(options)) < SMALL_CORPUS;
}

/** Who gives their ids or their author wants those papers, whatever else they ask. */
function namesPapers({ pmids, authors }: Pick<ChunkFilters, 'pmids' | 'authors'>): boolean {
  return pmids !== undefined || authors !== undefined;
}

function toNoWord({ excluded, notDone }: Question): string {
  return excluded.length === 0
    ? ['query holds no word; ask in plain words.', ...notDone].join(' ')
    : 'query says only what to leave out; say what to look for, too.';
}

const NO_WORDS: WordWeights = { best: 0, unknown: [], partly: [] };

/** `null` when the embedder knows no word of it: a vector of zeros is close to nothing. */
async function embedQuestion(
  embedder: Embedder,
  query: string,
  options: CallOptions,
): Promise<Float32Array | null> {
  const vector = await embedder.embed([query], 'query', options);
  return vector.some((value) => value !== 0) ? vector : null;
}

function isRetracted({ facts }: RankedDocument): boolean {
  return facts.retractionStatus === 'retracted';
}

/** A kind of match that filled its limit may have more behind it. */
function mayHoldMore(hits: readonly ChunkHit[], { mode }: Pick<ChunkQuery, 'mode'>, limit: number): boolean {
  const byWords = mode !== 'semantic' && hits.filter(({ bm25 }) => bm25 !== null).length >= limit;
  return byWords || (mode !== 'bm25' && hits.length >= limit);
}
