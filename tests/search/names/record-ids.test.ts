import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRecordIds, withoutRecordIds } from '../../../src/search/names/record-ids.ts';

test('a dose, a count and the number of a trial are no PMID', () => {
  const questions = [
    '2400000 units benzathine penicillin',
    'penicillin 1200000 IU',
    'mortality per 1000000 inhabitants',
    'a study of 1234567 women',
    '1500321 cells a well',
    'trial ISRCTN 12345678',
    'a deletion of 1234567 bp',
    'a genome of 4641652 base pairs',
  ];
  for (const question of questions) {
    assert.deepEqual(readRecordIds(question), { pmids: [], keys: [] }, question);
    assert.equal(withoutRecordIds(question), question);
  }
});

test('a number of seven digits or more is one, alone, beside words, or where it is called so', () => {
  for (const question of ['2400000', '2400000, 2400000', 'PMID 2400000 units', 'pmid:2400000 and falls'])
    assert.deepEqual(readRecordIds(question).pmids, ['2400000'], question);
  for (const question of [
    '30000000',
    '30000000.',
    '(30000000)',
    '[30000000]?',
    'see 30000000',
    'papers like 30000000',
  ])
    assert.deepEqual(readRecordIds(question).pmids, ['30000000'], question);
  const both = ['12300000 and 30094717', '12300000 vs. 30094717', 'PMID 12300000, 30094717'];
  for (const question of both)
    assert.deepEqual(readRecordIds(question).pmids, ['12300000', '30094717'], question);
  assert.deepEqual(readRecordIds('30094717 base excision repair').pmids, ['30094717']);
  for (const question of ['25362012 asthma', 'asthma in children (25362012)', 'see 25362012.'])
    assert.deepEqual(readRecordIds(question).pmids, ['25362012'], question);
});
