import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { findPmid, type Pmid, toSha256 } from '../../../src/domain/ids.ts';
import { STATIC_DIMENSIONS } from '../../../src/embedding/static-vectors.ts';
import { type PipelineNeeds, runPipeline } from '../../../src/ingest/pipeline.ts';
import { reconcile } from '../../../src/ingest/publish/reconcile.ts';
import type { IncomingBatch } from '../../../src/ingest/records.ts';
import { askUntil } from '../../support/awaited.ts';
import { openFaultyCorpus } from '../../support/corpus/faulty-corpus.ts';
import { holdCall } from '../../support/corpus/hold-call.ts';
import { makeTestHome } from '../../support/corpus/test-corpus.ts';
import { articleXml } from '../../support/pubmed/pubmed-xml.ts';

const BATCHES = 6;
const ALL = ['1', '2', '3', '4', '5', '6'];
const { signal } = new AbortController();
const ANYTHING = {
  text: '',
  vector: new Float32Array(STATIC_DIMENSIONS).fill(1),
  mode: 'semantic',
  filters: { excludeRetracted: false },
  membership: { kind: 'live' },
  limit: 10,
} as const;

test('while one batch is archived one is prepared and one is read, and no further one is asked for', async () => {
  await using home = await makeTestHome();
  await using corpus = await openFaultyCorpus(home);
  const first = holdCall(corpus.needs.archive, 'put');
  const { seen, run } = watch(corpus.needs, countTo(BATCHES));
  await first.reached;
  await untilIdle(() => seen.prepared === 2);
  assert.deepEqual(seen, { asked: 3, prepared: 2, archived: 0, published: [] });
  first.open();
  await run;
  assert.deepEqual(seen, { asked: BATCHES, prepared: BATCHES, archived: BATCHES, published: ALL });
});

test('while one batch is indexed the next one is archived, one prepared and one read', async () => {
  await using home = await makeTestHome();
  await using corpus = await openFaultyCorpus(home);
  const first = holdCall(corpus.needs.index, 'write');
  const { seen, run } = watch(corpus.needs, countTo(BATCHES));
  await first.reached;
  await untilIdle(() => seen.prepared === 3 && seen.archived === 2);
  assert.deepEqual(seen, { asked: 4, prepared: 3, archived: 2, published: [] });
  first.open();
  await run;
  assert.deepEqual(seen.published, ALL);
});

test('a search finds a batch once it is committed: not while it is in the index alone', async () => {
  await using home = await makeTestHome();
  await using corpus = await openFaultyCorpus(home);
  const { needs } = corpus;
  const find = async () => (await needs.index.search(ANYTHING, { signal })).map(({ facts }) => facts.pmid);
  const commit = holdCall(needs.store, 'commit');
  const { run } = watch(needs, [toBatch(1)]);
  await commit.reached;
  assert.equal(await needs.index.countChunks({ signal }), 1);
  assert.deepEqual(await find(), []);
  commit.open();
  await run;
  assert.deepEqual(await find(), ['1']);
});

test('a batch that withdraws what the one before it brings waits for its commit', async () => {
  await using home = await makeTestHome();
  await using corpus = await openFaultyCorpus(home);
  const { needs } = corpus;
  const first = holdCall(needs.index, 'write');
  const withdrawal = { ...toBatch(2), deletions: [{ ordinal: 1, pmids: [toPmid(1)] }] };
  const { seen, run } = watch(needs, [toBatch(1), withdrawal]);
  await first.reached;
  await untilIdle(() => seen.prepared === 2);
  assert.equal(seen.archived, 1);
  first.open();
  await run;
  const live = await needs.store.findPointers([toPmid(1), toPmid(2)], { signal });
  assert.deepEqual(
    [...live].map(([pmid, { latest }]) => [pmid, latest?.live]),
    [
      ['1', false],
      ['2', true],
    ],
  );
});

test('where another caller waits for the lock it gets it after two batches', async () => {
  await using home = await makeTestHome();
  await using corpus = await openFaultyCorpus(home);
  const { needs } = corpus;
  const first = holdCall(needs.index, 'write');
  const { seen, run } = watch(needs, countTo(BATCHES));
  await first.reached;
  const other = needs.store.withPublishLock(() => needs.store.getSequence({ signal }), { signal });
  await untilIdle(() => seen.prepared === 3 && seen.archived === 2);
  first.open();
  assert.equal(await other, 2);
  await run;
  assert.equal(await needs.store.getSequence({ signal }), BATCHES);
});

