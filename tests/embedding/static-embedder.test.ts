import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { createStaticEmbedder } from '../../src/embedding/static-embedder.ts';
import { createStaticEncoder } from '../../src/embedding/static-encoder.ts';
import { loadStaticVectors } from '../../src/embedding/static-vectors.ts';
import { describeEmbedder } from '../conformance/embedder.ts';

describeEmbedder('static', async () => createStaticEmbedder());

test('embeds a question and a passage alike', async ({ signal }) => {
  const embedder = createStaticEmbedder();

  const question = await embedder.embed(['CAR-T cells'], 'query', { signal });

  assert.deepEqual(question, await embedder.embed(['CAR-T cells'], 'passage', { signal }));
});

test('reads the whole of a long text', async ({ signal }) => {
  const embedder = createStaticEmbedder();
  const long = 'The trial enrolled patients with asthma. '.repeat(500);

  const without = await embedder.embed([long], 'passage', { signal });
  const withEnd = await embedder.embed([`${long} ${'Pulmonary hypertension. '.repeat(50)}`], 'passage', {
    signal,
  });

  assert.notDeepEqual(without, withEnd);
});

test('answers zeros for a text of unknown words only', async ({ signal }) => {
  const embedder = createStaticEmbedder();

  const vector = await embedder.embed(['\u{1F9EC} \u{1F52C}'], 'query', { signal });

  assert.ok(vector.every((value) => value === 0));
});

test('gives the same bits in a worker thread that shares the memory of its vectors', async ({ signal }) => {
  const vectors = await loadStaticVectors({ signal });
  const texts = ['Metformin lowers glucose.', 'naïve T cells, TNF-α'];
  const script = `
    import { parentPort, workerData } from 'node:worker_threads';
    const { createStaticEncoder } = await import(workerData.module);
    parentPort.postMessage({
      shared: workerData.vectors.rows.buffer instanceof SharedArrayBuffer,
      encoded: createStaticEncoder(workerData.vectors)(workerData.texts),
    });`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), {
    workerData: { vectors, texts, module: import.meta.resolve('../../src/embedding/static-encoder.ts') },
  });

  const answer = await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });

  assert.deepEqual(answer, { shared: true, encoded: createStaticEncoder(vectors)(texts) });
});

test('lets other work run between batches of passages', async ({ signal }) => {
  const embedder = createStaticEmbedder();
  await embedder.embed(['warm'], 'query', { signal });
  const order: string[] = [];
  const embedding = embedder
    .embed(
      Array.from({ length: 1000 }, () => 'Aspirin after stroke.'),
      'passage',
      { signal },
    )
    .then(() => order.push('embedded'));
  setImmediate(() => order.push('other work'));

  await embedding;

  assert.deepEqual(order, ['other work', 'embedded']);
});
