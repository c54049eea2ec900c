import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { sql } from 'kysely';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { type Ended, runCommand } from '../support/processes/run-command.ts';
import { sampleRecords } from '../support/pubmed/eutils.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { PLANTED_SECRETS } from './planted.ts';

const REFUSED = 'planted_refused_6b0d';

/** Each file as it is, and unpacked where it is packed. */
async function readFiles(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    files.set(path, bytes);
    if (bytes.subarray(0, 4).equals(Buffer.from('28b52ffd', 'hex'))) {
      files.set(`${path} unpacked`, zstdDecompressSync(bytes));
    }
    if (bytes.subarray(0, 2).equals(Buffer.from('1f8b', 'hex'))) {
      files.set(`${path} unpacked`, gunzipSync(bytes));
    }
  }
  return files;
}

/** Every row of every table, as text. */
function dumpDatabase(home: TestHome): Promise<string> {
  return home.query(async (kysely) => {
    const { rows: tables } = await sql<{
      name: string;
    }>`select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'`.execute(
      kysely,
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.raw(name)} t`.execute(
        kysely,
      );
      texts.push(...rows.map(({ row }) => `${name} ${row}`));
    }
    return texts.join('\n');
  });
}

describe('after a sync, a load, a checkpoint and calls that failed', () => {
  test('no planted secret is in an archive object, a manifest, the index, a row or the output', async () => {
    await using ncbi = await startNcbiStandIn({
      records: sampleRecords.slice(0, 20),
      badKeys: [REFUSED],
    });
    const settings = {
      ...PLANTED_SECRETS,
      BIO_MCP_PUBMED_BASE_URL: ncbi.url,
      BIO_MCP_PUBMED_EMAIL: 'library@example.org',
      BIO_MCP_LOG_LEVEL: 'trace',
    };
    await using home = await makeTestHome({ settings });
    const pmids = sampleRecords.slice(0, 3).map((record) => /<PMID[^>]*>(\d+)</.exec(record)?.[1]);
    const source = await home.write(
      'records.xml',
      `<PubmedArticleSet>${sampleRecords[5]}</PubmedArticleSet>`,
    );
    const call = (tool: string, params: object, changed = {}) =>
      runCommand(['invoke', tool, '--params', JSON.stringify(params)], { env: { ...home.env, ...changed } });
    const ended: Record<string, Ended> = {
      get: await call('pubmed.get', { pmids }),
      load: await call('pubmed.load', { source }),
      checkpoint: await call('corpus.checkpoint.create', { name: 'planted', primary_queries: ['cells'] }),
      search: await call('rag.search', { query: 'cells' }),
      refused: await call('pubmed.search', { query: 'cells' }, { BIO_MCP_PUBMED_API_KEY: REFUSED }),
      wrong: await call('pubmed.get', { pmids: ['x'] }),
    };
    for (const name of ['get', 'load', 'checkpoint', 'search']) {
      assert.equal(ended[name]?.code, 0, `${name}: ${ended[name]?.stdout} ${ended[name]?.stderr}`);
    }
    for (const name of ['refused', 'wrong']) assert.notEqual(ended[name]?.code, 0, name);
    const sent = ncbi.requests.map(({ params }) => params.get('api_key'));
    assert.deepEqual(new Set(sent), new Set([PLANTED_SECRETS.BIO_MCP_PUBMED_API_KEY, REFUSED]));

    const files = await readFiles(home.dataDir);
    assert.ok(
      [...files.keys()].some((path) => path.endsWith('unpacked')),
      'an object was unpacked',
    );
    assert.ok(
      [...files.keys()].some((path) => path.includes('manifest')),
      'a manifest was read',
    );
    const dump = await dumpDatabase(home);
    assert.match(dump, /^pubmed_archive /m);
    // The address of the database has its password.
    const password = new URL(home.env.BIO_MCP_DATABASE_URL ?? assert.fail()).password;
    assert.ok(password !== '');
    for (const secret of [...Object.values(PLANTED_SECRETS), REFUSED]) {
      for (const [path, bytes] of files) assert.ok(!bytes.includes(secret), `${secret} is in ${path}`);
      assert.ok(!dump.includes(secret), `${secret} is in the database`);
      for (const [name, { stdout, stderr }] of Object.entries(ended)) {
        assert.ok(!`${stdout}${stderr}`.includes(secret), `${secret} is in what ${name} said`);
      }
      assert.ok(!process.title.includes(secret));
    }
    for (const [name, { stdout, stderr }] of Object.entries(ended)) {
      assert.ok(!`${stdout}${stderr}`.includes(`:${password}@`), `the password is in what ${name} said`);
    }
  });
});
