import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import {
  openWeaviateConnection,
  type WeaviateConnection,
} from '../../src/search/weaviate/weaviate-connection.ts';
import { toWeaviateError } from '../../src/search/weaviate/weaviate-errors.ts';
import { openWeaviateIndex } from '../../src/search/weaviate/weaviate-index.ts';
import { toObjects } from '../../src/search/weaviate/weaviate-objects.ts';
import { ANALYZER } from '../../src/search/words/analyzer.ts';
import { openBreakableLink } from '../support/network/breakable-link.ts';
import { openFaultyHttp } from '../support/network/faulty-http.ts';
import { findTestService } from '../support/services/services.ts';
import { openTestCollection, toTestServer } from '../support/services/weaviate.ts';
import { DIMENSIONS, pmidsOf, toBatch, toQuery } from './index-samples.ts';

const { url, skip } = findTestService('TEST_WEAVIATE_URL');
const BATCH = toBatch(1, [{ pmid: 1, text: 'heart' }]);
const FORM = { dimensions: DIMENSIONS, analyzer: ANALYZER };

describe('a Weaviate that fails', { skip }, () => {
  test('refused from the start it is WEAVIATE_UNAVAILABLE at once, and used as soon as it is there', async ({
    signal,
  }) => {
    await using bench = await openBench();
    const { index, links } = bench;
    for (const link of links) link.cut();
    const unavailable = { code: 'WEAVIATE_UNAVAILABLE', hint: /try again later/ };

    await assert.rejects(index.ping({ signal }), unavailable);
    await assert.rejects(index.search(toQuery('heart'), { signal }), unavailable);
    await assert.rejects(index.write(BATCH, { signal }), unavailable);
    await assert.rejects(index.countChunks({ signal }), unavailable);
    for (const link of links) link.mend();

    await index.write(BATCH, { signal });
    assert.deepEqual(pmidsOf(await index.search(toQuery('heart'), { signal })), [1]);
  });

  test('gone in the middle it is WEAVIATE_UNAVAILABLE, and searched again when it is back', async ({
    signal,
  }) => {
    await using bench = await openBench();
    const { index, links } = bench;
    await index.write(BATCH, { signal });
    for (const link of links) link.cut();

    await assert.rejects(index.search(toQuery('heart'), { signal }), { code: 'WEAVIATE_UNAVAILABLE' });
    await assert.rejects(index.write(toBatch(2, [], [1]), { signal }), { code: 'WEAVIATE_UNAVAILABLE' });
    for (const link of links) link.mend();

    assert.deepEqual(pmidsOf(await index.search(toQuery('heart'), { signal })), [1]);
  });

  test('silent it is WEAVIATE_TIMEOUT, and searched again when it speaks', async ({ signal }) => {
    await using bench = await openBench();
    const { index, links } = bench;
    await index.write(BATCH, { signal });
    for (const link of links) link.freeze();

    await assert.rejects(index.search(toQuery('heart'), { signal }), { code: 'WEAVIATE_TIMEOUT' });
    await assert.rejects(index.ping({ signal }), { code: 'WEAVIATE_TIMEOUT' });
    for (const link of links) link.mend();

    assert.deepEqual(pmidsOf(await index.search(toQuery('heart'), { signal })), [1]);
  });

  test('a write that it takes and leaves without an answer is given up, and has ended when it rejects', async ({
    signal,
  }) => {
    await using bench = await openBench({ silenceMs: 300 });
    const { collection, links } = bench;
    links[1].freeze(); // gRPC alone: it still says that it is ready

    await assert.rejects(bench.index.write(BATCH, { signal }), {
      code: 'WEAVIATE_TIMEOUT',
      message: /write within 300 ms/,
    });
    await assert.rejects(bench.index.rollbackTo(0, { signal }), { code: 'WEAVIATE_TIMEOUT' });
    links[1].mend();

    await using index = openWeaviateIndex({
      ...collection,
      collection: collection.name,
      dimensions: DIMENSIONS,
    });
    assert.equal(await index.countChunks({ signal }), 0);
    assert.equal(collection.connection.silenceMs, 30_000); // where nobody says otherwise
  });

  test('an abort while it is silent rejects with the reason', async ({ signal }) => {
    await using bench = await openBench();
    const { index, links } = bench;
    await index.ping({ signal });
    for (const link of links) link.freeze();
    const mine = new AbortController();

    const searching = index.search(toQuery('heart'), { signal: mine.signal });
    mine.abort(new Error('enough'));

    await assert.rejects(searching, /enough/);
  });

  test('not ready it is WEAVIATE_UNAVAILABLE', async ({ signal }) => {
    await using collection = await openTestCollection(toTestServer(url));
    await using proxy = await openFaultyHttp(url);
    proxy.fault = () => ({ status: 503, body: '' });
    await using connection = await openWeaviateConnection({
      server: { ...toTestServer(url), url: proxy.url },
    });
    await using index = openWeaviateIndex({
      connection,
      collection: collection.name,
      dimensions: DIMENSIONS,
    });

    await assert.rejects(index.ping({ signal }), { code: 'WEAVIATE_UNAVAILABLE' });
  });

  test('failing in a part of a write it gets no other part, and none is under way when the write rejects', async ({
    signal,
  }) => {
    await using collection = await openTestCollection(toTestServer(url));
    let begun = 0;
    let underWay = 0;
    const connection: WeaviateConnection = {
      weaviate: collection.connection.weaviate,
      silenceMs: collection.connection.silenceMs,
      [Symbol.asyncDispose]: () => Promise.resolve(), // the collection's own
      async ask(call, options) {
        if (options.doing !== 'write') return collection.connection.ask(call, options);
        begun += 1;
        if (begun === 2) throw new Error('RESOURCE_EXHAUSTED'); // the first part: what a crash left was deleted before
        underWay += 1;
        return collection.connection.ask(call, options).finally(() => {
          underWay -= 1;
        });
      },
    };
    await using index = openWeaviateIndex({
      connection,
      collection: collection.name,
      dimensions: DIMENSIONS,
    });
    const pmids = Array.from({ length: 2_400 }, (_, at) => at + 1);
    const batch = toBatch(
      1,
      pmids.map((pmid) => ({ pmid, text: 'heart' })),
    );

    await assert.rejects(index.write(batch, { signal }), /RESOURCE_EXHAUSTED/);

    assert.deepEqual({ begun, underWay }, { begun: 3, underWay: 0 });
    await index.rollbackTo(0, { signal });
    assert.equal(await index.countChunks({ signal }), 0);
  });

  test('a write that is given up while it is refused has ended when it rejects; searches on the way go on', async ({
    signal,
    mock,
  }) => {
    await using bench = await openBench();
    const { connection, collection, links } = bench;
    const refused = Promise.withResolvers<void>();
    mock.method(console, 'warn', () => refused.resolve()); // how the client tells that it will try again
    const mine = new AbortController();
    const options = { doing: 'write', deadlineMs: 60_000, signal: mine.signal, isWrite: true };
    let isUnderWay = true;

    links[1].cut();
    const writing = connection.ask(async (_client, _signal, link) => {
      try {
        return await link.insert(collection.name, toObjects(BATCH, FORM));
      } finally {
        isUnderWay = false;
      }
    }, options);
    await refused.promise;
    links[1].mend();
    const held = Promise.withResolvers<void>();
    const reading = connection.ask(
      async (client) => {
        await held.promise;
        return client.collections.use(collection.name).query.fetchObjects({ limit: 5 });
      },
      { ...options, doing: 'search', signal, isWrite: false },
    );
    mine.abort(new Error('enough'));
    await assert.rejects(writing, /enough/);

    assert.equal(isUnderWay, false);
    held.resolve();
    assert.deepEqual((await reading).objects, []);
    await bench.index.write(BATCH, { signal });
    assert.equal(await bench.index.countChunks({ signal }), 1);
  });

  test('denying a request it is WEAVIATE_UNAVAILABLE that names the key, and nothing is written', async ({
    signal,
  }) => {
    await using collection = await openTestCollection(toTestServer(url));
    await using proxy = await openFaultyHttp(url);
    proxy.fault = ({ path }) =>
      path.includes('/schema') ? { status: 403, body: '{"error":[{"message":"no"}]}' } : 'pass';
    await using connection = await openWeaviateConnection({
      server: { ...toTestServer(url), url: proxy.url },
    });
    await using index = openWeaviateIndex({
      connection,
      collection: collection.name,
      dimensions: DIMENSIONS,
    });

    await assert.rejects(index.write(BATCH, { signal }), {
      code: 'WEAVIATE_UNAVAILABLE',
      hint: /denies this key/,
    });
    assert.equal(await index.countChunks({ signal }), 0);
  });
});

