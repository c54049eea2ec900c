import { createHash } from 'node:crypto';
import type { KeySpace } from '../../../src/domain/corpus/archive-key.ts';
import { toSha256 } from '../../../src/domain/ids.ts';
import type { IncomingBatch, IncomingRecord, PreparedRecord } from '../../../src/ingest/records.ts';
import { toDocumentFacts } from '../../../src/search/document-facts.ts';
import { citation, pmid, sha256 } from '../../store/sample-batches.ts';

export const keys: KeySpace = { prefix: 'pubmed', compression: 'zstd' };

/** All that planning depends on of a record's bytes: equal contents are equal bytes. */
export interface Content {
  /** `null`: none can be read. */
  pmid: number | null;
  version: number;
  document: string;
  /** The same document laid out otherwise is other bytes. */
  layout: string;
  readable: boolean;
}

export function content(facts: Partial<Content> = {}): Content {
  return { pmid: 7, version: 1, document: 'a', layout: 'tight', readable: true, ...facts };
}

/** `content()`, when no PMID can be read in it. */
export function nameless(document = 'n'): Content {
  return content({ pmid: null, document, readable: false });
}

/** `file`: the bulk file that it came in; none otherwise. */
export function toRecord(
  what: Content,
  { file, ...place }: Partial<Pick<IncomingRecord, 'ordinal' | 'outranked'>> & { file?: string | null } = {},
): IncomingRecord {
  const bytes = Buffer.from(JSON.stringify(what));
  return {
    ordinal: 0,
    outranked: false,
    ...place,
    bytes,
    contentHash: toSha256(createHash('sha256').update(bytes).digest('hex')),
    pmid: what.pmid === null ? null : pmid(what.pmid),
    version: what.version,
    origin: {
      fetchedAt: '2026-03-01T00:00:00Z',
      source: { api: file ? 'nlm-file' : 'test', endpoint: file ?? 'test', params: {} },
      http: { status: null, etag: null },
    },
  };
}

/** What the preparer makes of a record of `toRecord`, as far as planning looks at it. */
export function prepare({ bytes }: IncomingRecord): PreparedRecord {
  const { pmid, document, readable }: Content = JSON.parse(Buffer.from(bytes).toString());
  if (!readable || pmid === null) return { kind: 'unreadable', body: bytes, reason: 'It cannot be read.' };
  return {
    kind: 'citation',
    body: bytes,
    documentHash: toDocumentHash(document),
    document: bytes,
    documentKind: 'article',
    retractionStatus: 'none',
    facts: toDocumentFacts(citation(pmid, document)),
    passages: [],
    cited: new Int32Array(),
    vectors: new Float32Array(),
  };
}

export function toDocumentHash(document: string) {
  return sha256(`document ${document}`);
}

export function toBatch(facts: Partial<IncomingBatch> = {}): IncomingBatch {
  return { file: null, records: [], deletions: [], itemsDone: 0, finished: false, ...facts };
}
