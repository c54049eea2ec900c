import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toChunkFilters } from '../../src/search/search-filters.ts';

test('dates and years that leave no day are refused by the two that do', () => {
  const told = (filters: object) => {
    try {
      return toChunkFilters(filters);
    } catch (error) {
      return (error as Error).message.match(/filters\.\w+/g);
    }
  };
  assert.deepEqual(told({ date_from: '2010', year_from: 2025, date_to: '2020' }), [
    'filters.year_from',
    'filters.date_to',
  ]);
  assert.deepEqual(told({ year_from: 2021, date_to: '2024', year_to: 2020 }), [
    'filters.year_from',
    'filters.year_to',
  ]);
  assert.deepEqual(told({ date_from: '2021', year_from: 2021, date_to: '2020', year_to: 2020 }), [
    'filters.date_from',
    'filters.date_to',
  ]);
  const year = { publishedFrom: 18_262, publishedTo: 18_627 };
  assert.deepEqual(told({ date_from: '2019-07', year_from: 2020, date_to: '2021-03', year_to: 2020 }), year);
});
