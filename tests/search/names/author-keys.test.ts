import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toAskedAuthorKeys } from '../../../src/search/names/author-keys.ts';

test('a suffix is no part of a name, wherever a reference has it', () => {
  const forms = [
    'Smith JA Jr',
    'Smith, J. A., Jr.',
    'Smith Jr., J.A.',
    'Smith Jr, J. A.',
    'Smith Jr JA',
    'Smith Sr. JA',
  ];
  for (const form of forms) assert.ok(toAskedAuthorKeys(form).includes('smith ja'), form);
  for (const form of ['SMITH JA JR', 'smith ja jr', 'SMITH, J.A., JR.', 'Smith JA 3rd', 'Smith, JA Jr.'])
    assert.ok(toAskedAuthorKeys(form).includes('smith ja'), form);
});

test('JR and SR behind a family name are initials', () => {
  assert.deepEqual(toAskedAuthorKeys('Smith JR'), ['smith jr', 'jr smith']);
  for (const form of ['Smith, JR', 'smith jr', 'Smith J.R.', 'SMITH JR'])
    assert.ok(toAskedAuthorKeys(form).includes('smith jr'), form);
  const families = { 'De Vos JR': 'de vos jr', 'van dam jr': 'van dam jr', 'Garcia Gil SR': 'garcia gil sr' };
  for (const [form, key] of Object.entries(families)) assert.ok(toAskedAuthorKeys(form).includes(key), form);
  assert.ok(toAskedAuthorKeys('DE VOS JA JR').includes('de vos ja'));
  assert.ok(!toAskedAuthorKeys('Smith SR').includes('smith'), 'or all of the name would be found');
});
