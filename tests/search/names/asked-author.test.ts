import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAuthors, readAuthorTopic } from '../../../src/search/names/asked-author.ts';

test('a suffix behind a name is none of its topic', () => {
  for (const question of ['Gilbert HF 3rd', 'Gilbert HF, Jr.', 'Gilbert Sr HF'])
    assert.deepEqual(readAuthors(question)?.keys, [['gilbert hf', 'hf gilbert']], question);
  assert.equal(readAuthorTopic('Fraumeni JF, Jr. sarcoma')?.topic, 'sarcoma');
  assert.equal(readAuthorTopic('Gilbert HF 3rd glutathione')?.topic, 'glutathione');
});

test('a name is one in every way in which references and people write it', () => {
  const written = {
    'smith j': ['(Smith J, 2021)', 'Smith J 2021a', 'recent papers by Smith J', 'author Smith J', 'SMITH J'],
    'van der berg j': ['VAN DER BERG J', 'van der Berg, J.', 'Berg J van der', 'Berg, J. van der (2014)'],
    'de la cruz m': ['DE LA CRUZ M', 'de la Cruz, M.'],
    'obrien me': ['O‘Brien ME', 'O`Brien ME', "O'BRIEN ME"],
    'muller schmidt k': ['Müller\u2011Schmidt, K.', 'Müller–Schmidt K'],
  };
  for (const [key, questions] of Object.entries(written))
    for (const question of questions) {
      const keys = readAuthors(question)?.keys ?? [];
      assert.ok(keys.length === 1 && keys[0]?.includes(key), `${question}: ${keys.join('; ')}`);
    }
  for (const several of ['DU Y, LI X', 'Du Y Li X', 'SMITH JA JONES B', 'LE J, VAN DER BERG J'])
    assert.equal(readAuthors(several)?.keys.length, 2, several);
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

test('a species with the first letter of its genus is no author', () => {
  for (const question of [
    'E. coli',
    'S. Typhi',
    'C. elegans 2020',
    'B. subtilis and E. coli',
    'E.coli, S. aureus',
  ])
    assert.equal(readAuthors(question), null, question);
  for (const question of ['Coli E', 'Coli, E.', 'author: E. Coli', 'S. Smith', 'M. Elegans'])
    assert.equal(readAuthors(question)?.keys.length, 1, question);
});
