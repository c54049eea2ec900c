import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Corpus } from '../../src/compose.ts';
import { corpusStatus } from '../../src/tools/corpus-status.ts';
import { wholeStatusSchema } from '../../src/tools/schemas/status-schema.ts';
import { callTool } from '../support/corpus/call-tool.ts';
import { follow } from '../support/corpus/filled-corpus.ts';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';

describe('corpus.status', () => {
  let home: TestHome;
  let corpus: Corpus;
  before(async () => {
    home = await makeTestHome();
    corpus = await home.open();
    await follow(corpus, 'a b', { day: '2026-02-01', brought: ['1'] });
    await follow(corpus, 'a b', { day: '2026-03-01', brought: ['2', '3'] });
    await follow(corpus, 'c');
  });
  after(async () => {
    await corpus[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  test('answers all but the topics where no field is named, and else those that are', async () => {
    const whole = await callTool(corpus, corpusStatus, {});
    assert.deepEqual(Object.keys(whole).sort(), Object.keys(wholeStatusSchema.shape).sort());
    for (const fields of [['growth'], ['topics', 'last_syncs'], ['index'], ['chunks', 'quarantined']]) {
      const some = await callTool(corpus, corpusStatus, { fields });
      assert.deepEqual(Object.keys(some).sort(), fields.toSorted());
      for (const [name, value] of Object.entries(some)) {
        if (name !== 'topics') assert.deepEqual(value, whole[name as keyof typeof whole], name);
      }
    }
  });

  test('answers one topic, however its white space is written, with its size by day', async () => {
    const { topics } = await callTool(corpus, corpusStatus, { term: ' a \n b' });
    const growth = [
      { day: '2026-02-01', documents: 1 },
      { day: '2026-03-01', documents: 3 },
    ];
    const facts = { complete_to: '2026-03-01', documents: 3, asked_at: null, warnings: [] };
    assert.deepEqual(topics, [{ term: 'a b', ...facts, growth }]);
    const all = await callTool(corpus, corpusStatus, { fields: 'topics' });
    assert.deepEqual(
      all.topics?.map(({ term, growth: days }) => [term, days]),
      [
        ['a b', undefined],
        ['c', undefined],
      ],
    );
  });

  test('says what is wrong with a field or a topic that there is not', async () => {
    await assert.rejects(callTool(corpus, corpusStatus, { fields: ['topic'] }), /did you mean `topics`/);
    await assert.rejects(callTool(corpus, corpusStatus, { term: 'd' }), { code: 'NOT_FOUND' });
  });
});
