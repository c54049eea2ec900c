import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { copyFile, cp, readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Corpus } from '../../../src/compose.ts';
import { toCanonicalJson } from '../../../src/domain/canonical-json.ts';
import { corpusCheckpointList } from '../../../src/tools/corpus-checkpoint-list.ts';
import { corpusReindex } from '../../../src/tools/corpus-reindex.ts';
import { ragGet } from '../../../src/tools/rag-get.ts';
import { ragSearch } from '../../../src/tools/rag-search.ts';
import { callTool } from '../../support/corpus/call-tool.ts';
import { FILLED_FILES, fillCorpus, UPDATE_FILES } from '../../support/corpus/filled-corpus.ts';
import {
  dumpContent,
  dumpTables,
  findPmids,
  loadInto,
  makeTestHome,
  type TestHome,
} from '../../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../../support/pubmed/pubmed-xml.ts';

const QUERY = 'patients treatment results';
const chapterXml = (pmid: number) =>
  `<PubmedBookArticle><BookDocument><PMID>${pmid}</PMID><Book><Publisher><PublisherName>Test Press</PublisherName></Publisher>` +
  '<BookTitle>Book</BookTitle></Book><ArticleTitle>Chapter</ArticleTitle></BookDocument></PubmedBookArticle>';
/** Other bytes of the same content, as NLM's files and EFetch lay a record out. */
const inOtherLayout = (xml: string) => xml.replaceAll('><', '>\n<');
const toContent = ({ pmid, revision, document_hash }: Record<string, unknown>) => ({
  pmid,
  revision,
  document_hash,
});

