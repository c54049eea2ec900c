import assert from 'node:assert/strict';
import { chmod, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { mountTinyDisk, whyNoTinyDisk } from '../support/disk/tiny-disk.ts';
import { examineCheck } from '../support/examine-check.ts';
import { startEmbeddedServer } from '../support/postgres/embedded-postgres.ts';

/** A new cluster, its log, and room for what the doctor tries. */
const DISK_KILOBYTES = 160 * 1_024;
/** Less than the doctor asks for, and enough for the small things that a server goes on with. */
const LEFT_BYTES = 6 * 1_048_576;

test('a database whose disk is full is named by the doctor, though it still takes small things', {
  skip: whyNoTinyDisk(),
}, async () => {
  using disk = mountTinyDisk({ kilobytes: DISK_KILOBYTES });
  await chmod(disk.path, 0o755);
  await using server = await startEmbeddedServer({ settings: ['fsync=off'], parent: disk.path });
  const examine = () => examineCheck('database', { BIO_MCP_DATABASE_URL: server.toUrl('postgres') });
  assert.equal((await examine()).state, 'ok');

  const filler = join(disk.path, 'filler');
  const { bavail, bsize } = await statfs(disk.path);
  await writeFile(filler, Buffer.alloc(bavail * bsize - LEFT_BYTES));
  const { remedy, detail } = await examine();
  assert.equal(
    remedy,
    'The disk that holds the database is full: free some space on it and run the same command again.',
  );
  assert.match(detail, /No space left on device/);

  await rm(filler);
  assert.equal((await examine()).state, 'ok', 'what it tried is taken back');
  const room = await statfs(disk.path);
  assert.ok(room.bavail * room.bsize > LEFT_BYTES * 2, 'and its space too');
});
