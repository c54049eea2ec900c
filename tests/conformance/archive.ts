import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Archive, ArchivePut } from '../../src/archive/archive.ts';
import type { ArchiveKey, ArchiveUri } from '../../src/domain/corpus/archive-key.ts';
import { type SealedRecord, sealRecord } from '../archive/sealed-record.ts';
import { toArray } from '../archive/to-array.ts';

export interface TestArchive extends AsyncDisposable {
  /** Empty. */
  archive: Archive;
  /** Spoils the bytes at `uri`; `null` where the store checks its own bytes and nobody can. */
  damage: ((uri: ArchiveUri) => Promise<void>) | null;
  /**
   * Whether what is replaced goes to a key of its own, the store having no versions; else each URI leads to
   * its bytes for ever.
   */
  keepsEarlierAsKey: boolean;
}

/** The promises of the port `Archive`, each a test; run it over every adapter. */
export function describeArchive(
  name: string,
  open: () => Promise<TestArchive>,
  { skip }: { skip: string | false } = { skip: false },
): void {
  describe(`archive on ${name}`, { skip }, () => {
    test('what was put is found under its URI and its key, byte for byte', async ({ signal }) => {
      await using opened = await open();
      const { archive } = opened;
      const bodies = [new Uint8Array(0), Uint8Array.from({ length: 256 }, (_, byte) => byte), big()];
      const puts = bodies.map((body, index) => put(`pubmed/raw/object-${index}`, body));

      const results = await archive.put(puts, { signal });

      for (const [index, body] of bodies.entries()) {
        const { uri, earlierUri } = at(results, index);
        assert.equal(earlierUri, null);
        assertBytes(await archive.find(uri, { signal }), body);
        const current = await archive.findCurrent(at(puts, index).key, { signal });
        assert.deepEqual([current?.key, current?.uri], [at(puts, index).key, uri]);
        assertBytes(current?.body ?? null, body);
      }
    });

    test('the memory of a body may be used again once put has been called', async ({ signal }) => {
      await using opened = await open();
      const body = Buffer.from('before');

      const putting = opened.archive.put([put('pubmed/raw/a', body)], { signal });
      body.write('after!');
      const results = await putting;

      assertBytes(await opened.archive.find(at(results, 0).uri, { signal }), Buffer.from('before'));
    });

    test('an empty batch of puts answers an empty list', async ({ signal }) => {
      await using opened = await open();
      assert.deepEqual(await opened.archive.put([], { signal }), []);
      assert.deepEqual(await opened.archive.findDamaged([], { signal }), []);
    });

    test('the last of two puts under one key stays', async ({ signal }) => {
      await using opened = await open();
      const puts = [put('pubmed/raw/a', Buffer.from('one')), put('pubmed/raw/a', Buffer.from('two'))];

      await opened.archive.put(puts, { signal });

      const current = await opened.archive.findCurrent(at(puts, 0).key, { signal });
      assertBytes(current?.body ?? null, Buffer.from('two'));
    });

    test('the earlier bytes are led to for ever: by the earlier URI, or by their own where the store keeps versions', async ({
      signal,
    }) => {
      await using opened = await open();
      const { archive, keepsEarlierAsKey } = opened;
      const [one, two, three] = ['one', 'two', 'three'].map((title) => sealRecord('1', title));
      assert.ok(one && two && three);

      const [first] = await archive.put([put(one.key, one.body)], { signal });
      const [second] = await archive.put([replace(two, one, first?.uri)], { signal });
      const [third] = await archive.put([replace(three, two, second?.uri)], { signal });

      assert.ok(first && second && third);
      assert.deepEqual(
        [second.earlierUri === null, third.earlierUri === null].includes(keepsEarlierAsKey),
        false,
      );
      assertBytes(await archive.find(second.earlierUri ?? first.uri, { signal }), one.body);
      assertBytes(await archive.find(third.earlierUri ?? second.uri, { signal }), two.body);
      assertBytes(await archive.find(third.uri, { signal }), three.body);
    });

    test('what is replaced under another key is kept and removed: one current object is left', async ({
      signal,
    }) => {
      await using opened = await open();
      const { archive } = opened;
      const one = sealRecord('1', 'one', 'zstd');
      const two = sealRecord('1', 'two', 'gzip');
      const [first] = await archive.put([put(one.key, one.body)], { signal });

      for (const attempt of ['first', 'again, after a crash']) {
        const [second] = await archive.put([replace(two, one, first?.uri)], { signal });

        assert.ok(first && second, attempt);
        assertBytes(await archive.find(second.earlierUri ?? first.uri, { signal }), one.body);
        assertBytes(await archive.find(second.uri, { signal }), two.body);
        const current = await toArray(archive.list('pubmed/raw/', { signal }));
        assert.deepEqual(current, [{ key: two.key, uri: second.uri }], attempt);
      }
    });

    test('clear does the same where the new object lies there already, or nothing does', async ({
      signal,
    }) => {
      await using opened = await open();
      const { archive } = opened;
      const one = sealRecord('1', 'one', 'zstd');
      const two = sealRecord('1', 'two', 'gzip');
      const [first, second] = await archive.put([put(one.key, one.body), put(two.key, two.body)], { signal });
      const { replaces } = replace(two, one, first?.uri);
      assert.ok(first && second && replaces);

      const earlierUri = await archive.clear(replaces, two, { signal });

      assertBytes(await archive.find(earlierUri ?? first.uri, { signal }), one.body);
      assert.deepEqual(await toArray(archive.list('pubmed/raw/', { signal })), [
        { key: two.key, uri: second.uri },
      ]);
      await archive.clear({ uri: second.uri, keep: null }, null, { signal });
      assert.deepEqual(await toArray(archive.list('pubmed/raw/', { signal })), []);
    });

    test('a put that is repeated after a crash leaves the bytes before both within reach', async ({
      signal,
    }) => {
      await using opened = await open();
      const { archive } = opened;
      const [one, two] = [sealRecord('1', 'one'), sealRecord('1', 'two')];
      const [first] = await archive.put([put(one.key, one.body)], { signal });

      const [once] = await archive.put([replace(two, one, first?.uri)], { signal });
      const [again] = await archive.put([replace(two, one, first?.uri)], { signal });

      assert.equal(again?.earlierUri, once?.earlierUri);
      assertBytes(await archive.find(again?.uri ?? never(), { signal }), two.body);
      assertBytes(await archive.find(again?.earlierUri ?? first?.uri ?? never(), { signal }), one.body);
    });

    test('the earlier URI leads to nothing, and never to other bytes, where the earlier bytes are gone', async ({
      signal,
    }) => {
      await using opened = await open();
      const { archive, keepsEarlierAsKey } = opened;
      const [one, two] = [sealRecord('1', 'one'), sealRecord('1', 'two')];
      const uri = `${archive.root}${one.key}` as ArchiveUri;

      const [result] = await archive.put([replace(two, one, uri)], { signal });

      assert.ok(result?.earlierUri || !keepsEarlierAsKey);
      if (result?.earlierUri) assert.equal(await archive.find(result.earlierUri, { signal }), null);
      assertBytes(await archive.find(result?.uri ?? never(), { signal }), two.body);
    });

    test('what lies in another archive is left alone', async ({ signal }) => {
      await using opened = await open();
      const [one, two] = [sealRecord('1', 'one'), sealRecord('1', 'two')];
      const elsewhere = `file:///elsewhere/${one.key}` as ArchiveUri;
      const [result] = await opened.archive.put([replace(two, one, elsewhere)], { signal });
      assert.equal(result?.earlierUri, null);
    });

    test('find answers null where nothing lies', async ({ signal }) => {
      await using opened = await open();
      const { archive } = opened;
      const [result] = await archive.put([put('pubmed/raw/a', Buffer.from('one'))], { signal });
      const uri = result?.uri ?? never();

      assert.equal(await archive.find(`${uri}-other` as ArchiveUri, { signal }), null);
      assert.equal(await archive.find(`${uri}/below` as ArchiveUri, { signal }), null);
      assert.equal(await archive.findCurrent('pubmed/raw/nothing' as ArchiveKey, { signal }), null);
    });

    test('findDamaged names the missing and the damaged ones, ascending', async ({ signal }) => {
      await using opened = await open();
      const { archive, damage } = opened;
      const records = ['1', '22', '333', '4444'].map((pmid) => sealRecord(pmid));
      const puts = records.map(({ key, body }) => put(key, body));
      const results = await archive.put(puts, { signal });
      const expected = records.map(({ contentHash }, index) => ({
        uri: at(results, index).uri,
        contentHash,
      }));
      const missing = {
        uri: `${at(results, 0).uri}x` as ArchiveUri,
        contentHash: at(records, 0).contentHash,
      };

      assert.deepEqual(await archive.findDamaged(expected, { signal }), []);
      assert.deepEqual(await archive.findDamaged([...expected, missing], { signal }), [4]);
      if (damage === null) return;
      await damage(at(results, 1).uri);
      await damage(at(results, 3).uri);
      assert.deepEqual(await archive.findDamaged([missing, ...expected], { signal }), [0, 2, 4]);
    });

    test('findDamaged names what another archive holds', async ({ signal }) => {
      await using opened = await open();
      const { key, body, contentHash } = sealRecord('1');
      await opened.archive.put([put(key, body)], { signal });

      for (const uri of [
        `file:///elsewhere/${key}`,
        `s3://elsewhere/${key}`,
        '',
        opened.archive.root,
      ] as ArchiveUri[]) {
        assert.deepEqual(await opened.archive.findDamaged([{ uri, contentHash }], { signal }), [0], uri);
        assert.equal(await opened.archive.find(uri, { signal }), null, uri);
      }
    });

    test('every URI begins with the root', async ({ signal }) => {
      await using opened = await open();
      const { archive } = opened;
      const [result] = await archive.put([put('pubmed/raw/a', Buffer.from('one'))], { signal });
      assert.ok(result?.uri.startsWith(archive.root), `${result?.uri} does not begin with ${archive.root}`);
    });

    test('a key that a file system or a URL could read in another way is refused before anything is put', async ({
      signal,
    }) => {
      await using opened = await open();
      for (const key of ['/a', 'a//b', 'a/../b', '.a', 'a/.b', 'a b', 'a?b', '']) {
        const puts = [put('pubmed/raw/a', Buffer.from('one')), put(key, Buffer.from('two'))];
        await assert.rejects(opened.archive.put(puts, { signal }), { code: 'VALIDATION' }, key);
      }
      assert.deepEqual(await toArray(opened.archive.list('', { signal })), []);
    });

    test('list gives every object below the prefix in the order of keys', async ({ signal }) => {
      await using opened = await open();
      const { archive } = opened;
      const keys = ['a/b-c', 'a/b.c', 'a/bc', 'ab', 'a/B/c', 'b/a/a', 'a/b/c2', 'a/b/c/d'];
      const results = await archive.put(
        keys.map((key) => put(key, Buffer.from(key))),
        { signal },
      );
      const uris = new Map<string, string>(keys.map((key, index) => [key, at(results, index).uri]));

      for (const prefix of ['', 'a', 'a/', 'a/b', 'a/b/', 'a/b/c', 'b/a/a', 'c', '../']) {
        const found = await toArray(archive.list(prefix, { signal }));
        const wanted = keys.filter((key) => key.startsWith(prefix)).sort();
        assert.deepEqual(
          found.map(({ key }) => key),
          wanted,
          `prefix ${JSON.stringify(prefix)}`,
        );
        for (const { key, uri } of found) assert.equal(uri, uris.get(key));
      }
    });

    test('list goes on over many pages without losing or repeating a key', async ({ signal }) => {
      await using opened = await open();
      const records = Array.from({ length: 1050 }, (_, index) =>
        put(`pubmed/raw/${index % 7}/${index}`, Buffer.of(1)),
      );
      await opened.archive.put(records, { signal });

      const found = await toArray(opened.archive.list('pubmed/raw/', { signal }));

      assert.deepEqual(
        found.map(({ key }) => key),
        records.map(({ key }) => key).sort(),
      );
    });

    test('ping resolves where the archive can be written, and leaves nothing behind', async ({ signal }) => {
      await using opened = await open();
      await opened.archive.ping({ signal });
      assert.deepEqual(await toArray(opened.archive.list('', { signal })), []);
    });

    test('an abort rejects with its reason and nothing is written afterwards', async () => {
      await using opened = await open();
      const { archive } = opened;
      const controller = new AbortController();
      const puts = Array.from({ length: 2000 }, (_, index) => put(`pubmed/raw/${index}`, Buffer.of(1)));
      const reason = new Error('enough');

      const putting = archive.put(puts, { signal: controller.signal });
      controller.abort(reason);

      await assert.rejects(putting, reason);
      const { signal } = new AbortController();
      const written = await toArray(archive.list('', { signal }));
      assert.ok(written.length < puts.length);
      await assert.rejects(archive.put(puts, { signal: controller.signal }), reason);
      assert.equal((await toArray(archive.list('', { signal }))).length, written.length);
    });
  });
}

function put(key: string, body: Uint8Array): ArchivePut {
  return { key: key as ArchiveKey, body, replaces: null };
}

function replace(record: SealedRecord, earlier: SealedRecord, uri: ArchiveUri | undefined): ArchivePut {
  const keep = { contentHash: earlier.contentHash, as: earlier.historyKey };
  return { ...put(record.key, record.body), replaces: { uri: uri ?? never(), keep } };
}

function big(): Uint8Array {
  return Buffer.alloc(3_000_000, 'abc\0');
}

function assertBytes(found: Uint8Array | null, wanted: Uint8Array): void {
  assert.ok(found !== null, 'nothing was found');
  assert.ok(Buffer.from(found).equals(wanted), `${found.length} bytes differ from the ${wanted.length} put`);
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  assert.ok(item !== undefined, `nothing at ${index}`);
  return item;
}

function never(): never {
  assert.fail('no result');
}
