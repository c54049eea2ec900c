import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Embedder } from '../../src/embedding/embedder.ts';

const PASSAGES = [
  'Metformin lowers hepatic glucose production in patients with type 2 diabetes.',
  'Glucose output of the liver falls when diabetic patients take metformin.',
  'Electron microscopy of bronchial epithelium in chronic smokers.',
  'β-catenin, TNF-α und IL-6: naïve Ångström-Werte, 5±2 µg/mL (p<0.001).',
];
const [METFORMIN, LIVER_GLUCOSE, MICROSCOPY] = [0, 1, 2];

/**
 * What the port promises, for every adapter. `open` is called once a test and its result is closed where
 * it can be.
 */
export function describeEmbedder(
  name: string,
  open: () => Promise<Embedder & Partial<AsyncDisposable>>,
  options: { skip?: string | false } = {},
): void {
  describe(`${name} as an embedder`, { skip: options.skip ?? false }, () => {
    const withEmbedder = async (use: (embedder: Embedder) => Promise<void>): Promise<void> => {
      const embedder = await open();
      try {
        await use(embedder);
      } finally {
        await embedder[Symbol.asyncDispose]?.();
      }
    };

    test('names kind, model and digest in its id', () =>
      withEmbedder(async ({ id, dimensions }) => {
        assert.match(id, /^[a-z]+:[\w.-]+:\d+:[0-9a-f]{12}$/);
        assert.equal(Number(id.split(':')[2]), dimensions);
      }));

    test('answers one vector of unit length for each text', ({ signal }) =>
      withEmbedder(async (embedder) => {
        const vectors = await embedder.embed(PASSAGES, 'passage', { signal });

        assert.equal(vectors.length, PASSAGES.length * embedder.dimensions);
        for (const vector of toRows(vectors, embedder)) {
          assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5, `length ${Math.hypot(...vector)}`);
        }
      }));

    test('keeps the order of the texts', ({ signal }) =>
      withEmbedder(async (embedder) => {
        const forward = await embedder.embed(PASSAGES, 'passage', { signal });
        const backward = await embedder.embed([...PASSAGES].reverse(), 'passage', { signal });

        assert.deepEqual(toRows(backward, embedder).reverse(), toRows(forward, embedder));
      }));

    test('gives a text the same bits alone, among others and again', ({ signal }) =>
      withEmbedder(async (embedder) => {
        const together = toRows(await embedder.embed(PASSAGES, 'passage', { signal }), embedder);

        for (const [index, passage] of PASSAGES.entries()) {
          const alone = await embedder.embed([passage], 'passage', { signal });
          assert.deepEqual(alone, together[index]);
        }
      }));

    test('answers zeros for a text that holds nothing', ({ signal }) =>
      withEmbedder(async (embedder) => {
        const vectors = await embedder.embed(['', ' \n\t ', 'aspirin'], 'passage', { signal });
        const [empty, blank, aspirin] = toRows(vectors, embedder);

        assert.ok(empty?.every((value) => value === 0));
        assert.ok(blank?.every((value) => value === 0));
        assert.ok(aspirin?.some((value) => value !== 0));
      }));

    test('answers an empty array for no texts', ({ signal }) =>
      withEmbedder(async (embedder) => {
        assert.equal((await embedder.embed([], 'query', { signal })).length, 0);
      }));

    test('puts a question nearer to the passage that answers it than to another', ({ signal }) =>
      withEmbedder(async (embedder) => {
        const passages = toRows(await embedder.embed(PASSAGES, 'passage', { signal }), embedder);
        const question = await embedder.embed(['diabetes drug and liver sugar'], 'query', { signal });

        const near = dot(question, passages[LIVER_GLUCOSE]);
        assert.ok(near > dot(question, passages[MICROSCOPY]));
        assert.ok(
          dot(passages[METFORMIN], passages[LIVER_GLUCOSE]) > dot(passages[METFORMIN], passages[MICROSCOPY]),
        );
      }));

    test('reads a text of any length', ({ signal }) =>
      withEmbedder(async (embedder) => {
        const long = PASSAGES.join(' ').repeat(60);
        const vector = await embedder.embed([long], 'passage', { signal });

        assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5);
      }));

    test('rejects with the reason of a signal that was aborted before', () =>
      withEmbedder(async (embedder) => {
        const reason = new Error('stopped by the user');

        await assert.rejects(
          embedder.embed(PASSAGES, 'passage', { signal: AbortSignal.abort(reason) }),
          reason,
        );
      }));

    test('stops between texts when its signal is aborted', () =>
      withEmbedder(async (embedder) => {
        const controller = new AbortController();
        const reason = new Error('stopped by the user');
        const embedding = embedder.embed(
          Array.from({ length: 500 }, () => PASSAGES[0] ?? ''),
          'passage',
          controller,
        );
        setImmediate(() => controller.abort(reason));

        await assert.rejects(embedding, reason);
      }));
  });
}

function toRows(vectors: Float32Array, { dimensions }: Embedder): Float32Array[] {
  return Array.from({ length: vectors.length / dimensions }, (_, row) =>
    vectors.slice(row * dimensions, (row + 1) * dimensions),
  );
}

function dot(a: Float32Array | undefined, b: Float32Array | undefined): number {
  assert.ok(a !== undefined && b !== undefined);
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
