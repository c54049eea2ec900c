import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Corpus } from '../../src/compose.ts';
import { STATIC_EMBEDDER_ID } from '../../src/embedding/static-vectors.ts';
import { loadInto, makeTestHome, search, type TestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { type OpenaiStandIn, startOpenaiStandIn } from '../support/services/openai-stand-in.ts';
import { findTestService } from '../support/services/services.ts';
import { makeWeaviateHome } from '../support/services/weaviate-home.ts';

const { skip } = findTestService('TEST_WEAVIATE_URL');
const INDEXES = [
  {
    name: 'LanceDB',
    skip: false,
    makeHome: (settings: Settings) => makeTestHome({ engine: 'PGlite', settings }),
  },
  { name: 'Weaviate', skip, makeHome: (settings: Settings) => makeWeaviateHome({ settings }) },
];
type Settings = Record<string, string>;

const options = { signal: new AbortController().signal };
const BUILT_IN = { BIO_MCP_EMBEDDER: 'static' };
/** Another number of dimensions than the built-in one makes. */
const DIMENSIONS = '64';

for (const { name, skip: reason, makeHome } of INDEXES) {
  describe(`an index in ${name} that another embedder made`, { skip: reason }, () => {
    test('answers by words and takes what comes, with a warning, until a reindex', async () => {
      await using service = await startOpenaiStandIn();
      await using home = await makeHome(toSettings(service));
      await load(home, toSettings(service), 1, 'Of wombats.');
      {
        await using corpus = await home.open('use', BUILT_IN);
        await loadInto(corpus, await writeRecord(home, 2, 'More of wombats.'));
        for (const search_mode of ['hybrid', 'semantic', 'bm25']) {
          const answer = await search(corpus, { query: 'wombats', search_mode });
          assert.deepEqual(answer.documents.map(({ pmid }) => pmid).sort(), ['1', '2']);
          assert.equal(answer.search_mode, 'bm25');
          assert.match(
            answer.warnings.join(' '),
            /made by (openai:any:64:|more than one embedder).*the settings ask for static:.*corpus\.reindex.*by their words alone/,
          );
        }
        assert.deepEqual(await findFirst(corpus, 'PMID 1'), '1');
        assert.match(findNote(corpus) ?? '', /corpus\.reindex/);

        await corpus.services.reindexCorpus({ onProgress: () => undefined }, options);
        await assertWhole(corpus, ['1', '2']);
      }
      await using corpus = await home.open('use', BUILT_IN);
      await assertWhole(corpus, ['1', '2']);
    });

    test('is asked by its vectors again once that embedder is back, unless some passages have none', async () => {
      await using service = await startOpenaiStandIn();
      await using home = await makeHome(toSettings(service));
      await load(home, toSettings(service), 1, 'Of wombats.');
      {
        await using corpus = await home.open('use', BUILT_IN);
        assert.equal((await search(corpus, { query: 'wombats' })).search_mode, 'bm25');
      }
      {
        await using corpus = await home.open('use', toSettings(service));
        await assertWhole(corpus, ['1']);
      }
      await load(home, BUILT_IN, 2, 'More of wombats.');
      await using corpus = await home.open('use', toSettings(service));
      const answer = await search(corpus, { query: 'wombats' });
      assert.deepEqual(answer.documents.map(({ pmid }) => pmid).sort(), ['1', '2']);
      assert.match(answer.warnings.join(' '), /made by more than one embedder.*by their words alone/);
      await corpus.services.reindexCorpus({ onProgress: () => undefined }, options);
      await assertWhole(corpus, ['1', '2']);
    });

    test('which is the built-in one goes on as it was, since that is always there', async () => {
      await using service = await startOpenaiStandIn();
      await using home = await makeHome(BUILT_IN);
      await load(home, BUILT_IN, 1, 'Of wombats.');
      {
        await using corpus = await home.open('use', toSettings(service));
        await loadInto(corpus, await writeRecord(home, 2, 'More of wombats.'));
        const { documents, search_mode, warnings } = await search(corpus, { query: 'wombats' });
        assert.deepEqual([documents.length, search_mode], [2, 'hybrid']);
        assert.match(
          warnings.join(' '),
          /made by static:.*the settings ask for openai:any:64.*corpus\.reindex/,
        );
        assert.doesNotMatch(warnings.join(' '), /by their words alone/);
      }
      await using corpus = await home.open('use', BUILT_IN);
      await assertWhole(corpus, ['1', '2']);
      const row = await corpus.services.store.findIndexState(options);
      assert.equal(row?.embedderId, STATIC_EMBEDDER_ID);
    });
  });
}

describe('a re-index by a process with another embedder', { skip }, () => {
  for (const { name, makeHome } of [
    { name: 'LanceDB', makeHome: () => makeTestHome() },
    { name: 'Weaviate', makeHome: makeWeaviateHome },
  ]) {
    test(`leaves the others, on PostgreSQL and ${name}, answering and writing with a warning`, async () => {
      await using home = await makeHome();
      await using service = await startOpenaiStandIn();
      await using other = await home.open('use', BUILT_IN);
      await using rebuilding = await home.open('use', toSettings(service));
      await loadInto(other, await writeRecord(home, 1, 'Of wombats.'));
      await rebuilding.services.reindexCorpus({ onProgress: () => undefined }, options);
      await assertWhole(rebuilding, ['1']);
      await loadInto(other, await writeRecord(home, 2, 'More of wombats.'));
      const { documents, search_mode, warnings } = await search(other, { query: 'wombats' });
      assert.deepEqual([documents.length, search_mode], [2, 'bm25']);
      assert.match(warnings.join(' '), /the settings ask for static:.*corpus\.reindex/);
      assert.match(findNote(other) ?? '', /corpus\.reindex/);
    });
  }
});

function toSettings({ url }: OpenaiStandIn): Settings {
  return {
    BIO_MCP_EMBEDDER: 'openai',
    BIO_MCP_OPENAI_BASE_URL: url,
    BIO_MCP_OPENAI_MODEL: 'any',
    BIO_MCP_OPENAI_DIMENSIONS: DIMENSIONS,
  };
}

async function load(home: TestHome, settings: Settings, pmid: number, title: string) {
  await using corpus = await home.open('use', settings);
  await loadInto(corpus, await writeRecord(home, pmid, title));
}

function writeRecord(home: TestHome, pmid: number, title: string): Promise<string> {
  return home.write(`${pmid}.xml`, setXml(articleXml({ pmid, title })));
}

async function findFirst(corpus: Corpus, query: string): Promise<string | undefined> {
  return (await search(corpus, { query })).documents[0]?.pmid;
}

/** Every passage is found by its meaning, and nothing is warned of. */
async function assertWhole(corpus: Corpus, pmids: readonly string[]): Promise<void> {
  const { documents, search_mode, warnings } = await search(corpus, {
    query: 'wombats',
    search_mode: 'semantic',
  });
  assert.deepEqual(documents.map(({ pmid }) => pmid).sort(), pmids);
  assert.deepEqual([search_mode, warnings, findNote(corpus)], ['semantic', [], null]);
}

function findNote({ checks }: Corpus): string | null {
  return checks.find(({ name }) => name === 'index')?.note?.() ?? null;
}
