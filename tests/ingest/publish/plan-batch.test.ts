import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toHistoryKey, toRawKey, toUnidentifiedKey } from '../../../src/domain/corpus/archive-key.ts';
import { isKnown, type KnownRecords, planBatch, toRecordId } from '../../../src/ingest/publish/plan-batch.ts';
import type { IncomingBatch, IncomingRecord, SourceFile } from '../../../src/ingest/records.ts';
import type { Pointer } from '../../../src/store/port/record-lookups.ts';
import { pmid, sha256, uri } from '../../store/sample-batches.ts';
import {
  type Content,
  content,
  keys,
  nameless,
  prepare,
  toBatch,
  toDocumentHash,
  toRecord,
} from './plan-samples.ts';

const [A, B] = [content({ document: 'a' }), content({ document: 'b' })];
const OTHER_BYTES = content({ document: 'a', layout: 'loose' });
const UNREADABLE = content({ document: 'u', readable: false });
const P = pmid(7);
const RAW = uri(toRawKey(keys, P));
const FILE: SourceFile = { fileHash: sha256('file'), name: 'file.xml', md5: '', itemsDone: 5 };

describe('a record that the corpus does not hold', () => {
  test('becomes the first revision under its own key', () => {
    assert.deepEqual(planOne(A, {}), [
      { key: toRawKey(keys, P), replaces: null, current: true, revision: 1 },
    ]);
  });

  test('replaces the document that is live, whose bytes go to the history', () => {
    const known = hold([A], { latest: { revision: 3, live: true } });
    const plan = planAll([B], known);
    assert.deepEqual(plan.steps.map(toFacts), [
      {
        key: toRawKey(keys, P),
        replaces: replacing(A),
        current: true,
        revision: 4,
      },
    ]);
    assert.deepEqual(plan.superseded, [P]);
  });

  test('replaces what the pointer tells of under the key that it had, not the one that settings would give it', () => {
    const gzip = { ...keys, compression: 'gzip' } as const;
    const incoming = toBatch({ records: [toRecord(B)] });
    const [record] = incoming.records;
    assert.ok(record);
    const [step] = planBatch(incoming, new Map([[record, prepare(record)]]), complete(hold([A])), gzip).steps;
    assert.ok(step?.kind === 'archive');
    assert.deepEqual([step.key, step.replaces], [toRawKey(gzip, P), replacing(A)]);
  });

  test('makes no revision where it is the same document in other bytes', () => {
    const plan = planAll([OTHER_BYTES], hold([A]));
    assert.deepEqual(plan.steps.map(toFacts), [
      {
        key: toRawKey(keys, P),
        replaces: replacing(A),
        current: true,
        revision: null,
      },
    ]);
    assert.deepEqual(plan.superseded, []);
  });

  test('goes to the history alone where its version is lower than that of the corpus', () => {
    const lower = content({ version: 1, document: 'lower' });
    assert.deepEqual(planOne(lower, hold([content({ version: 2 })])), [historyOnly(lower)]);
  });

  test('goes to the history alone where its own file holds a higher version', () => {
    const step = planAll([], {}, { records: [toRecord(A, { outranked: true })] }).steps.map(toFacts);
    assert.deepEqual(step, [historyOnly(A)]);
  });

  test('is a revision where its version is that of the corpus or higher', () => {
    const known = hold([content({ version: 2 })]);
    for (const version of [2, 3]) {
      const [step] = planOne(content({ version, document: 'b' }), known);
      assert.equal(step?.revision, 2);
    }
  });

  test('is current and makes no revision where it cannot be read: the document before it stays live', () => {
    const [step] = planOne(UNREADABLE, hold([A]));
    assert.deepEqual([step?.current, step?.revision, step?.replaces], [true, null, replacing(A)]);
    assert.deepEqual(planAll([UNREADABLE], hold([A])).superseded, []);
  });

  test('is kept by its hash where no PMID can be read in it', () => {
    const key = toUnidentifiedKey(keys, hashOf(nameless()));
    assert.deepEqual(planOne(nameless(), {}), [{ key, replaces: null, current: false, revision: null }]);
  });

  test('is the first revision where the corpus holds only records of it that could not be read', () => {
    const [step] = planOne(A, hold([UNREADABLE], { latest: null }));
    assert.deepEqual([step?.revision, step?.replaces], [1, replacing(UNREADABLE)]);
  });
});

