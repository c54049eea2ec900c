import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeYear } from '../../../src/search/names/asked-year.ts';

test('the year of a question is taken out with the signs around it', () => {
  const asked = ['Smith J (2019)', 'Smith J, 2019, asthma', 'smith j 2019.', '2019 asthma'];
  assert.deepEqual(asked.map(takeYear), [
    { year: 2019, text: 'Smith J' },
    { year: 2019, text: 'Smith J, asthma' },
    { year: 2019, text: 'smith j' },
    { year: 2019, text: 'asthma' },
  ]);
});

test('digits within a word or a number are no year, and stay where one is taken', () => {
  const asked = ['Smith J COVID-2019 2021', '2019/2020 influenza, 2021', 'dose of 2019.5 mg'];
  assert.deepEqual(asked.map(takeYear), [
    { year: 2021, text: 'Smith J COVID-2019' },
    { year: 2021, text: '2019/2020 influenza' },
    { year: null, text: 'dose of 2019.5 mg' },
  ]);
});

test('of several years none is taken', () => {
  assert.deepEqual(takeYear('Smith J 2019, 2020'), { year: null, text: 'Smith J 2019, 2020' });
});
