import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toIsoDay, toPublishedDate, type WrittenDate } from '../../src/pubmed/records/published-date.ts';

describe('a published date', () => {
  const cases: [WrittenDate, string | null, (number | null)[], string | null][] = [
    [{ year: '2019', month: 'Sep', day: '05' }, '2019 Sep 05', [2019, 9, 5], 'day'],
    [{ year: '2019', month: '01' }, '2019 01', [2019, 1, null], 'month'],
    [{ year: '2003', season: 'Fall' }, '2003 Fall', [2003, null, null], 'season'],
    [{ year: '2010', season: 'Apr-Jun' }, '2010 Apr-Jun', [2010, null, null], 'season'],
    [{ year: '1866' }, '1866', [1866, null, null], 'year'],
    [{ year: '2001', month: 'Feb', day: '31' }, '2001 Feb 31', [2001, 2, null], 'month'],
    [{ year: 'n.d.' }, 'n.d.', [null, null, null], null],
    [{}, null, [null, null, null], null],
    [{ medlineDate: '1998 Dec-1999 Jan' }, '1998 Dec-1999 Jan', [1998, null, null], 'year'],
    [{ medlineDate: '2019 May - Jun' }, '2019 May - Jun', [2019, null, null], 'year'],
    [{ medlineDate: '1978 Sep-OCT' }, '1978 Sep-OCT', [1978, null, null], 'year'],
    [{ medlineDate: '1999 Dec 25-31' }, '1999 Dec 25-31', [1999, null, null], 'year'],
    [{ medlineDate: '2001 Jan 15' }, '2001 Jan 15', [2001, 1, 15], 'day'],
    [{ medlineDate: '1975 Summer' }, '1975 Summer', [1975, null, null], 'season'],
    [{ medlineDate: 'Summer 1975' }, 'Summer 1975', [1975, null, null], 'year'],
  ];

  for (const [parts, verbatim, [year, month, day], precision] of cases) {
    test(`${JSON.stringify(parts)} is kept verbatim and read as ${precision}`, () => {
      assert.deepEqual(toPublishedDate(parts), { verbatim, year, month, day, precision });
    });
  }

  test('an ISO day needs a real day', () => {
    assert.equal(toIsoDay({ year: '2019', month: '9', day: '5' }), '2019-09-05');
    assert.equal(toIsoDay({ year: '2019', month: '9' }), null);
    assert.equal(toIsoDay({ year: '2019', month: '13', day: '1' }), null);
  });
});
