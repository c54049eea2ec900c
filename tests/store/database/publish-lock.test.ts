import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import type { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import { ANALYZER } from '../../../src/search/words/analyzer.ts';
import { openPostgres } from '../../../src/store/database/database.ts';
import { createSqlCorpusStore } from '../../../src/store/sql-corpus-store.ts';
import { askUntil } from '../../support/awaited.ts';
import { createTestPostgres, testDatabases } from '../../support/postgres/databases.ts';
import {
  endLockSession,
  holdCommits,
  untilLockWaiter,
  untilWaitingIn,
} from '../../support/postgres/lock-session.ts';
import { archived, collect, commitDocument, commitHeld, options, revision } from '../sample-batches.ts';

type Row = Record<string, unknown>;

const lost = { code: 'DB_UNAVAILABLE', message: 'the session that held the publish lock is gone' };
const busy = { code: 'DB_UNAVAILABLE', message: 'the publish lock did not become free in time' };

for (const { name, open } of testDatabases) {
  describe(`waiting for the publish lock on ${name}`, () => {
    test('ends with the signal, and whoever waits behind comes to its turn', async () => {
      await using store = createSqlCorpusStore({ database: await open() });
      const stop = new AbortController();
      const reason = new Error('stopped');
      const { behind } = await store.withPublishLock(async () => {
        const waiting = store.withPublishLock(() => assert.fail('no work'), { signal: stop.signal });
        const next = store.withPublishLock(async () => 'behind', options);
        stop.abort(reason);
        await assert.rejects(waiting, reason);
        return { behind: next };
      }, options);
      assert.equal(await behind, 'behind');
    });

    test('ends with its patience, and says who is in the way', async () => {
      await using store = createSqlCorpusStore({ database: await open() });
      const patience = () => AbortSignal.abort();
      await store.withPublishLock(
        () =>
          assert.rejects(
            store.withPublishLock(() => assert.fail('no work'), { ...options, patience }),
            busy,
          ),
        options,
      );
    });

    test('begins anew with each turn, however long the one before worked', async () => {
      await using store = createSqlCorpusStore({ database: await open() });
      const turns: AbortController[] = [];
      const patience = () => {
        const turn = new AbortController();
        turns.push(turn);
        return turn.signal;
      };
      for (const number of [1, 2]) {
        const work = async () => {
          turns.at(-1)?.abort();
          return number;
        };
        assert.equal(await store.withPublishLock(work, { ...options, patience }), number);
      }
      assert.equal(turns.length, 2);
    });

    test('is known to whoever has it, until it ends', async () => {
      await using store = createSqlCorpusStore({ database: await open() });
      const stop = new AbortController();
      await store.withPublishLock(async ({ isWanted }) => {
        assert.equal(await isWanted(), false);
        const waiting = store.withPublishLock(() => assert.fail('no work'), { signal: stop.signal });
        assert.equal(await isWanted(), true);
        stop.abort(new Error('stopped'));
        await assert.rejects(waiting, /^Error: stopped$/);
        assert.equal(await isWanted(), false);
      }, options);
    });

    test('does not keep the database from closing', async () => {
      const store = createSqlCorpusStore({ database: await open() });
      const [inside, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const hold = async () => {
        inside.resolve();
        await end.promise;
      };
      const holding = store.withPublishLock(hold, options);
      await inside.promise;
      const waiting = store.withPublishLock(() => assert.fail('no work'), options);
      const closing = store[Symbol.asyncDispose]();
      await assert.rejects(waiting, { code: 'DB_UNAVAILABLE' });
      end.resolve();
      await Promise.all([holding, closing]);
    });
  });
}

describe('the publish lock of a server', () => {
  async function openBench() {
    await using opening = new AsyncDisposableStack();
    const url = await createTestPostgres();
    const [ours, theirs, admin] = [
      opening.use(await openPostgres({ url, max: 3 })),
      opening.use(await openPostgres({ url, max: 3 })),
      opening.use(await openPostgres({ url, max: 2 })),
    ];
    const stack = opening.move();
    return {
      url,
      ours: createSqlCorpusStore({ database: ours }),
      theirs: createSqlCorpusStore({ database: theirs }),
      admin: admin.kysely,
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  }

  /**
   * Waits for a holder as little as it may; `ours` gives a sign of life every eleven seconds, as a process
   * that is paused would not.
   */
  async function openImpatient(url: string) {
    return createSqlCorpusStore({ database: await openPostgres({ url, max: 3, lockStaleAfterMs: 1_000 }) });
  }

  test('goes from a holder without a sign of life to whoever waits, and nothing that it does later counts', async () => {
    await using bench = await openBench();
    const { ours, admin } = bench;
    await commitDocument(ours, 1, 'a');
    await using waiting = await openImpatient(bench.url);
    let refused: Promise<void>[] = [];
    const holding = ours.withPublishLock(async ({ requireTurn }) => {
      const { last, next } = await ours.findSequences(options);
      assert.deepEqual({ last, next }, { last: 1, next: 2 });
      const after = await waiting.withPublishLock(() => waiting.findSequences(options), options);
      assert.deepEqual(after, { last: 1, next: 3 }, 'the number of the one who was put out is never given');
      assert.equal(await commitDocument(waiting, 2, 'b'), 3);
      await sql`insert into watermarks (term, complete_to, updated_at, in_state)
        values ('of whoever came after', '2026-03-01', clock_timestamp(), false)`.execute(admin);
      const late = { after: last, sequence: next, revisions: [revision(3, 'c')] };
      refused = [
        commitHeld(ours, late),
        ours.announce({ batchId: randomUUID(), pmids: [] }, options),
        ours.forgetPending(randomUUID(), options),
        ours.removeCheckpoint(randomUUID(), options),
        ours.findSequences(options),
        ours.markStateWritten(3, options),
        requireTurn(),
      ].map((doing) => assert.rejects(doing as Promise<unknown>, { code: 'DB_UNAVAILABLE' }));
      await Promise.all(refused);
    }, options);
    await holding;
    assert.equal(refused.length, 7);
    const untold = await collect((await ours.listStateChanges(options)).lines);
    const types = new Set(untold.map(({ type }) => type));
    assert.ok(types.has('revision') && types.has('watermark'), 'nothing is marked as written');
    assert.deepEqual(await ours.listLostSequences(options), [2]);
    assert.equal((await ours.countCorpus(options)).documents, 2);
    assert.equal(await commitDocument(ours, 4, 'd'), 4);
    const { rows } = await sql<Row>`select count(*)::int as n from pending_batches`.execute(admin);
    assert.deepEqual(rows, [{ n: 0 }]);
  });

  test('stays with a holder that gives signs of life', async () => {
    await using bench = await openBench();
    const open = async () => openPostgres({ url: bench.url, max: 3, lockStaleAfterMs: 3_000 });
    await using ours = createSqlCorpusStore({ database: await open() });
    await using waiting = createSqlCorpusStore({ database: await open() });
    const patience = new AbortController();
    await ours.withPublishLock(async ({ requireTurn }) => {
      const refused = assert.rejects(
        waiting.withPublishLock(() => assert.fail('no work'), {
          ...options,
          patience: () => patience.signal,
        }),
        busy,
      );
      const beats = new Set<unknown>();
      const look = async () => {
        const { rows } = await sql<Row>`select beat_at::text from publish_lock`.execute(bench.admin);
        return beats.add(rows[0]?.beat_at).size < 6 ? null : beats;
      };
      await askUntil(look, { what: 'six signs of life', came: () => [...beats].join(), pauseMs: 0 });
      patience.abort();
      await refused;
      await requireTurn();
    }, options);
  });

  test('goes on to the next where the clock of the database was set back by 30 days', async () => {
    await using bench = await openBench();
    await using waiting = await openImpatient(bench.url);
    await bench.ours.withPublishLock(async () => {
      await sql`update publish_lock set beat_at = beat_at + interval '30 days'`.execute(bench.admin);
      assert.equal(await waiting.withPublishLock(async () => 'taken', options), 'taken');
    }, options);
  });

  test('a refusal names the holder', async () => {
    await using bench = await openBench();
    const { ours, theirs } = bench;
    const name = `\\(process ${process.pid} on ${hostname()}\\), since \\d{4}-[^ ]+, is rebuilding or loading`;
    await ours.withPublishLock(
      () =>
        assert.rejects(
          theirs.withPublishLock(() => assert.fail('no work'), {
            ...options,
            patience: () => AbortSignal.abort(),
          }),
          (error: BioMcpError) => new RegExp(name).test(error.hint),
        ),
      options,
    );
  });

  test('another process that waits for it gives up with its signal, and leaves nobody in line', async () => {
    await using bench = await openBench();
    const stop = new AbortController();
    await bench.theirs.withPublishLock(async () => {
      const waiting = bench.ours.withPublishLock(() => assert.fail('no work'), { signal: stop.signal });
      await untilLockWaiter(bench.admin);
      stop.abort(new Error('stopped'));
      await assert.rejects(waiting, /^Error: stopped$/);
    }, options);
    assert.equal(await bench.ours.withPublishLock(async () => 'free', options), 'free');
  });

  test('tells its holder that another process waits for it', async () => {
    await using bench = await openBench();
    const { waiting } = await bench.ours.withPublishLock(async ({ isWanted }) => {
      assert.equal(await isWanted(), false);
      const theirs = bench.theirs.withPublishLock(async () => 'theirs', options);
      await untilLockWaiter(bench.admin);
      assert.equal(await isWanted(), true);
      return { waiting: theirs };
    }, options);
    assert.equal(await waiting, 'theirs');
  });

  test('tells its holder when the session breaks, and nothing is committed after that', async () => {
    await using bench = await openBench();
    const { ours, theirs, admin } = bench;
    const holding = ours.withPublishLock(async ({ signal }) => {
      const aborted = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => aborted.resolve());
      await endLockSession(admin);
      await aborted.promise;
      await assert.rejects(commitHeld(ours, { revisions: [revision(1, 'a')] }), lost);
      signal.throwIfAborted();
    }, options);
    await assert.rejects(holding, lost);
    assert.equal(await ours.getSequence(options), 0);
    assert.equal(await commitDocument(theirs, 1, 'a'), 2, 'the number that the lost batch had is not given');
    assert.equal(await commitDocument(ours, 2, 'b'), 3);
  });

  test('is taken only after a commit of the one who lost it', async () => {
    await using bench = await openBench();
    const { ours, theirs, admin } = bench;
    const gate = await holdCommits(admin);
    const batch = { archived: [archived(1, 'a')], revisions: [revision(1, 'a')] };
    const mine = ours.withPublishLock(() => commitHeld(ours, batch), options);
    await untilWaitingIn(admin, 'commit');
    await endLockSession(admin);
    const next = theirs.withPublishLock(() => theirs.getSequence(options), options);
    await untilWaitingIn(admin, '%corpus_state for update%');
    await gate.open();
    assert.equal(await mine, 1, 'a commit that came through counts');
    assert.equal(await next, 1);
  });

  test('a commit after another one is refused, and nothing of it stays', async () => {
    await using bench = await openBench();
    await commitDocument(bench.theirs, 1, 'a');
    await assert.rejects(commitHeld(bench.ours, { after: 0, revisions: [revision(2, 'b')] }), {
      code: 'DB_UNAVAILABLE',
      hint: 'Another process changed the corpus meanwhile; try again.',
    });
    assert.equal((await bench.ours.countCorpus(options)).documents, 1);
  });

  test('the first state of the index is that of whoever wrote it first', async () => {
    await using bench = await openBench();
    const state = { embedderId: 'one', dimensions: 256, generation: 1, analyzer: ANALYZER };
    await bench.ours.setIndexState(state, options);
    await bench.theirs.setIndexState({ ...state, embedderId: 'two' }, options);
    assert.deepEqual(await bench.theirs.findIndexState(options), state);
  });
});
