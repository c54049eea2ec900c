import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toHistoryKey, toRawKey } from '../../../src/domain/corpus/archive-key.ts';
import { findFileRank } from '../../../src/domain/corpus/bulk-file-name.ts';
import { type KnownRecords, planBatch, toRecordId } from '../../../src/ingest/publish/plan-batch.ts';
import type { IncomingBatch } from '../../../src/ingest/records.ts';
import type { Pointer } from '../../../src/store/port/record-lookups.ts';
import { pmid, sha256, uri } from '../../store/sample-batches.ts';
import { content, keys, prepare, toBatch, toDocumentHash, toRecord } from './plan-samples.ts';

/** `SAME` is the file that told of the PMID last; `null` is live PubMed, which knows no order. */
const SAME = 'pubmed26n1331.xml.gz';
const FILES = ['pubmed26n1330.xml.gz', SAME, 'pubmed26n1332.xml.gz', null];
const P = pmid(7);
const [A, B] = [content({ document: 'a' }), content({ document: 'b' })];

describe('what a bulk file says of a document that the corpus holds', () => {
  test('counts where no newer file told of it: the file itself may tell twice, and be loaded in parts', () => {
    const revisions = FILES.map((file) => planRecord(B, file, holding()).steps.map(toRevision));
    assert.deepEqual(revisions, [['history'], [2], [2], [2]]);
  });

  test('withdraws it where no newer file told of it', () => {
    const deleted = FILES.map((file) => planDeletion(file, holding()).deleted.map((one) => one.pmid));
    assert.deepEqual(deleted, [[], [P], [P], [P]]);
  });

  test('raises its file rank alone where a newer file says the same', () => {
    const confirmed = FILES.map((file) => planRecord(A, file, holding()).confirmed);
    assert.deepEqual(confirmed, [[], [], [P], []]);
  });
});

describe('what a bulk file says of a PMID that the corpus does not hold', () => {
  test('is remembered where it withdraws it, and no newer file did', () => {
    const first = FILES.map((file) => planDeletion(file, {}).withdrawn);
    assert.deepEqual(first, [[P], [P], [P], []]);
    const again = FILES.map((file) => planDeletion(file, withdrawn()).withdrawn);
    assert.deepEqual(again, [[], [], [P], []]);
  });

  test('becomes no document where a newer file withdrew it', () => {
    const plans = FILES.map((file) => planRecord(A, file, withdrawn()));
    assert.deepEqual(
      plans.map(({ steps }) => steps.map(toRevision)),
      [[null], [1], [1], [1]],
    );
    assert.deepEqual(
      plans.map(({ buried }) => buried.map((one) => one.pmid)),
      [[P], [], [], []],
    );
  });
});

function planRecord(what: typeof A, file: string | null, known: Partial<KnownRecords>) {
  return plan(file, { records: [toRecord(what, { file })] }, known);
}

function planDeletion(file: string | null, known: Partial<KnownRecords>) {
  return plan(file, { deletions: [{ ordinal: 0, pmids: [P] }] }, known);
}

function plan(
  name: string | null,
  batch: Partial<IncomingBatch>,
  known: Partial<KnownRecords>,
): ReturnType<typeof planBatch> {
  const file = name !== null ? { fileHash: sha256(name), name, md5: '', itemsDone: 0 } : null;
  const incoming = toBatch({ file, ...batch });
  const prepared = new Map(incoming.records.map((record) => [record, prepare(record)]));
  const nothing = { pointers: new Map(), withdrawals: new Map(), archived: new Set<string>() };
  const rest = { quarantined: new Set<never>(), uris: new Map(), damaged: new Set<string>() };
  return planBatch(incoming, prepared, { ...nothing, ...rest, ...known }, keys);
}

function toRevision(step: ReturnType<typeof planBatch>['steps'][number]) {
  if (step.kind === 'skip') return 'skip';
  return step.key === toHistoryKey(keys, P, step.record.contentHash) ? 'history' : step.revision;
}

/** A corpus in which `SAME` told of the document `A`. */
function holding(): Partial<KnownRecords> {
  const { contentHash } = toRecord(A);
  const raw = uri(toRawKey(keys, P));
  const pointer: Pointer = {
    pmid: P,
    uri: raw,
    contentHash,
    version: A.version,
    fileRank: findFileRank(SAME),
    latest: { revision: 1, live: true, documentHash: toDocumentHash(A.document) },
  };
  const id = toRecordId(P, contentHash);
  return { pointers: new Map([[P, pointer]]), archived: new Set([id]), uris: new Map([[id, raw]]) };
}

/** A corpus that holds no document of the PMID, and which `SAME` told that it is withdrawn. */
function withdrawn(): Partial<KnownRecords> {
  return { withdrawals: new Map([[P, findFileRank(SAME) ?? 0]]) };
}
