import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Corpus } from '../../../src/compose.ts';
import { corpusReindex } from '../../../src/tools/corpus-reindex.ts';
import { corpusStatus } from '../../../src/tools/corpus-status.ts';
import { callTool } from '../../support/corpus/call-tool.ts';
import {
  dumpTables,
  findPmids,
  loadInto,
  makeTestHome,
  type TestHome,
} from '../../support/corpus/test-corpus.ts';
import { articleXml, deleteXml, setXml } from '../../support/pubmed/pubmed-xml.ts';

const article = (pmid: number, title: string, version = 1) => articleXml({ pmid, title, version });

describe('a record that a newer file withdrew before it came in', () => {
  test('is archived and told as withdrawn, and is neither found nor counted', async () => {
    await using home = await makeTestHome();
    await load(home, 'pubmed26n1336.xml', deleteXml(2));
    await load(home, 'pubmed26n1335.xml', article(1, 'Staying'), article(2, 'Leaving'));

    assert.deepEqual(await tell(home), { live: ['1 1'], withdrawn: ['2'], payloads: 2, archived: 2 });
    await using corpus = await home.open();
    assert.deepEqual(await findPmids(corpus, 'Leaving Staying'), ['1']);
    assert.equal((await callTool(corpus, corpusStatus, {})).documents, 1);
  });

  test('stays so when its file and ones before that come, in a higher version too', async () => {
    await using home = await makeTestHome();
    await load(home, 'pubmed26n1336.xml', deleteXml(2));
    await load(home, 'pubmed26n1335.xml', article(2, 'Leaving'));
    await load(home, 'pubmed26n1335.xml', article(2, 'Leaving'));
    await load(home, 'pubmed26n1334.xml', article(2, 'Earlier', 2));
    await load(home, 'pubmed26n1333.xml', article(2, 'Earliest', 2));

    assert.deepEqual(await tell(home), { live: [], withdrawn: ['2'], payloads: 3, archived: 1 });
  });

  test('comes in when a still newer file holds it, be it in the same bytes', async () => {
    await using home = await makeTestHome();
    await load(home, 'pubmed26n1336.xml', deleteXml(2), deleteXml(3));
    await load(home, 'pubmed26n1335.xml', article(2, 'Returning'));
    await load(home, 'pubmed26n1337.xml', article(2, 'Returning'), article(3, 'First seen'));

    assert.deepEqual(await tell(home), { live: ['2 1', '3 1'], withdrawn: [], payloads: 2, archived: 2 });
    assert.deepEqual((await dumpTables(home)).withdrawals, []);
  });

  test('comes in when a file without a place in the order holds it', async () => {
    await using home = await makeTestHome();
    await load(home, 'pubmed26n1336.xml', deleteXml(2));
    await load(home, 'own.xml', article(2, 'Own'));

    assert.deepEqual((await tell(home)).live, ['2 1']);
  });

  test('comes in after the word of the same file, which is later', async () => {
    await using home = await makeTestHome();
    await load(home, 'pubmed26n1336.xml', deleteXml(2), article(2, 'Renewed'));

    assert.deepEqual((await tell(home)).live, ['2 1']);
  });

  // That a reindex on PGlite makes the same tables: reindex.test.ts.
  test('is remembered by a reindex, before and after it came in', async () => {
    await using home = await makeTestHome();
    const write = (name: string, ...items: string[]) => home.write(name, setXml(...items));
    const newest = await write('pubmed26n1336.xml', deleteXml(2), deleteXml(3), article(4, 'Other'));
    const older = await write('pubmed26n1335.xml', article(2, 'Leaving'));
    const oldest = await write('pubmed26n1334.xml', article(3, 'Leaving, too'));
    {
      await using corpus = await home.open();
      await loadInto(corpus, newest);
      await reindex(corpus);
      await loadInto(corpus, older);
    }
    const before = await dumpTables(home);
    assert.deepEqual(toStory(before), { live: ['4 1'], withdrawn: ['2'], payloads: 2, archived: 2 });
    assert.deepEqual(
      before.withdrawals?.map(({ pmid, file_rank }) => [pmid, file_rank]),
      [
        ['2', 2_601_336],
        ['3', 2_601_336],
      ],
    );

    {
      await using corpus = await home.open();
      await reindex(corpus);
    }

    const { corpus_state: _, ...tables } = await dumpTables(home);
    const { corpus_state: __, ...expected } = before;
    assert.deepEqual(tables, expected);
    await home.load(oldest);
    assert.deepEqual(await tell(home), { live: ['4 1'], withdrawn: ['2', '3'], payloads: 3, archived: 3 });
  });
});

async function load(home: TestHome, name: string, ...items: string[]): Promise<void> {
  await home.load(await home.write(name, setXml(...items)));
}

async function reindex(corpus: Corpus): Promise<void> {
  const { failed, problems } = await callTool(corpus, corpusReindex, {});
  assert.equal(failed, 0, JSON.stringify(problems));
}

async function tell(home: TestHome) {
  return toStory(await dumpTables(home));
}

function toStory(tables: Awaited<ReturnType<typeof dumpTables>>) {
  const { revisions, tombstones, pubmed_archive, pubmed_archive_history } = tables;
  const live = revisions?.filter((row) => row.left_sequence === null);
  return {
    live: live?.map(({ pmid, revision }) => `${pmid} ${revision}`),
    withdrawn: tombstones?.map(({ pmid }) => pmid),
    payloads: pubmed_archive_history?.length,
    archived: pubmed_archive?.length,
  };
}
