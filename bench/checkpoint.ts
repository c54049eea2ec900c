import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import type { Corpus } from '../src/compose.ts';
import type { ArchiveUri } from '../src/domain/corpus/archive-key.ts';
import { findPmid, type Pmid, toSha256 } from '../src/domain/ids.ts';
import { NEVER, openBenchCorpus } from './open-corpus.ts';
import { BENCH_FOLDER } from './sample-file.ts';

/**
 * `node bench/checkpoint.ts [documents…]`: creates checkpoints in corpora of so many documents (1,000 and
 * 100,000) and compares one with now after 1,000 of them changed. The tables are filled directly: neither
 * index nor records weigh in.
 */
const sizes = process.argv.slice(2).map(Number);
const CHECKPOINTS = 200;
const CHANGED = 1_000;
const BATCH = 1_000;
const PAGE = 100;
const DOCUMENT = zstdCompressSync('{}');

await mkdir(BENCH_FOLDER, { recursive: true });
for (const documents of sizes.length === 0 ? [1_000, 100_000] : sizes) {
  const folder = await mkdtemp(join(BENCH_FOLDER, 'checkpoint-'));
  {
    await using corpus = await openBenchCorpus(folder);
    for (let first = 1; first <= documents; first += BATCH) await commit(corpus, first, 1);
    const created = await measure(CHECKPOINTS, (at) => create(corpus, `checkpoint ${at}`));
    const sequence = await corpus.services.store.getSequence(NEVER);
    await commit(corpus, 1, 2);
    const compared = await measure(CHANGED / PAGE, () => readChanges(corpus, sequence));
    const title = `${documents.toLocaleString('en')} documents`.padEnd(20);
    console.log(`${title} create ${created}; a page of ${PAGE} of ${CHANGED} changes ${compared}`);
  }
  await rm(folder, { recursive: true });
}

async function create({ services }: Corpus, name: string): Promise<void> {
  const checkpoint = { name, description: null, primaryQueries: [], parentCheckpointId: null };
  await services.checkpoints.create(checkpoint, NEVER);
}

async function readChanges({ services }: Corpus, low: number): Promise<void> {
  const page = { low, high: low + 1, after: null, limit: PAGE };
  const { changes } = await services.store.listChanges(page, NEVER);
  if (changes.length !== PAGE) throw new Error(`a page held ${changes.length} changes`);
}

async function measure(times: number, work: (at: number) => Promise<void>): Promise<string> {
  const durations: number[] = [];
  for (let at = 0; at < times; at++) {
    const startedAt = performance.now();
    await work(at);
    durations.push(performance.now() - startedAt);
  }
  durations.sort((a, b) => a - b);
  const at = (share: number) => (durations[Math.floor(durations.length * share)] ?? 0).toFixed(1);
  return `median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms`;
}

async function commit({ services: { store } }: Corpus, first: number, revision: number): Promise<void> {
  const pmids = Array.from({ length: BATCH }, (_, at) => toPmid(first + at));
  const hash = (pmid: Pmid) => toSha256(`${revision}${pmid}`.padStart(64, '0'));
  const at = new Date().toISOString();
  await store.withPublishLock(async () => {
    const after = await store.getSequence(NEVER);
    const sequence = after + 1;
    await store.commit(
      {
        batchId: randomUUID(),
        after,
        sequence,
        at,
        archived: pmids.map((pmid) => ({
          pmid,
          uri: `file:///bench/${pmid}` as ArchiveUri, // leads nowhere: nothing is read
          contentHash: hash(pmid),
          version: 1,
          fetchedAt: at,
          etag: null,
          current: true,
          fileRank: null,
        })),
        moved: [],
        revisions: pmids.map((pmid) => ({
          pmid,
          revision,
          version: 1,
          documentHash: hash(pmid),
          contentHash: hash(pmid),
          kind: 'article',
          year: 2026,
          journal: 'Bench',
          retractionStatus: 'none',
          chunkCount: 1,
          languages: ['eng'],
          publicationTypes: ['Journal Article'],
          cited: new Int32Array(),
          document: DOCUMENT,
        })),
        deletions: [],
        quarantined: [],
        file: null,
        confirmed: null,
        withdrawn: null,
      },
      NEVER,
    );
  }, NEVER);
}

function toPmid(number: number): Pmid {
  const pmid = findPmid(String(number));
  if (pmid === null) throw new TypeError(`no PMID: ${number}`);
  return pmid;
}