describe('a record that was archived before', () => {
  test('is skipped where it is what the corpus holds', () => {
    for (const file of [null, FILE]) {
      assert.deepEqual(planAll([A], hold([A]), { file }).steps.map(toFacts), ['skip']);
    }
  });

  test('is skipped where no PMID can be read in it', () => {
    assert.deepEqual(planOne(nameless(), { quarantined: new Set([hashOf(nameless())]) }), ['skip']);
  });

  test('is skipped where its file told it before, whatever the corpus holds now', () => {
    const [replayed, told] = [toRecord(A, { ordinal: 4 }), toRecord(A, { ordinal: 5 })];
    for (const known of [hold([A, B]), hold([A], { latest: { revision: 1, live: false } })]) {
      const skips = (record: IncomingRecord) =>
        planAll([], known, { file: FILE, records: [record] }).steps.map(({ kind }) => kind);
      assert.deepEqual([skips(replayed), skips(told)], [['skip'], ['archive']]);
    }
  });

  test('is skipped where its version is lower, or its file holds a higher one', () => {
    const known = hold([A, content({ version: 2 })]);
    assert.deepEqual(planOne(A, known), ['skip']);
    const outranked = [toRecord(A, { outranked: true })];
    assert.deepEqual(planAll([], hold([A, B]), { records: outranked }).steps.map(toFacts), ['skip']);
  });

  test('is the next revision when it comes back after another; the other goes to the history', () => {
    const plan = planAll([A], hold([A, B], { latest: { revision: 2, live: true } }));
    assert.deepEqual(plan.steps.map(toFacts), [
      {
        key: toRawKey(keys, P),
        replaces: replacing(B),
        current: true,
        revision: 3,
      },
    ]);
    assert.deepEqual(plan.superseded, [P]);
  });

  test('is the next revision when it comes back after its document was withdrawn', () => {
    const plan = planAll([A], hold([A], { latest: { revision: 1, live: false } }));
    assert.deepEqual(plan.steps.map(toFacts), [
      { key: toRawKey(keys, P), replaces: { uri: RAW, keep: null }, current: true, revision: 2 },
    ]);
    assert.deepEqual(plan.superseded, [], 'nothing was live');
  });

  test('is current again without a revision after one that could not be read', () => {
    const known = hold([A, UNREADABLE], { latest: { revision: 1, live: true, document: 'a' } });
    const [step] = planOne(A, known);
    assert.deepEqual([step?.current, step?.revision, step?.replaces], [true, null, replacing(UNREADABLE)]);
  });

  test('is the first revision where only a file without its higher version brings it', () => {
    const onlyHistory: Partial<KnownRecords> = { archived: new Set([toRecordId(P, hashOf(A))]) };
    const [step] = planOne(A, onlyHistory);
    assert.deepEqual([step?.key, step?.revision], [toRawKey(keys, P), 1]);
  });
});

describe('a known record whose bytes in the archive are damaged', () => {
  const mended = { replaces: null, revision: null };
  const inPlace = { replaces: { uri: RAW, keep: null }, revision: null };

  test('is put again where it lies: current, in the history, or without a PMID', () => {
    assert.deepEqual(planOne(A, damage(hold([A]), A)), [
      { ...inPlace, key: toRawKey(keys, P), current: true },
    ]);
    const higher = content({ version: 2 });
    assert.deepEqual(planOne(A, damage(hold([A, higher]), A)), [
      { ...mended, key: toHistoryKey(keys, P, hashOf(A)), current: false },
    ]);
    const unidentified = damage({ quarantined: new Set([hashOf(nameless())]) }, nameless());
    assert.deepEqual(planOne(nameless(), unidentified), [
      { ...mended, key: toUnidentifiedKey(keys, hashOf(nameless())), current: false },
    ]);
  });

  test('goes to the history where a higher version of its file takes its key, before or after it', () => {
    const lower = toRecord(A, { ordinal: 5, outranked: true });
    const higher = toRecord(content({ version: 2, document: 'b' }), { ordinal: 6 });
    const history = toHistoryKey(keys, P, hashOf(A));
    for (const records of [
      [lower, higher],
      [higher, lower],
    ]) {
      const { steps } = planAll([], damage(hold([A]), A), { records });
      assert.deepEqual(
        new Map(steps.map((step) => [step.record, toFacts(step)])),
        new Map<unknown, unknown>([
          [lower, { ...mended, key: history, current: false }],
          [
            higher,
            {
              key: toRawKey(keys, P),
              replaces: replacing(A),
              current: true,
              revision: 2,
            },
          ],
        ]),
      );
    }
  });

  test('takes the place of what is left of it, under whatever key that lies', () => {
    const old = { ...keys, compression: 'gzip' } as const;
    const higher = content({ version: 2 });
    const history = uri(toHistoryKey(old, P, hashOf(A)));
    const known = { ...damage(hold([A, higher]), A), uris: new Map([[toRecordId(P, hashOf(A)), history]]) };
    assert.deepEqual(planOne(A, known), [
      {
        key: toHistoryKey(keys, P, hashOf(A)),
        replaces: { uri: history, keep: null },
        current: false,
        revision: null,
      },
    ]);
  });

  test('changes nothing in search', () => {
    assert.deepEqual(planAll([A], damage(hold([A]), A)).superseded, []);
  });
});

