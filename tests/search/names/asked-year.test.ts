import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeYear } from '../../../src/search/names/asked-year.ts';

test('the year of a question is taken out with the signs around it', () => {
  const asked = ['Smith J (2019)', 'Smith J, 2019, asthma', 'smith j 2019.', '2019 asthma'];
  assert.deepEqual(asked.map(takeYear), [
    { years: { from: 2019, to: 2019 }, text: 'Smith J' },
    { years: { from: 2019, to: 2019 }, text: 'Smith J, asthma' },
    { years: { from: 2019, to: 2019 }, text: 'smith j' },
    { years: { from: 2019, to: 2019 }, text: 'asthma' },
  ]);
});

test('digits within a word or a number are no year, and stay where one is taken', () => {
  const asked = ['Smith J COVID-2019 2021', '2019/2020 influenza, 2021', 'dose of 2019.5 mg'];
  assert.deepEqual(asked.map(takeYear), [
    { years: { from: 2021, to: 2021 }, text: 'Smith J COVID-2019' },
    { years: { from: 2021, to: 2021 }, text: '2019/2020 influenza' },
    { years: null, text: 'dose of 2019.5 mg' },
  ]);
});

test('of several years none is taken', () => {
  assert.deepEqual(takeYear('Smith J 2019, 2020'), { years: null, text: 'Smith J 2019, 2020' });
});

test('a stretch of years, and one that is open, are taken whole', () => {
  const asked = [
    'Smith J 2019-2021',
    'Smith J (2019–2021) asthma',
    'Smith J, from 2019 to 2021',
    'since 2015 Smith J',
    'Smith J after 2015',
    'Smith J before 2010',
    'Smith J until 2010, asthma',
    'Smith J in 2019',
    'Smith J since 2015?',
    'Smith J 2021-2019',
  ];
  assert.deepEqual(asked.map(takeYear), [
    { years: { from: 2019, to: 2021 }, text: 'Smith J' },
    { years: { from: 2019, to: 2021 }, text: 'Smith J asthma' },
    { years: { from: 2019, to: 2021 }, text: 'Smith J' },
    { years: { from: 2015 }, text: 'Smith J' },
    { years: { from: 2016 }, text: 'Smith J' },
    { years: { to: 2009 }, text: 'Smith J' },
    { years: { to: 2010 }, text: 'Smith J, asthma' },
    { years: { from: 2019, to: 2019 }, text: 'Smith J' },
    { years: { from: 2015 }, text: 'Smith J' },
    { years: null, text: 'Smith J 2021-2019' },
  ]);
});

test('two years are no stretch, and "from" a year alone is of that year', () => {
  assert.deepEqual(['Smith J 2012 and 2017', 'from 2016 by Smith J', 'Smith J from 2016 on'].map(takeYear), [
    { years: null, text: 'Smith J 2012 and 2017' },
    { years: { from: 2016, to: 2016 }, text: 'by Smith J' },
    { years: { from: 2016 }, text: 'Smith J' },
  ]);
});
