import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { corpusReindex } from '../../src/tools/corpus-reindex.ts';
import { corpusStatus } from '../../src/tools/corpus-status.ts';
import { pubmedGet } from '../../src/tools/pubmed-get.ts';
import { ragGet } from '../../src/tools/rag-get.ts';
import { callTool } from '../support/corpus/call-tool.ts';
import { dumpContent, findPmids, loadInto, makeTestHome } from '../support/corpus/test-corpus.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { type EmbeddingsRequest, refuse, startOpenaiStandIn } from '../support/services/openai-stand-in.ts';

const { signal } = new AbortController();
const POISON = 'strychnine';
const poison = articleXml({ pmid: 2, title: `Of ${POISON}.` });
const hasPoison = ({ input }: EmbeddingsRequest) => input.some((text) => text.includes(POISON));

describe('a record with a passage that the embedding service refuses', () => {
  test('is quarantined by a load, which succeeds; its neighbours are found, and a reindex brings it in', async () => {
    await using bench = await openBench();
    const { corpus, home } = bench;
    const file = await home.write('a.xml', setXml(articleXml({ pmid: 1 }), poison, articleXml({ pmid: 3 })));

    const run = await loadInto(corpus, file);

    assert.deepEqual([run.found, run.archived, run.indexed, run.failed], [3, 2, 2, 1]);
    const reason = /^Its passage 1 of 1 cannot be embedded: .*HTTP 400 invalid_input: 400 Too strong\.$/;
    assert.match(run.problems[0]?.reason ?? '', reason);
    const [quarantined] = (await callTool(corpus, corpusStatus, {})).quarantined ?? [];
    assert.equal(quarantined?.pmid, '2');
    assert.match(quarantined?.content_hash ?? '', /^[0-9a-f]{64}$/);
    assert.match(quarantined?.reason ?? '', reason);
    assert.deepEqual((await findPmids(corpus, 'Abstract')).sort(), ['1', '3']);
    // It is settled: the same file brings nothing, and asks the service for nothing.
    bench.service.requests.length = 0;
    assert.equal((await loadInto(corpus, file)).skipped, 3);
    assert.equal(bench.service.requests.length, 0);

    assert.equal((await callTool(corpus, corpusReindex, {})).documents, 2);
    assert.equal((await callTool(corpus, corpusStatus, {})).quarantined_total, 1);
    bench.service.spoil = () => false;
    assert.equal((await callTool(corpus, corpusReindex, {})).documents, 3);
    assert.deepEqual(await findPmids(corpus, POISON), ['2']);
    assert.deepEqual((await callTool(corpus, corpusStatus, {})).quarantined, []);
  });

  test('leaves the document of an earlier revision, and a reindex makes the next revision of it', async () => {
    await using bench = await openBench();
    const { corpus, home } = bench;
    await loadInto(corpus, await home.write('a.xml', setXml(articleXml({ pmid: 2, title: 'Of honey.' }))));
    const run = await loadInto(corpus, await home.write('b.xml', setXml(poison)));

    assert.deepEqual([run.archived, run.indexed, run.failed], [0, 0, 1]);
    assert.deepEqual(await findPmids(corpus, 'honey'), ['2']);
    assert.equal((await callTool(corpus, corpusReindex, {})).documents, 1);
    assert.deepEqual(await findPmids(corpus, 'honey'), ['2']);

    bench.service.spoil = () => false;
    await callTool(corpus, corpusReindex, {});
    const { title, revision } = await callTool(corpus, ragGet, { doc_id: 'pmid:2' });
    assert.deepEqual([title, revision], [`Of ${POISON}.`, 2]);
    assert.deepEqual(await findPmids(corpus, 'honey'), []);
    assert.deepEqual((await callTool(corpus, corpusStatus, {})).quarantined, []);
    await corpus[Symbol.asyncDispose]();
    const tables = await dumpContent(home);
    const uris = (tables.pubmed_archive_history ?? []).map(({ s3_uri }) => s3_uri);
    assert.equal(new Set(uris).size, 2);
  });

  test('that the corpus holds leaves it by a reindex that cannot embed it, and comes back by one that can', async () => {
    await using bench = await openBench();
    const { home, service } = bench;
    service.spoil = () => false;
    await loadInto(bench.corpus, await home.write('a.xml', setXml(articleXml({ pmid: 1 }), poison)));
    const before = await callTool(bench.corpus, ragGet, { doc_id: 'pmid:2' });
    await bench.corpus[Symbol.asyncDispose]();

    service.spoil = refusePoison;
    await using corpus = await home.open(); // which has not embedded it
    assert.equal((await callTool(corpus, corpusReindex, {})).documents, 1);
    assert.equal((await callTool(corpus, corpusStatus, {})).quarantined?.[0]?.pmid, '2');
    service.spoil = () => false;
    assert.equal((await callTool(corpus, corpusReindex, {})).documents, 2);

    assert.deepEqual(await callTool(corpus, ragGet, { doc_id: 'pmid:2' }), before);
    assert.deepEqual(await findPmids(corpus, POISON), ['2']);
    assert.deepEqual((await callTool(corpus, corpusStatus, {})).quarantined, []);
  });

  test('is done for the watermark of a sync, and told as unreadable by pubmed.get', async () => {
    await using bench = await openBench();
    const { corpus } = bench;
    const run = await corpus.services.syncs.sync({ term: 'abstract' }, () => undefined, { signal });

    assert.deepEqual([run.found, run.archived, run.failed], [3, 2, 1]);
    assert.notEqual(await corpus.services.store.findWatermark('abstract', { signal }), null);
    const { records, problems } = await callTool(corpus, pubmedGet, { pmids: ['1', '2'] });
    assert.deepEqual(
      records.map(({ pmid }) => pmid),
      ['1'],
    );
    assert.deepEqual(problems, [{ pmid: '2', reason: 'unreadable', merged_into: null }]);
  });

  test('is quarantined by pubmed.get alone, without a neighbour', async () => {
    await using bench = await openBench();
    const { problems } = await callTool(bench.corpus, pubmedGet, { pmids: ['2'] });
    assert.equal(problems[0]?.reason, 'unreadable');
    assert.equal((await callTool(bench.corpus, corpusStatus, {})).quarantined_total, 1);
  });
});

