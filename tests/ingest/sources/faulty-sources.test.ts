import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import type { RunResult } from '../../../src/ingest/runs/run.ts';
import { dumpContent, makeTestHome, type TestHome } from '../../support/corpus/test-corpus.ts';
import { sampleRecords } from '../../support/pubmed/eutils.ts';
import { articleXml, cutRecords, setXml } from '../../support/pubmed/pubmed-xml.ts';

const some = (count: number) => Array.from({ length: count }, (_, at) => articleXml({ pmid: 100 + at }));

describe('a source that cannot be read to its end keeps everything before the fault', () => {
  test('a gzip file that was cut off; the whole file completes the work without a duplicate', async () => {
    await using home = await makeTestHome();
    const whole = gzipSync(setXml(...sampleRecords.slice(0, 60)));
    const cut = whole.subarray(0, whole.length >> 1);
    const path = await home.write('pubmed26n0001.xml.gz', cut);
    const error = await fail(home.load(path));
    assert.match(error.hint, /^pubmed26n0001\.xml\.gz: .*(cut off|ends too early).*/);
    // What can be unzipped of the cut file, read without the product.
    const prefix = gunzipSync(cut, { finishFlush: 2 }).toString('utf8');
    const complete = cutRecords(prefix).map(({ pmid }) => pmid);
    assert.ok(complete.length > 10);
    assert.deepEqual(await listLive(home), complete.toSorted());

    await home.write('pubmed26n0001.xml.gz', whole);
    const run = await home.load(path);
    assert.deepEqual([run.found, run.skipped], [60, complete.length]);
    await using undisturbed = await makeTestHome();
    await undisturbed.load(await undisturbed.write('pubmed26n0001.xml.gz', whole));
    assert.deepEqual(await withoutFiles(home), await withoutFiles(undisturbed));
  });

  test('XML that was cut in the middle of a record names the last complete one', async () => {
    await using home = await makeTestHome();
    const xml = setXml(...some(5));
    const path = await home.write('cut.xml', xml.slice(0, xml.indexOf('<PMID Version="1">103') + 60));
    const error = await fail(home.load(path));
    assert.match(error.hint, /^cut\.xml: /);
    assert.match(error.hint, /The last complete record is PMID 102\./);
    assert.deepEqual(await listLive(home), ['100', '101', '102']);
    await home.write('cut.xml', xml);
    const run = await home.load(path);
    assert.deepEqual([run.found, run.skipped, run.archived], [5, 3, 2]);
    assert.deepEqual(await listLive(home), ['100', '101', '102', '103', '104']);
  });

  test('files before a faulty one are loaded, files after it are not', async () => {
    await using home = await makeTestHome();
    const good = await home.write('1.xml', setXml(articleXml({ pmid: 1 })));
    const bad = await home.write('2.xml', '<html><body>503 Service Unavailable</body></html>');
    const next = await home.write('3.xml', setXml(articleXml({ pmid: 3 })));
    assert.match((await fail(home.load(good, bad, next))).hint, /^2\.xml: /);
    assert.deepEqual(await listLive(home), ['1']);
  });

  const strange: [what: string, name: string, content: string | Uint8Array, hint: RegExp][] = [
    ['no XML', 'notes.xml', 'PMID- 1234\nTI  - A title\n', /^notes\.xml: .*XML/],
    [
      'a web page',
      'page.xml',
      '<!DOCTYPE html>\n<html><head></head><body>Error</body></html>',
      /^page\.xml: /,
    ],
    ['an empty file', 'empty.xml', '', /^empty\.xml: .*empty/i],
    ['an empty gzip file', 'empty.xml.gz', '', /^empty\.xml\.gz: .*empty/i],
    ['damaged gzip data', 'damaged.xml.gz', damage(gzipSync(setXml(...some(50)))), /^damaged\.xml\.gz: /],
    ['another kind of XML', 'feed.xml', '<rss><channel/></rss>', /^feed\.xml: /],
  ];
  test('what is no file of records is refused in one sentence that names it', async () => {
    await using home = await makeTestHome();
    for (const [what, name, content, hint] of strange) {
      const error = await fail(home.load(await home.write(name, content)));
      assert.equal(error.code, 'VALIDATION', what);
      assert.match(error.hint, hint);
      assert.doesNotMatch(error.hint, /\n/);
      const { pending_batches } = await dumpContent(home);
      assert.deepEqual(pending_batches, []);
    }
  });

  test('a path that is not there, and a folder without files, are named', async () => {
    await using home = await makeTestHome();
    const missing = await fail(home.load(`${home.dataDir}/pubmed26n0001.xml.gz`));
    assert.match(missing.hint, /^pubmed26n0001\.xml\.gz: there is no such file or folder/);
    await mkdir(`${home.dataDir}/nothing here`);
    const empty = await fail(home.load(`${home.dataDir}/nothing here`));
    assert.match(empty.hint, /^nothing here: the folder holds no \.xml or \.xml\.gz file/);
    assert.deepEqual(await listLive(home), []);
  });
});

