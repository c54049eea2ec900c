import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { FolderFault } from '../../support/pubmed/nlm-folder-server.ts';
import { bytes, fail, NAME, PATH, setUp } from './download-bench.ts';

describe('a download', () => {
  test('arrives whole, tells how far it is, and leaves nothing else behind', async () => {
    await using all = await setUp();
    const path = await all.download();
    assert.ok(bytes.equals(await readFile(path)));
    assert.deepEqual(await readdir(all.folder), [NAME]);
    assert.equal(all.fractions.at(-1), 1);
    assert.deepEqual(
      all.fractions,
      all.fractions.toSorted((one, other) => one - other),
    );
  });

  test('that lies there whole is not asked for again', async () => {
    await using all = await setUp();
    await all.download();
    await all.download();
    assert.equal(all.asked().length, 1);
  });

  const interruptions: [what: string, fault: FolderFault, resumes: boolean][] = [
    ['a connection that breaks', { kind: 'cut', after: 100_000 }, true],
    ['a connection that falls silent', { kind: 'hang', after: 100_000 }, true],
    ['a 503', { kind: 'status', status: 503 }, false],
    ['a 500', { kind: 'status', status: 500 }, false],
    ['a 408', { kind: 'status', status: 408 }, false],
  ];
  for (const [what, fault, resumes] of interruptions) {
    test(`goes on after ${what}`, async () => {
      await using all = await setUp();
      all.server.fail(PATH, fault);
      assert.ok(bytes.equals(await readFile(await all.download())));
      const ranges = all.asked().map(({ range }) => range);
      assert.equal(ranges.length, 2);
      if (resumes) assert.match(String(ranges[1]), /^bytes=[1-9]\d*-$/);
      else assert.equal(ranges[1], null);
      assert.deepEqual(all.pauses, [1000]);
    });
  }

  test('waits as long as a 429 asks, and no longer than ten minutes', async () => {
    await using all = await setUp();
    all.server.fail(PATH, { kind: 'status', status: 429, headers: { 'retry-after': '17' } });
    await all.download();
    assert.deepEqual(all.pauses, [17_000]);
    await using other = await setUp();
    other.server.fail(PATH, { kind: 'status', status: 429, headers: { 'retry-after': '7200' } });
    const error = await fail(other.download());
    assert.equal(error.code, 'PUBMED_RATE_LIMITED');
    assert.match(error.hint, /^pubmed26n1335\.xml\.gz: /);
  });

  test('goes on through any number of breaks as long as each brings something', async () => {
    await using all = await setUp();
    const breaks = Array.from({ length: 12 }, (): FolderFault => ({ kind: 'cut', after: 20_000 }));
    all.server.fail(PATH, ...breaks);
    assert.ok(bytes.equals(await readFile(await all.download())));
    assert.deepEqual(new Set(all.pauses), new Set([1000]));
  });

  test('is given up after six attempts that bring nothing, and its part is kept', async () => {
    await using all = await setUp();
    const silence = Array.from({ length: 6 }, (): FolderFault => ({ kind: 'status', status: 503 }));
    all.server.fail(PATH, { kind: 'cut', after: 50_000 }, ...silence);
    const error = await fail(all.download());
    assert.equal(error.code, 'PUBMED_UNAVAILABLE');
    assert.match(error.hint, /^pubmed26n1335\.xml\.gz: .*kept/);
    assert.doesNotMatch(error.hint, /127\.0\.0\.1/);
    assert.deepEqual(all.pauses, [1000, 1000, 2000, 4000, 8000, 16_000]);
    assert.ok(bytes.equals(await readFile(await all.download())));
    assert.match(String(all.asked().at(-1)?.range), /^bytes=[1-9]\d*-$/);
  });

  test('begins anew where the server cannot send a part', async () => {
    await using all = await setUp();
    all.server.fail(PATH, { kind: 'cut', after: 100_000 }, { kind: 'no range' });
    assert.ok(bytes.equals(await readFile(await all.download())));
  });

  for (const ignored of [false, true]) {
    const how = ignored ? 'the server sends a part of another file' : 'If-Range brings the new one whole';
    test(`takes the new file where it changed between two requests: ${how}`, async () => {
      await using all = await setUp();
      all.server.fail(PATH, { kind: 'cut', after: 100_000 });
      if (ignored) all.server.fail(PATH, { kind: 'ignore If-Range' });
      const changed = randomBytes(350_000);
      const arrived = all.server.arrived(PATH);
      const download = all.download();
      await arrived;
      all.server.put(PATH, changed);
      // The md5 that was read before is the old one's: the second round asks for it again.
      assert.ok(changed.equals(await readFile(await download)));
    });
  }

  test('with wrong bytes is repeated once from the start', async () => {
    await using all = await setUp();
    all.server.fail(PATH, { kind: 'corrupt' });
    assert.ok(bytes.equals(await readFile(await all.download())));
    assert.deepEqual(
      all.asked().map(({ range }) => range),
      [null, null],
    );
  });

  test('with wrong bytes twice is an error that names the file, and nothing stays', async () => {
    await using all = await setUp();
    all.server.fail(PATH, { kind: 'corrupt' }, { kind: 'corrupt' });
    const error = await fail(all.download());
    assert.equal(error.code, 'PUBMED_BAD_RESPONSE');
    assert.match(error.hint, /^pubmed26n1335\.xml\.gz: .*md5/);
    assert.deepEqual(await readdir(all.folder), []);
    assert.equal(all.asked().length, 2);
  });

  test('of a web page with status 200 is no file', async () => {
    await using all = await setUp();
    const page: FolderFault = { kind: 'body', body: '<html><body>Log in to this network</body></html>' };
    all.server.fail(PATH, page, page);
    assert.match((await fail(all.download())).hint, /^pubmed26n1335\.xml\.gz: .*md5/);
  });

  test('begins anew where the part on the disk is longer than the file, or its note is damaged', async () => {
    await using all = await setUp();
    all.server.fail(
      PATH,
      { kind: 'cut', after: 1000 },
      ...Array<FolderFault>(6).fill({ kind: 'status', status: 503 }),
    );
    await fail(all.download());
    await writeFile(join(all.folder, `${NAME}.part`), randomBytes(400_000));
    assert.ok(bytes.equals(await readFile(await all.download())));
    await writeFile(join(all.folder, NAME), 'overwritten');
    await writeFile(join(all.folder, `${NAME}.part`), randomBytes(5000));
    await writeFile(join(all.folder, `${NAME}.part.json`), '{"etag":"');
    assert.ok(bytes.equals(await readFile(await all.download())));
  });

  test('that is not there, or is forbidden, is told at once', async () => {
    await using all = await setUp();
    all.server.fail(PATH, { kind: 'status', status: 404 });
    const missing = await fail(all.download());
    assert.deepEqual([missing.code, all.pauses], ['VALIDATION', []]);
    all.server.fail(PATH, { kind: 'status', status: 403 });
    const forbidden = await fail(all.download());
    assert.match(forbidden.hint, /^pubmed26n1335\.xml\.gz: .*HTTP 403/);
  });

  test('without a usable md5 beside it is refused before its first byte', async () => {
    await using all = await setUp();
    all.server.put(PATH, bytes, { md5: null });
    assert.match((await fail(all.download())).hint, /^pubmed26n1335\.xml\.gz\.md5: /);
    all.server.put(PATH, bytes, { md5: 'none' });
    assert.match((await fail(all.download())).hint, /^pubmed26n1335\.xml\.gz\.md5: .*no md5/);
    assert.deepEqual(all.asked(), []);
  });

  test('stops when it is told to, and keeps its part', async () => {
    await using all = await setUp();
    const stop = new AbortController();
    all.server.fail(PATH, { kind: 'hang', after: 100_000 });
    const arrived = all.server.arrived(PATH);
    const download = all.download(stop.signal);
    await arrived;
    stop.abort(new Error('stopped'));
    await assert.rejects(download, /stopped/);
    assert.ok(bytes.equals(await readFile(await all.download())));
  });
});
