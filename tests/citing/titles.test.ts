import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cite, valuesOf, writeArticle } from './written-record.ts';

/** What stands between the author and the journal. */
function vancouver(written: Parameters<typeof writeArticle>[0]): string {
  const text = cite(writeArticle(written), 'vancouver');
  return text.slice('Doe J. '.length, text.indexOf('J Tests. ')).trim();
}
const vernacular = (title: string) => `<VernacularTitle>${title}</VernacularTitle>`;

describe('a title ends with one mark', () => {
  const expected: [given: string, sentence: string][] = [
    ['A title.', 'A title.'],
    ['A title', 'A title.'],
    ['Is it so?', 'Is it so?'],
    ['Is it so?.', 'Is it so?'],
    ['Stop it!', 'Stop it!'],
    ['She said "no."', 'She said "no."'],
    ['She said “no.”', 'She said “no.”'],
    // PubMed: "[… evidence for the rapid auditory processing deficit theory?]."
    ['A case (Smith et al.).', 'A case (Smith et al.).'],
    ['Is it so (or not?)', 'Is it so (or not?).'],
    ['What is <i>BRCA1?</i>', 'What is BRCA1?'],
    ['And so on...', 'And so on...'],
    ['And so on…', 'And so on…'],
    ['On the liver:', 'On the liver.'],
    ['On the liver,', 'On the liver.'],
    ['题目。', '题目.'],
  ];
  for (const [given, sentence] of expected) {
    test(given, () => {
      assert.equal(vancouver({ title: given }), sentence);
      assert.deepEqual(valuesOf(cite(writeArticle({ title: given }), 'nbib'), 'TI'), [sentence]);
      assert.ok(
        cite(writeArticle({ title: given }), 'apa').startsWith(`Doe, J. (2020). ${sentence} Journal`),
      );
    });
  }
});

// "[Not Available]", "[In Process Citation]": https://www.nlm.nih.gov/bsd/mms/medlineelements.html#ti
describe('stand-ins for a title', () => {
  const standIns = [
    '[Not Available].',
    '[not available]',
    'Not Available.',
    '[In Process Citation]',
    '[Title not available].',
  ];
  for (const standIn of [...standIns, '[No title].', '[Untitled]', '.', '[].', '<i>[Not Available]</i>.']) {
    test(`${standIn}: the title in the work's own language is its title`, () => {
      const bytes = writeArticle({ title: standIn, languages: ['fre'], rest: vernacular('Le titre.') });
      assert.match(cite(bytes, 'vancouver'), /^Doe J\. Le titre\. J Tests\./);
      assert.match(cite(bytes, 'apa'), /^Doe, J\. \(2020\)\. Le titre\. Journal/);
      assert.match(cite(bytes, 'bibtex'), / title = \{Le titre\},/);
      assert.deepEqual(valuesOf(cite(bytes, 'ris'), 'TI'), ['Le titre']);
      assert.deepEqual(valuesOf(cite(bytes, 'ris'), 'TT'), []);
      assert.deepEqual(valuesOf(cite(bytes, 'nbib'), 'TI'), ['Le titre.']);
      assert.deepEqual(valuesOf(cite(bytes, 'nbib'), 'TT'), []);
    });
  }

  test('a vernacular title that stands for none is none, and its brackets come off', () => {
    const none = writeArticle({ title: '[Not Available].', rest: vernacular('[Not Available].') });
    assert.match(cite(none, 'vancouver'), /^Doe J\. J Tests\./);
    assert.deepEqual(valuesOf(cite(none, 'nbib'), 'TT'), []);
    assert.match(cite(none, 'apa'), /\[Untitled work\]/);
    assert.equal(
      vancouver({ title: '[Not Available].', languages: ['fre'], rest: vernacular('[Le titre].') }),
      'Le titre.',
    );
  });

  test('a work may be called "Untitled"', () => assert.equal(vancouver({ title: 'Untitled.' }), 'Untitled.'));
});

test("PubMed's remark on the language is no part of a title", () => {
  for (const title of [
    '[A title]. [Article in German]',
    '[A title] [Article in German].',
    '[Article in German] [A title].',
  ])
    assert.equal(vancouver({ title, languages: ['ger'] }), '[A title].', title);
  const other = 'A word on [Article in Journal of Tests].';
  assert.equal(vancouver({ title: other }), other);
});

test('a question in brackets is followed by a full stop', () => {
  const bytes = writeArticle({ title: '[What is new?].', languages: ['ger'] });
  assert.match(cite(bytes, 'vancouver'), /^Doe J\. \[What is new\?\]\. J Tests\./);
  assert.match(cite(bytes, 'apa'), /\(2020\)\. \[What is new\?\]\. Journal/);
});

test('languages are told behind the pages where one of them is not English', () => {
  const languagesOf = (languages: string[]) =>
    / J Tests\. \S+ \S+ (.*)PMID/.exec(cite(writeArticle({ languages }), 'vancouver'))?.[1];
  assert.equal(languagesOf(['eng']), '');
  assert.equal(languagesOf(['ger']), 'German. ');
  // PubMed: "Arq Bras Cardiol. 2020 Nov;115(5):1006-1043. English, Portuguese."
  assert.equal(languagesOf(['eng', 'por']), 'English, Portuguese. ');
});