describe('reindex', () => {
  test('tables and answers come out as they were, in place and in an empty database of each engine', async () => {
    await using home = await makeTestHome();
    const ids = await fillCorpus(home);
    const tables = await dumpTables(home);
    assert.equal(tables.checkpoints?.length, 2);
    assert.equal(tables.query_pmids?.length, 2);
    const ranked = tables.pubmed_archive?.find(({ pmid }) => pmid === '999998');
    assert.equal(ranked?.file_rank, 2_601_401);

    await using corpus = await home.open();
    const answers = await readAll(corpus, ids);
    const run = await callTool(corpus, corpusReindex, {});
    assert.equal(run.failed, 0, JSON.stringify(run.problems));
    assert.deepEqual(await readAll(corpus, ids), answers);
    await corpus[Symbol.asyncDispose]();
    const inPlace = await dumpTables(home);
    assert.deepEqual(inPlace, withGeneration(tables, 2));

    for (const engine of ['PGlite', 'PostgreSQL'] as const) {
      await using other = await moveArchive(home, engine);
      await using rebuilt = await other.open('reindex');
      const again = await callTool(rebuilt, corpusReindex, {});
      assert.equal(again.failed, 0, JSON.stringify(again.problems));
      assert.deepEqual(withoutPlaces(await readAll(rebuilt, ids)), withoutPlaces(answers));
      await rebuilt[Symbol.asyncDispose]();
      assert.deepEqual(await dumpTables(other), withGeneration(tables, 1), engine);

      // It goes on where the lost one stopped: what was loaded is known.
      const objects = await listPayloads(other);
      const more = await other.load(...FILLED_FILES);
      assert.deepEqual([more.archived, more.indexed, more.deleted], [0, 0, 0]);
      assert.deepEqual(await listPayloads(other), objects);
      if (engine === 'PostgreSQL') continue;

      await using once = await other.open();
      assert.equal((await callTool(once, corpusReindex, {})).failed, 0);
      await once[Symbol.asyncDispose]();
      assert.deepEqual(await dumpTables(other), withGeneration(tables, 2), `${engine} in place`);
      // A database that is whole is not set aside.
      assert.deepEqual(
        (await readdir(other.dataDir)).filter((name) => name.includes('set-aside')),
        [],
      );
    }
  });

  test('a database that was lost is told of, and nothing is loaded into the empty one', async () => {
    await using home = await makeTestHome();
    await home.load(await home.write('1.xml', setXml(articleXml({ pmid: 1 }))));
    await using other = await moveArchive(home, 'PostgreSQL');
    await assert.rejects(other.open(), { code: 'VALIDATION', hint: /empty.*bio-mcp reindex/ });
    await assert.rejects(other.open(), { code: 'VALIDATION' });
  });

  test('an archive without state/ gives every document at its current content', async () => {
    await using home = await makeTestHome();
    await home.load(
      await home.write('1.xml', setXml(articleXml({ pmid: 1, title: 'First.' }), articleXml({ pmid: 2 }))),
    );
    await home.load(
      await home.write(
        '2.xml',
        setXml(articleXml({ pmid: 1, title: 'Second.' }), '<PubmedArticle></PubmedArticle>'),
      ),
    );
    await using other = await moveArchive(home, 'PostgreSQL');
    await rm(join(other.dataDir, 'archive/pubmed/state'), { recursive: true });
    const before = await listPayloads(other);
    await using corpus = await other.open('reindex');
    const run = await callTool(corpus, corpusReindex, {});
    assert.deepEqual([run.documents, run.failed, run.indexed], [2, 1, 2]);
    assert.equal((await callTool(corpus, ragGet, { doc_id: 'pmid:1' })).title, 'Second.');
    assert.deepEqual(await findPmids(corpus, 'Title'), ['2']);
    await corpus[Symbol.asyncDispose]();
    assert.deepEqual(await listPayloads(other), before);
    const { pubmed_archive_history, quarantined_records } = await dumpTables(other);
    assert.deepEqual([pubmed_archive_history?.length, quarantined_records?.length], [3, 1]);
  });

  test('facts that an earlier release did not read come into their documents, each in its revision', async () => {
    await using home = await makeTestHome();
    const records = [chapterXml(2), articleXml({ pmid: 1 })];
    const file = await home.write('1.xml', setXml(...records));
    await home.load(file);
    const { revisions: loaded } = await dumpTables(home);
    await home.query(async (kysely) => {
      const row = await kysely
        .selectFrom('revisions')
        .selectAll()
        .where('pmid', '=', '2')
        .executeTakeFirstOrThrow();
      const { book: _, ...earlier } = JSON.parse(String(zstdDecompressSync(row.document)));
      const json = toCanonicalJson(earlier);
      const document_hash = hash('sha256', json);
      const document = zstdCompressSync(json);
      await kysely
        .updateTable('revisions')
        .set({ document, document_hash })
        .where('pmid', '=', '2')
        .execute();
    });
    await using corpus = await home.open();
    assert.equal((await callTool(corpus, ragGet, { doc_id: 'pmid:2' })).book, undefined);
    const run = await callTool(corpus, corpusReindex, {});
    assert.deepEqual([run.failed, run.documents], [0, 2]);
    const document = await callTool(corpus, ragGet, { doc_id: 'pmid:2' });
    assert.deepEqual([document.book?.publisher, document.revision], ['Test Press', 1]);
    const more = await loadInto(corpus, await home.write('2.xml', setXml(...records.map(inOtherLayout))));
    assert.deepEqual([more.archived, more.indexed], [2, 0]);
    await corpus[Symbol.asyncDispose]();
    const { revisions: rebuilt } = await dumpTables(home);
    assert.deepEqual(rebuilt?.map(toContent), loaded?.map(toContent));
  });

  test('objects that state/ does not name are loaded as new records, and bytes that were moved are found', async () => {
    await using home = await makeTestHome();
    await home.load(
      await home.write('1.xml', setXml(articleXml({ pmid: 1, title: 'First.' }), articleXml({ pmid: 2 }))),
    );
    // As if the process had been killed between archive and store: the objects of a later load
    // without its lines.
    await using later = await makeTestHome();
    await later.load(
      await later.write('1.xml', setXml(articleXml({ pmid: 1, title: 'First.' }))),
      await later.write('2.xml', setXml(articleXml({ pmid: 1, title: 'Second.' }), articleXml({ pmid: 3 }))),
    );
    for (const room of ['raw', 'history']) {
      const [from, to] = [later, home].map(({ dataDir }) => join(dataDir, 'archive/pubmed', room));
      await cp(from ?? '', to ?? '', { recursive: true });
    }
    await using corpus = await home.open('reindex');
    const run = await callTool(corpus, corpusReindex, {});
    assert.equal(run.failed, 0, JSON.stringify(run.problems));
    assert.equal(run.documents, 3);
    const document = await callTool(corpus, ragGet, { doc_id: 'pmid:1' });
    assert.deepEqual([document.title, document.revision], ['Second.', 2]);
    await corpus[Symbol.asyncDispose]();
    const { revisions, pubmed_archive_history } = await dumpTables(home);
    assert.deepEqual(
      revisions?.map((row) => [row.pmid, row.revision, row.entered_sequence, row.left_sequence]),
      [
        ['1', 1, 1, 2],
        ['1', 2, 2, null],
        ['2', 1, 1, null],
        ['3', 1, 2, null],
      ],
    );
    assert.equal(new Set(pubmed_archive_history?.map(({ s3_uri }) => s3_uri)).size, 4);
    // The next rebuild reads the same from state/.
    const content = await dumpContent(home);
    await using again = await home.open();
    await callTool(again, corpusReindex, {});
    await again[Symbol.asyncDispose]();
    assert.deepEqual(await dumpContent(home), content);
  });

  test('a lost and a damaged object are told by PMID, and loading them again mends the corpus', async () => {
    await using home = await makeTestHome();
    const file = await home.write('1.xml', setXml(...[1, 2, 3].map((pmid) => articleXml({ pmid }))));
    await home.load(file);
    const at = (pmid: number) =>
      join(home.dataDir, `archive/pubmed/raw/pmid=000/000/00${pmid}/${pmid}.json.zst`);
    await unlink(at(1));
    await copyFile(file, at(2));
    await using corpus = await home.open();
    const run = await callTool(corpus, corpusReindex, {});
    assert.equal(run.documents, 1);
    assert.deepEqual(new Set(run.problems.map(({ pmid }) => pmid)), new Set(['1', '2', null]));
    const more = await loadInto(
      corpus,
      await home.write('2.xml', setXml(...[1, 2, 3].map((pmid) => articleXml({ pmid })), '')),
    );
    assert.deepEqual([more.indexed, more.skipped], [2, 1]);
    assert.deepEqual((await findPmids(corpus, 'Title')).sort(), ['1', '2', '3']);
  });

  test('searches that go on meanwhile never fail and always find everything', async () => {
    await using home = await makeTestHome();
    const records = [1, 2, 3, 4, 5, 6].map((pmid) => articleXml({ pmid, title: `Results ${pmid}.` }));
    await home.load(await home.write('1.xml', setXml(...records)));
    await using corpus = await home.open();
    const expected = await findPmids(corpus, QUERY, { top_k: 50 });
    assert.equal(expected.length, records.length);
    let going = true;
    let searches = 0;
    const search = async () => {
      while (going) {
        assert.deepEqual((await findPmids(corpus, QUERY, { top_k: 50 })).sort(), expected.toSorted());
        await callTool(corpus, ragGet, { doc_id: `pmid:${expected[0]}` });
        searches += 1;
      }
    };
    const searching = Promise.all([search(), search()]);
    for (let times = 0; times < 2 || searches < 40; times++) await callTool(corpus, corpusReindex, {});
    going = false;
    await searching;
    assert.ok(searches >= 40);
  });

  test('one that is stopped leaves the old corpus as it is and can be started again', async () => {
    await using home = await makeTestHome();
    await home.load(...UPDATE_FILES.slice(0, 1));
    const tables = await dumpTables(home);
    await using corpus = await home.open();
    const expected = await findPmids(corpus, QUERY, { top_k: 50 });
    for (const message of [/^reading /, /^documents: /, /^looking for/, /^taking the place/]) {
      const stop = new AbortController();
      const onProgress = (progress: { message: string }) => {
        if (message.test(progress.message)) stop.abort();
      };
      await assert.rejects(corpus.services.reindexCorpus({ onProgress }, { signal: stop.signal }), {
        name: 'AbortError',
      });
      assert.deepEqual(await findPmids(corpus, QUERY, { top_k: 50 }), expected);
      assert.deepEqual(await dumpTables(home), tables);
    }
    await callTool(corpus, corpusReindex, {});
    assert.deepEqual((await findPmids(corpus, QUERY, { top_k: 50 })).sort(), expected.toSorted());
  });
});