describe('md5 files', () => {
  test("a wrong md5 loads nothing; NLM's form and md5sum's are both understood", async () => {
    await using home = await makeTestHome();
    const xml = setXml(articleXml({ pmid: 7 }));
    const md5 = createHash('md5').update(xml).digest('hex');
    const path = await home.write('a.xml', xml);
    const beside = await home.write(
      'a.xml.md5',
      `MD5(a.xml)= ${md5.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))}\n`,
    );
    assert.match((await fail(home.load(path))).hint, /^a\.xml: its md5 is not the one in the \.md5 file/);
    assert.deepEqual(await listLive(home), []);
    assert.deepEqual((await dumpContent(home)).loaded_files, []);
    await home.write('a.xml.md5', `MD5(a.xml)= ${md5}\n`);
    assert.equal((await home.load(path)).archived, 1);
    await home.write('a.xml.md5', `${md5.toUpperCase()}  a.xml\n`);
    assert.equal((await home.load(path)).skipped, 1);
    await home.write('a.xml.md5', 'not found\n');
    assert.match((await fail(home.load(path))).hint, /^a\.xml\.md5: it holds no md5/);
    await rm(beside);
    assert.equal((await home.load(path)).skipped, 1);
  });
});

describe('a record that cannot be read is quarantined, and its neighbours are loaded', () => {
  test('without a PMID: archived by its hash, counted, skipped when it comes again', async () => {
    await using home = await makeTestHome();
    const nameless = articleXml({ pmid: 2 }).replace(/<PMID[^>]*>2<\/PMID>/, '');
    const path = await home.write(
      'a.xml',
      setXml(articleXml({ pmid: 1 }), nameless, articleXml({ pmid: 3 })),
    );
    const run = await home.load(path);
    assert.deepEqual(countsOf(run), { found: 3, archived: 2, skipped: 0, indexed: 2, failed: 1 });
    assert.equal(run.problems[0]?.pmid, null);
    assert.deepEqual(await listLive(home), ['1', '3']);
    const key = `pubmed/unidentified/${createHash('sha256').update(nameless).digest('hex')}.json.zst`;
    assert.ok((await home.listObjects()).has(key));
    assert.deepEqual(
      (await dumpContent(home)).quarantined_records?.map(({ pmid, source }) => [pmid, source]),
      [[null, 'a.xml']],
    );
    assert.deepEqual(countsOf(await home.load(path)), {
      found: 3,
      archived: 0,
      skipped: 3,
      indexed: 0,
      failed: 0,
    });
  });

  const poisons: [what: string, more: string][] = [
    ['a stray ampersand', '<Note>R&D</Note>'],
    ['a NUL character', '<Note>a\0b</Note>'],
    ['half a surrogate pair', '<Note>&#xD800;</Note>'],
    ['an escape character', '<Note>\u001b[2J</Note>'],
    ['tags that do not match', '<Note></Other>'],
  ];
  test('with what no XML may hold: the PMID and the reason are told, and a mended one comes in', async () => {
    await using home = await makeTestHome();
    const spoilt = poisons.map(([, more], at) => articleXml({ pmid: 20 + at, more }));
    const path = await home.write(
      'a.xml',
      setXml(articleXml({ pmid: 1 }), ...spoilt, articleXml({ pmid: 3 })),
    );
    const run = await home.load(path);
    const [found, failed] = [poisons.length + 2, poisons.length];
    assert.deepEqual(countsOf(run), { found, archived: 2, skipped: 0, indexed: 2, failed });
    assert.deepEqual(
      run.problems.map(({ pmid, part }) => [pmid, part]),
      poisons.map((_, at) => [String(20 + at), 'a.xml']),
    );
    assert.deepEqual(await listLive(home), ['1', '3']);
    const mended = await home.write(
      'b.xml',
      setXml(...poisons.map((_, at) => articleXml({ pmid: 20 + at }))),
    );
    assert.deepEqual(countsOf(await home.load(mended)), {
      found: failed,
      archived: failed,
      skipped: 0,
      indexed: failed,
      failed: 0,
    });
    assert.equal((await listLive(home)).length, found);
  });

  test('an unreadable update leaves the document that was there', async () => {
    await using home = await makeTestHome();
    await home.load(await home.write('1.xml', setXml(articleXml({ pmid: 1, title: 'Good.' }))));
    const run = await home.load(
      await home.write('2.xml', setXml(articleXml({ pmid: 1, more: '<Note>R&D</Note>' }))),
    );
    assert.equal(run.failed, 1);
    assert.deepEqual(await listLive(home), ['1']);
    const { pubmed_archive_history } = await dumpContent(home);
    assert.equal(new Set(pubmed_archive_history?.map(({ s3_uri }) => s3_uri)).size, 2);
  });
});

async function fail(work: Promise<unknown>): Promise<BioMcpError> {
  const error = await work.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof BioMcpError, String(error));
  return error;
}

async function listLive(home: TestHome): Promise<unknown[]> {
  const { revisions } = await dumpContent(home);
  return (revisions ?? []).filter(({ live }) => live === true).map(({ pmid }) => pmid);
}

async function withoutFiles(home: TestHome) {
  const { loaded_files: _, ...tables } = await dumpContent(home);
  return tables;
}

function countsOf({ found, archived, skipped, indexed, failed }: RunResult) {
  return { found, archived, skipped, indexed, failed };
}

function damage(zipped: Buffer): Buffer {
  zipped.fill(0xff, zipped.length >> 1, (zipped.length >> 1) + 20);
  return zipped;
}
