import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Pmid } from '../../src/domain/ids.ts';
import { dumpTables, findPmids, makeTestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const AWKWARD = `${import.meta.dirname}/../fixtures/pubmed/awkward.xml`;

describe('files in other forms', () => {
  test('every awkward record is archived and stored, books and records without abstract too', async ({
    signal,
  }) => {
    await using home = await makeTestHome();
    const run = await home.load(AWKWARD);
    assert.deepEqual(run.problems, []);
    assert.equal(run.found, run.archived + run.skipped);
    const { revisions, pubmed_archive } = await dumpTables(home);
    const live = (revisions ?? []).filter(({ left_sequence }) => left_sequence === null);
    const pmids = new Set(
      [
        ...readFileSync(AWKWARD, 'utf8').matchAll(
          /<(?:MedlineCitation|BookDocument)[^>]*>\s*<PMID[^>]*>(\d+)/g,
        ),
      ].map(([, pmid]) => pmid),
    );
    assert.equal(pmids.size, 60);
    assert.deepEqual(new Set(pubmed_archive?.map(({ pmid }) => pmid)), pmids);
    assert.equal(live.length, 60);
    assert.equal(live.filter(({ kind }) => kind === 'book').length, 5);
    await using corpus = await home.open();
    for (const { pmid } of live) {
      const document = await corpus.services.store.findDocument(pmid as Pmid, { signal }); // a checked one
      const title = document?.title ?? document?.vernacular_title ?? '';
      const filters = { exclude_retracted: false };
      const found = title === '' ? [pmid] : await findPmids(corpus, title, { top_k: 50, filters });
      assert.ok(found.includes(String(pmid)), `${pmid} ${title}`);
    }
  });

  test('a file from before 2017 is loaded', async () => {
    await using home = await makeTestHome();
    const [citation = ''] = /<MedlineCitation[\s\S]*<\/MedlineCitation>/.exec(articleXml({ pmid: 7 })) ?? [];
    const old = `<?xml version="1.0"?>\n<MedlineCitationSet>\n${citation}\n<DeleteCitation><PMID Version="1">9</PMID></DeleteCitation></MedlineCitationSet>\n`;
    const run = await home.load(await home.write('medline16n0001.xml', old));
    assert.deepEqual([run.found, run.archived, run.indexed, run.failed], [1, 1, 1, 0]);
  });

  test('gzip is told by the bytes, whatever the name says', async () => {
    await using home = await makeTestHome();
    const xml = setXml(articleXml({ pmid: 7 }));
    const zipped = await home.write('zipped.xml', gzipSync(xml));
    const plain = await home.write('plain.xml.gz', setXml(articleXml({ pmid: 8 })));
    const members = await home.write(
      'members.xml.gz',
      Buffer.concat([gzipSync(xml.slice(0, 90)), gzipSync(xml.slice(90))]),
    );
    const run = await home.load(zipped, plain, members);
    assert.deepEqual([run.archived, run.skipped], [2, 1]);
  });

  test('a folder is loaded in the order of its names, a list in its own, and nothing twice', async () => {
    await using home = await makeTestHome();
    const write = (name: string, title: string) => home.write(name, setXml(articleXml({ pmid: 7, title })));
    const second = await write('pubmed26n0002.xml', 'Second.');
    await write('pubmed26n0001.xml', 'First.');
    await home.write('notes.txt', 'no source');
    const run = await home.load(`${second}/..`, second);
    assert.deepEqual(
      run.parts.map(({ name }) => name),
      ['pubmed26n0001.xml', 'pubmed26n0002.xml'],
    );
    await using corpus = await home.open();
    assert.deepEqual(await findPmids(corpus, 'Second'), ['7']);
  });

  test('a path may hold blanks and letters of any script', async () => {
    await using home = await makeTestHome();
    const path = await home.write('Übersicht 論文 №1.xml', setXml(articleXml({ pmid: 7 })));
    assert.deepEqual(
      (await home.load(path)).parts.map(({ name }) => name),
      ['Übersicht 論文 №1.xml'],
    );
  });

  test('text that a database or an index could trip over is kept and found', async () => {
    await using home = await makeTestHome();
    const title = 'Quotes \' " \\ ; -- \u{1F9EC} \u{10FFFD} % _ $1 {0} β-catenin \u0085\u2028.';
    await home.load(await home.write('odd.xml', setXml(articleXml({ pmid: 7, title, abstract: '' }))));
    await using corpus = await home.open();
    assert.deepEqual(await findPmids(corpus, 'beta catenin'), ['7']);
  });
});
