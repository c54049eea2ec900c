import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toPublishedRange } from '../../src/domain/calendar/published-range.ts';
import type { PartialDate } from '../../src/domain/document/document.ts';

const YEAR_ONLY = { year: 2019, month: null, day: null, precision: 'year' } as const;

describe('the range of a published date', () => {
  const cases: [PartialDate, string, string][] = [
    [
      { verbatim: '2019 Sep 20', year: 2019, month: 9, day: 20, precision: 'day' },
      '2019-09-20',
      '2019-09-20',
    ],
    [
      { verbatim: '2020 Feb', year: 2020, month: 2, day: null, precision: 'month' },
      '2020-02-01',
      '2020-02-29',
    ],
    [{ verbatim: '1866', year: 1866, month: null, day: null, precision: 'year' }, '1866-01-01', '1866-12-31'],
    [{ ...YEAR_ONLY, verbatim: '2019 May - Jun' }, '2019-05-01', '2019-06-30'],
    [{ ...YEAR_ONLY, verbatim: '2019 Sep/Oct' }, '2019-09-01', '2019-10-31'],
    [{ ...YEAR_ONLY, verbatim: '2019 Sep-OCT' }, '2019-09-01', '2019-10-31'],
    [{ ...YEAR_ONLY, verbatim: '2019 Jan-Dec' }, '2019-01-01', '2019-12-31'],
    [{ ...YEAR_ONLY, verbatim: '2019 Dec-2020 Jan' }, '2019-12-01', '2020-01-31'],
    [{ ...YEAR_ONLY, verbatim: '2019 Nov-Jan' }, '2019-11-01', '2020-01-31'],
    [{ ...YEAR_ONLY, verbatim: '2019-2021' }, '2019-01-01', '2021-12-31'],
    [{ ...YEAR_ONLY, verbatim: '2019 Dec 25-31' }, '2019-12-25', '2019-12-31'],
    [{ ...YEAR_ONLY, verbatim: '2019 Dec 30-2020 Jan 5' }, '2019-12-30', '2020-01-05'],
    [{ ...YEAR_ONLY, verbatim: '2019 Fall', precision: 'season' }, '2019-09-01', '2019-11-30'],
    [{ ...YEAR_ONLY, verbatim: '2019 Spring-Summer' }, '2019-03-01', '2019-08-31'],
    [{ ...YEAR_ONLY, verbatim: '2019 Winter', precision: 'season' }, '2019-01-01', '2019-12-31'],
    [{ ...YEAR_ONLY, verbatim: '2019 First Quarter' }, '2019-01-01', '2019-12-31'],
    [{ ...YEAR_ONLY, verbatim: 'Summer 2019' }, '2019-01-01', '2019-12-31'],
  ];

  for (const [date, from, to] of cases) {
    test(`"${date.verbatim}" reaches from ${from} to ${to}`, () => {
      const range = toPublishedRange(date);
      assert.deepEqual([toIso(range.from), toIso(range.to)], [from, to]);
    });
  }

  test('a date without a year has none', () => {
    const date = { verbatim: 'Spring', year: null, month: null, day: null, precision: null };
    assert.deepEqual(toPublishedRange(date), { from: null, to: null });
  });
});

function toIso(day: number | null): string | null {
  return day === null ? null : new Date(day * 86_400_000).toISOString().slice(0, 10);
}
