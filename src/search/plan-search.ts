import type { CallOptions } from '../domain/call-options.ts';
import { MODEL_MIXING } from '../domain/corpus/mixing.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { ValidationError } from '../errors/bio-mcp-error.ts';
import { arbitraryVector, namesRecords } from './find-named.ts';
import { toTitleKey } from './named-title.ts';
import { type Conditions, toConditions } from './phrases/conditions.ts';
import { readQuestion } from './read-question.ts';
import type { CorpusSearchRequest } from './search-corpus.ts';
import { toChunkFilters } from './search-filters.ts';
import type { ChunkFilters, ChunkQuery, SearchIndex, SearchMode } from './search-index.ts';
import { FIRST_ANALYZER } from './words/analyzer.ts';
import { type AskedWord, toAskedWords } from './words/asked-words.ts';
import type { Question } from './words/question.ts';
import { namesTopic } from './words/topic.ts';

/** A request as it was understood, before anything is looked for. */
export interface SearchPlan {
  request: CorpusSearchRequest;
  question: Question;
  words: readonly AskedWord[];
  /** By `toTitleKey`: the question may be the title of a paper. */
  titleKey: string;
  /** The question names records by their ids. */
  isById: boolean;
  /** What papers must hold or not; `null` where nothing, or where the index cannot tell. */
  conditions: Conditions | null;
  /** Whether `conditions` asks for phrases. */
  hasPhrases: boolean;
  /** Whether papers can be too far from the question to answer it. */
  hasFloor: boolean;
  /** What is searched: `bm25` where the embedder knows no word of the question. */
  mode: SearchMode;
  /** What the caller's filters come to, and `among`. */
  narrowed: Omit<ChunkFilters, 'excludeRetracted'>;
  excludeRetracted: boolean;
  /** That of `query`, or an arbitrary one, for what is found by filters alone. */
  vector: Float32Array;
  query: Omit<ChunkQuery, 'limit'>;
}

/** Throws `VALIDATION` where the question holds nothing to look for. */
export async function planSearch(
  request: CorpusSearchRequest,
  { index, embedder }: { index: Pick<SearchIndex, 'analyzer'>; embedder: Embedder },
  options: CallOptions,
): Promise<SearchPlan> {
  const asked = toChunkFilters(request.filters);
  const narrowed = request.among === undefined ? asked : { ...asked, pmids: request.among };
  const question = readQuestion(request.query);
  const words = toAskedWords(question.text);
  if (words.length === 0) throw new ValidationError(toNoWord(question));
  const conditions = index.analyzer === FIRST_ANALYZER ? null : toConditions(question, index.analyzer);
  const byWords = request.mode === 'bm25' || (request.among !== undefined && !isCentred(embedder));
  const vector = byWords ? null : await embedQuestion(embedder, question.text, options);
  const mode = vector === null ? 'bm25' : request.mode;
  const hasPhrases = conditions !== null && question.phrases.length > 0;
  return {
    request,
    question,
    words,
    titleKey: toTitleKey(request.query),
    isById: namesRecords(question.tagged),
    conditions,
    hasPhrases,
    hasFloor: !hasPhrases && !namesPapers(asked) && namesTopic(question.text),
    mode,
    narrowed,
    excludeRetracted: request.filters.exclude_retracted ?? true,
    vector: vector ?? arbitraryVector(embedder.dimensions),
    query: {
      text: question.text,
      vector,
      // A phrase stands where its words do, whatever is close in meaning.
      mode: mode === 'semantic' && hasPhrases ? 'hybrid' : mode,
      membership: request.membership,
      filters: { ...narrowed, excludeRetracted: false },
    },
  };
}

/** Who gives their ids or their author wants those papers, whatever else they ask. */
function namesPapers({ pmids, authors }: Pick<ChunkFilters, 'pmids' | 'authors'>): boolean {
  return pmids !== undefined || authors !== undefined;
}

function toNoWord({ excluded, excludedPmids, notDone }: Question): string {
  return excluded.length + excludedPmids.length === 0
    ? ['`query` holds no word; ask in plain words.', ...notDone].join(' ')
    : '`query` says only what to leave out; say what to look for, too.';
}

/** Whether a cosine tells that a paper is too far: of a few papers, a model's vectors find every one. */
function isCentred({ mixing = MODEL_MIXING }: Embedder): boolean {
  return mixing.isCentred;
}

/** `null` when the embedder knows no word of it: a vector of zeros is close to nothing. */
async function embedQuestion(
  embedder: Embedder,
  query: string,
  options: CallOptions,
): Promise<Float32Array | null> {
  const vector = await embedder.embed([query], 'query', options);
  return vector.some((value) => value !== 0) ? vector : null;
}
