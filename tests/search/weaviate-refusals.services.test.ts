import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ChunksRefusedError } from '../../src/errors/chunks-refused-error.ts';
import { openWeaviateIndex } from '../../src/search/weaviate/weaviate-index.ts';
import { type ChunkObject, toObjects } from '../../src/search/weaviate/weaviate-objects.ts';
import { putObjects } from '../../src/search/weaviate/weaviate-put.ts';
import { ANALYZER } from '../../src/search/words/analyzer.ts';
import { findTestService } from '../support/services/services.ts';
import { openTestCollection, toTestServer } from '../support/services/weaviate.ts';
import { DIMENSIONS, toBatch } from './index-samples.ts';

const { url, skip } = findTestService('TEST_WEAVIATE_URL');
const BATCH = toBatch(
  1,
  [1, 2, 3, 4, 5].map((pmid) => ({ pmid, text: 'heart' })),
);
const FORM = { dimensions: DIMENSIONS, analyzer: ANALYZER };

describe('what Weaviate refuses', { skip }, () => {
  const spoils: [what: string, properties: Partial<ChunkObject>][] = [
    ['an object with a property that it does not take', { pmid: 1.5 }],
    ['an object that spoils the whole request, since its text is none', { words: 'a\ud800b' }],
  ];
  for (const [what, properties] of spoils) {
    test(`${what} is named; the others are there`, async ({ signal }) => {
      await using bench = await openBench();
      const objects = toObjects(BATCH, FORM);
      const [, second] = objects;
      Object.assign(second?.properties ?? {}, properties);

      await assert.rejects(bench.put(objects), (error) => {
        assert.ok(error instanceof ChunksRefusedError);
        assert.deepEqual([...error.refused.keys()], [second?.id]);
        return true;
      });
      assert.equal(await bench.index.countChunks({ signal }), 4);
    });
  }

  test('an object that the server cannot take now is a failure of the server, and none is named', async () => {
    const insert = async () => ({ errors: { 1: { message: 'put object: not enough memory' } } });
    await assert.rejects(putObjects(toObjects(BATCH, FORM), { doing: 'write', insert }), {
      code: 'WEAVIATE_UNAVAILABLE',
    });
  });

  test('an object that is refused once and then taken is no refusal', async () => {
    const sizes: number[] = [];
    const insert = async (part: unknown[]) => {
      sizes.push(part.length);
      return { errors: sizes.length === 1 ? { 3: { message: 'try me again' } } : {} };
    };
    await putObjects(toObjects(BATCH, FORM), { doing: 'write', insert });
    assert.deepEqual(sizes, [5, 1]);
  });
});

async function openBench() {
  const collection = await openTestCollection(toTestServer(url));
  const { connection, name } = collection;
  const { signal } = new AbortController();
  return {
    index: openWeaviateIndex({ connection, collection: name, dimensions: DIMENSIONS }),
    put: (objects: ReturnType<typeof toObjects>) =>
      putObjects(objects, {
        doing: 'write',
        insert: (part) =>
          connection.ask((_client, _signal, link) => link.insert(name, part), {
            ...{ doing: 'write', deadlineMs: 30_000, signal, isWrite: true },
          }),
      }),
    [Symbol.asyncDispose]: () => collection[Symbol.asyncDispose](),
  };
}
