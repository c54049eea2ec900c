import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fitAnswer } from '../../src/mcp/answers/fit-answer.ts';
import { toResourceText } from '../../src/mcp/desks/resource-text.ts';

const toRecord = (pmid: number, length: number) => ({ pmid: String(pmid), text: 'x'.repeat(length) });
const toRecords = (count: number, length: number) =>
  Array.from({ length: count }, (_, at) => toRecord(at + 1, length));
const rest = {
  list: 'records',
  toCall: (left: readonly unknown[], shown: number) => `more ${left.length} behind ${shown}`,
};

describe('the text of a resource', () => {
  test('is JSON, indented where it is short', () => {
    const answer = { records: toRecords(2, 10), problems: [] };
    assert.equal(toResourceText(answer), JSON.stringify(answer, null, 1));
  });

  test('is JSON without a blank where it is longer', () => {
    const answer = { records: toRecords(8, 10_000), problems: [] };
    assert.equal(toResourceText(answer), JSON.stringify(answer));
  });
});

describe('an answer that is fitted', () => {
  test('is the same where it is short enough', () => {
    const answer = { records: toRecords(8, 10_000) };
    assert.equal(fitAnswer(answer, rest), answer);
  });

  test('holds the first records whole, names the others, and how to ask for them', () => {
    const records = toRecords(20, 20_000);
    const problems = [{ pmid: '77', reason: 'not_found' }];
    assert.deepEqual(fitAnswer({ records, problems }, rest), {
      not_shown: {
        note: '16 of 20 records are left out, for length; `call` brings them.',
        ids: records.slice(4).map(({ pmid }) => pmid),
        call: 'more 16 behind 4',
      },
      records: records.slice(0, 4),
      problems,
    });
  });

  test('keeps one record, cut where it is too long alone', () => {
    const fitted = fitAnswer({ records: toRecords(3, 150_000) }, rest);
    const { records, not_shown } = JSON.parse(JSON.stringify(fitted));
    assert.equal(records.length, 1);
    assert.equal(records[0].text, `${'x'.repeat(40_000)}…`);
    assert.deepEqual(not_shown.ids, ['2', '3']);
    assert.match(not_shown.note, /2 of 3 .*records\[0\]\.text \(40000 of 150000 characters\)/);
  });

  test('has lists and texts cut, however deep they stand, where it has no records', () => {
    const deep = { inner: { authors: toRecords(3_000, 60), text: 'y\u{1f980}'.repeat(50_000) } };
    const fitted = fitAnswer(deep, null);
    assert.ok(JSON.stringify(fitted).length <= 85_000);
    const { inner, not_shown } = JSON.parse(JSON.stringify(fitted));
    assert.ok(inner.authors.length >= 500);
    assert.ok(inner.text.isWellFormed());
    assert.match(
      not_shown.note,
      /inner\.authors \(500 of 3000\), inner\.text \(20000 of 150000 characters\)/,
    );
  });
});