test('where nobody can tell whether another caller waits, a turn ends after two batches and the run goes on', async () => {
  await using home = await makeTestHome();
  await using corpus = await openFaultyCorpus(home);
  let turns = 0;
  const store = new Proxy(corpus.needs.store, {
    get(target, name, receiver) {
      if (name !== 'withPublishLock') return Reflect.get(target, name, receiver);
      const withPublishLock: typeof target.withPublishLock = (work, options) => {
        turns += 1;
        const isWanted = () => Promise.reject(new Error('the connection broke'));
        return target.withPublishLock((held) => work({ ...held, isWanted }), options);
      };
      return withPublishLock;
    },
  });
  const { seen, run } = watch({ ...corpus.needs, store }, countTo(BATCHES));
  await run;
  assert.deepEqual(seen.published, ALL);
  assert.equal(turns, BATCHES / 2);
});

test('what is archived when the batch before it fails is published by the next writer', async () => {
  await using home = await makeTestHome();
  await using corpus = await openFaultyCorpus(home);
  const { needs } = corpus;
  const first = holdCall(needs.index, 'write');
  const { seen, run } = watch(needs, countTo(3));
  const failed = assert.rejects(run, /store.commit failed/);
  await first.reached;
  await untilIdle(() => seen.archived === 2);
  corpus.arm([{ part: 'store', method: 'commit', when: 'before' }]);
  first.open();
  await failed;
  assert.equal((await needs.store.listPending({ signal })).length, 2);
  assert.deepEqual(await reconcile(needs, { signal }), { published: 2 });
  assert.equal(await needs.index.countChunks({ signal }), 2);
  assert.deepEqual(await needs.store.listPending({ signal }), []);
});

/** Runs `batches` through the pipeline and counts how far they have come. */
function watch(given: PipelineNeeds, batches: readonly IncomingBatch[]) {
  const seen = { asked: 0, prepared: 0, archived: 0, published: [] as string[] };
  const { archive, preparer } = given;
  const needs: PipelineNeeds = {
    ...given,
    archive: counting(archive, 'put', () => {
      seen.archived += 1;
    }),
    preparer: counting(preparer, 'prepare', () => {
      seen.prepared += 1;
    }),
  };
  const source = async function* () {
    for (const batch of batches) {
      seen.asked += 1;
      yield batch;
    }
  };
  const run = (async () => {
    for await (const { batch, outcome } of runPipeline(needs, source(), { signal })) {
      assert.equal(outcome.archived, 1);
      seen.published.push(batch.records[0]?.pmid ?? '');
    }
  })();
  return { seen, run };
}

function counting<Part extends object>(part: Part, method: keyof Part & string, onEnd: () => void): Part {
  return new Proxy(part, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name !== method) return member.bind(target);
      return async (...args: unknown[]) => {
        const result: unknown = await member.apply(target, args);
        onEnd();
        return result;
      };
    },
  });
}

/** And whatever could begin by then has begun. */
async function untilIdle(isReached: () => boolean): Promise<void> {
  await askUntil(async () => isReached() || null, { what: 'what the test looks for', pauseMs: 0 });
  for (let turn = 0; turn < 50; turn++) await setImmediate();
}

function countTo(last: number): IncomingBatch[] {
  return Array.from({ length: last }, (_, at) => toBatch(at + 1));
}

function toPmid(number: number): Pmid {
  return `${number}` as Pmid; // as PubMed writes it
}

function toBatch(number: number): IncomingBatch {
  const bytes = Buffer.from(articleXml({ pmid: number }));
  const record = {
    ordinal: 0,
    bytes,
    contentHash: toSha256(createHash('sha256').update(bytes).digest('hex')),
    pmid: findPmid(`${number}`),
    version: 1,
    outranked: false,
    origin: {
      fetchedAt: '2026-01-01T00:00:00Z',
      source: { api: 'pubmed', endpoint: 'efetch', params: {} },
      http: { status: 200, etag: null },
    },
  };
  return { file: null, records: [record], deletions: [], itemsDone: 0, finished: false };
}
