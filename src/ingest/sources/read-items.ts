import { hash } from 'node:crypto';
import type { CallOptions } from '../../domain/call-options.ts';
import type { Clock } from '../../domain/clock.ts';
import { toSha256 } from '../../domain/ids.ts';
import { readRecordHead } from '../../pubmed/records/read-record-head.ts';
import { createRecordSplitter, type SplitItem } from '../../pubmed/records/record-splitter.ts';
import { UnreadableInputError } from '../../pubmed/records/unreadable-input-error.ts';
import type { RecordOrigin } from '../records.ts';
import type { IncomingItem } from '../to-batches.ts';
import { readSource } from './read-source.ts';
import { SourceError } from './source-error.ts';
import { type Survey, toSourceName } from './survey-source.ts';

/**
 * The items of a bulk file in document order. A fault is thrown after every item before it, as a
 * `SourceError` that names the file and the last complete record.
 */
export async function* readItems(
  path: string,
  { survey, clock, onRead }: { survey: Survey; clock: Clock; onRead: (bytes: number) => void },
  { signal }: CallOptions,
): AsyncIterable<IncomingItem> {
  const splitter = createRecordSplitter();
  const origin: RecordOrigin = {
    fetchedAt: clock.now().toISOString(),
    source: { api: 'nlm-file', endpoint: toSourceName(path), params: { sha256: survey.fileHash } },
    http: { status: null, etag: null },
  };
  let ordinal = 0;
  const toItems = (split: readonly SplitItem[]) =>
    split.map((item) => toItem(item, ordinal++, survey, origin));
  try {
    for await (const piece of readSource(path, onRead, { signal })) yield* toItems(splitter.push(piece));
    yield* toItems(splitter.end());
  } catch (error) {
    if (error instanceof UnreadableInputError) throw new SourceError(path, error.hint, { cause: error });
    throw error;
  }
}

function toItem(
  item: SplitItem,
  ordinal: number,
  { highestVersions }: Survey,
  origin: RecordOrigin,
): IncomingItem {
  if (item.kind === 'delete') return { kind: 'deletion', deletion: { ordinal, pmids: item.pmids } };
  const head = readRecordHead(item.bytes);
  const pmid = head?.pmid ?? null;
  const version = head?.version ?? 1;
  const outranked = pmid !== null && version < (highestVersions.get(pmid) ?? 0);
  const contentHash = toSha256(hash('sha256', item.bytes, 'hex'));
  return {
    kind: 'record',
    record: { ordinal, bytes: item.bytes, contentHash, pmid, version, outranked, origin },
  };
}
