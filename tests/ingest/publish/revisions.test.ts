import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  dumpTables,
  findPmids,
  loadInto,
  makeTestHome,
  type Row,
  search,
} from '../../support/corpus/test-corpus.ts';
import { articleXml, cutRecords, deleteXml, setXml } from '../../support/pubmed/pubmed-xml.ts';

describe('revisions of one PMID', () => {
  test('the highest version in a file is the document, wherever it stands; the others go to the history', async () => {
    await using home = await makeTestHome();
    const [one, three, two] = [1, 3, 2].map((version) =>
      articleXml({ pmid: 7, version, title: `Version ${version}.` }),
    );
    const run = await home.load(await home.write('versions.xml', setXml(one ?? '', three ?? '', two ?? '')));
    assert.deepEqual([run.found, run.archived, run.indexed], [3, 3, 1]);
    const { revisions, pubmed_archive, pubmed_archive_history } = await dumpTables(home);
    assert.deepEqual(
      revisions?.map(({ revision, version }) => [revision, version]),
      [[1, 3]],
    );
    assert.equal(pubmed_archive?.[0]?.version, 3);
    const places = pubmed_archive_history?.map(({ version, s3_uri }) => [version, roomOf(s3_uri)]).sort();
    assert.deepEqual(places, [
      [1, 'history'],
      [2, 'history'],
      [3, 'raw'],
    ]);
  });

  test('a lower version in a later file goes to the history and changes nothing else', async () => {
    await using home = await makeTestHome();
    await home.load(await home.write('first.xml', setXml(articleXml({ pmid: 7, version: 2 }))));
    const before = await dumpTables(home);
    const later = await home.write('later.xml', setXml(articleXml({ pmid: 7, version: 1, title: 'Lower.' })));
    const run = await home.load(later);
    assert.deepEqual([run.archived, run.indexed], [1, 0]);
    const after = await dumpTables(home);
    assert.deepEqual(after.revisions, before.revisions);
    assert.deepEqual(after.pubmed_archive, before.pubmed_archive);
    assert.equal(after.pubmed_archive_history?.length, 2);
  });

  test('content that returns by a third file is a third revision, and replaying the first two changes nothing', async () => {
    await using home = await makeTestHome();
    const a = articleXml({ pmid: 7, title: 'Aspirin.' });
    const b = articleXml({ pmid: 7, title: 'Bosentan.' });
    const first = await home.write('1.xml', setXml(a));
    const second = await home.write('2.xml', setXml(b));
    const third = await home.write('3.xml', setXml(a, articleXml({ pmid: 8 })));
    await home.load(first, second, third);
    const tables = await dumpTables(home);
    assert.deepEqual(
      tables.revisions?.map(({ pmid, revision, left_sequence }) => [pmid, revision, left_sequence === null]),
      [
        ['7', 1, false],
        ['7', 2, false],
        ['7', 3, true],
        ['8', 1, true],
      ],
    );
    assert.equal(tables.pubmed_archive_history?.filter(({ pmid }) => pmid === '7').length, 2);
    await using corpus = await home.open();
    const again = await loadInto(corpus, first, second);
    assert.deepEqual([again.skipped, again.archived, again.indexed], [2, 0, 0]);
    assert.deepEqual(await dumpTables(home), tables);
    assert.deepEqual(await findPmids(corpus, 'Aspirin'), ['7']);
    assert.deepEqual(await findPmids(corpus, 'Bosentan'), []);
  });

  test('every history row leads to its own bytes', async ({ signal }) => {
    await using home = await makeTestHome();
    for (const [at, title] of ['One.', 'Two.', 'One.', 'Three.'].entries()) {
      await home.load(
        await home.write(
          `${at}.xml`,
          setXml(articleXml({ pmid: 7, title }), articleXml({ pmid: 8, title: `Other ${at}.` })),
        ),
      );
    }
    await using corpus = await home.open();
    const { archive, store } = corpus.services;
    const expected = [];
    for await (const { uri, contentHash } of store.listArchived({ signal }))
      expected.push({ uri, contentHash });
    assert.equal(expected.length, 3 + 4);
    assert.deepEqual(await archive.findDamaged(expected, { signal }), []);
    assert.equal(new Set(expected.map(({ uri }) => uri)).size, expected.length);
  });

  test('the same document laid out otherwise makes a history row and no revision', async () => {
    await using home = await makeTestHome();
    const tight = articleXml({ pmid: 7 });
    const loose = tight.replaceAll('><', '>\n    <');
    assert.notEqual(tight, loose);
    await home.load(await home.write('tight.xml', setXml(tight)));
    const run = await home.load(await home.write('loose.xml', setXml(loose)));
    assert.deepEqual([run.archived, run.indexed], [1, 0]);
    const { revisions, pubmed_archive, pubmed_archive_history } = await dumpTables(home);
    assert.equal(revisions?.length, 1);
    assert.equal(pubmed_archive_history?.length, 2);
    const [record] = cutRecords(setXml(loose));
    assert.equal(pubmed_archive?.[0]?.content_hash, sha256(record?.text ?? ''));
  });

  test('the same record twice in a file is loaded once', async () => {
    await using home = await makeTestHome();
    const run = await home.load(
      await home.write('twice.xml', setXml(articleXml({ pmid: 7 }), articleXml({ pmid: 7 }))),
    );
    assert.deepEqual([run.found, run.archived, run.skipped, run.indexed], [2, 1, 1, 1]);
    assert.equal((await dumpTables(home)).revisions?.length, 1);
  });

  test('two contents of one PMID in a file are two revisions, in their order', async () => {
    await using home = await makeTestHome();
    const [a, b] = ['Aspirin.', 'Bosentan.'].map((title) => articleXml({ pmid: 7, title }));
    await home.load(await home.write('both.xml', setXml(a ?? '', b ?? '', articleXml({ pmid: 8 }))));
    await using corpus = await home.open();
    assert.deepEqual(await findPmids(corpus, 'Bosentan'), ['7']);
    assert.deepEqual(await findPmids(corpus, 'Aspirin'), []);
  });
});

