import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as weaviate from 'weaviate-client';
import type { Pmid } from '../../src/domain/ids.ts';
import { createConditions } from '../../src/search/weaviate/weaviate-filter.ts';
import type { SearchReply } from '../../src/search/weaviate/weaviate-link.ts';
import { toFound, toFoundKeys, toSearchRequest } from '../../src/search/weaviate/weaviate-query.ts';

const conditions = createConditions(weaviate);
const IDS = { properties: [], hasVector: false, limit: 1 } as const;

describe('a query to Weaviate', () => {
  test('bears texts, numbers and lists of both in its filter', () => {
    const pmids = ['7', '9'] as unknown as readonly Pmid[];
    const filters = { journals: ['lancet'], pmids, publishedTo: 12, excludeRetracted: true };
    const where = conditions.toFilter(filters, { kind: 'checkpoint', sequence: 3 }, []);

    const { filters: sent } = toSearchRequest({ ...IDS, where });

    assert.deepEqual(
      sent?.filters.map(({ operator, target, filters: _none, on: _unused, ...value }) => [
        operator,
        target?.property,
        value,
      ]),
      [
        [6, 'entered', { valueInt: 3 }],
        [3, 'until', { valueInt: 3 }],
        [6, 'published_from', { valueInt: 12 }],
        [12, 'journal_keys', { valueTextArray: { values: ['lancet'] } }],
        [12, 'pmid', { valueIntArray: { values: [7, 9] } }],
        [2, 'retraction_status', { valueText: 'retracted' }],
      ],
    );
  });

  test('is refused where its filter is none of this index', () => {
    const { filter } = weaviate.default;
    const isNull = filter.byProperty('pmid').isNull(true);
    const isTrue = filter.byProperty('pmid').equal(true);

    assert.throws(() => toSearchRequest({ ...IDS, where: isNull }), /no filter of this index is IsNull/);
    assert.throws(() => toSearchRequest({ ...IDS, where: isTrue }), /has the value true/);
  });

  test('is answered with a vector of its own, wherever in the answer that begins', () => {
    const vector = new Float32Array([0.5, -1, 2]);
    const answer = new Uint8Array(1 + vector.byteLength);
    answer.set(new Uint8Array(vector.buffer), 1);
    const vectorBytes = Buffer.from(answer.buffer, 1);

    const [found] = toFound(toReply({ id: 'a', score: 2, vectorBytes, vectors: [] }));
    const [named] = toFound(
      toReply({ id: 'b', score: 0, vectorBytes: Buffer.of(), vectors: [{ vectorBytes }] }),
    );
    const [none] = toFound(toReply({ id: 'c', score: 0, vectorBytes: Buffer.of(), vectors: [] }));
    answer.fill(0);

    assert.deepEqual(found, { id: 'a', score: 2, facts: '{}', words: null, passage: null, vector });
    assert.deepEqual([named?.vector, none?.vector], [vector, null]);
  });

  test('for keys is answered with those of each object, which may have none', () => {
    const values = ['lancet', 'the lancet'];
    const fields = { pmid: { intValue: 7 }, journal_keys: { listValue: { textValues: { values } } } };
    const reply = toReply({}, fields);

    assert.deepEqual(toFoundKeys(reply, 'journal_keys'), [{ pmid: 7, keys: values }]);
    assert.deepEqual(toFoundKeys(reply, 'mesh_keys'), [{ pmid: 7, keys: [] }]);
    assert.throws(() => toFoundKeys(toReply({}, {}), 'mesh_keys'), /without its PMID/);
  });

  test('is no answer without ids', () => {
    const reply = toReply({ id: '', score: 0, vectorBytes: Buffer.of(), vectors: [] });
    assert.throws(() => toFound(reply), /without its id/);
  });
});

/** Of what a reply holds that which is read. */
function toReply(metadata: object, fields: object = { facts: { textValue: '{}' } }): SearchReply {
  return { results: [{ metadata, properties: { nonRefProps: { fields } } }] } as unknown as SearchReply;
}
