import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { CorpusStore } from '../../src/store/corpus-store.ts';
import type { StateLine } from '../../src/store/port/state-changes.ts';
import {
  AT,
  archived,
  collect,
  commitDocument,
  commitNext,
  options,
  pmid,
  revision,
  sha256,
  uri,
} from '../store/sample-batches.ts';

/** What every CorpusStore promises of lists, counts, runs and state. */
export function describeCorpusStoreReads(name: string, openStore: () => Promise<CorpusStore>): void {
  describe(`reading from a corpus store on ${name}`, () => {
    test('PMIDs that begin with some digits come in the order of text, of live documents alone', async () => {
      await using store = await openStore();
      for (const [at, number] of [1, 19, 190, 199, 2, 20, 9, 99].entries()) {
        await commitDocument(store, number, String.fromCharCode(97 + at));
      }
      await commitDocument(store, 19, 'x', { revision: 2 });
      await commitNext(store, { deletions: [{ pmid: pmid(190), reason: 'deleted', mergedInto: null }] });
      const find = (prefix: string, limit = 10) => store.listPmidsStartingWith(prefix, limit, options);
      assert.deepEqual(await find('1'), ['1', '19', '199']);
      assert.deepEqual(await find('19'), ['19', '199']);
      assert.deepEqual(await find('9'), ['9', '99']);
      assert.deepEqual(await find('99'), ['99']);
      assert.deepEqual(await find('3'), []);
      assert.deepEqual(await find(''), ['1', '19', '199', '2', '20', '9', '99']);
      assert.deepEqual(await find('', 2), ['1', '19']);
    });

    test('nothing is live in an empty corpus', async () => {
      await using store = await openStore();
      assert.equal(await store.findDocument(pmid(1), options), null);
      assert.deepEqual(await collect(store.listArchived(options)), []);
      const counts = await store.countCorpus(options);
      assert.deepEqual(counts, { documents: 0, chunks: 0, byYear: [], topJournals: [], retracted: 0 });
    });

    test('counts are numbers, of live revisions alone', async () => {
      await using store = await openStore();
      await commitDocument(store, 1, 'a', { year: 1999, journal: 'Lancet', chunkCount: 7 });
      await commitDocument(store, 1, 'b', { revision: 2, year: 2000, journal: 'Gut', chunkCount: 3 });
      await commitDocument(store, 2, 'c', { year: 2000, journal: 'Gut', chunkCount: 2 });
      await commitDocument(store, 3, 'd', {
        year: null,
        journal: null,
        chunkCount: 1,
        retractionStatus: 'retracted',
      });
      await commitDocument(store, 4, 'e', { year: 1980, journal: 'Angle', chunkCount: 0 });
      assert.deepEqual(await store.countCorpus(options), {
        documents: 4,
        chunks: 6,
        byYear: [
          { year: 1980, documents: 1 },
          { year: 2000, documents: 2 },
        ],
        topJournals: [
          { journal: 'Gut', documents: 2 },
          { journal: 'Angle', documents: 1 },
        ],
        retracted: 1,
      });
    });

    test('a list of archived payloads is complete beyond one page', async () => {
      await using store = await openStore();
      const numbers = Array.from({ length: 4_500 }, (_, at) => at + 1);
      await commitNext(store, { archived: numbers.map((number) => archived(number, `payload ${number}`)) });
      const listed = await collect(store.listArchived(options));
      assert.equal(new Set(listed.map((one) => one.pmid)).size, 4_500);
      assert.equal(listed.length, 4_500);
    });

    test('state lines tell every change after the last mark, and none twice', async () => {
      await using store = await openStore();
      await commitDocument(store, 1, 'a');
      await commitNext(store, {
        archived: [archived(1, 'b')],
        moved: [{ pmid: pmid(1), contentHash: sha256('a'), uri: uri('history/1.a') }],
        revisions: [revision(1, 'b', { revision: 2 })],
      });
      assert.deepEqual(
        (await readState(store)).lines.map(toKey),
        ['payload 1 b current', 'payload 1 a', 'revision 1.1 from 1 to 2', 'revision 1.2 from 2 to null']
          .map((key) => key.replace(/ (a|b)\b/, (_, payload) => ` ${sha256(payload)}`))
          .sort(),
      );
      await store.markStateWritten(2, options);
      await store.markStateWritten(1, options);
      assert.deepEqual(await readState(store), { upTo: 2, lines: [] });

      await commitNext(store, { deletions: [{ pmid: pmid(1), reason: 'deleted', mergedInto: null }] });
      const { upTo, lines } = await readState(store);
      assert.equal(upTo, 3);
      assert.deepEqual(lines.map(toKey), ['revision 1.2 from 2 to 3', 'tombstone 1 deleted']);
      assert.equal(lines.find(({ type }) => type === 'tombstone')?.deleted_at, AT);
    });

    test('state lines of many sequence numbers are complete and in order', async () => {
      await using store = await openStore();
      for (let number = 1; number <= 20; number++) await commitDocument(store, number, `p${number}`);
      const { lines } = await readState(store);
      const entered = lines.flatMap((line) => (line.type === 'revision' ? [line.entered_sequence] : []));
      assert.deepEqual(
        entered,
        Array.from({ length: 20 }, (_, at) => at + 1),
      );
    });

    test('runs are listed newest first, with what came of them', async () => {
      await using store = await openStore();
      const [older, newer] = [randomUUID(), randomUUID()];
      const params = { source: ['/data/ü 1.xml'] };
      await store.startRun(
        { runId: older, tool: 'pubmed.load', params, startedAt: '2026-03-01T08:00:00.000Z' },
        options,
      );
      await store.startRun({ runId: newer, tool: 'pubmed.load', params, startedAt: AT }, options);
      const saved = { state: 'succeeded', progress: { found: 3 }, manifest: 'file:///m.json' } as const;
      await store.saveRun({ runId: older, ...saved, finishedAt: AT }, options);
      const runs = await store.listRuns(10, options);
      assert.deepEqual(
        runs.map(({ runId, state, finishedAt }) => [runId, state, finishedAt]),
        [
          [newer, 'running', null],
          [older, 'succeeded', AT],
        ],
      );
      assert.deepEqual(runs[1]?.params, params);
      assert.deepEqual(runs[1]?.progress, { found: 3 });
      assert.equal((await store.listRuns(1, options)).length, 1);
    });

    test('an abandoned run fails and tells why, with what it was asked; a closed one stays as it is', async () => {
      await using store = await openStore();
      const [closed, abandoned] = [randomUUID(), randomUUID()];
      const params = { source: ['/data/1.xml'] };
      const startedAt = '2026-03-01T08:00:00.000Z';
      await store.startRun({ runId: closed, tool: 'pubmed.load', params, startedAt }, options);
      const saved = {
        state: 'succeeded',
        progress: { message: 'done' },
        manifest: 'file:///m.json',
      } as const;
      await store.saveRun({ runId: closed, ...saved, finishedAt: startedAt }, options);
      const running = { state: 'running', progress: { found: 3, message: '3 records' } } as const;
      await store.startRun({ runId: abandoned, tool: 'pubmed.load', params, startedAt }, options);
      await store.saveRun({ runId: abandoned, ...running, manifest: null, finishedAt: null }, options);

      await store.failAbandonedRuns(AT, options);
      await store.failAbandonedRuns('2026-04-01T00:00:00.000Z', options);
      const head = { tool: 'pubmed.load', params, startedAt };
      assert.deepEqual(
        new Set(await store.listRuns(10, options)),
        new Set([
          { ...head, ...saved, runId: closed, finishedAt: startedAt },
          {
            ...head,
            runId: abandoned,
            state: 'failed',
            progress: { found: 3, message: 'the process ended before the run did' },
            manifest: null,
            finishedAt: AT,
          },
        ]),
      );
    });

    test('there are chunks as long as a live document has any', async () => {
      await using store = await openStore();
      assert.equal(await store.hasChunks(options), false);
      await commitDocument(store, 1, 'without a passage', { chunkCount: 0 });
      assert.equal(await store.hasChunks(options), false);
      await commitDocument(store, 2, 'a', { chunkCount: 1 });
      assert.equal(await store.hasChunks(options), true);
      await commitDocument(store, 2, 'a shortened', { revision: 2, chunkCount: 0 });
      assert.equal(await store.hasChunks(options), false);
      await commitDocument(store, 3, 'b', { chunkCount: 3 });
      await commitNext(store, { deletions: [{ pmid: pmid(3), reason: 'deleted', mergedInto: null }] });
      assert.equal(await store.hasChunks(options), false);
    });
  });
}

async function readState(store: CorpusStore): Promise<{ upTo: number; lines: StateLine[] }> {
  const { upTo, lines } = await store.listStateChanges(options);
  const all = await collect(lines);
  return { upTo, lines: all };
}

function toKey(line: StateLine): string {
  if (line.type === 'payload')
    return `payload ${line.pmid} ${line.content_hash}${line.current ? ' current' : ''}`;
  if (line.type === 'tombstone') return `tombstone ${line.pmid} ${line.reason}`;
  return `revision ${line.pmid}.${line.revision} from ${line.entered_sequence} to ${line.left_sequence}`;
}
