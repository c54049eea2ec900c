import { hash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { toSha256 } from '../src/domain/ids.ts';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { loadStaticVectors } from '../src/embedding/static-vectors.ts';
import { createPreparerPool } from '../src/ingest/prepare/preparer-pool.ts';
import type { IngestThreadData } from '../src/ingest-thread.ts';
import { parseRecord } from '../src/pubmed/records/parse-record.ts';
import { NEVER } from './open-corpus.ts';
import { readSampleRecords } from './sample-file.ts';

/**
 * `node bench/batches.ts [seconds]`: what it takes of the processors to prepare the 1,000 records of the
 * sample on two threads, four times, with a pause of so many seconds (7) after each, as servers elsewhere
 * take for a batch. The first one starts the threads.
 */
const pauseMs = Number(process.argv[2] ?? 7) * 1_000;
const TIMES = 4;
const compression = 'zstd';
const source = { api: 'nlm-file', endpoint: 'bench', params: {} };
const origin = { source, fetchedAt: '2026-01-01T00:00:00Z', http: { status: null, etag: null } };
const records = (await readSampleRecords()).map((bytes, ordinal) => {
  const contentHash = toSha256(hash('sha256', bytes));
  const { pmid } = parseRecord(bytes);
  return { ordinal, bytes, contentHash, pmid, version: 1, outranked: false, origin };
});

const vectors = await loadStaticVectors(NEVER);
const workerData: IngestThreadData = { compression, staticVectors: vectors };
await using pool = createPreparerPool({
  compression,
  embedder: createStaticEmbedder({ vectors }),
  program: new URL('../src/ingest-thread.ts', import.meta.url),
  threads: 2,
  workerData,
});
for (let time = 1; time <= TIMES; time++) {
  const before = process.cpuUsage();
  await pool.prepare(records);
  await setTimeout(pauseMs);
  const { user, system } = process.cpuUsage(before);
  console.log(`batch ${time}: ${((user + system) / 1e6).toFixed(2)} CPU-s`);
}
