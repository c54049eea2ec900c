import { Index } from '@lancedb/lancedb';
import { FIRST_ANALYZER } from '../words/analyzer.ts';
import { type AskedWord, toAskedWords } from '../words/asked-words.ts';
import { toFirstAskedWords } from '../words/first-analyzer.ts';

/** How the words of a table are held and asked for. */
export interface WordColumn {
  /** With a full-text index. */
  name: 'words' | 'content';
  indexName: string;
  toIndex(): Index;
  toAsked(question: string): AskedWord[];
}

/** No token is as long, so that none is left out. */
const LONGEST_TOKEN = 1_000;

/** Tokens as they are, split at blanks: `toPassageWords` has done the rest. Without positions. */
const WORDS: Omit<WordColumn, 'toAsked'> = {
  name: 'words',
  indexName: 'words_idx',
  toIndex: () =>
    Index.fts({
      baseTokenizer: 'whitespace',
      lowercase: false,
      stem: false,
      asciiFolding: false,
      removeStopWords: false,
      maxTokenLength: LONGEST_TOKEN,
      withPosition: false,
    }),
};

/** LanceDB's own reading of title and passage. */
const FIRST: WordColumn = {
  name: 'content',
  indexName: 'content_idx',
  toIndex: () =>
    Index.fts({
      baseTokenizer: 'simple',
      language: 'English',
      lowercase: true,
      stem: true,
      asciiFolding: true,
      removeStopWords: false,
      withPosition: false,
    }),
  toAsked: (question) => toFirstAskedWords(question).map((word) => ({ asked: word, tokens: [word] })),
};

export function toWordColumn(analyzer: number): WordColumn {
  if (analyzer === FIRST_ANALYZER) return FIRST;
  return { ...WORDS, toAsked: (question) => toAskedWords(question, analyzer) };
}
