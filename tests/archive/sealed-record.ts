import { hash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compress } from '../../src/archive/compression.ts';
import { sealEnvelope } from '../../src/archive/envelope.ts';
import {
  type ArchiveKey,
  type Compression,
  toHistoryKey,
  toRawKey,
} from '../../src/domain/corpus/archive-key.ts';
import { findPmid, type Pmid, type Sha256, toSha256 } from '../../src/domain/ids.ts';

export interface SealedRecord {
  pmid: Pmid;
  contentHash: Sha256;
  payload: Buffer;
  body: Uint8Array;
  key: ArchiveKey;
  historyKey: ArchiveKey;
}

/** A record as the pipeline would archive it; the title makes its bytes its own. */
export function sealRecord(
  pmidText: string,
  title = 'A title',
  compression: Compression = 'zstd',
): SealedRecord {
  const pmid = findPmid(pmidText);
  if (pmid === null) throw new TypeError(`no PMID: ${pmidText}`);
  const payload = Buffer.from(
    `<PubmedArticle><MedlineCitation><PMID Version="1">${pmid}</PMID><ArticleTitle>${title}</ArticleTitle></MedlineCitation></PubmedArticle>`,
  );
  const contentHash = toSha256(hash('sha256', payload));
  const json = sealEnvelope({
    pmid,
    fetchedAt: '2026-03-01T09:30:00.000Z',
    source: { api: 'nlm-files', endpoint: 'pubmed26n1334.xml.gz', params: {} },
    http: { status: null, etag: null },
    payload,
    contentHash,
  });
  const keySpace = { prefix: 'pubmed', compression };
  return {
    pmid,
    contentHash,
    payload,
    body: compress(json, compression),
    key: toRawKey(keySpace, pmid),
    historyKey: toHistoryKey(keySpace, pmid, contentHash),
  };
}

export interface TestFolder extends AsyncDisposable {
  path: string;
}

/** Removed with all it holds. The name has what a URL must encode. */
export async function makeTestFolder(): Promise<TestFolder> {
  const path = await mkdtemp(join(tmpdir(), 'bio-mcp archive #?%41 é-'));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
