import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { createTokenText } from '../../src/access/token-text.ts';
import { migrateDatabase, openPostgres } from '../../src/store/database/database.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { openBreakableLink } from '../support/network/breakable-link.ts';
import { createTestPostgres } from '../support/postgres/databases.ts';
import { startCommand } from '../support/processes/command-process.ts';
import { runCommand } from '../support/processes/run-command.ts';
import { startService } from '../support/processes/service-process.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const SENTENCE = /not at the migrations of this release: run `bio-mcp migrate`/;

describe('a database that nobody has migrated', () => {
  test('http lives, is not ready and says why, and serves once `bio-mcp migrate` has run', async () => {
    const { env, ...home } = await openHome({ isMigrated: false });
    await using _ = home;
    await using service = await startService(env, 'http');

    const before = await service.probeUntil(({ failing }) => 'migrations' in failing);
    assert.equal(before.status, 503);
    assert.match(before.failing.migrations ?? '', SENTENCE);
    assert.equal((await fetch(`${service.url}/healthz`)).status, 200);
    const refused = await service.invoke('corpus.status', {});
    assert.deepEqual([refused.status, refused.body.error_code], [503, 'DB_UNAVAILABLE']);

    const migrated = await runCommand(['migrate'], { env });
    assert.deepEqual([migrated.code, migrated.stderr], [0, '']);
    assert.match(migrated.stdout, /^Applied 0001_corpus, .*\. Database and index are up to date\.\n$/);
    await service.probeUntil(({ status }) => status === 200);
    assert.equal((await service.invoke('corpus.status', {})).status, 200);
  });

  test('a process that waits shows its metrics and its reasons to a token, and to no other', async () => {
    const home = await makeTestHome({ settings: { BIO_MCP_AUTH: 'bearer' } });
    await using _ = home;
    const made = await runCommand(['token', 'create', '--name', 'watch', '--scope', 'bio:read'], home);
    const token = made.stdout.trim().split('\n').at(-1) ?? '';
    await home.query((kysely) => sql`delete from migrations where name like '%_cited_by'`.execute(kysely));
    await using service = await startService(home.env, 'http');
    await service.process.line(({ msg }) => SENTENCE.test(String(msg)));
    const ask = async (path: string, shown: string) => {
      const headers = { authorization: `Bearer ${shown}` };
      const response = await fetch(`${service.url}${path}`, { headers });
      return { status: response.status, text: await response.text() };
    };

    const metrics = await ask('/metrics', token);
    assert.equal(metrics.status, 200);
    assert.match(metrics.text, /^bio_mcp_ready 0$/m);
    assert.match(metrics.text, /^bio_mcp_check_up\{check="migrations"\} 0$/m);
    assert.match((await ask('/readyz', token)).text, SENTENCE);
    assert.equal((await ask('/metrics', createTokenText())).status, 401);
    assert.equal((await ask('/v1/jobs', token)).status, 503);

    await home.query((kysely) =>
      sql`insert into migrations (name, compatible) values ('0018_cited_by', true)`.execute(kysely),
    );
    await service.probeUntil(({ status }) => status === 200);
    assert.equal((await ask('/v1/jobs', token)).status, 200);
  });

  test('a worker waits for the migrations', async () => {
    const { env, ...home } = await openHome({ isMigrated: false });
    await using _ = home;
    await using worker = startCommand(env, 'worker');
    await worker.line(({ msg }) => SENTENCE.test(String(msg)));

    await runCommand(['migrate'], { env });

    await worker.line(({ msg }) => msg === 'working');
    worker.child.kill('SIGTERM');
    assert.equal((await worker.ended).code, 0);
  });

  test('any other command ends with that sentence and changes nothing', async () => {
    const { env, url, ...home } = await openHome({ isMigrated: false });
    await using _ = home;

    for (const words of [['status'], ['reindex'], ['archive', 'verify']]) {
      const { code, stderr } = await runCommand(words, { env });
      assert.equal(code, 1, words.join(' '));
      assert.match(stderr, SENTENCE);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    }
    await using database = await openPostgres({ url, max: 1 });
    assert.ok((await migrateDatabase(database)).length > 0);
  });

  test('six `bio-mcp migrate` at once apply each migration once, and one more applies none', async () => {
    const { env, ...home } = await openHome({ isMigrated: false });
    await using _ = home;

    const ended = await Promise.all(Array.from({ length: 6 }, () => runCommand(['migrate'], { env })));

    assert.deepEqual(
      ended.map(({ code, stderr }) => ({ code, stderr })),
      Array(6).fill({ code: 0, stderr: '' }),
    );
    const names = ended.flatMap(({ stdout }) => stdout.match(/\b\d{4}_\w+/g) ?? []);
    assert.equal(new Set(names).size, names.length);
    assert.equal((await runCommand(['migrate'], { env })).stdout, 'Database and index are up to date.\n');
  });
});

describe('an empty database beside an archive that tells of a corpus', () => {
  test('is migrated, and `bio-mcp reindex` then makes the corpus', async () => {
    await using home = await makeTestHome();
    await home.load(await home.write('1.xml', setXml(articleXml({ pmid: 1, title: 'Of wombats.' }))));
    const env = { ...home.env, BIO_MCP_DATABASE_URL: await createTestPostgres({ isMigrated: false }) };

    const migrated = await runCommand(['migrate'], { env });
    assert.deepEqual([migrated.code, migrated.stderr], [0, '']);
    assert.match(migrated.stdout, /the archive tells of a corpus: build it with `bio-mcp reindex`/);
    const reindexed = await runCommand(['reindex'], { env });
    assert.equal(reindexed.code, 0, reindexed.stderr);

    const found = await runCommand(['search', 'wombats'], { env });
    assert.match(found.stdout, /Of wombats/);
  });
});

describe('a database that is away', () => {
  test('when http starts: it lives, says so, and serves once the database is there', async () => {
    const { env, url, ...home } = await openHome({ isMigrated: true });
    await using _ = home;
    await using link = await openBreakableLink(url);
    link.cut();
    await using service = await startService({ ...env, BIO_MCP_DATABASE_URL: link.url }, 'http');

    const before = await service.probeUntil(({ failing }) => 'database' in failing);
    assert.equal(before.status, 503);
    assert.equal((await fetch(`${service.url}/healthz`)).status, 200);
    assert.equal((await service.invoke('corpus.status', {})).body.error_code, 'DB_UNAVAILABLE');
    link.mend();

    await service.probeUntil(({ status }) => status === 200);
    assert.equal((await service.invoke('corpus.status', {})).status, 200);
  });
});

/** A data folder and a database, with the settings that lead to them. */
async function openHome(options: { isMigrated: boolean }) {
  const home = await makeTestHome();
  const url = await createTestPostgres(options);
  const env: Record<string, string> = { ...home.env, BIO_MCP_DATABASE_URL: url };
  return { env, url, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() };
}
