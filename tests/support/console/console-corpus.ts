import type { Corpus } from '../../../src/compose.ts';
import type { LeasedJob } from '../../../src/domain/jobs/job.ts';
import { corpusCheckpointCreate } from '../../../src/tools/corpus-checkpoint-create.ts';
import { callTool } from '../corpus/call-tool.ts';
import { follow } from '../corpus/filled-corpus.ts';
import { loadInto, type TestHome } from '../corpus/test-corpus.ts';
import { articleXml, setXml } from '../pubmed/pubmed-xml.ts';

const options = { signal: new AbortController().signal };
/** What somebody else writes, as bad as it gets. */
export const NASTY = `<img src=x onerror="alert(1)">"'\u202e${'long'.repeat(200)}`;
export const TERM = 'falls[ti] AND "older people"[tiab]';

/**
 * Something for each page to show: papers of some years, a record that cannot be read, a query that was
 * followed on two days, two checkpoints with changes between them, and jobs in each state.
 */
export async function fillConsole(home: TestHome, corpus: Corpus) {
  const years = [2009, 2015, 2015, 2018, 2021, 2021, 2021, 2024];
  const articles = years.map((year, at) =>
    articleXml({
      pmid: at + 1,
      year,
      title: `Exercise and falls, part ${at + 1}.`,
      abstract: 'Balance improved.',
    }),
  );
  await loadInto(
    corpus,
    await home.write('first.xml', setXml(...articles, '<PubmedArticle></PubmedArticle>')),
  );
  const make = (name: string) => callTool(corpus, corpusCheckpointCreate, { name, primary_queries: [TERM] });
  const first = await make('Review of falls, March');
  const more = articleXml({ pmid: 20, title: toXml(NASTY) });
  const changed = articleXml({
    pmid: 1,
    year: 2009,
    title: 'Exercise and falls, part 1.',
    publicationTypes: ['Journal Article', 'Retracted Publication'],
  });
  await loadInto(corpus, await home.write('second.xml', setXml(more, changed)));
  const second = await make('Review of falls, April');
  await follow(corpus, TERM, { day: '2026-02-01', brought: ['1'] });
  await follow(corpus, TERM);
  const warnings = ['NCBI did not find the phrase "older people".', NASTY];
  await corpus.services.store.saveTopic({ term: TERM, at: '2026-03-01T09:00:00.000Z', warnings }, options);
  const jobs = await makeJobs(corpus);
  return { checkpoints: [first.checkpoint_id, second.checkpoint_id] as const, jobs };
}

export async function makeJobs({ services: { jobs } }: Corpus) {
  const failed = await runJob(jobs, 'pubmed.sync.incremental');
  await jobs.fail(
    failed,
    {
      errorCode: 'PUBMED_UNAVAILABLE',
      message: 'PubMed does not answer; try again later.',
      retryable: false,
      retryAfterMs: null,
      resultRef: null,
    },
    options,
  );
  const running = await runJob(jobs, 'pubmed.sync');
  const progress = { found: 120, fetched: 120, archived: 100, skipped: 20, indexed: 90, failed: 0, pct: 40 };
  await jobs.saveProgress(running, { ...progress, message: 'records 1–120 of 300' }, options);
  return { failed, running, jobs };
}

async function runJob(jobs: Corpus['services']['jobs'], tool: string): Promise<LeasedJob> {
  await jobs.enqueue({ tool, params: { term: TERM } }, options);
  const claimed = await jobs.claim({ tools: [tool] }, options);
  if (claimed === null) throw new Error('there is no job to claim');
  return claimed;
}

function toXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
