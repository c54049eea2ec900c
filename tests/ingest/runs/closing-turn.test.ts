import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { HeldOptions } from '../../../src/domain/call-options.ts';
import { runIngest } from '../../../src/ingest/runs/run.ts';
import { openFaultyCorpus } from '../../support/corpus/faulty-corpus.ts';
import { makeTestHome } from '../../support/corpus/test-corpus.ts';

const CLOSING_MS = 20;

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
  const request = {
    tool: 'pubmed.load',
    params: {},
    onProgress: () => undefined,
    work: async () => undefined,
    closingMs: CLOSING_MS,
  };
  const running = runIngest(corpus.needs, request, { signal });
  running.catch(() => undefined);
  while (!(await held.isWanted())) await setImmediate();
  await once(AbortSignal.timeout(2 * CLOSING_MS), 'abort');
  await setImmediate();
  rebuilt.resolve();
  await rebuilding;
  assert.ok((await running).manifest);
  const [run] = await store.listRuns(1, { signal });
  assert.equal(run?.state, 'succeeded');
});
