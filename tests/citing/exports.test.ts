import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CITATION_STYLES, type CitationStyle, toCitationText } from '../../src/citing/citation-style.ts';
import type { Author, Citation, Correction } from '../../src/domain/document/document.ts';
import { readCitations } from './golden-citations.ts';

const citations = await readCitations();
const base = citations.find(({ pmid }) => pmid === '40') as Citation;
const cite = (change: Partial<Citation>, style: CitationStyle) =>
  toCitationText({ ...base, ...change }, style);
const person = (last_name: string, fore_name: string | null, suffix: string | null = null): Author => ({
  affiliations: [],
  collective_name: null,
  fore_name,
  initials: null,
  last_name,
  orcid: null,
  suffix,
});
const group = (name: string): Author => ({ ...person('', null), last_name: null, collective_name: name });

describe('names', () => {
  const listRisNames = (authors: Author[]) =>
    [...cite({ authors }, 'ris').matchAll(/^AU {2}- (.*)$/gm)].map(([, name]) => name);

  test('a name of several words stays whole for readers of RIS', () => {
    const authors = [
      group('WISDOM team'),
      group('BUSTER'),
      group('University of X, Y, and Z'),
      person('Wang Ny', null),
    ];
    assert.deepEqual(listRisNames(authors), [
      'WISDOM team,',
      'BUSTER',
      'University of X,, Y, and Z',
      'Wang Ny,',
    ]);
    assert.deepEqual(listRisNames([person('van der Berg', 'Jan', 'Jr'), person('Plato', null)]), [
      'van der Berg, Jan, Jr',
      'Plato',
    ]);
  });

  test('BibTeX takes particles for what they are, and no other word for one', () => {
    const authors = [person('de la Cruz', 'Ana'), person('deVere White', 'R'), person('Wang Ny', null)];
    assert.match(
      cite({ authors }, 'bibtex'),
      /author = \{de la Cruz, Ana and \{deVere\} White, R and \{Wang Ny\}\}/,
    );
  });

  test('a number behind a name is Roman in APA', () => {
    assert.match(cite({ authors: [person('Gilbert', 'H F', '3rd')] }, 'apa'), /^Gilbert, H\. F\., III\. \(/);
  });
});

describe('RIS', () => {
  test('has abstract, keywords, headings and notes, each on one line', () => {
    const text = cite(
      {
        abstract: { text: 'AIM: One.\n\nRESULT: Two.', sections: [] },
        keywords: ['liver', 'Humans'],
        mesh: [{ ui: null, name: 'Humans', major: false, qualifiers: [] }],
        ahead_of_print: true,
      },
      'ris',
    );
    assert.match(text, /\nAB {2}- AIM: One\. RESULT: Two\.\nKW {2}- liver\nKW {2}- Humans\nN1 {2}- Online/);
  });

  test('every line of every record is a tag and its value', () => {
    for (const citation of citations) {
      for (const line of toCitationText(citation, 'ris').split('\n'))
        assert.match(line, /^[A-Z][A-Z\d] {2}- /, citation.pmid);
    }
  });

  test('several ranges stand whole where the pages begin', () => {
    const journal = { ...(base.journal as NonNullable<Citation['journal']>), pages: '167-70, 173, 176-9' };
    assert.match(cite({ journal }, 'ris'), /\nSP {2}- 167-170, 173, 176-179\n(?!EP)/);
  });
});

describe('NBIB', () => {
  test('every line of every record is a tag and its value, or goes on with one', () => {
    for (const citation of citations) {
      for (const line of toCitationText(citation, 'nbib').split('\n'))
        assert.match(line, /^(?:[A-Z]{2,4} {0,2}- | {6})./, citation.pmid);
    }
  });

  test('a value that is broken into lines is the same when they are joined', () => {
    const long = citations.filter(({ abstract }) => (abstract?.text.length ?? 0) > 2000);
    assert.ok(long.length > 0);
    for (const citation of long) {
      const text = toCitationText(citation, 'nbib').replaceAll('\n      ', ' ');
      assert.equal(/^AB {2}- (.*)$/m.exec(text)?.[1], citation.abstract?.text.replace(/\s*\n+\s*/g, ' '));
      assert.ok(
        toCitationText(citation, 'nbib')
          .split('\n')
          .every((line) => line.length <= 87 || !line.slice(6).includes(' ')),
      );
    }
  });

  test('translated titles, headings and corrections have their own tags', () => {
    const text = cite(
      {
        title: '[A title].',
        vernacular_title: 'Ein Titel.',
        languages: ['ger'],
        mesh: [
          {
            ui: null,
            name: 'Liver',
            major: false,
            qualifiers: [{ ui: null, name: 'injuries', major: true }],
          },
        ],
        corrections: [{ type: 'ErratumIn', citation: 'J Tests. 2020', pmid: '7' }],
      },
      'nbib',
    );
    assert.match(text, /\nTI {2}- \[A title\]\.\n/);
    assert.match(text, /\nTT {2}- Ein Titel\.\n/);
    assert.match(text, /\nMH {2}- Liver\/\*injuries\n/);
    assert.match(text, /\nEIN - J Tests\. 2020\. PMID: 7\n/);
  });
});

describe('ties to other records', () => {
  const source = 'J Tests. 2020 Mar;1(2):3';
  const tie = (type: string, citation = source): Correction => ({ type, citation, pmid: '32167152' });
  const told: [type: string, change: Partial<Citation>, words: RegExp][] = [
    ['RetractionIn', { retraction_status: 'retracted' }, /Retraction (?:in|published)|^RIN/m],
    ['PartialRetractionIn', {}, /Partial retraction (?:in|published)|^PRIN/m],
    ['ExpressionOfConcernIn', {}, /Expression of concern (?:in|published)|^ECI/m],
    ['RetractionOf', {}, /Retraction of|^ROF/m],
    ['ExpressionOfConcernFor', {}, /Expression of concern for|^ECF/m],
    ['UpdateIn', {}, /Update (?:in|published)|^UIN/m],
    ['UpdateOf', {}, /Update of|^UOF/m],
  ];
  for (const [type, change, words] of told) {
    test(`${type} is told in every style, with the other's citation and PMID`, () => {
      for (const style of CITATION_STYLES) {
        const text = cite({ ...change, corrections: [tie(type)] }, style).replaceAll('\n      ', ' ');
        assert.match(text, words, style);
        assert.match(text, /J Tests\. 2020 Mar;1\(2\):3\. PMID: 32167152/, style);
      }
    });
  }

  test('a tie whose other record NLM does not name is told without it', () => {
    const unnamed: Correction = { type: 'RetractionOf', citation: null, pmid: null };
    assert.match(cite({ corrections: [unnamed] }, 'vancouver'), /PMID: \d+\. Retraction\.$/);
    const republished = tie('CorrectedandRepublishedIn');
    assert.match(
      cite({ corrections: [republished] }, 'apa'),
      / \(Corrected and republished in: J Tests\. 2020/,
    );
  });

  test('a preprint and its article name each other as what they are', () => {
    const preprint: Partial<Citation> = {
      publication_types: [{ ui: 'D000076942', name: 'Preprint' }],
      corrections: [tie('UpdateIn')],
    };
    assert.match(
      cite(preprint, 'vancouver'),
      /Biochemistry \[Preprint\]\. .*Published article: J Tests\. 2020/,
    );
    assert.match(cite(preprint, 'apa'), /properties \[Preprint\] \(Published article: J Tests/);
    assert.match(cite(preprint, 'ris'), /\nN1 {2}- Published article: J Tests.*\nN1 {2}- Preprint\n/);
    assert.match(cite(preprint, 'bibtex'), /note = \{Published article: J Tests.*\. Preprint\}/);
    const { type, genre, note } = JSON.parse(cite(preprint, 'csl-json'));
    assert.deepEqual([type, genre], ['article', 'preprint']);
    assert.match(note, /^Published article: /);

    const article = { corrections: [tie('UpdateOf', 'medRxiv. 2020 Jan 5:2020.01.04.1')] };
    for (const style of CITATION_STYLES.filter((one) => one !== 'nbib')) {
      assert.match(cite(article, style), /Preprint: medRxiv\. 2020 Jan 5/, style);
    }
  });

  test('comments and errata are told where a reader of notes looks for them, in no line of a bibliography', () => {
    const corrections = [tie('CommentIn'), tie('ErratumIn')];
    assert.equal(cite({ corrections }, 'vancouver'), cite({ corrections: [] }, 'vancouver'));
    assert.match(cite({ corrections }, 'nbib'), /\nCIN - J Tests/);
  });
});
