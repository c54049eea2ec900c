import { createHash, randomUUID } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import type { ArchiveUri } from '../../src/domain/corpus/archive-key.ts';
import type { Citation } from '../../src/domain/document/document.ts';
import { findPmid, type Pmid, type Sha256, toSha256 } from '../../src/domain/ids.ts';
import type { CorpusStore } from '../../src/store/corpus-store.ts';
import type { ArchivedRecord, CommitBatch, NewRevision } from '../../src/store/port/commit-batch.ts';
import { toCitation } from '../search/citation-samples.ts';

export const AT = '2026-03-01T09:30:00.125Z';
export const options = { signal: new AbortController().signal };

export function pmid(number: number): Pmid {
  const found = findPmid(String(number));
  if (found === null) throw new TypeError(`no PMID: ${number}`);
  return found;
}

export function sha256(text: string): Sha256 {
  return toSha256(createHash('sha256').update(text).digest('hex'));
}

export function uri(name: string): ArchiveUri {
  return `file:///archive/${name}` as ArchiveUri; // the store keeps addresses as they come
}

export function archived(
  number: number,
  payload: string,
  facts: Partial<ArchivedRecord> = {},
): ArchivedRecord {
  return {
    pmid: pmid(number),
    uri: uri(`raw/${number}`),
    contentHash: sha256(payload),
    version: 1,
    fetchedAt: AT,
    etag: null,
    current: true,
    fileRank: null,
    ...facts,
  };
}

export function revision(
  number: number,
  payload: string,
  facts: Partial<NewRevision> & { title?: string } = {},
) {
  const { title = payload, ...rest } = facts;
  const made: NewRevision = {
    pmid: pmid(number),
    revision: 1,
    version: 1,
    documentHash: sha256(`document of ${payload}`),
    contentHash: sha256(payload),
    kind: 'article',
    year: 2001,
    journal: 'Gut',
    retractionStatus: 'none',
    chunkCount: 2,
    languages: ['eng'],
    publicationTypes: ['Journal Article'],
    cited: new Int32Array(),
    document: zstdCompressSync(JSON.stringify(citation(number, title))),
    ...rest,
  };
  return made;
}

export function citation(number: number, title: string): Citation {
  return toCitation({ pmid: number, title });
}

/** Commits with the next sequence number, under the lock, as the pipeline does; resolves to that number. */
export async function commitNext(store: CorpusStore, changes: Partial<CommitBatch>): Promise<number> {
  return store.withPublishLock(() => commitHeld(store, changes), options);
}

/** The same for whoever has the lock. */
export async function commitHeld(store: CorpusStore, changes: Partial<CommitBatch>): Promise<number> {
  const { last: after, next: sequence } = await store.findSequences(options);
  await store.commit(
    {
      batchId: randomUUID(),
      after,
      sequence,
      at: AT,
      archived: [],
      moved: [],
      revisions: [],
      deletions: [],
      quarantined: [],
      file: null,
      confirmed: null,
      withdrawn: null,
      ...changes,
    },
    options,
  );
  return sequence;
}

/** One PMID with one payload and its document. */
export function commitDocument(
  store: CorpusStore,
  number: number,
  payload: string,
  facts: Parameters<typeof revision>[2] = {},
): Promise<number> {
  return commitNext(store, {
    archived: [archived(number, payload)],
    revisions: [revision(number, payload, facts)],
  });
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
