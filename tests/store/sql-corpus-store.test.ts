import { createSqlCorpusStore } from '../../src/store/sql-corpus-store.ts';
import { describeCorpusStore } from '../conformance/corpus-store.ts';
import { describeCorpusStoreCheckpoints } from '../conformance/corpus-store-checkpoints.ts';
import { describeCorpusStoreReads } from '../conformance/corpus-store-reads.ts';
import { describeCorpusStoreSyncs } from '../conformance/corpus-store-syncs.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);
  const openStore = async () => createSqlCorpusStore({ database: await openDatabase() });
  describeCorpusStore(testDatabase.name, openStore);
  describeCorpusStoreCheckpoints(testDatabase.name, openStore);
  describeCorpusStoreReads(testDatabase.name, openStore);
  describeCorpusStoreSyncs(testDatabase.name, openStore);
}
