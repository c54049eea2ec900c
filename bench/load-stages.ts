import { hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { compress } from '../src/archive/compression.ts';
import { sealEnvelope } from '../src/archive/envelope.ts';
import { openFileArchive } from '../src/archive/files/file-archive.ts';
import { toCanonicalJson } from '../src/domain/canonical-json.ts';
import { toRawKey } from '../src/domain/corpus/archive-key.ts';
import type { Chunk } from '../src/domain/document/chunk.ts';
import type { Citation } from '../src/domain/document/document.ts';
import { toSha256 } from '../src/domain/ids.ts';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { toCited } from '../src/ingest/prepare/prepare-record.ts';
import { parseRecord } from '../src/pubmed/records/parse-record.ts';
import { createRecordSplitter } from '../src/pubmed/records/record-splitter.ts';
import { toChunkId } from '../src/search/chunk-id.ts';
import { chunkDocument, toSearchText } from '../src/search/chunking.ts';
import { toDocumentFacts } from '../src/search/document-facts.ts';
import { openLanceDbIndex } from '../src/search/lancedb/lancedb-index.ts';
import { optimizeWhole } from '../src/search/optimize-whole.ts';
import { toPassageWords } from '../src/search/words/passage-words.ts';
import { openPglite } from '../src/store/database/database.ts';
import { createSqlCorpusStore } from '../src/store/sql-corpus-store.ts';
import { BENCH_FOLDER } from './sample-file.ts';

const options = { signal: new AbortController().signal };
const KEYS = { prefix: 'pubmed', compression: 'zstd' } as const;
const BATCH = 1_000;

/** Each stage of the load by itself, one after the other: what it costs in CPU seconds, over all threads. */
export async function measureStages(file: string): Promise<void> {
  console.log('stages alone, CPU-s');
  const pieces = await measure('gunzip', async () => {
    const all: Buffer[] = [];
    const gunzip = createGunzip({ chunkSize: 1 << 20 });
    for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 }).pipe(gunzip)) {
      all.push(piece as Buffer); // no encoding is set
    }
    return all;
  });
  const records = await measure('split', () => {
    const splitter = createRecordSplitter();
    const items = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
    return items.flatMap((item) => (item.kind === 'record' ? [item.bytes] : []));
  });
  const hashes = await measure('SHA-256', () => records.map((bytes) => toSha256(hash('sha256', bytes))));
  const citations = await measure('parse', () => records.map((bytes) => parseRecord(bytes)));
  const texts = await measure('canonical JSON', () => citations.map(toCanonicalJson));
  const documentHashes = await measure('document hash', () =>
    texts.map((text) => toSha256(hash('sha256', text))),
  );
  const documents = await measure('document zstd', () =>
    texts.map((text) => compress(Buffer.from(text), 'zstd')),
  );
  const bodies = await measure('envelope + zstd', () =>
    records.map((payload, at) => compress(sealEnvelope(toEnvelope(payload, at)), 'zstd')),
  );
  const chunks = await measure('chunk', () => citations.flatMap(toChunks));
  const vectors = await measure('embed', () =>
    createStaticEmbedder().embed(
      chunks.map((chunk) => toSearchText(chunk.facts.title, chunk)),
      'passage',
      options,
    ),
  );
  await measure('archive files', () => putAll(citations, bodies));
  await measure('store', () => commitAll({ citations, hashes, documentHashes, documents }));
  await measure('index', () => indexAll(chunks, vectors));

  function toEnvelope(payload: Buffer, at: number) {
    const source = { api: 'nlm-file', endpoint: 'bench', params: {} };
    const [pmid, contentHash] = [citations[at]?.pmid ?? null, hashes[at]];
    if (contentHash === undefined) throw new Error('a record without a hash');
    return {
      pmid,
      payload,
      contentHash,
      source,
      fetchedAt: '2026-01-01T00:00:00Z',
      http: { status: null, etag: null },
    };
  }
}

