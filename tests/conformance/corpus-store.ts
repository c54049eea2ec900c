import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { CorpusStore } from '../../src/store/corpus-store.ts';
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

/** What every CorpusStore promises of its commits, whatever lies below it. */
export function describeCorpusStore(name: string, openStore: () => Promise<CorpusStore>): void {
  describe(`a corpus store on ${name}`, () => {
    test('a new document is live, with its pointer, its history and its sequence number', async () => {
      await using store = await openStore();
      assert.equal(await store.getSequence(options), 0);
      assert.equal(await commitDocument(store, 1, 'a', { title: 'Aspirin' }), 1);
      assert.equal(await store.getSequence(options), 1);
      const document = await store.findDocument(pmid(1), options);
      assert.equal(document?.title, 'Aspirin');
      assert.equal(document?.revision, 1);
      assert.deepEqual(document?.archive, {
        s3_uri: uri('raw/1'),
        content_hash: sha256('a'),
        fetched_at: AT,
      });
      assert.deepEqual((await store.findPointers([pmid(1), pmid(2)], options)).get(pmid(1)), {
        pmid: pmid(1),
        uri: uri('raw/1'),
        contentHash: sha256('a'),
        version: 1,
        fileRank: null,
        latest: { revision: 1, documentHash: sha256('document of a'), live: true },
      });
      assert.deepEqual(await collect(store.listArchived(options)), [
        { pmid: pmid(1), contentHash: sha256('a'), uri: uri('raw/1') },
      ]);
    });

    test('a changed document replaces the live revision, and each payload keeps its own address', async () => {
      await using store = await openStore();
      await commitDocument(store, 1, 'a');
      await commitNext(store, {
        archived: [archived(1, 'b')],
        moved: [{ pmid: pmid(1), contentHash: sha256('a'), uri: uri('history/1.a') }],
        revisions: [revision(1, 'b', { revision: 2 })],
      });
      const document = await store.findDocument(pmid(1), options);
      assert.equal(document?.revision, 2);
      assert.equal(document?.archive.content_hash, sha256('b'));
      const wanted = ['a', 'b', 'c'].map((payload) => ({ pmid: pmid(1), contentHash: sha256(payload) }));
      assert.deepEqual(
        await store.findArchived(wanted, options),
        new Map([
          [`1:${sha256('a')}`, uri('history/1.a')],
          [`1:${sha256('b')}`, uri('raw/1')],
        ]),
      );
      assert.equal((await store.countCorpus(options)).documents, 1);
    });

    test('one payload under two PMIDs is two records', async () => {
      await using store = await openStore();
      await commitDocument(store, 1, 'a');
      const wanted = [
        { pmid: pmid(1), contentHash: sha256('a') },
        { pmid: pmid(2), contentHash: sha256('a') },
      ];
      assert.deepEqual([...(await store.findArchived(wanted, options)).keys()], [`1:${sha256('a')}`]);
    });

    test('a payload without a revision changes the pointer and leaves the document', async () => {
      await using store = await openStore();
      await commitDocument(store, 1, 'a');
      await commitNext(store, { archived: [archived(1, 'a laid out anew', { version: 2, etag: 'W/"1"' })] });
      const pointer = (await store.findPointers([pmid(1)], options)).get(pmid(1));
      assert.equal(pointer?.contentHash, sha256('a laid out anew'));
      assert.equal(pointer?.version, 2);
      assert.equal(pointer?.latest?.revision, 1);
      assert.equal((await store.findDocument(pmid(1), options))?.archive.content_hash, sha256('a'));
    });

    test('a payload for the history alone leaves pointer and document', async () => {
      await using store = await openStore();
      await commitDocument(store, 1, 'a');
      const lower = archived(1, 'lower version', { current: false, uri: uri('history/1.lower') });
      await commitNext(store, { archived: [lower] });
      assert.equal((await store.findPointers([pmid(1)], options)).get(pmid(1))?.contentHash, sha256('a'));
      assert.equal((await collect(store.listArchived(options))).length, 2);
    });

    test('a payload that comes again keeps one history row, at its newest address', async () => {
      await using store = await openStore();
      await commitDocument(store, 1, 'a');
      await commitNext(store, { archived: [archived(1, 'a', { uri: uri('raw/elsewhere') })] });
      assert.deepEqual(await collect(store.listArchived(options)), [
        { pmid: pmid(1), contentHash: sha256('a'), uri: uri('raw/elsewhere') },
      ]);
    });

    test('a deleted document is gone, its revisions and payloads stay, and a revived one loses its tombstone', async () => {
      await using store = await openStore();
      await commitDocument(store, 1, 'a');
      await commitNext(store, { deletions: [{ pmid: pmid(1), reason: 'merged', mergedInto: pmid(9) }] });
      assert.equal(await store.findDocument(pmid(1), options), null);
      assert.deepEqual(await store.findTombstone(pmid(1), options), {
        pmid: pmid(1),
        reason: 'merged',
        mergedInto: pmid(9),
      });
      await commitDocument(store, 2, 'b');
      const both = [1, 2, 3].map(pmid);
      assert.deepEqual([...(await store.findDocuments(both, options)).keys()], [pmid(2)]);
      const found = await store.findDocument(pmid(2), options);
      assert.deepEqual((await store.findDocuments([pmid(2)], options)).get(pmid(2)), found);
      const tombstone = await store.findTombstone(pmid(1), options);
      assert.deepEqual([...(await store.findTombstones(both, options))], [[pmid(1), tombstone]]);
      await commitNext(store, { deletions: [{ pmid: pmid(2), reason: 'deleted', mergedInto: null }] });
      const latest = (await store.findPointers([pmid(1)], options)).get(pmid(1))?.latest;
      assert.deepEqual(latest, { revision: 1, documentHash: sha256('document of a'), live: false });
      assert.equal((await store.countCorpus(options)).documents, 0);
      assert.equal((await collect(store.listArchived(options))).length, 2);

      await commitNext(store, {
        archived: [archived(1, 'a')],
        revisions: [revision(1, 'a', { revision: 2 })],
      });
      assert.equal((await store.findDocument(pmid(1), options))?.revision, 2);
      assert.equal(await store.findTombstone(pmid(1), options), null);
    });

    test('a second live revision of a PMID cannot be written, and a failed commit leaves nothing', async () => {
      await using store = await openStore();
      await commitDocument(store, 1, 'a');
      const twice = [revision(1, 'b', { revision: 2 }), revision(1, 'c', { revision: 3 })];
      await assert.rejects(
        commitNext(store, { archived: [archived(1, 'b'), archived(2, 'x')], revisions: twice }),
        { code: 'DB_UNAVAILABLE' },
      );
      assert.equal(await store.getSequence(options), 1);
      assert.equal((await store.findDocument(pmid(1), options))?.revision, 1);
      assert.equal((await collect(store.listArchived(options))).length, 1);
    });

    test('a quarantined record is listed and counted, with and without a PMID', async () => {
      await using store = await openStore();
      const facts = { reason: 'It cannot be read.', source: 'pubmed26n0001.xml.gz' };
      const nameless = { contentHash: sha256('n'), pmid: null, uri: uri('unidentified/n'), ...facts };
      const named = { contentHash: sha256('a'), pmid: pmid(1), uri: uri('raw/1'), ...facts };
      await commitNext(store, { archived: [archived(1, 'a')], quarantined: [named, nameless] });
      assert.equal(await store.countQuarantined(options), 2);
      const listed = await store.listQuarantined(10, options);
      assert.deepEqual(new Set(listed), new Set([named, nameless]));
      assert.deepEqual(
        await store.findQuarantined([sha256('n'), sha256('z')], options),
        new Map([[sha256('n'), uri('unidentified/n')]]),
      );
      assert.equal((await store.findPointers([pmid(1)], options)).get(pmid(1))?.latest, null);
      assert.deepEqual(
        (await collect(store.listArchived(options))).map(({ uri }) => uri),
        [uri('raw/1'), uri('unidentified/n')],
      );
      assert.deepEqual(
        await store.findKnownUris([uri('raw/1'), uri('unidentified/n'), uri('raw/2')], options),
        new Set([uri('raw/1'), uri('unidentified/n')]),
      );
    });

    test('a new revision ends the quarantine of its PMID and of no other record', async () => {
      await using store = await openStore();
      const facts = { reason: 'It cannot be read.', source: 'pubmed26n0001.xml.gz' };
      const toNamed = (number: number, payload: string) => ({
        ...facts,
        contentHash: sha256(payload),
        pmid: pmid(number),
        uri: uri(`raw/${number}`),
      });
      const nameless = { ...facts, contentHash: sha256('n'), pmid: null, uri: uri('unidentified/n') };
      await commitNext(store, {
        archived: [archived(1, 'broken'), archived(2, 'broken too')],
        quarantined: [toNamed(1, 'broken'), toNamed(2, 'broken too'), nameless],
      });
      await commitNext(store, {
        archived: [archived(1, 'broken anew')],
        quarantined: [toNamed(1, 'broken anew')],
      });
      assert.equal(await store.countQuarantined(options), 4);
      await commitDocument(store, 1, 'mended');
      assert.deepEqual(
        new Set(await store.listQuarantined(10, options)),
        new Set([toNamed(2, 'broken too'), nameless]),
      );
      assert.deepEqual(
        [...(await store.findArchived([{ pmid: pmid(1), contentHash: sha256('broken') }], options)).keys()],
        [`1:${sha256('broken')}`],
      );
    });

    test('a quarantined record whose bytes move is listed at its new address', async () => {
      await using store = await openStore();
      const facts = { reason: 'It cannot be read.', source: 'pubmed26n0001.xml.gz', pmid: pmid(1) };
      const broken = { ...facts, contentHash: sha256('broken'), uri: uri('raw/1') };
      const anew = { ...facts, contentHash: sha256('broken anew'), uri: uri('raw/1') };
      await commitNext(store, { archived: [archived(1, 'broken')], quarantined: [broken] });
      const moved = { pmid: pmid(1), contentHash: sha256('broken'), uri: uri('history/1.broken') };
      await commitNext(store, {
        archived: [archived(1, 'broken anew')],
        moved: [moved],
        quarantined: [anew],
      });
      assert.deepEqual(
        new Set(await store.listQuarantined(10, options)),
        new Set([{ ...broken, uri: moved.uri }, anew]),
      );
    });

    test('an announced batch is pending until it is committed or forgotten', async () => {
      await using store = await openStore();
      const [first, second] = [randomUUID(), randomUUID()];
      await store.announce({ batchId: first, pmids: [pmid(1), pmid(2)] }, options);
      await store.announce({ batchId: second, pmids: [] }, options);
      assert.deepEqual(await store.listPending(options), [
        { batchId: first, pmids: [pmid(1), pmid(2)] },
        { batchId: second, pmids: [] },
      ]);
      await commitNext(store, { batchId: first });
      assert.deepEqual(await store.listPending(options), [{ batchId: second, pmids: [] }]);
      await store.forgetPending(second, options);
      assert.deepEqual(await store.listPending(options), []);
    });

    test('the progress of a file never goes back, and a finished file stays finished', async () => {
      await using store = await openStore();
      const file = {
        fileHash: sha256('file'),
        md5: '0123456789abcdef0123456789abcdef',
        name: 'pubmed26n0001.xml',
        itemsDone: 500,
        finished: false,
      };
      assert.equal(await store.findLoadedFile(file.fileHash, options), null);
      await commitNext(store, { file });
      await commitNext(store, { file: { ...file, itemsDone: 100 } });
      assert.deepEqual(await store.findLoadedFile(file.fileHash, options), {
        itemsDone: 500,
        finished: false,
      });
      await commitNext(store, { file: { ...file, itemsDone: 700, finished: true } });
      await commitNext(store, { file });
      assert.deepEqual(await store.findLoadedFile(file.fileHash, options), {
        itemsDone: 700,
        finished: true,
      });
    });

    test('a file counts as loaded by its name and md5 together, from its last batch on', async () => {
      await using store = await openStore();
      const [md5, other] = ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210'];
      const name = 'pubmed26n0001.xml.gz';
      const file = { fileHash: sha256('file'), md5, name, itemsDone: 5, finished: false };
      const asked = [
        { name, md5 },
        { name, md5: other },
        { name: 'pubmed27n0001.xml.gz', md5 },
      ];
      await commitNext(store, { file });
      assert.deepEqual(await store.findFinishedFiles(asked, options), new Set());
      await commitNext(store, { file: { ...file, finished: true } });
      const finished = await store.findFinishedFiles(asked, options);
      assert.deepEqual(
        asked.filter((one) => finished.has(`${one.name}:${one.md5}`)),
        [{ name, md5 }],
      );
    });

    test('the rank of the newest file that told of a PMID rises and never falls', async () => {
      await using store = await openStore();
      const rank = async () => (await store.findPointers([pmid(1)], options)).get(pmid(1))?.fileRank;
      await commitNext(store, { archived: [archived(1, 'a', { fileRank: 2_600_005 })] });
      assert.equal(await rank(), 2_600_005);
      await commitNext(store, { confirmed: { fileRank: 2_600_009, pmids: [pmid(1), pmid(2)] } });
      assert.equal(await rank(), 2_600_009);
      await commitNext(store, { confirmed: { fileRank: 2_600_007, pmids: [pmid(1)] } });
      await commitNext(store, { archived: [archived(1, 'b', { fileRank: null })] });
      assert.equal(await rank(), 2_600_009);
    });

    test('a withdrawal is remembered with the newest rank until a document of its PMID comes in', async () => {
      await using store = await openStore();
      const all = [pmid(1), pmid(2)];
      const find = async () => [...(await store.findWithdrawals(all, options))].sort();
      await commitNext(store, { withdrawn: { fileRank: 2_600_005, pmids: all } });
      await commitNext(store, { withdrawn: { fileRank: 2_600_009, pmids: [pmid(1)] } });
      await commitNext(store, { withdrawn: { fileRank: 2_600_007, pmids: [pmid(1)] } });
      assert.deepEqual(await find(), [
        [pmid(1), 2_600_009],
        [pmid(2), 2_600_005],
      ]);
      await commitNext(store, { archived: [archived(1, 'a')], revisions: [revision(1, 'a')] });
      assert.deepEqual(await find(), [[pmid(2), 2_600_005]]);
    });

    test('the state of the index is remembered', async () => {
      await using store = await openStore();
      assert.equal(await store.findIndexState(options), null);
      const state = { embedderId: 'static:1', dimensions: 256, generation: 3, analyzer: 2 };
      await store.setIndexState(state, options);
      assert.deepEqual(await store.findIndexState(options), state);
    });
  });
}