describe('an embedding service that refuses every passage', () => {
  test('fails the load and quarantines nothing; the same command completes it later', async () => {
    await using bench = await openBench();
    const { corpus, home, service } = bench;
    service.spoil = (_turn, _request, reply) => {
      refuse(reply, 400, 'invalid_input');
      return true;
    };
    const file = await home.write('a.xml', setXml(...[1, 2, 3].map((pmid) => articleXml({ pmid }))));

    await assert.rejects(loadInto(corpus, file), { code: 'EMBEDDINGS_UNAVAILABLE' });
    assert.equal(service.requests.length, 2);
    assert.equal((await callTool(corpus, corpusStatus, {})).quarantined_total, 0);

    service.spoil = () => false;
    assert.equal((await loadInto(corpus, file)).indexed, 3);
  });
});

function refusePoison(
  ...[, request, reply]: Parameters<Awaited<ReturnType<typeof startOpenaiStandIn>>['spoil']>
) {
  if (!hasPoison(request)) return false;
  refuse(reply, 400, 'invalid_input', { message: 'Too strong.' });
  return true;
}

async function openBench() {
  await using opening = new AsyncDisposableStack();
  const service = opening.use(await startOpenaiStandIn());
  service.spoil = refusePoison;
  const records = [articleXml({ pmid: 1 }), poison, articleXml({ pmid: 3 })];
  const ncbi = opening.use(await startNcbiStandIn({ records, limits: false }));
  const home = opening.use(
    await makeTestHome({
      settings: {
        BIO_MCP_EMBEDDER: 'openai',
        BIO_MCP_OPENAI_BASE_URL: service.url,
        BIO_MCP_OPENAI_API_KEY: 'sk-test',
        BIO_MCP_OPENAI_DIMENSIONS: '256',
        BIO_MCP_PUBMED_BASE_URL: ncbi.url,
        BIO_MCP_PUBMED_API_KEY: 'k_secret_0123456789',
      },
    }),
  );
  const corpus = opening.use(await home.open());
  const stack = opening.move();
  return { service, home, corpus, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
