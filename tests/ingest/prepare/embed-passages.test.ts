import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { toSha256 } from '../../../src/domain/ids.ts';
import type { Embedder } from '../../../src/embedding/embedder.ts';
import { openOpenaiEmbedder } from '../../../src/embedding/openai-embedder.ts';
import { createStaticEmbedder } from '../../../src/embedding/static-embedder.ts';
import { loadStaticVectors } from '../../../src/embedding/static-vectors.ts';
import { WordPieceTokenizer } from '../../../src/embedding/word-piece-tokenizer.ts';
import { embedPassages } from '../../../src/ingest/prepare/embed-passages.ts';
import { runTask, toPrepared, toTask } from '../../../src/ingest/prepare/prepare-task.ts';
import type { IncomingRecord } from '../../../src/ingest/records.ts';
import { readRecordHead } from '../../../src/pubmed/records/read-record-head.ts';
import { articleXml } from '../../support/pubmed/pubmed-xml.ts';
import {
  type EmbeddingsRequest,
  type OpenaiStandIn,
  refuse,
  send,
  startOpenaiStandIn,
} from '../../support/services/openai-stand-in.ts';

const { signal } = new AbortController();
const POISON = 'strychnine';
const TEXTS = ['honey', 'milk', `of ${POISON}`, 'metformin', 'aspirin'];
const numbers = (length: number) => Array.from({ length }, (_, at) => (at === 0 ? 1 : 0));

describe('passages of which the openai embedder refuses one', () => {
  let service: OpenaiStandIn;
  let embedder: Embedder;
  before(async () => {
    service = await startOpenaiStandIn();
    const options = { baseUrl: service.url, model: 'm', apiKey: 'k', dimensions: 256 };
    embedder = await openOpenaiEmbedder(options, { signal });
  });
  after(() => service[Symbol.asyncDispose]());

  const isPoison = (text: string) => text.includes(POISON);
  /** Answers every text but the poison, whose vector `toRow` makes; `null`: none. */
  const answering = (toRow: () => unknown) => (request: EmbeddingsRequest, reply: ServerResponse) => {
    const data = request.input.map((text, index) => ({
      index,
      embedding: isPoison(text) ? toRow() : numbers(256),
    }));
    send(reply, 200, { data: data.filter(({ embedding }) => embedding !== null) });
  };
  const refusing = (status: number) => (_: EmbeddingsRequest, reply: ServerResponse) =>
    refuse(reply, status, 'no', { headers: { 'x-should-retry': 'false' } });
  const ways: [what: string, (request: EmbeddingsRequest, reply: ServerResponse) => void, why: RegExp][] = [
    ['HTTP 400', refusing(400), /HTTP 400/],
    ['HTTP 413', refusing(413), /HTTP 413/],
    ['HTTP 422', refusing(422), /HTTP 422/],
    ['HTTP 500, as servers answer a text that is too long', refusing(500), /HTTP 500/],
    ['a vector of another size', answering(() => numbers(255)), /255 dimensions instead of 256/],
    ['a vector with null in it', answering(() => [...numbers(255), null]), /with gaps/],
    [
      'a vector of NaN',
      answering(() => Buffer.from(new Float32Array(256).fill(Number.NaN).buffer).toString('base64')),
      /length NaN/,
    ],
    ['no vector', answering(() => null), /0 vectors for 1 texts/],
  ];
  for (const [what, spoil, why] of ways) {
    test(`${what} for one text leaves the others their vectors`, async () => {
      service.spoil = (_turn, request, reply) => {
        if (!request.input.some(isPoison)) return false;
        spoil(request, reply);
        return true;
      };
      const { vectors, refused } = await embedPassages(TEXTS, embedder, { signal });

      assert.deepEqual([...refused.keys()], [2]);
      assert.match(refused.get(2) ?? '', why);
      service.spoil = () => false;
      const expected = await embedder.embed(TEXTS.with(2, ''), 'passage', { signal });
      assert.deepEqual(vectors, expected);
    });

    test(`${what} for every text is a failure of the embedder, after two requests`, async () => {
      service.requests.length = 0;
      service.spoil = (_turn, request, reply) => {
        spoil({ ...request, input: request.input.map(() => POISON) }, reply);
        return true;
      };
      await assert.rejects(embedPassages(TEXTS, embedder, { signal }), { code: 'EMBEDDINGS_UNAVAILABLE' });
      assert.equal(service.requests.length, 2);
    });
  }

  test('the embedder fails where it refuses many texts, more than it takes', async () => {
    service.spoil = (_turn, request, reply) => {
      if (!request.input.some(isPoison)) return false;
      refuse(reply, 400, 'no');
      return true;
    };
    const many = Array.from({ length: 200 }, (_, at) => `${POISON} ${at}`);
    await assert.rejects(embedPassages(many, embedder, { signal }), { code: 'EMBEDDINGS_UNAVAILABLE' });
  });

  test('what is of the service fails at once: a key that it refuses', async () => {
    service.requests.length = 0;
    service.spoil = (_turn, _request, reply) => {
      refuse(reply, 401, 'invalid_api_key');
      return true;
    };
    await assert.rejects(embedPassages(TEXTS, embedder, { signal }), { code: 'EMBEDDINGS_UNAVAILABLE' });
    assert.equal(service.requests.length, 1);
  });
});

