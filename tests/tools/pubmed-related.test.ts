import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type LiveApp, openLiveApp } from '../support/http/live-app.ts';

describe('pubmed.related over HTTP', () => {
  let live: LiveApp;
  before(async () => {
    live = await openLiveApp();
  });
  after(() => live[Symbol.asyncDispose]());

  const relate = async (params: Record<string, unknown>) => {
    const { status, body } = await live.invoke('pubmed.related', params);
    assert.equal(status, 200, JSON.stringify(body));
    return body.result;
  };

  test('finds similar articles with their summaries, never the article itself', async () => {
    const answer = await relate({ pmid: 40, limit: 3 });
    assert.equal(answer.pmid, '40');
    assert.equal(answer.relation, 'similar');
    assert.equal(answer.results.length, 3);
    assert.ok(
      answer.results.every(({ pmid, title }: Record<string, string>) => pmid !== '40' && title !== ''),
    );
  });

  test('says why there is nothing', async () => {
    const { results, warnings } = await relate({ pmid: '999999999', relation: 'references' });
    assert.deepEqual(results, []);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /\.$/);
  });

  test('refuses what is no PMID or no relation, by name', async () => {
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ pmid: 'PMC123' }, /^`pmid` must be a PMID: /],
      [
        { pmid: 40, relation: 'cites' },
        /^`relation` must be one of similar, cited_by, references \(did you mean cited_by\?\)\.$/,
      ],
      [{}, /^`pmid` /],
    ];
    for (const [params, message] of cases) {
      const { status, body } = await live.invoke('pubmed.related', params);
      assert.equal(status, 400);
      assert.match(body.message, message);
    }
  });
});
