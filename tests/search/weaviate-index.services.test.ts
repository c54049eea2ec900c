import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WeaviateClient } from 'weaviate-client';
import type { SearchIndex } from '../../src/search/search-index.ts';
import type { WeaviateConnection } from '../../src/search/weaviate/weaviate-connection.ts';
import { openWeaviateIndex } from '../../src/search/weaviate/weaviate-index.ts';
import { makeCollection } from '../../src/search/weaviate/weaviate-schema.ts';
import { describeSearchIndex, type TestSearchIndex } from '../conformance/search-index.ts';
import { openSeededRandom } from '../support/seeded-random.ts';
import { findTestService } from '../support/services/services.ts';
import { openTestCollection, toTestServer } from '../support/services/weaviate.ts';
import { DIMENSIONS, pmidsOf, toBatch, toQuery } from './index-samples.ts';

/** Each in most passages of a test. */
const WORDS =
  'heart liver kidney spleen lung brain bone skin eye ear tongue nerve vein artery muscle tendon'.split(' ');
const { url, skip } = findTestService('TEST_WEAVIATE_URL');

describe('Weaviate', { skip }, () => {
  describeSearchIndex('Weaviate', openTestIndex);

  test('more chunks than one answer holds end, come back and go, all of them', async ({ signal }) => {
    await using opened = await openTestIndex();
    const { index } = opened;
    const pmids = Array.from({ length: 1_201 }, (_, at) => at + 1);
    await index.write(
      toBatch(
        1,
        pmids.map((pmid) => ({ pmid, text: 'heart' })),
      ),
      { signal },
    );

    await index.write(toBatch(2, [], pmids), { signal });
    assert.equal(await index.countChunks({ signal }), 0);
    await index.rollbackTo(1, { signal });
    assert.equal(await index.countChunks({ signal }), 1_201);
    await index.write(toBatch(2, [], pmids), { signal });
    await index.removeEnded({ upTo: 2, checkpoints: [] }, { signal });

    const before = toQuery('heart', { membership: { kind: 'checkpoint', sequence: 1 } });
    assert.deepEqual(await index.search(before, { signal }), []);
  });

  test('many chunks are sent without a timer for each', async ({ signal, mock }) => {
    await using opened = await openTestIndex();
    const { index } = opened;
    const pmids = Array.from({ length: 600 }, (_, at) => at + 1);
    const batch = toBatch(
      1,
      pmids.map((pmid) => ({ pmid, text: 'heart' })),
    );
    const timers = mock.method(globalThis, 'setTimeout');

    await index.write(batch, { signal });

    assert.ok(timers.mock.callCount() < 100, `${timers.mock.callCount()} timers`);
    assert.equal(await index.countChunks({ signal }), 600);
  });

  test('right after a load the best passages by words come first, however few are asked for', async (t) => {
    const { signal } = t;
    await using made = await openTestCollection(toTestServer(url));
    const place = { connection: made.connection, collection: made.name, dimensions: DIMENSIONS };
    const [writer, reader] = [openWeaviateIndex(place), openWeaviateIndex(place)];
    const next = openSeededRandom(t);
    const toWord = () => WORDS[Math.floor(next() * WORDS.length)];
    const toText = (at: number) => Array.from({ length: 5 + (at % 60) }, toWord).join(' ');
    const samples = Array.from({ length: 1_500 }, (_, at) => ({ pmid: at + 1, text: toText(at) }));
    const ask = toQuery(WORDS.slice(0, 6).join(' '), { mode: 'bm25' });
    const find = async (limit: number) => {
      const [hits] = await Promise.all([
        reader.search({ ...ask, limit }, { signal }),
        reader.weigh(ask, { signal }),
      ]);
      return hits.map(({ bm25 }) => bm25);
    };
    assert.deepEqual(await find(10), []); // what it saw is no more true

    await writer.write(toBatch(1, samples), { signal });

    const few = await find(10);
    assert.deepEqual(few, (await find(samples.length)).slice(0, 10));
  });

  test('what words weigh follows what another process writes and removes', async ({ signal }) => {
    await using made = await openTestCollection(toTestServer(url));
    const place = { connection: made.connection, collection: made.name, dimensions: DIMENSIONS };
    const [one, other] = [openWeaviateIndex(place), openWeaviateIndex(place)];
    const heart = (pmid: number) => ({ pmid, text: 'heart' });
    const weigh = async (index: SearchIndex) => {
      const { best, unknown } = await index.weigh(toQuery('heart kidney'), { signal });
      return { best: best.toFixed(5), unknown };
    };
    await one.write(toBatch(1, [heart(1), heart(2), { pmid: 3, text: 'liver' }]), { signal });
    for (let time = 0; time < 2; time += 1) assert.deepEqual((await weigh(other)).unknown, ['kidney']); // remembered from now on

    await one.write(
      toBatch(2, [
        { pmid: 4, text: 'kidney' },
        { pmid: 5, text: 'spleen' },
      ]),
      { signal },
    );
    const told = await weigh(other);
    assert.deepEqual(told, await weigh(one));
    assert.deepEqual(told.unknown, []);
    await one.rollbackTo(1, { signal });
    assert.deepEqual((await weigh(other)).unknown, ['kidney']);
  });

  test('what a search brought of a passage is not asked for once more until the collection changes', async ({
    signal,
  }) => {
    await using made = await openTestCollection(toTestServer(url));
    const asked: string[] = [];
    const connection: WeaviateConnection = {
      weaviate: made.connection.weaviate,
      silenceMs: made.connection.silenceMs,
      ask(call, options) {
        asked.push(options.doing);
        return made.connection.ask(call, options);
      },
      [Symbol.asyncDispose]: () => made.connection[Symbol.asyncDispose](),
    };
    const place = { collection: made.name, dimensions: DIMENSIONS };
    const index = openWeaviateIndex({ connection, ...place });
    const another = openWeaviateIndex({ connection: made.connection, ...place });
    const samples = ['heart', 'liver', 'spleen'].map((text, at) => ({ pmid: at + 1, text }));
    await index.write(toBatch(1, samples), { signal });
    // By words the one, by the vector of another question the other.
    const ask = { ...toQuery('heart'), vector: toQuery('liver').vector, limit: 1 };
    const find = async (limit: number) => {
      asked.length = 0;
      const [hits] = await Promise.all([
        index.search({ ...ask, limit }, { signal }),
        index.weigh(ask, { signal }),
      ]);
      return { hits, reads: asked.filter((doing) => doing === 'read passages').length };
    };

    const first = await find(1);
    assert.deepEqual(pmidsOf(first.hits), [1, 2]);
    assert.equal(first.reads, 1);
    assert.deepEqual(await find(1), { hits: first.hits, reads: 0 });
    const all = await find(100);
    assert.deepEqual(await find(1_000), { hits: all.hits, reads: 0 }); // one list of ids for so many

    await index.write(toBatch(2, [{ pmid: 4, text: 'kidney' }]), { signal });
    assert.equal((await find(1)).reads, 1);
    await another.write(toBatch(3, [{ pmid: 5, text: 'lung' }]), { signal });
    await find(1); // hears of it
    assert.equal((await find(1)).reads, 1);
  });

  test('checkpoints keep what they see, however many there are', async ({ signal }) => {
    await using opened = await openTestIndex();
    const { index } = opened;
    const numbers = Array.from({ length: 240 }, (_, at) => at + 1);
    for (const pmid of [1, 121, 240]) {
      const left = new Map([[toBatch(1, [], [pmid]).superseded[0] ?? assert.fail(), pmid + 1]]);
      await index.write({ ...toBatch(pmid, [{ pmid, text: 'heart' }]), left }, { signal });
    }

    await index.removeEnded(
      { upTo: 300, checkpoints: numbers.filter((number) => number !== 121) },
      { signal },
    );

    const find = async (sequence: number) =>
      pmidsOf(
        await index.search(toQuery('heart', { membership: { kind: 'checkpoint', sequence } }), { signal }),
      );
    assert.deepEqual([await find(1), await find(121), await find(240)], [[1], [], [240]]);
  });

  test('a missing collection is INDEX_UNAVAILABLE, and a write does not make one', async ({ signal }) => {
    await using collection = await openTestCollection(toTestServer(url));
    const { connection } = collection;
    await using index = openWeaviateIndex({
      connection,
      collection: `${collection.name}None`,
      dimensions: DIMENSIONS,
    });
    const missing = { code: 'INDEX_UNAVAILABLE', hint: /bio-mcp migrate/ };

    await assert.rejects(index.search(toQuery('heart'), { signal }), missing);
    await assert.rejects(index.ping({ signal }), missing);
    await assert.rejects(index.countChunks({ signal }), missing);
    await assert.rejects(index.write(toBatch(1, [{ pmid: 1, text: 'heart' }]), { signal }), missing);
    await assert.rejects(index.rollbackTo(0, { signal }), missing);
  });

  test('vectors of other dimensions are INDEX_UNAVAILABLE with what to do', async ({ signal }) => {
    await using opened = await openTestIndex();
    await opened.index.write(toBatch(1, [{ pmid: 1, text: 'heart' }]), { signal });
    const question = toQuery('heart', { mode: 'semantic', vector: new Float32Array(3).fill(0.5) });

    await assert.rejects(opened.index.search(question, { signal }), {
      code: 'INDEX_UNAVAILABLE',
      hint: /BIO_MCP_EMBEDDER/,
    });
  });

  test('filters that let nothing through answer nothing, and that is no failure', async ({ signal }) => {
    await using opened = await openTestIndex();
    await opened.index.write(toBatch(1, [{ pmid: 1, text: 'heart' }]), { signal });
    const filters = { excludeRetracted: false, mesh: ['unicorns'] };
    const query = toQuery('heart', { mode: 'semantic', filters });
    assert.deepEqual(await opened.index.search(query, { signal }), []);
  });

  test('a collection has a byte for each number of a vector; one of an earlier release goes on', async ({
    signal,
  }) => {
    await using collection = await openTestCollection(toTestServer(url));
    const { connection, name } = collection;
    const ask = <T>(call: (client: WeaviateClient) => Promise<T>) =>
      connection.ask(call, { doing: 'set a test up', deadlineMs: 30_000, signal });
    const readVectors = async () => {
      const { vectorizers } = await ask((client) => client.collections.use(name).config.get());
      return JSON.parse(JSON.stringify(vectorizers.default?.indexConfig));
    };
    const { maxConnections, quantizer } = await readVectors();
    assert.deepEqual([maxConnections, quantizer?.type, quantizer?.bits], [16, 'rq', 8]);

    await ask((client) => client.collections.delete(name));
    const { configure } = connection.weaviate.default;
    const vectorIndexConfig = configure.vectorIndex.hnsw({
      distanceMetric: 'dot',
      quantizer: configure.vectorIndex.quantizer.none(),
    });
    await ask((client) =>
      client.collections.create({ name, vectorizers: configure.vectors.selfProvided({ vectorIndexConfig }) }),
    );
    await ask((client) => makeCollection(connection.weaviate, client, name));
    assert.equal((await readVectors()).quantizer, undefined);
    await using index = openWeaviateIndex({ connection, collection: name, dimensions: DIMENSIONS });
    await index.write(toBatch(1, [{ pmid: 1, text: 'heart rate' }]), { signal });
    const [hit] = await index.search(toQuery('heart rate', { mode: 'semantic' }), { signal });
    assert.equal(hit?.cosine?.toFixed(5), '1.00000');
  });

  test('vectors that do not fit the chunks are a mistake of the caller', async ({ signal }) => {
    await using opened = await openTestIndex();
    const batch = { ...toBatch(1, [{ pmid: 1, text: 'heart' }]), vectors: new Float32Array(3) };

    assert.throws(() => opened.index.write(batch, { signal }), TypeError);
  });

  test('searches that run while batches are written are all answered', async ({ signal }) => {
    await using opened = await openTestIndex();
    const { index } = opened;
    await index.write(toBatch(1, [{ pmid: 1, text: 'heart' }]), { signal });
    let done = false;
    const searchOn = async () => {
      for (; !done; ) assert.ok((await index.search(toQuery('heart'), { signal })).length <= 2);
    };

    const searching = Promise.all([searchOn(), searchOn()]);
    for (let sequence = 2; sequence <= 8; sequence++) {
      await index.write(toBatch(sequence, [{ pmid: sequence, text: 'heart' }], [sequence - 1]), { signal });
      await index.removeEnded({ upTo: sequence, checkpoints: [] }, { signal });
    }
    done = true;

    await searching;
    assert.deepEqual(pmidsOf(await index.search(toQuery('heart'), { signal })), [8]);
  });
});

async function openTestIndex(): Promise<TestSearchIndex> {
  const collection = await openTestCollection(toTestServer(url));
  const open = () =>
    openWeaviateIndex({
      connection: collection.connection,
      collection: collection.name,
      dimensions: DIMENSIONS,
    });
  let index = open();
  return {
    index,
    async reopen() {
      await index[Symbol.asyncDispose]();
      index = open();
      return index;
    },
    async [Symbol.asyncDispose]() {
      await index[Symbol.asyncDispose]();
      await collection[Symbol.asyncDispose]();
    },
  };
}
