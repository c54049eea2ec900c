import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Kysely, sql } from 'kysely';
import { copyArchive } from '../../../src/archive/copy-archive.ts';
import { openCorpus } from '../../../src/compose.ts';
import { parseConfig } from '../../../src/config/config.ts';
import type { ArchiveUri } from '../../../src/domain/corpus/archive-key.ts';
import type { Schema } from '../../../src/store/schema.ts';
import { TOOLS } from '../../../src/tools/tools.ts';
import { loadInto, makeTestHome } from '../../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../../support/pubmed/pubmed-xml.ts';
import { silentLogger } from '../../support/telemetry/silent-logger.ts';

const { signal } = new AbortController();

test('a changed prefix is refused, by a reindex too, until the archive has been copied there', async () => {
  await using home = await makeTestHome();
  const source = await home.write('one.xml', setXml(articleXml({ pmid: 1 })));
  await home.load(source);
  const machine = { platform: 'linux' as const, homeDir: home.dataDir, cores: 1 };
  const open = (prefix: string, mode: 'use' | 'reindex') =>
    openCorpus(
      {
        config: parseConfig({ ...home.env, BIO_MCP_ARCHIVE_PREFIX: prefix }, machine, TOOLS),
        process: { version: '0.0.0', uptimeSeconds: () => 0 },
        logger: silentLogger(),
        mode,
      },
      { signal },
    );

  for (const prefix of ['other', 'pubmed/raw', 'pub']) {
    const refusal = { code: 'VALIDATION', hint: /BIO_MCP_ARCHIVE_PREFIX.*`bio-mcp archive copy`/ };
    await assert.rejects(open(prefix, 'use'), refusal, prefix);
  }
  await assert.rejects(open('other', 'reindex'), { code: 'VALIDATION', hint: /`bio-mcp archive copy`/ });

  await using corpus = await home.open();
  assert.equal((await loadInto(corpus, source)).skipped, 1);
  const { archive } = corpus.services;
  await home.query((kysely) => makeJobs(kysely));
  await copyArchive({ from: { archive, prefix: 'pubmed' }, to: { archive, prefix: 'other' } }, { signal });
  await corpus[Symbol.asyncDispose]();
  await using moved = await open('other', 'reindex');
  await moved.services.reindexCorpus({ onProgress: () => undefined }, { signal });
  await moved[Symbol.asyncDispose]();
  await using again = await open('other', 'use');
  assert.equal((await again.services.store.countCorpus({ signal })).documents, 1);
  const { rows } = await home.query((kysely) =>
    sql<{ result_ref: string; manifest: string; told: string }>`
      select result_ref, manifest, result ->> 'manifest' as told from jobs join runs on run_id = id`.execute(
      kysely,
    ),
  );
  assert.equal(rows.length, 2);
  for (const { result_ref, manifest, told } of rows) {
    assert.deepEqual([manifest, told], [result_ref, result_ref]);
    assert.match(result_ref, /\/archive\/other\/manifests\//);
    assert.notEqual(await again.services.archive.find(result_ref as ArchiveUri, { signal }), null);
  }
});

/** One of each run, as if it had been a job. */
async function makeJobs(kysely: Kysely<Schema>): Promise<void> {
  await sql`
    insert into jobs (id, tool, params, params_hash, state, result_ref, result, run_after, created_at,
      finished_at, updated_at)
    select run_id, tool, params, '', 'succeeded', manifest, ('{"manifest":"' || manifest || '"}')::json, now(),
      now(), now(), now() from runs`.execute(kysely);
}
