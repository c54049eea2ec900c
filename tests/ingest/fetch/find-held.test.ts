import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findHeld } from '../../../src/ingest/fetch/find-held.ts';
import { createSqlCorpusStore } from '../../../src/store/sql-corpus-store.ts';
import { commitDocument, commitNext, options, pmid } from '../../store/sample-batches.ts';
import { shareDatabase, testPostgres } from '../../support/postgres/databases.ts';

const openDatabase = shareDatabase(testPostgres);

test('two statements tell what is held of however many PMIDs', async () => {
  await using store = createSqlCorpusStore({ database: await openDatabase() });
  for (const number of [1, 2, 3]) await commitDocument(store, number, `payload ${number}`);
  await commitNext(store, { deletions: [{ pmid: pmid(2), reason: 'merged', mergedInto: pmid(9) }] });
  const asked: number[] = [];
  const counting: Parameters<typeof findHeld>[0] = {
    findDocuments(pmids, given) {
      asked.push(pmids.length);
      return store.findDocuments(pmids, given);
    },
    findTombstones(pmids, given) {
      asked.push(pmids.length);
      return store.findTombstones(pmids, given);
    },
  };
  const pmids = Array.from({ length: 200 }, (_, at) => pmid(at + 1));

  const { documents, departed } = await findHeld(counting, pmids, options);

  assert.deepEqual([...documents.keys()].sort(), [pmid(1), pmid(3)]);
  assert.deepEqual([...departed], [[pmid(2), { pmid: pmid(2), reason: 'merged_into', mergedInto: pmid(9) }]]);
  assert.deepEqual(asked, [200, 198]);
});
