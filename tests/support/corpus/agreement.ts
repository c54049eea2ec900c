import assert from 'node:assert/strict';
import type { Corpus } from '../../../src/compose.ts';

/** The index holds as many chunks as the documents have, and no batch is left announced. */
export async function assertAgreement({ services }: Corpus, signal: AbortSignal): Promise<void> {
  const { chunks } = await services.store.countCorpus({ signal });
  assert.equal(await services.index.countChunks({ signal }), chunks);
  assert.deepEqual(await services.store.listPending({ signal }), []);
}