describe('a batch', () => {
  test('takes the same record once, and the first of the two', () => {
    const twice = [toRecord(nameless()), toRecord(nameless()), toRecord(A, { outranked: true })];
    const steps = planAll([], {}, { records: [...twice, toRecord(A, { outranked: true })] }).steps;
    assert.deepEqual(
      steps.map(({ kind }) => kind),
      ['archive', 'skip', 'archive', 'skip'],
    );
  });

  test('takes one payload under two PMIDs as two records', () => {
    const record = toRecord(A);
    const steps = planAll([], hold([A]), { records: [record, { ...record, pmid: pmid(8) }] }).steps;
    assert.deepEqual(
      steps.map(({ kind }) => kind),
      ['skip', 'archive'],
    );
  });

  test('skips what was not prepared', () => {
    const batch = toBatch({ records: [toRecord(A)] });
    assert.deepEqual(planBatch(batch, new Map(), complete({}), keys).steps.map(toFacts), ['skip']);
  });

  test('plans for every record of it, in order', () => {
    const records = [toRecord(A), toRecord(nameless()), toRecord(content({ pmid: 8 }))];
    const { steps } = planAll([], hold([A]), { records });
    assert.deepEqual(
      steps.map(({ record }) => record),
      records,
    );
  });

  test('deletes live documents, each once, and says nothing of others', () => {
    const live = hold([A]).pointers?.get(P);
    assert.ok(live);
    const gone = { ...live, pmid: pmid(8), latest: { revision: 1, documentHash: sha256('x'), live: false } };
    const unread = { ...live, pmid: pmid(9), latest: null };
    const pointers = new Map([live, gone, unread].map((one) => [one.pmid, one]));
    const pmids = [7, 7, 8, 9, 10].map(pmid);
    const deletions = [
      { ordinal: 0, pmids },
      { ordinal: 1, pmids: [P] },
    ];
    const { deleted, superseded } = planAll([], { pointers }, { deletions });
    assert.deepEqual([deleted.map((one) => one.pmid), superseded], [[P], [P]]);
  });

  test('leaves out a deletion that its file told before', () => {
    const deletions = (ordinal: number) => [{ ordinal, pmids: [P] }];
    const plan = (ordinal: number) => planAll([], hold([A]), { file: FILE, deletions: deletions(ordinal) });
    assert.deepEqual(
      [plan(4), plan(5)].map((one) => one.deleted.map((gone) => gone.pmid)),
      [[], [P]],
    );
  });
});

test('what is never archived is never known', () => {
  const batch = toBatch({ file: FILE });
  for (const record of [toRecord(A), toRecord(A, { outranked: true }), toRecord(nameless())]) {
    assert.equal(isKnown(record, batch, complete({})), false);
  }
});

function planAll(
  contents: readonly Content[],
  known: Partial<KnownRecords>,
  batch: Partial<IncomingBatch> = {},
) {
  const incoming = toBatch({ records: contents.map((one) => toRecord(one, { ordinal: 5 })), ...batch });
  const prepared = new Map(incoming.records.map((record) => [record, prepare(record)]));
  return planBatch(incoming, prepared, complete(known), keys);
}

/** What the plan says of one record, without the record itself. */
function planOne(what: Content, known: Partial<KnownRecords>) {
  return planAll([what], known).steps.map(toFacts) as Exclude<ReturnType<typeof toFacts>, 'skip'>[];
}

function toFacts(step: ReturnType<typeof planBatch>['steps'][number]) {
  if (step.kind === 'skip') return 'skip';
  const { key, replaces, current, revision } = step;
  return { key, replaces, current, revision };
}

function historyOnly(what: Content) {
  const key = toHistoryKey(keys, P, hashOf(what));
  return { key, replaces: null, current: false, revision: null };
}

/** Of what `hold` holds. */
function replacing(what: Content) {
  return { uri: RAW, keep: { contentHash: hashOf(what), as: toHistoryKey(keys, P, hashOf(what)) } };
}

/** A corpus that was brought these contents of one PMID, the last of them now current. */
function hold(
  contents: readonly Content[],
  {
    latest = { revision: 1, live: true },
  }: { latest?: { revision: number; live: boolean; document?: string } | null } = {},
): Partial<KnownRecords> {
  const current = contents.at(-1) ?? content();
  const pointer: Pointer = {
    pmid: P,
    uri: RAW,
    contentHash: hashOf(current),
    version: current.version,
    fileRank: null,
    latest:
      latest === null
        ? null
        : {
            revision: latest.revision,
            live: latest.live,
            documentHash: toDocumentHash(latest.document ?? current.document),
          },
  };
  const archived = contents.map((one) => toRecordId(P, hashOf(one)));
  const uris = new Map([[toRecordId(P, hashOf(current)), RAW]]);
  return { pointers: new Map([[P, pointer]]), archived: new Set(archived), uris };
}

function damage(known: Partial<KnownRecords>, what: Content): Partial<KnownRecords> {
  const { pmid, contentHash } = toRecord(what);
  return { ...known, damaged: new Set([toRecordId(pmid, contentHash)]) };
}

function complete(known: Partial<KnownRecords>): KnownRecords {
  return {
    pointers: new Map(),
    withdrawals: new Map(),
    archived: new Set(),
    quarantined: new Set(),
    uris: new Map(),
    damaged: new Set(),
    ...known,
  };
}

function hashOf(what: Content) {
  return toRecord(what).contentHash;
}
