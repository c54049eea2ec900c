import assert from 'node:assert/strict';
import { test } from 'node:test';
import { awaitJob } from '../../../src/tools/jobs/await-job.ts';
import { dumpContent, makeTestHome } from '../../support/corpus/test-corpus.ts';
import { startWorkerProcess } from '../../support/processes/worker-process.ts';
import { type NcbiStandIn, startNcbiStandIn } from '../../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml } from '../../support/pubmed/pubmed-xml.ts';

const RECORDS = 2_000;
const FIRST_PMID = 50_000_000;
/** Of the attempt's requests for records: the process is killed as this one arrives. */
const KILLED_AT = [2, 5, 7];

test('a sync that is killed three times at its beginning asks for at most 1.35 times its records', async ({
  signal,
}) => {
  const xml = articleXml({ pmid: FIRST_PMID, title: 'Of wombats.', abstract: 'They dig.' });
  await using ncbi = await startNcbiStandIn({ records: [xml], limits: false });
  ncbi.library.addCopies(FIRST_PMID, { from: FIRST_PMID + 1, count: RECORDS - 1, crdt: '2026/01/15' });
  await using home = await makeTestHome({
    settings: {
      BIO_MCP_PUBMED_BASE_URL: ncbi.url,
      BIO_MCP_PUBMED_API_KEY: 'test_key_1',
      BIO_MCP_JOBS_LEASE_SECONDS: '1',
    },
  });
  await using corpus = await home.open();
  const { jobs } = corpus.services;
  const { job } = await jobs.enqueue({ tool: 'pubmed.sync', params: { term: 'wombats' } }, { signal });
  for (const request of KILLED_AT) {
    const seen = ncbi.requests.length;
    await using worker = startWorkerProcess(home.env);
    await untilFetches(ncbi, { from: seen, count: request });
    await worker.end('SIGKILL');
  }
  await using _last = startWorkerProcess(home.env);

  const wait = { jobId: job.jobId, waitMs: Number.POSITIVE_INFINITY };
  const ended = await awaitJob(jobs, wait, { signal });

  assert.deepEqual([ended.state, ended.progress?.found], ['succeeded', RECORDS]);
  const asked = listFetched(ncbi, 0);
  assert.equal(new Set(asked).size, RECORDS);
  assert.ok(asked.length <= 1.35 * RECORDS, `${asked.length} were asked for`);
  const { pubmed_archive, pubmed_archive_history, pending_batches } = await dumpContent(home);
  assert.deepEqual(
    [pubmed_archive?.length, pubmed_archive_history?.length, pending_batches],
    [RECORDS, RECORDS, []],
  );
});

/** Resolves when so many requests for records have arrived since. */
async function untilFetches(ncbi: NcbiStandIn, { from, count }: { from: number; count: number }) {
  const isFetch = ({ endpoint }: { endpoint: string }) => endpoint === 'efetch';
  while (ncbi.requests.slice(from).filter(isFetch).length < count)
    await ncbi.arrived(ncbi.requests.length + 1);
}

function listFetched({ requests }: NcbiStandIn, from: number): string[] {
  const fetches = requests.slice(from).filter(({ endpoint }) => endpoint === 'efetch');
  return fetches.flatMap(({ params }) => (params.get('id') ?? '').split(','));
}
