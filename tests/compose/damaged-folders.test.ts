import assert from 'node:assert/strict';
import { open, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { CLOSED_FILES } from '../../src/disk/closed-files.ts';
import { corpusReindex } from '../../src/tools/corpus-reindex.ts';
import { callTool } from '../support/corpus/call-tool.ts';
import { dumpTables, findPmids, makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const PAGE_BYTES = 8_192;

test('a damaged database is moved aside and comes back from the archive, found at once or later', async () => {
  await using home = await makeTestHome({ engine: 'PGlite' });
  await home.load(await home.write('1.xml', setXml(articleXml({ pmid: 1 }), articleXml({ pmid: 2 }))));
  const tables = await dumpTables(home);
  const path = (name: string) => join(home.dataDir, 'database', name);

  const control = await readFile(path('global/pg_control'));
  await truncate(path('global/pg_control'), 100);
  await assert.rejects(home.open(), { code: 'DB_UNAVAILABLE', hint: /damaged.*bio-mcp reindex/ });
  await rebuild(home);
  assert.deepEqual(await dumpTables(home), tables);
  const [aside = ''] = await listSetAside(home);
  assert.match(aside, /^database\.set-aside-\d{8}T\d{6}Z$/);
  // It is kept as it was.
  const kept = await readFile(join(home.dataDir, aside, 'global/pg_control'));
  assert.deepEqual(kept, control.subarray(0, 100));

  // A table that no rebuild makes anew, and that nobody asks at the start.
  const file = await home.query(async (kysely) => {
    const { rows } = await sql<{ file: string }>`
      insert into keyed_calls (tool, idempotency_key, params_hash, call_id, created_at, expires_at)
        select 'ping', n::text, repeat('0', 64), gen_random_uuid(), now(), now() + interval '1 day' from generate_series(1, 200) as n
        returning pg_relation_filepath('keyed_calls') as file`.execute(kysely);
    return rows[0]?.file ?? assert.fail();
  });
  await using opened = await open(path(file), 'r+');
  await opened.write(Buffer.alloc(PAGE_BYTES / 2), 0, PAGE_BYTES / 2, PAGE_BYTES / 2);
  await assert.rejects(home.open(), {
    hint: /damaged \(the file base.* is not what it was when.*bio-mcp reindex/,
  });
  await rm(path(CLOSED_FILES)); // as after a kill: now nothing tells of it
  await using before = await home.open();
  await before[Symbol.asyncDispose]();
  await rebuild(home);
  assert.deepEqual(await dumpTables(home), tables);
  assert.equal((await listSetAside(home)).length, 2);
});

test('a search index that lost files names `bio-mcp reindex`, which makes it anew', async () => {
  await using home = await makeTestHome();
  await home.load(await home.write('1.xml', setXml(articleXml({ pmid: 1, title: 'Zebrafish hearts.' }))));
  const folder = join(home.dataDir, 'index');
  const damages: [kind: string, damage: (path: string) => Promise<void>][] = [
    ['.lance', (path) => rm(path)],
    ['.manifest', (path) => truncate(path, 10)],
  ];
  for (const [kind, damage] of damages) {
    const files = await listFiles(folder, kind);
    assert.ok(files.length > 0);
    for (const file of files) await damage(file);
    const searching = async () => {
      await using corpus = await home.open();
      return await findPmids(corpus, 'zebrafish');
    };
    await assert.rejects(searching(), { code: 'INDEX_UNAVAILABLE', hint: /bio-mcp reindex/ }, kind);
    await rebuild(home);
    assert.deepEqual(await searching(), ['1']);
  }
});

async function rebuild(home: TestHome): Promise<void> {
  await using corpus = await home.open('reindex');
  const { failed, problems } = await callTool(corpus, corpusReindex, {});
  assert.equal(failed, 0, JSON.stringify(problems));
}

async function listSetAside({ dataDir }: TestHome): Promise<string[]> {
  return (await readdir(dataDir)).filter((name) => name.includes('set-aside')).sort();
}

async function listFiles(folder: string, kind: string): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(kind));
  const paths = names.map((name) => join(folder, name));
  const facts = await Promise.all(paths.map((path) => stat(path)));
  return paths.filter((_, at) => facts[at]?.isFile());
}
