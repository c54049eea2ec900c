import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import type { Sha256 } from '../../src/domain/ids.ts';
import type { JobId } from '../../src/domain/jobs/job.ts';
import type { JobTable } from '../../src/queue/job-table.ts';
import type { CorpusStore } from '../../src/store/corpus-store.ts';
import { createSqlJobTable } from '../../src/store/jobs/sql-job-table.ts';
import { createSqlCorpusStore } from '../../src/store/sql-corpus-store.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';
import { collect, options, pmid } from './sample-batches.ts';

type Read<Reads = CorpusStore> = (store: Reads, options: { signal: AbortSignal }) => Promise<unknown>;

const ID = '0190a9b2-0000-7000-8000-000000000000';
const HASH = 'a'.repeat(64) as Sha256;

/** Every reading method of the store. */
const READS: Record<string, Read> = {
  ping: (store, given) => store.ping(given),
  findMigrationGap: (store, given) => store.findMigrationGap(given),
  findIndexState: (store, given) => store.findIndexState(given),
  hasRecordsBelow: (store, given) => store.hasRecordsBelow({ root: 'file:///a/', prefix: 'b' }, given),
  findPointers: (store, given) => store.findPointers([pmid(1)], given),
  findWithdrawals: (store, given) => store.findWithdrawals([pmid(1)], given),
  findArchived: (store, given) => store.findArchived([{ pmid: pmid(1), contentHash: HASH }], given),
  findQuarantined: (store, given) => store.findQuarantined([HASH], given),
  findLoadedFile: (store, given) => store.findLoadedFile(HASH, given),
  findFinishedFiles: (store, given) => store.findFinishedFiles([{ name: 'a', md5: 'b' }], given),
  getSequence: (store, given) => store.getSequence(given),
  listLostSequences: (store, given) => store.listLostSequences(given),
  listPending: (store, given) => store.listPending(given),
  findDocument: (store, given) => store.findDocument(pmid(1), given),
  findDocuments: (store, given) => store.findDocuments([pmid(1)], given),
  findDocumentAt: (store, given) => store.findDocumentAt(pmid(1), 1, given),
  findRevisions: (store, given) => store.findRevisions([{ pmid: pmid(1), revision: 1 }], given),
  listCiting: (store, given) => store.listCiting(pmid(1), { sequence: null, limit: 10 }, given),
  listPmidsStartingWith: (store, given) => store.listPmidsStartingWith('1', 10, given),
  findTombstone: (store, given) => store.findTombstone(pmid(1), given),
  findTombstones: (store, given) => store.findTombstones([pmid(1)], given),
  listArchived: (store, given) => collect(store.listArchived(given)),
  findKnownUris: (store, given) => store.findKnownUris([], given),
  listRuns: (store, given) => store.listRuns(10, given),
  countCorpus: (store, given) => store.countCorpus(given),
  countFacets: (store, given) => store.countFacets(given),
  listGrowth: (store, given) => store.listGrowth(given),
  hasChunks: (store, given) => store.hasChunks(given),
  listQuarantined: (store, given) => store.listQuarantined(10, given),
  countQuarantined: (store, given) => store.countQuarantined(given),
  findList: (store, given) =>
    store.findList({ request: 'a', listedAfter: '2026-01-01', listedBefore: '2026-01-02' }, given),
  listUndone: (store, given) => store.listUndone(ID, { after: '', limit: 10 }, given),
  listGone: (store, given) => store.listGone(ID, { term: 'a', after: '', limit: 10 }, given),
  findWatermark: (store, given) => store.findWatermark('a', given),
  listWatermarks: (store, given) => store.listWatermarks(given),
  listTopics: (store, given) => store.listTopics({ emptySince: '2026-01-01' }, given),
  findTopic: (store, given) => store.findTopic('a', given),
  listTopicGrowth: (store, given) => store.listTopicGrowth('a', given),
  listStateChanges: (store, given) => store.listStateChanges(given),
  countMembers: (store, given) => store.countMembers(given),
  findCheckpoint: (store, given) => store.findCheckpoint(ID, given),
  listCheckpoints: (store, given) => store.listCheckpoints({ limit: 10, after: null }, given),
  countCheckpoints: (store, given) => store.countCheckpoints(given),
  findCheckpointChild: (store, given) => store.findCheckpointChild(ID, given),
  listCheckpointSequences: (store, given) => store.listCheckpointSequences(given),
  listCheckpointsHolding: (store, given) => store.listCheckpointsHolding(pmid(1), 10, given),
  findLiveStatuses: (store, given) => store.findLiveStatuses([pmid(1)], given),
  countChanges: (store, given) => store.countChanges({ low: 0, high: 1 }, given),
  listChanges: (store, given) => store.listChanges({ low: 0, high: 1, after: null, limit: 10 }, given),
};