describe('deletions', () => {
  test('a deleted document leaves search and keeps its archive; one that was never loaded is no error', async () => {
    await using home = await makeTestHome();
    const first = await home.write(
      '1.xml',
      setXml(articleXml({ pmid: 7, title: 'Aspirin.' }), articleXml({ pmid: 8 })),
    );
    const second = await home.write('2.xml', setXml(articleXml({ pmid: 9 }), deleteXml(7, 123456)));
    const run = await home.load(first, second);
    assert.equal(run.deleted, 1);
    await using corpus = await home.open();
    assert.deepEqual(await findPmids(corpus, 'Aspirin'), []);
    const { tombstones, pubmed_archive } = await dumpTables(home);
    assert.deepEqual(
      tombstones?.map(({ pmid, reason }) => [pmid, reason]),
      [['7', 'deleted']],
    );
    assert.deepEqual(
      pubmed_archive?.map(({ pmid }) => pmid),
      ['7', '8', '9'],
    );
  });

  test('a deletion beside a record of its own file applies in the order of the file', async () => {
    await using home = await makeTestHome();
    const before = setXml(articleXml({ pmid: 7 }), deleteXml(7));
    assert.equal((await home.load(await home.write('before.xml', before))).deleted, 1);
    const after = setXml(deleteXml(7, 8), articleXml({ pmid: 7 }), articleXml({ pmid: 8 }));
    await home.load(await home.write('after.xml', after));
    const { revisions, tombstones } = await dumpTables(home);
    const live = revisions?.filter(({ left_sequence }) => left_sequence === null);
    assert.deepEqual(
      live?.map(({ pmid, revision }) => [pmid, revision]),
      [
        ['7', 2],
        ['8', 1],
      ],
    );
    assert.deepEqual(tombstones, []);
  });

  test('a record that is deleted and repeated unchanged by one file is back', async () => {
    await using home = await makeTestHome();
    await home.load(await home.write('1.xml', setXml(articleXml({ pmid: 7 }))));
    await home.load(await home.write('2.xml', setXml(deleteXml(7), articleXml({ pmid: 7 }))));
    const { revisions } = await dumpTables(home);
    assert.deepEqual(
      revisions?.map(({ revision, left_sequence }) => [revision, left_sequence === null]),
      [
        [1, false],
        [2, true],
      ],
    );
  });

  test('a deleted record that a later file brings again is back with the next revision; replays leave it', async () => {
    await using home = await makeTestHome();
    const record = articleXml({ pmid: 7, title: 'Aspirin.' });
    const first = await home.write('1.xml', setXml(record));
    const second = await home.write('2.xml', setXml(deleteXml(7), articleXml({ pmid: 8 })));
    const third = await home.write('3.xml', setXml(record, articleXml({ pmid: 9 })));
    await home.load(first, second, third);
    const tables = await dumpTables(home);
    assert.deepEqual(live(tables.revisions, '7'), [[2, true]]);
    assert.deepEqual(tables.tombstones, []);
    await home.load(first, second);
    assert.deepEqual(await dumpTables(home), tables);
    await using corpus = await home.open();
    assert.deepEqual(await findPmids(corpus, 'Aspirin'), ['7']);
  });
});

test('a retracted revision leaves the default search and is counted', async () => {
  await using home = await makeTestHome();
  const facts = {
    pmid: 7,
    title: 'Surgisphere.',
    publicationTypes: ['Journal Article', 'Retracted Publication'],
  };
  await home.load(await home.write('1.xml', setXml(articleXml({ pmid: 7, title: 'Surgisphere.' }))));
  await using corpus = await home.open();
  assert.deepEqual(await findPmids(corpus, 'Surgisphere'), ['7']);
  await loadInto(corpus, await home.write('2.xml', setXml(articleXml(facts))));
  const answer = await search(corpus, { query: 'Surgisphere', search_mode: 'bm25' });
  assert.deepEqual([answer.documents, answer.excluded_retracted], [[], 1]);
  assert.deepEqual(answer.excluded, [{ pmid: '7', title: 'Surgisphere.' }]);
  assert.deepEqual(await findPmids(corpus, 'Surgisphere', { filters: { exclude_retracted: false } }), ['7']);
});

function live(rows: Row[] | undefined, pmid: string) {
  const own = (rows ?? []).filter((row) => row.pmid === pmid && row.left_sequence === null);
  return own.map(({ revision, left_sequence }) => [revision, left_sequence === null]);
}

function roomOf(uri: unknown): string {
  return String(uri).split('/')[1] ?? '';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
