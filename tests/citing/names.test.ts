import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CitationStyle } from '../../src/citing/citation-style.ts';
import { cite, group, list, person, valuesOf, writeArticle } from './written-record.ts';

/** What stands in front of the title, or of the year. */
function named(authors: string, style: 'vancouver' | 'apa'): string {
  const text = cite(writeArticle({ authors }), style);
  return text.slice(0, text.indexOf(style === 'apa' ? ' (2020)' : '. A title'));
}
const tagged = (authors: string, style: CitationStyle, tag: string) =>
  valuesOf(cite(writeArticle({ authors }), style), tag);

// Citing Medicine, chapter 1 (https://www.ncbi.nlm.nih.gov/books/NBK7282/); samples 2 and 3 of ICMJE.
describe('groups among persons', () => {
  const doe = person('Doe', 'Jane', 'J');
  const roe = person('Roe', 'Ann B', 'AB');
  const expected: [authors: string, vancouver: string][] = [
    [doe + roe + group('Test Group'), 'Doe J, Roe AB; Test Group'],
    [group('Test Group') + doe + roe, 'Test Group; Doe J, Roe AB'],
    [doe + group('Test Group.') + roe, 'Doe J; Test Group; Roe AB'],
    [group('University of X, Y and Z') + group('Test Group'), 'University of X, Y and Z; Test Group'],
  ];
  for (const [authors, vancouver] of expected)
    test(vancouver, () => assert.equal(named(list(authors), 'vancouver'), vancouver));

  test('a list that is cut or not complete ends in "et al."', () => {
    const many = Array.from({ length: 5 }, () => doe).join('') + group('Test Group') + roe;
    assert.equal(named(list(many), 'vancouver'), 'Doe J, Doe J, Doe J, Doe J, Doe J; Test Group; et al');
    assert.equal(named(list(doe + roe, { isComplete: false }), 'vancouver'), 'Doe J, Roe AB, et al');
  });
});

describe('names of persons', () => {
  const expected: [author: string, vancouver: string, apa: string, full: string][] = [
    [person('Roche', 'Jean-Paul', 'JP'), 'Roche JP', 'Roche, J.-P.', 'Roche, Jean-Paul'],
    // A publisher's hyphen may be Unicode's own.
    [person('Wu', 'Yu\u2010Hsin', 'YH'), 'Wu YH', 'Wu, Y.-H.', 'Wu, Yu\u2010Hsin'],
    // Initials alone, in the forms in which they are sent.
    [person('Roche', null, 'JP'), 'Roche JP', 'Roche, J. P.', 'Roche, J P'],
    [person('Roche', null, 'J-P'), 'Roche JP', 'Roche, J.-P.', 'Roche, J-P'],
    [person('Roche', null, 'J.-P.'), 'Roche JP', 'Roche, J.-P.', 'Roche, J-P'],
    [person('Roche', null, 'J.P.'), 'Roche JP', 'Roche, J. P.', 'Roche, J P'],
    [person('Roche', 'J P', 'J P'), 'Roche JP', 'Roche, J. P.', 'Roche, J P'],
    // A short form is no name of its own.
    [person('Doe', 'Jane (Janie) A', 'JA'), 'Doe JA', 'Doe, J. A.', 'Doe, Jane (Janie) A'],
    [person('Doe', 'Jane "Jay"', 'J'), 'Doe J', 'Doe, J.', 'Doe, Jane "Jay"'],
    [person('Doe', 'Jane (Janie Ann)', null), 'Doe J', 'Doe, J.', 'Doe, Jane (Janie Ann)'],
    [person('Baker', '’Abd al-Rahman', null), 'Baker AAR', 'Baker, A. A.-R.', 'Baker, ’Abd al-Rahman'],
    // NLM has "Jr" without a full stop and ordinals for numerals, APA the other way round.
    [person('Doe', 'J', 'J', 'Jr.'), 'Doe J Jr', 'Doe, J., Jr.', 'Doe, J Jr'],
    [person('Doe', 'J', 'J', 'III'), 'Doe J 3rd', 'Doe, J., III', 'Doe, J 3rd'],
    [person('Doe', 'J', 'J', '2nd'), 'Doe J 2nd', 'Doe, J., II', 'Doe, J 2nd'],
  ];
  for (const [author, vancouver, apa, full] of expected) {
    test(author.replaceAll(/<[^>]*>/g, ' ').trim(), () => {
      assert.equal(named(list(author), 'vancouver'), vancouver);
      assert.equal(`${named(list(author), 'apa')}.`.replace('..', '.'), apa.replace(/[^.]$/, '$&.'));
      assert.deepEqual(tagged(list(author), 'nbib', 'FAU'), [full]);
      assert.deepEqual(tagged(list(author), 'nbib', 'AU'), [vancouver]);
    });
  }

  test('a misspelt form is cited nowhere but where the record has no right one', () => {
    const wrong = person('Whitely', 'Bob', 'B').replace('ValidYN="Y"', 'ValidYN="N"');
    assert.equal(named(list(wrong + person('Whitley', 'Bob', 'B')), 'vancouver'), 'Whitley B');
    assert.equal(named(list(wrong), 'vancouver'), 'Whitely B');
  });

  test('an entry without a letter names nobody', () => {
    const authors = list(person('.', null, null) + person('Doe', 'Jane', 'J') + group('-'));
    assert.equal(named(authors, 'vancouver'), 'Doe J');
    assert.equal(named(authors, 'apa'), 'Doe, J.');
    assert.deepEqual(tagged(authors, 'ris', 'AU'), ['Doe, Jane']);
  });
});

test('a comma of Chinese type ends no name in BibTeX', () => {
  const bytes = writeArticle({ authors: list(person('Doe，Roe', 'Jane', 'J')) });
  assert.match(cite(bytes, 'bibtex'), / author = \{\{Doe,Roe\}, Jane\},/);
});
