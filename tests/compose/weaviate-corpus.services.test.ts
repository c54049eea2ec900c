import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dumpContent, findPmids, loadInto } from '../support/corpus/test-corpus.ts';
import { type BreakableLink, openBreakableLink } from '../support/network/breakable-link.ts';
import { runCommand } from '../support/processes/command-process.ts';
import { startService } from '../support/processes/service-process.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { findTestService } from '../support/services/services.ts';
import { toTestServer } from '../support/services/weaviate.ts';
import { makeWeaviateHome } from '../support/services/weaviate-home.ts';

const { url, skip } = findTestService('TEST_WEAVIATE_URL');
const RECORDS = 1_500;

describe('a corpus on PostgreSQL and Weaviate', { skip }, () => {
  test('without its collection http is not ready and says so, and serves once `bio-mcp migrate` has run', async () => {
    await using home = await makeWeaviateHome({ isMigrated: false });
    await using service = await startService(home.env, 'http');
    const before = await service.probeUntil(({ failing }) => 'index' in failing);
    assert.equal(before.status, 503);
    assert.match(
      before.failing.index ?? '',
      /does not hold the collection of this corpus: run `bio-mcp migrate`/,
    );
    const refused = await service.invoke('rag.search', { query: 'heart' });
    assert.deepEqual([refused.status, refused.body.error_code], [503, 'INDEX_UNAVAILABLE']);

    const migrated = await Promise.all([1, 2, 3].map(() => runCommand(home.env, 'migrate')));
    assert.deepEqual(
      migrated.map(({ code, stderr }) => ({ code, stderr })),
      Array(3).fill({ code: 0, stderr: '' }),
    );

    await service.probeUntil(({ status }) => status === 200);
    assert.deepEqual((await service.invoke('rag.search', { query: 'heart' })).status, 200);
  });

  test('Weaviate away when http starts, and later: it lives, says so, and goes on once it is back', async () => {
    await using home = await makeWeaviateHome();
    await home.load(await home.write('1.xml', setXml(articleXml({ pmid: 1, title: 'Of wombats.' }))));
    await using links = await openLinks();
    links.cut();
    await using service = await startService({ ...home.env, ...links.env }, 'http');
    const search = () => service.invoke('rag.search', { query: 'wombats' });

    await service.probeUntil(({ status, failing }) => status === 503 && 'index' in failing);
    assert.equal((await fetch(`${service.url}/healthz`)).status, 200);
    assert.deepEqual((await search()).body.error_code, 'WEAVIATE_UNAVAILABLE');
    links.mend();
    await service.probeUntil(({ status }) => status === 200);
    assert.equal((await search()).status, 200);

    links.cut();
    assert.deepEqual((await search()).body.error_code, 'WEAVIATE_UNAVAILABLE');
    assert.match((await service.probeUntil(({ status }) => status === 503)).failing.index ?? '', /Weaviate/);
    links.mend();
    await service.probeUntil(({ status }) => status === 200);
    assert.equal((await search()).status, 200);
  });

  test('Weaviate away in the middle of a load: it fails retryably, and going on ends as if nothing had been', async ({
    signal,
  }) => {
    const records = Array.from({ length: RECORDS }, (_, at) =>
      articleXml({ pmid: at + 1, title: 'Of wombats.' }),
    );
    await using undisturbed = await makeWeaviateHome();
    await undisturbed.load(await undisturbed.write('1.xml', setXml(...records)));
    await using links = await openLinks();
    await using home = await makeWeaviateHome({ settings: links.env });
    const file = await home.write('1.xml', setXml(...records));
    {
      await using corpus = await home.open();
      const { services } = corpus;
      const loading = services.loadFiles(
        {
          sources: [file],
          surface: 'cli',
          onProgress: ({ indexed }) => {
            if (indexed > 0) links.cut();
          },
        },
        { signal },
      );
      await assert.rejects(loading, { code: 'WEAVIATE_UNAVAILABLE' });
      links.mend();
    }

    await using corpus = await home.open();
    await loadInto(corpus, file);

    const { chunks, documents } = await corpus.services.store.countCorpus({ signal });
    assert.equal(documents, RECORDS);
    assert.equal(await corpus.services.index.countChunks({ signal }), chunks);
    assert.equal((await findPmids(corpus, 'wombats', { top_k: 50 })).length, 50);
    await corpus[Symbol.asyncDispose]();
    assert.deepEqual(await dumpContent(home), await dumpContent(undisturbed));
    assert.equal((await home.listObjects()).size >= RECORDS, true);
  });
});

describe('a corpus in the embedded database and Weaviate', { skip }, () => {
  for (const first of ['migrate', 'status', 'reindex']) {
    test(`\`bio-mcp ${first}\` makes its collection, and what is loaded is found`, async () => {
      await using home = await makeWeaviateHome({ engine: 'PGlite', isMigrated: false });
      const file = await home.write('1.xml', setXml(articleXml({ pmid: 1, title: 'Of wombats.' })));

      for (const words of [[first], ['load', file], ['migrate']]) {
        const { code, stderr } = await runCommand(home.env, ...words);
        assert.equal(code, 0, `${words}: ${stderr}`);
      }

      const { stdout } = await runCommand(home.env, 'search', 'wombats', '--json');
      assert.deepEqual(
        JSON.parse(stdout).documents.map(({ pmid }: { pmid: string }) => pmid),
        ['1'],
      );
    });
  }
});

interface Links extends Pick<BreakableLink, 'cut' | 'mend'>, AsyncDisposable {
  env: Record<string, string>;
}

/** The way to both of the server's ports. */
async function openLinks(): Promise<Links> {
  const server = toTestServer(url);
  const rest = await openBreakableLink(server.url);
  const grpc = await openBreakableLink(server.grpcUrl);
  const both = [rest, grpc];
  return {
    env: { BIO_MCP_WEAVIATE_URL: rest.url, BIO_MCP_WEAVIATE_GRPC_URL: grpc.url },
    cut() {
      for (const link of both) link.cut();
    },
    mend() {
      for (const link of both) link.mend();
    },
    async [Symbol.asyncDispose]() {
      for (const link of both) await link[Symbol.asyncDispose]();
    },
  };
}