describe('passages of which the static embedder makes one that is no number', () => {
  test('the one with a damaged token is refused; where the whole table is damaged, the embedder fails', async () => {
    const table = await loadStaticVectors({ signal });
    const tokenizer = new WordPieceTokenizer(table.trie);
    assert.equal(tokenizer.read('milk'), 1);
    const scales = Float32Array.from(table.scales);
    scales[tokenizer.ids[0] ?? 0] = Number.NaN;
    const embedder = createStaticEmbedder({ vectors: { ...table, scales } });
    const { vectors, refused } = await embedPassages(TEXTS, embedder, { signal });

    assert.deepEqual([...refused], [[1, 'its vector is not made of numbers']]);
    const sound = createStaticEmbedder({ vectors: table });
    assert.deepEqual(vectors, await sound.embed(TEXTS.with(1, ''), 'passage', { signal }));

    const broken = createStaticEmbedder({
      vectors: { ...table, scales: table.scales.map(() => Number.NaN) },
    });
    await assert.rejects(embedPassages(TEXTS, broken, { signal }), { code: 'EMBEDDINGS_UNAVAILABLE' });
  });

  test('its record is quarantined by a worker thread that embeds, and its neighbours keep their vectors', async () => {
    const table = await loadStaticVectors({ signal });
    const tokenizer = new WordPieceTokenizer(table.trie);
    tokenizer.read('milk');
    const scales = Float32Array.from(table.scales);
    scales[tokenizer.ids[0] ?? 0] = Number.NaN;
    const embedder = createStaticEmbedder({ vectors: { ...table, scales } });
    const titles = ['Honey.', 'Milk.', 'Aspirin.'];
    const records = titles.map((title, at) => toRecord(articleXml({ pmid: at + 1, title })));
    const task = await runTask(toTask(records), { compression: 'zstd', embedder });
    const prepared = await toPrepared(task, embedder);

    assert.deepEqual(
      prepared.map(({ kind }) => kind),
      ['citation', 'unreadable', 'citation'],
    );
    const sound = createStaticEmbedder({ vectors: table });
    const text = 'Aspirin.\nAbstract of 3.';
    const [, , last] = prepared;
    assert.ok(last?.kind === 'citation');
    assert.deepEqual(last.vectors, await sound.embed([text], 'passage', { signal }));
    assert.equal(last.facts.title, 'Aspirin.');
    assert.ok(last.document.length > 0);
  });
});

function toRecord(xml: string): IncomingRecord {
  const bytes = Buffer.from(xml);
  const head = readRecordHead(bytes);
  assert.ok(head !== null);
  return {
    ...head,
    ordinal: 0,
    bytes,
    contentHash: toSha256(hash('sha256', bytes)),
    outranked: false,
    origin: {
      fetchedAt: '2026-01-01T00:00:00Z',
      source: { api: 'nlm-file', endpoint: 'a.xml', params: {} },
      http: { status: null, etag: null },
    },
  };
}
