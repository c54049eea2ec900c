import assert from 'node:assert/strict';
import { verifyArchive } from '../../../src/archive/verify-archive.ts';
import { findMiscited } from '../../../src/store/cited-by.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { findMiscount } from '../../../src/store/kept-counts.ts';
import { findMiscountedFacet } from '../../../src/store/kept-facets.ts';
import { collect, pmid } from '../../store/sample-batches.ts';
import { PREFIX } from './history-archive.ts';
import type { HistoryProcess } from './history-corpus.ts';
import { findCiting, type HistoryModel, PMIDS, WORDS } from './history-model.ts';

const { signal } = new AbortController();

type Snapshot = ReturnType<HistoryModel['findLive']>;

/** Archive, tables and index agree among themselves: at any moment after a start. */
export async function requireAgreement({ needs }: HistoryProcess, { kysely }: Database): Promise<void> {
  const { archive, store, index } = needs;
  assert.deepEqual(await store.listPending({ signal }), [], 'announced batches');
  const report = await verifyArchive(
    {
      archive,
      prefix: PREFIX,
      expected: store.listArchived({ signal }),
      isKnown: (uris) => store.findKnownUris(uris, { signal }),
    },
    { signal },
  );
  assert.deepEqual([report.damaged, report.missing], [[], []], 'archive verify');
  const pointers = await kysely.selectFrom('pubmed_archive').select('s3_uri').orderBy('s3_uri').execute();
  const current = await collect(archive.list(`${PREFIX}/raw/`, { signal }));
  assert.deepEqual(
    current.map(({ uri }) => uri).sort(),
    pointers.map(({ s3_uri }) => s3_uri).sort(),
    'one current object a PMID, where its pointer says',
  );
  const { chunks } = await store.countCorpus({ signal });
  assert.equal(await index.countChunks({ signal }), chunks, 'passages in the index');
  assert.equal(await findMiscount(kysely), null, 'the kept counts');
  assert.equal(await findMiscountedFacet(kysely), null, 'the kept counts');
  assert.equal(await findMiscited(kysely), null, 'what is kept of references');
}

/** And they say what the model says. */
export async function requireModel(
  { needs: { store, index } }: HistoryProcess,
  { kysely }: Database,
  model: HistoryModel,
): Promise<void> {
  const pointers = await kysely.selectFrom('pubmed_archive').select(['pmid', 'content_hash']).execute();
  assert.deepEqual(
    new Map(pointers.map((row) => [Number(row.pmid), row.content_hash])),
    new Map([...model.records].map(([number, { current }]) => [number, current])),
    'current payloads',
  );
  const history = await kysely
    .selectFrom('pubmed_archive_history')
    .select(['pmid', 'content_hash'])
    .execute();
  assert.deepEqual(
    new Set(history.map((row) => `${row.pmid}:${row.content_hash}`)),
    model.payloads,
    'payloads that ever came',
  );
  const revisions = await kysely
    .selectFrom('revisions')
    .select(['pmid', 'revision', 'left_sequence'])
    .orderBy('pmid')
    .orderBy('revision')
    .execute();
  assert.deepEqual(
    revisions.map((row) => [Number(row.pmid), row.revision, row.left_sequence === null]),
    [...model.records]
      .sort(([one], [other]) => one - other)
      .flatMap(([number, { revisions }]) => revisions.map(({ live }, at) => [number, at + 1, live])),
    'revisions',
  );
  const live = model.findLive();
  const found = new Map(
    await Promise.all(PMIDS.map(async (one) => [one, await findLive(store, one)] as const)),
  );
  for (const one of PMIDS) assert.deepEqual(found.get(one), live.get(one), `the document ${one}`);
  await requireCiting(store, live, null);
  for (const word of WORDS) {
    const hits = await index.search(
      {
        text: word,
        vector: null,
        mode: 'bm25',
        filters: { excludeRetracted: true },
        membership: { kind: 'live' },
        limit: 50,
      },
      { signal },
    );
    const wanted = [...live].flatMap(([number, document]) => (document.word === word ? [number] : []));
    assert.deepEqual(
      hits.map(({ facts }) => Number(facts.pmid)).sort(),
      wanted.sort(),
      `what a search for ${word} finds`,
    );
  }
}

/** What a checkpoint froze stays what it was. */
export async function requireFrozen(
  { needs: { store } }: HistoryProcess,
  checkpoints: ReadonlyMap<string, Snapshot>,
): Promise<void> {
  for (const [checkpointId, frozen] of checkpoints) {
    const checkpoint = await store.findCheckpoint(checkpointId, { signal });
    assert.equal(checkpoint?.documentCount, frozen.size, 'members of a checkpoint');
    await requireCiting(store, frozen, checkpoint.sequence);
    for (const one of PMIDS) {
      const document = await store.findDocumentAt(pmid(one), checkpoint.sequence, { signal });
      assert.deepEqual(toFacts(document), frozen.get(one), `the frozen document ${one}`);
    }
  }
}

async function requireCiting(
  store: HistoryProcess['needs']['store'],
  documents: Snapshot,
  sequence: number | null,
): Promise<void> {
  for (const [number, citing] of findCiting(documents)) {
    const { revisions, isComplete } = await store.listCiting(
      pmid(number),
      { sequence, limit: 50 },
      { signal },
    );
    const told = revisions.map((one) => `${one.pmid} in revision ${one.revision}`);
    assert.deepEqual(told.sort(), citing.sort(), `what cites ${number}`);
    assert.ok(isComplete);
  }
}

async function findLive(store: HistoryProcess['needs']['store'], one: number) {
  return toFacts(await store.findDocument(pmid(one), { signal }));
}

function toFacts(document: { revision: number; title: string | null } | null) {
  return document === null
    ? undefined
    : { revision: document.revision, word: document.title?.replace('.', '') };
}
