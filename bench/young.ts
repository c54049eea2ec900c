import { once } from 'node:events';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { toSha256 } from '../src/domain/ids.ts';
import { readRecords } from '../src/ingest/prepare/prepare-record.ts';
import { parseRecord } from '../src/pubmed/records/parse-record.ts';
import { readSampleRecords } from './sample-file.ts';

/**
 * `node bench/young.ts [MB…]`: what it takes of the processors to read 3,000 records in a thread whose young
 * generation is so large (16 and 64 MB), in turns, with V8's helpers and the start of the thread.
 */
const ROUNDS = 3;
const TIMES = 3;
/** As a batch keeps what its threads made. */
const KEPT = 100;

if (isMainThread) {
  const sizes = process.argv.slice(2).map(Number);
  for (let round = 0; round < ROUNDS; round++) {
    for (const youngMb of sizes.length === 0 ? [16, 64] : sizes) {
      const before = process.cpuUsage();
      const resourceLimits = { maxYoungGenerationSizeMb: youngMb, maxOldGenerationSizeMb: 512 };
      await once(new Worker(new URL(import.meta.url), { workerData: true, resourceLimits }), 'exit');
      const { user, system } = process.cpuUsage(before);
      console.log(`${youngMb} MB: ${((user + system) / 1e6).toFixed(2)} CPU-s`);
    }
  }
} else if (workerData === true) {
  const source = { api: 'nlm-file', endpoint: 'bench', params: {} };
  const origin = { source, fetchedAt: '2026-01-01T00:00:00Z', http: { status: null, etag: null } };
  const contentHash = toSha256('0'.repeat(64));
  const records = (await readSampleRecords()).map((bytes) => ({ bytes, pmid: parseRecord(bytes).pmid }));
  const kept: unknown[] = [];
  for (let time = 0; time < TIMES; time++) {
    for (let from = 0; from < records.length; from += KEPT) {
      const incoming = records
        .slice(from, from + KEPT)
        .map((record, at) => ({ ...record, contentHash, origin, ordinal: at, version: 1, outranked: false }));
      kept[0] = readRecords(incoming, 'zstd');
    }
  }
}
