import { after, before } from 'node:test';
import type { z } from 'zod';
import type { Corpus } from '../../../src/compose.ts';
import { ragSearch } from '../../../src/tools/rag-search.ts';
import { callTool } from './call-tool.ts';
import type { TestHome } from './test-corpus.ts';

/** What the tests of one suite ask together; open while they run. */
export interface SuiteCorpus {
  readonly home: TestHome;
  readonly corpus: Corpus;
  search(query: string, params?: Record<string, unknown>): Promise<z.output<typeof ragSearch.output>>;
}

/** To be called within `describe`; `fill` loads what the suite asks for. */
export function openSuiteCorpus(
  makeHome: () => Promise<TestHome>,
  fill: (corpus: Corpus, home: TestHome) => Promise<unknown>,
): SuiteCorpus {
  let home: TestHome | undefined;
  let corpus: Corpus | undefined;
  before(async () => {
    home = await makeHome();
    corpus = await home.open();
    await fill(corpus, home);
  });
  after(async () => {
    await corpus?.[Symbol.asyncDispose]();
    await home?.[Symbol.asyncDispose]();
  });
  const opened = <Opened>(one: Opened | undefined): Opened => {
    if (one === undefined) throw new Error('a suite has its corpus once its first test runs');
    return one;
  };
  return {
    get home() {
      return opened(home);
    },
    get corpus() {
      return opened(corpus);
    },
    search: (query, params = {}) => callTool(opened(corpus), ragSearch, { query, ...params }),
  };
}
