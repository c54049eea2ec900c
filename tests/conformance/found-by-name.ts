import { describe } from 'node:test';
import type { TestHome } from '../support/corpus/test-corpus.ts';
import { testFoundByAuthor } from './found-by-author.ts';
import { testFoundByFilters } from './found-by-filters.ts';
import { testFoundById } from './found-by-id.ts';
import { testFoundByWords } from './found-by-words.ts';
import { openNamedCorpus } from './named-records.ts';

/** What a question names, and what filters name: the same over every engine. */
export function describeFoundByName(engine: string, makeHome: () => Promise<TestHome>): void {
  describe(`on ${engine}`, () => {
    const named = openNamedCorpus(makeHome);
    testFoundById(named);
    testFoundByAuthor(named);
    testFoundByWords(named);
    testFoundByFilters(named);
  });
}
