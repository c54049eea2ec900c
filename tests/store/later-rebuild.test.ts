import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { createSqlCorpusRebuild } from '../../src/store/rebuild/sql-corpus-rebuild.ts';
import { createSqlCorpusStore } from '../../src/store/sql-corpus-store.ts';
import { testDatabases } from '../support/postgres/databases.ts';
import { commitDocument, options, pmid } from './sample-batches.ts';

for (const testDatabase of testDatabases) {
  describe(`a rebuild on ${testDatabase.name} where a later release has migrated`, () => {
    test('begins nothing, and puts nothing in its place, though the release calls it compatible', async () => {
      const database = await testDatabase.open(); // closed with the store
      await using store = createSqlCorpusStore({ database });
      await commitDocument(store, 1, 'a');
      const rebuild = createSqlCorpusRebuild({
        database,
        archiveRoot: 'file:///archive/',
        prefix: 'pubmed',
      });
      await rebuild.begin(options);
      await database.kysely
        .insertInto('migrations')
        .values({ name: '9999_later', compatible: true })
        .execute();
      const isTold = (error: unknown) =>
        error instanceof BioMcpError &&
        error.code === 'VALIDATION' &&
        /A later release .*9999_later.*Let that release/.test(error.hint);
      await assert.rejects(
        store.withPublishLock(() => rebuild.swap(options), options),
        isTold,
      );
      assert.notEqual(await store.findDocument(pmid(1), options), null);
      await assert.rejects(rebuild.begin(options), isTold);
      await rebuild.discard(options);
    });
  });
}
