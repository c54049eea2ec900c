/**
 * Run as a process of its own: puts records in a loop until it is killed, and says when the first
 * batch is there.
 */
import type { ReplacedObject } from '../../src/archive/archive.ts';
import { openFileArchive } from '../../src/archive/files/file-archive.ts';
import type { ArchiveKey, ArchiveUri } from '../../src/domain/corpus/archive-key.ts';
import { sealRecord } from './sealed-record.ts';

const folder = process.argv[2];
if (folder === undefined) throw new TypeError('usage: put-forever.ts FOLDER');
const { signal } = new AbortController();
const archive = await openFileArchive({ folder, fsync: false });
const replaced = new Map<ArchiveKey, ReplacedObject>();
for (let round = 0; ; round++) {
  const records = Array.from({ length: 50 }, (_, index) =>
    sealRecord(String(1000 + index), 'T'.repeat(20_000 + round)),
  );
  await archive.put(
    records.map(({ key, body }) => ({ key, body, replaces: replaced.get(key) ?? null })),
    { signal },
  );
  for (const { key, contentHash, historyKey } of records) {
    const uri = `${archive.root}${key}` as ArchiveUri;
    replaced.set(key, { uri, keep: { contentHash, as: historyKey } });
  }
  process.stdout.write('.');
}
