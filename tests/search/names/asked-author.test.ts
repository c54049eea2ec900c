import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAuthors, readAuthorTopic } from '../../../src/search/names/asked-author.ts';

test('a suffix behind a name is none of its topic', () => {
  for (const question of ['Gilbert HF 3rd', 'Gilbert HF, Jr.', 'Gilbert Sr HF'])
    assert.deepEqual(readAuthors(question)?.keys, [['gilbert hf', 'hf gilbert']], question);
  assert.equal(readAuthorTopic('Fraumeni JF, Jr. sarcoma')?.topic, 'sarcoma');
  assert.equal(readAuthorTopic('Gilbert HF 3rd glutathione')?.topic, 'glutathione');
});

test('an ordinal of the topic, and strontium, are no suffix', () => {
  const topics = {
    'Smith J 2nd line chemotherapy': '2nd line chemotherapy',
    'Smith J, 3rd trimester bleeding': '3rd trimester bleeding',
    'chemotherapy 2nd line Smith J': 'chemotherapy 2nd line',
    'bone Sr content Smith J': 'bone Sr content',
  };
  for (const [question, topic] of Object.entries(topics))
    assert.equal(readAuthorTopic(question)?.topic, topic, question);
});
