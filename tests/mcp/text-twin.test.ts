import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toTextTwin } from '../../src/mcp/text-twin.ts';

const toRecord = (pmid: number, length: number) => ({ pmid: String(pmid), text: 'x'.repeat(length) });
const toRecords = (count: number, length: number) =>
  Array.from({ length: count }, (_, at) => toRecord(at + 1, length));

describe('the text beside a structured answer', () => {
  test('is the same JSON, indented where it is short', () => {
    const answer = { records: toRecords(2, 10), problems: [] };
    assert.equal(toTextTwin(answer), JSON.stringify(answer, null, 1));
  });

  test('is the same JSON without a blank where it is longer', () => {
    const answer = { records: toRecords(8, 10_000), problems: [] };
    assert.equal(toTextTwin(answer), JSON.stringify(answer));
  });

  test('holds the first records whole and names the others where it would be too long', () => {
    const records = toRecords(20, 20_000);
    const problems = [{ pmid: '77', reason: 'not_found' }];
    const text = toTextTwin({ records, problems });
    assert.ok(text.length > 80_000 && text.length <= 90_000, `${text.length} characters`);
    assert.match(text, /^\{"shortened":\{"note":"This text holds 4 of 20 records, .*structuredContent/);
    const { shortened, ...answer } = JSON.parse(text);
    assert.deepEqual(answer, { records: records.slice(0, 4), problems });
    assert.deepEqual(shortened.records, {
      shown: 4,
      of: 20,
      left_out: records.slice(4).map(({ pmid }) => pmid),
    });
  });

  test('holds one record whole, however long it is', () => {
    const alone = { records: toRecords(1, 150_000) };
    assert.equal(toTextTwin(alone), JSON.stringify(alone));
    const { records, shortened } = JSON.parse(toTextTwin({ records: toRecords(3, 150_000) }));
    assert.deepEqual(records, toRecords(1, 150_000));
    assert.deepEqual(shortened.records.left_out, ['2', '3']);
  });

  test('cuts the longest list first, and the next where that is not enough', () => {
    const authors = Array.from({ length: 3_000 }, (_, at) => ({ last_name: `Author ${at}`.padEnd(60) }));
    const references = Array.from({ length: 900 }, (_, at) => ({ citation: `Reference ${at}`.padEnd(60) }));
    const { shortened, ...answer } = JSON.parse(toTextTwin({ pmid: '1', authors, references }));
    assert.equal(answer.pmid, '1');
    assert.deepEqual(answer.references, references);
    assert.deepEqual(shortened.authors, { shown: answer.authors.length, of: 3_000 });
    const long = 'y'.repeat(95_000);
    const most = JSON.parse(toTextTwin({ references, authors, long }));
    assert.deepEqual(Object.keys(most.shortened), ['note', 'authors', 'references']);
  });

  test('is whole where there is no list to cut', () => {
    const answer = { text: 'x'.repeat(200_000) };
    assert.equal(toTextTwin(answer), JSON.stringify(answer));
  });
});
