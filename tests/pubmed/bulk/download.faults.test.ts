import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { mountTinyDisk, whyNoTinyDisk } from '../../support/disk/tiny-disk.ts';
import { NEVER } from './bulk-client.ts';
import { fail, setUp } from './download-bench.ts';

test('a download onto a full disk says so, and gives back what it took', {
  skip: whyNoTinyDisk(),
}, async () => {
  await using all = await setUp();
  using disk = mountTinyDisk({ kilobytes: 128 });
  const error = await fail(all.download(NEVER.signal, join(disk.path, 'downloads')));
  assert.match(error.hint, /^pubmed26n1335\.xml\.gz: the disk .* full: free some space/);
  assert.deepEqual(await readdir(join(disk.path, 'downloads')), []);
});
