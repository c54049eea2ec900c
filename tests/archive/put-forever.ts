/** Run as a process of its own: puts records in a loop until it is killed, and says when the first batch is there. */
import { openFileArchive } from '../../src/archive/files/file-archive.ts';
import { sealRecord } from './sealed-record.ts';

const folder = process.argv[2];
if (folder === undefined) throw new TypeError('usage: put-forever.ts FOLDER');
const { signal } = new AbortController();
const archive = await openFileArchive({ folder, fsync: false });
for (let round = 0; ; round++) {
  const records = Array.from({ length: 50 }, (_, index) =>
    sealRecord(String(1000 + index), 'T'.repeat(20_000 + round)),
  );
  await archive.put(
    records.map(({ key, body, historyKey }) => ({ key, body, keepEarlierAs: historyKey })),
    { signal },
  );
  process.stdout.write('.');
}
