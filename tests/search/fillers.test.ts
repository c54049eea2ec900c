import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chunkDocument } from '../../src/search/chunking.ts';
import { toAbstract, toCitation } from './citation-samples.ts';

const FILLERS = [
  'Abstract available from the publisher.',
  '[Abstract available from the publisher].',
  'ABSTRACT IS AVAILABLE FROM THE PUBLISHER',
  'No abstract available.',
  'No abstract.',
  '[No abstract available]',
  'There is no abstract for this article.',
  'This article has no abstract.',
  'This article does not have an abstract.',
  'An abstract is unavailable.',
  'An abstract is unavailable. This article is available as a PDF only.',
  'Abstract not available.',
  'Abstract unavailable',
  'Summary not available.',
  'No summary provided',
  'Not available.',
  '[Not Available].',
  'N/A',
  'None.',
  'Abstract.',
  '.',
  'Kein Abstract verfügbar.',
  'Résumé non disponible.',
  'Resumen no disponible',
];
const REAL = [
  'Abstract reasoning is available to few species, from crows to apes.',
  'No abstract rule was learned by the mice, whatever the training was.',
  'None of the patients relapsed.',
  'A vaccine is not available for this disease.',
  'Case report.',
  'NCT03441451.',
];

describe('what only says that there is no abstract', () => {
  for (const text of FILLERS) {
    test(`"${text}" is no passage`, () => {
      const only = toCitation({ title: 'Aspirin.', abstract: toAbstract(text) });
      const passages = chunkDocument(only).map(({ section, text: words }) => [section, words]);
      assert.deepEqual(passages, [['TITLE', 'Aspirin.']]);
      const other = { language: 'fre', ...toAbstract(text) };
      const beside = toCitation({ abstract: toAbstract('It works.'), other_abstracts: [other] });
      assert.deepEqual(
        chunkDocument(beside).map(({ text: words }) => words),
        ['It works.'],
      );
    });
  }

  test('what says more is a passage', () => {
    for (const text of REAL) {
      assert.equal(chunkDocument(toCitation({ title: 'T', abstract: toAbstract(text) }))[0]?.text, text);
    }
  });

  test('beside other sections an answer of few words stays, and a stub goes', () => {
    const abstract = toAbstract(
      ['RESULTS', 'It works.'],
      ['FUNDING', 'None.'],
      ['SUMMARY', 'Abstract available from the publisher.'],
    );
    assert.equal(chunkDocument(toCitation({ abstract }))[0]?.text, 'It works.\n\nNone.');
  });
});

test('"UNLABELLED" is no heading, in any language', () => {
  const abstract = toAbstract(['UNLABELLED', 'It works.']);
  const other_abstracts = [{ language: 'spa', ...toAbstract(['Unlabelled', 'Funciona.']) }];
  const sections = chunkDocument(toCitation({ abstract, other_abstracts })).map(({ section }) => section);
  assert.deepEqual(sections, [null, 'ABSTRACT (spa)']);
});