async function measure<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const cpu = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  console.log(`  ${name.padEnd(16)} ${((user + system) / 1e6).toFixed(2)}`);
  return result;
}

function toChunks(citation: Citation): Chunk[] {
  const facts = toDocumentFacts(citation);
  return chunkDocument(citation).map((passage) => ({
    ...passage,
    words: toPassageWords(facts.title, passage, facts.terms),
    facts,
    revision: 1,
    chunkId: toChunkId(citation.pmid, 1, passage.position),
  }));
}

async function putAll(citations: readonly Citation[], bodies: readonly Uint8Array[]): Promise<void> {
  const folder = await mkdtemp(join(BENCH_FOLDER, 'archive-'));
  await using archive = await openFileArchive({ folder, fsync: false });
  for (let at = 0; at < citations.length; at += BATCH) {
    const puts = citations.slice(at, at + BATCH).map(({ pmid }, index) => ({
      key: toRawKey(KEYS, pmid),
      body: bodies[at + index] ?? new Uint8Array(),
      replaces: null,
    }));
    await archive.put(puts, options);
  }
  await rm(folder, { recursive: true });
}

interface StoreRows {
  citations: readonly Citation[];
  hashes: readonly ReturnType<typeof toSha256>[];
  documentHashes: readonly ReturnType<typeof toSha256>[];
  documents: readonly Uint8Array[];
}

async function commitAll({ citations, hashes, documentHashes, documents }: StoreRows): Promise<void> {
  const folder = await mkdtemp(join(BENCH_FOLDER, 'store-'));
  await using store = createSqlCorpusStore({ database: await openPglite({ folder }) });
  const empty = { moved: [], deletions: [], quarantined: [], file: null, confirmed: null, withdrawn: null };
  for (let at = 0; at < citations.length; at += BATCH) {
    const piece = citations.slice(at, at + BATCH).map((citation, index) => {
      const [contentHash, documentHash] = [hashes[at + index], documentHashes[at + index]];
      const document = documents[at + index];
      if (contentHash === undefined || documentHash === undefined || document === undefined) {
        throw new Error('a citation without its hashes');
      }
      return { citation, contentHash, documentHash, document };
    });
    await store.commit(
      {
        ...empty,
        batchId: randomUUID(),
        after: at / BATCH,
        sequence: at / BATCH + 1,
        at: '2026-01-01T00:00:00Z',
        archived: piece.map(({ citation: { pmid, version }, contentHash }) => ({
          pmid,
          version,
          contentHash,
          // No archive in this stage.
          uri: `file:///bench/${toRawKey(KEYS, pmid)}` as Parameters<typeof store.findKnownUris>[0][number],
          fetchedAt: '2026-01-01T00:00:00Z',
          etag: null,
          current: true,
          fileRank: null,
        })),
        revisions: piece.map(({ citation, contentHash, documentHash, document }) => ({
          pmid: citation.pmid,
          revision: 1,
          version: citation.version,
          documentHash,
          contentHash,
          kind: citation.kind,
          year: citation.published.year,
          journal: citation.journal?.title ?? null,
          retractionStatus: citation.retraction_status,
          chunkCount: 1,
          languages: citation.languages,
          publicationTypes: citation.publication_types.map(({ name }) => name),
          cited: toCited(citation),
          document,
        })),
      },
      options,
    );
  }
  await rm(folder, { recursive: true });
}

async function indexAll(chunks: readonly Chunk[], vectors: Float32Array): Promise<void> {
  const folder = await mkdtemp(join(BENCH_FOLDER, 'index-'));
  const dimensions = vectors.length / chunks.length;
  await using index = await openLanceDbIndex({ folder, dimensions });
  for (let at = 0; at < chunks.length; at += BATCH) {
    const piece = chunks.slice(at, at + BATCH);
    const own = vectors.slice(at * dimensions, (at + piece.length) * dimensions);
    await index.write({ sequence: at / BATCH + 1, chunks: piece, vectors: own, superseded: [] }, options);
  }
  await optimizeWhole(index, options);
  await rm(folder, { recursive: true });
}