describe('what Weaviate says', () => {
  /** As the client puts them, from the server's own words. */
  const cases: readonly [said: string, code: string, hint: RegExp][] = [
    [
      '/weaviate.v1.Weaviate/Search UNKNOWN: could not find class Nope in schema',
      'INDEX_UNAVAILABLE',
      /bio-mcp migrate/,
    ],
    [
      "explorer: list class: search: vector lengths don't match: 16 vs 3",
      'INDEX_UNAVAILABLE',
      /BIO_MCP_EMBEDDER/,
    ],
    [
      '500 of 500 objects: store is read-only due to: disk usage too high',
      'WEAVIATE_UNAVAILABLE',
      /takes no writes/,
    ],
    [
      '/weaviate.v1.Weaviate/BatchDelete UNKNOWN: cannot process batch delete object: not enough memory',
      'WEAVIATE_UNAVAILABLE',
      /more to do than it can/,
    ],
    ['write /data/x: no space left on device', 'WEAVIATE_UNAVAILABLE', /takes no writes/],
    [
      '/weaviate.v1.Weaviate/Search RESOURCE_EXHAUSTED: slow down',
      'WEAVIATE_UNAVAILABLE',
      /more to do than it can/,
    ],
    ['status code: 429', 'WEAVIATE_UNAVAILABLE', /more to do than it can/],
    [
      '/weaviate.v1.Weaviate/Search UNAUTHENTICATED: anonymous access not enabled',
      'WEAVIATE_UNAVAILABLE',
      /BIO_MCP_WEAVIATE_API_KEY/,
    ],
    ['/weaviate.v1.Weaviate/Search DEADLINE_EXCEEDED: late', 'WEAVIATE_TIMEOUT', /in time/],
    [
      '/weaviate.v1.Weaviate/Search UNAVAILABLE: connect ECONNREFUSED',
      'WEAVIATE_UNAVAILABLE',
      /does not answer/,
    ],
  ];
  test('a request that broke off is WEAVIATE_UNAVAILABLE, a mistake of ours stays what it is', () => {
    const broken = new TypeError('fetch failed', { cause: new Error('other side closed') });
    const error = toWeaviateError(broken, 'search');
    assert.ok(error instanceof BioMcpError);
    assert.equal(error.code, 'WEAVIATE_UNAVAILABLE');
    const mistake = new TypeError('a search needs a vector');
    assert.equal(toWeaviateError(mistake, 'search'), mistake);
  });

  for (const [said, code, hint] of cases) {
    test(`"${said}" is ${code}`, () => {
      const error = toWeaviateError(new Error(said), 'search');
      assert.throws(
        () => {
          throw error;
        },
        { code, hint, message: /^Weaviate failed to search: / },
      );
    });
  }
});

/** An index behind links to both of the server's ports. */
async function openBench({ silenceMs }: { silenceMs?: number } = {}) {
  await using opening = new AsyncDisposableStack();
  const server = toTestServer(url);
  const collection = opening.use(await openTestCollection(server));
  const rest = opening.use(await openBreakableLink(server.url));
  const grpc = opening.use(await openBreakableLink(server.grpcUrl));
  const behind = { url: rest.url.replace(/\/$/, ''), grpcUrl: grpc.url, apiKey: null };
  const limit = silenceMs === undefined ? {} : { silenceMs };
  const connection = opening.use(await openWeaviateConnection({ server: behind, ...limit }));
  const index = opening.use(
    openWeaviateIndex({ connection, collection: collection.name, dimensions: DIMENSIONS }),
  );
  const stack = opening.move();
  return {
    index,
    connection,
    collection,
    links: [rest, grpc] as const,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