/** What the store does beside reading; a write that was called is carried out. */
const OTHERS =
  /^(set|settle|start|save|fail|add|remove|finish|mark|forget|close|drop|announce|commit|with)|^findSequences$/;

/** Every reading method of the jobs' rows. */
const JOB_READS: Record<string, Read<JobTable>> = {
  findTwin: (table, given) => table.findTwin({ tool: 'ping', paramsHash: HASH, idempotencyKey: null }, given),
  find: (table, given) => table.find(ID as JobId, given),
  findResult: (table, given) => table.findResult(ID as JobId, given),
  findPartResults: (table, given) => table.findPartResults(ID as JobId, given),
  findStates: (table, given) => table.findStates([ID as JobId], given),
  countParts: (table, given) => table.countParts(ID as JobId, given),
  count: (table, given) => table.count({ state: null, tool: null }, given),
  list: (table, given) => table.list({ state: null, tool: null, after: null, limit: 10 }, given),
};
/** Changes, which are carried out, and the listening. */
const OTHERS_OF_JOBS =
  /^(insert|claim|renew|save|succeed|fail|retry|put|split|cancel|take|remove|mark|subscribe)/;

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);

  describe(`reads that are given up, on ${testDatabase.name}`, () => {
    test('each ends with the reason of its signal, and nothing else is made of it', async () => {
      const store = createSqlCorpusStore({ database: await openDatabase() });
      await requireGivenUp(store, READS, OTHERS);
    });

    test('those of the jobs, too', async () => {
      const table = createSqlJobTable({ database: await openDatabase() });
      await requireGivenUp(table, JOB_READS, OTHERS_OF_JOBS);
    });

    test('one that waits for its statement ends at once; the next one is answered', async () => {
      const database = await openDatabase();
      const store = createSqlCorpusStore({ database });
      const giveUp = new AbortController();
      const locked = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      const holding = database.kysely.transaction().execute(async (transaction) => {
        await sql`lock table revisions in access exclusive mode`.execute(transaction);
        locked.resolve();
        await release.promise;
      });
      await locked.promise;
      const reading = store.countCorpus({ signal: giveUp.signal });
      giveUp.abort(new Error('enough'));
      await assert.rejects(reading, /^Error: enough$/);
      release.resolve();
      await holding;
      assert.equal((await store.countCorpus(options)).documents, 0);
    });
  });
}

async function requireGivenUp<Reads extends object>(
  store: Reads,
  reads: Record<string, Read<Reads>>,
  others: RegExp,
): Promise<void> {
  assert.deepEqual(
    Object.keys(store).filter((name) => !others.test(name) && reads[name] === undefined),
    [],
    'every method is a read above or a write',
  );
  const reason = new DOMException('it took too long', 'TimeoutError');
  for (const [name, read] of Object.entries(reads)) {
    await read(store, options);
    const error = await read(store, { signal: AbortSignal.abort(reason) }).catch((thrown) => thrown);
    assert.equal(error, reason, name);
  }
}
