/**
 * A handful of questions to the real NCBI: `node --test tests/live/pubmed.live.ts`. Not among the tests that
 * run by themselves. `BIO_MCP_PUBMED_BASE_URL` and `BIO_MCP_PUBMED_API_KEY` are honoured.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readConfig } from '../../src/config/config.ts';
import type { Pmid } from '../../src/domain/ids.ts';
import { createEutilsClient } from '../../src/pubmed/eutils-client.ts';
import type { SourceCallOptions } from '../../src/pubmed/literature-source.ts';
import { createLocalStartSchedule } from '../../src/pubmed/local-start-schedule.ts';
import { createRequestBudget } from '../../src/pubmed/request-budget.ts';
import { SHORT_TOOL_DEADLINE_MS } from '../../src/pubmed/source-limits.ts';
import { systemTiming as timing } from '../../src/pubmed/timing.ts';

const { apiKey, baseUrl } = readConfig([]).pubmed;
const schedule = createLocalStartSchedule({ clock: timing });
const client = createEutilsClient({
  fetch,
  baseUrl,
  apiKey,
  email: null,
  budget: createRequestBudget({ schedule, timing, hasApiKey: apiKey !== null, share: 1 }),
  timing,
  log: {
    debug: () => undefined,
    warn: (fields, message) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
  },
});
const within = (signal: AbortSignal): SourceCallOptions => ({
  signal,
  deadlineAt: timing.now().getTime() + SHORT_TOOL_DEADLINE_MS,
});
const CHEMINFORMATICS = '27933103' as Pmid;
const NOBODY = '999999999' as Pmid;

describe('the real PubMed', () => {
  test('finds one article by its PMID', async ({ signal }) => {
    const answer = await client.search({ term: `${CHEMINFORMATICS}[UID]`, limit: 1 }, within(signal));
    assert.equal(answer.total, 1);
    assert.deepEqual(answer.pmids, [CHEMINFORMATICS]);
  });

  test('names the phrase that it left out of a query', async ({ signal }) => {
    const answer = await client.search({ term: 'APC AND p.E1317Qzzz', limit: 1 }, within(signal));
    assert.ok(
      answer.warnings.some(({ kind }) => /not_found/.test(kind)),
      JSON.stringify(answer.warnings),
    );
  });

  test('sums up what exists, and says of what does not', async ({ signal }) => {
    const { summaries, problems } = await client.summarise([CHEMINFORMATICS, NOBODY], within(signal));
    assert.equal(summaries[0]?.doi, '10.1186/s13321-016-0181-z');
    assert.deepEqual(problems, [{ pmid: NOBODY, reason: 'absent', mergedInto: null }]);
  });

  test('sends a record, whole', async ({ signal }) => {
    const { body } = await client.fetchRecords([CHEMINFORMATICS, NOBODY], within(signal));
    assert.match(Buffer.from(body).toString(), /<PMID Version="1">27933103<\/PMID>/);
  });

  test('knows similar articles and citing ones', async ({ signal }) => {
    assert.ok((await client.findRelated(CHEMINFORMATICS, 'similar', within(signal))).pmids.length > 10);
    assert.ok((await client.findRelated(CHEMINFORMATICS, 'cited_by', within(signal))).pmids.length > 10);
  });

  test('spells, and matches a printed reference', async ({ signal }) => {
    assert.equal(await client.findSpelling('biopythooon', within(signal)), 'biopython');
    const printed = {
      journal: 'proc natl acad sci u s a',
      year: '1991',
      volume: '88',
      firstPage: '3248',
      author: 'mann bj',
    };
    assert.deepEqual(await client.matchCitations([printed], within(signal)), ['2014248']);
  });
});
