import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { type HeldOptions, NEVER } from '../../../src/domain/call-options.ts';
import { runIngest } from '../../../src/ingest/runs/run.ts';
import { openFaultyCorpus } from '../../support/corpus/faulty-corpus.ts';
import { makeTestHome } from '../../support/corpus/test-corpus.ts';

test('a run that is done waits for its turn to close as long as another one has it, such as a rebuild', async ({
  signal,
}) => {
  await using home = await makeTestHome();
  await using corpus = await openFaultyCorpus(home);
  const { store } = corpus.needs;
  const taken = Promise.withResolvers<HeldOptions>();
  const rebuilt = Promise.withResolvers<void>();
  const rebuilding = store.withPublishLock(
    (held) => {
      taken.resolve(held);
      return rebuilt.promise;
    },
    { signal },
  );
  const held = await taken.promise;
  /** The rebuild outlasts every limit that begins before its end. */
  const over = new AbortController();
  const request = {
    tool: 'pubmed.load',
    params: {},
    onProgress: () => undefined,
    work: async () => undefined,
    closingLimit: () => (over.signal.aborted ? NEVER.signal : over.signal),
  };
  const running = runIngest(corpus.needs, request, { signal });
  running.catch(() => undefined);
  while (!(await held.isWanted())) await setImmediate();
  over.abort(new Error('a limit that began before its turn'));
  rebuilt.resolve();
  await rebuilding;
  assert.ok((await running).manifest);
  const [run] = await store.listRuns(1, { signal });
  assert.equal(run?.state, 'succeeded');
});