/** The list of checkpoints; of each and of the corpus what a search finds, and each fifth document of it. */
async function readAll(corpus: Corpus, ids: string[]) {
  const answers: unknown[] = [await callTool(corpus, corpusCheckpointList, {})];
  for (const inside of [{}, ...ids.map((checkpoint_id) => ({ checkpoint_id }))]) {
    const { documents } = await callTool(corpus, ragSearch, {
      query: QUERY,
      top_k: 50,
      search_mode: 'bm25',
      ...inside,
    });
    answers.push(documents.map(({ doc_id }) => doc_id).sort());
    for (const { doc_id } of documents.filter((_, at) => at % 5 === 0))
      answers.push(await callTool(corpus, ragGet, { doc_id, ...inside }));
  }
  return answers;
}

/** Another data folder, with nothing but a copy of the archive. */
async function moveArchive(home: TestHome, engine: 'PGlite' | 'PostgreSQL'): Promise<TestHome> {
  const other = await makeTestHome({ engine });
  await cp(join(home.dataDir, 'archive'), join(other.dataDir, 'archive'), { recursive: true });
  return other;
}

function withGeneration(tables: Awaited<ReturnType<typeof dumpTables>>, index_generation: number) {
  return { ...tables, corpus_state: tables.corpus_state?.map((row) => ({ ...row, index_generation })) };
}

function withoutPlaces(answers: unknown): unknown {
  return JSON.parse(JSON.stringify(answers).replaceAll(/"s3_uri":"[^"]*\/archive\//g, '"s3_uri":"'));
}

async function listPayloads(home: TestHome) {
  const objects = [...(await home.listObjects())].filter(([key]) => !/manifests|state/.test(key));
  return new Map(objects.map(([key, { sha256 }]) => [key, sha256]));
}
