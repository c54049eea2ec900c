import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CitationStyle, toCitationText } from '../../src/citing/citation-style.ts';
import type { Citation } from '../../src/domain/document/document.ts';
import { parseRecord } from '../../src/pubmed/records/parse-record.ts';

const person = (last: string, initials: string) =>
  `<Author><LastName>${last}</LastName><ForeName>${[...initials].join(' ')}</ForeName><Initials>${initials}</Initials></Author>`;

/** Of our own writing, in the order of the DTD. */
function parse({
  chapter = '',
  editors = person('Swan', 'AB') + person('Wall', 'C'),
  facts = '<Edition>2nd</Edition><Isbn>0879695323</Isbn>',
  dates = '<PubDate><Year>1997</Year></PubDate>',
  pages = '',
} = {}): Citation {
  return parseRecord(
    Buffer.from(`<PubmedBookArticle><BookDocument><PMID>990000001</PMID>
      <ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId></ArticleIdList>
      <Book><Publisher><PublisherName>Test Press</PublisherName><PublisherLocation>Bath (NY)</PublisherLocation></Publisher>
      <BookTitle>On <i>C. elegans</i></BookTitle>${dates}
      <AuthorList Type="editors">${editors}</AuthorList>${facts}</Book>${chapter}${pages}<Language>eng</Language>
      <DateRevised><Year>2024</Year><Month>12</Month><Day>19</Day></DateRevised></BookDocument></PubmedBookArticle>`),
  );
}
const CHAPTER = `<ArticleTitle>The Genome.</ArticleTitle><AuthorList Type="authors">${person('Hart', 'D')}</AuthorList>`;
const cite = (citation: Citation, style: CitationStyle) => toCitationText(citation, style);

describe('a chapter of a printed book', () => {
  const chapter = parse({
    chapter: CHAPTER,
    pages: '<Pagination><MedlinePgn>23-45</MedlinePgn></Pagination>',
  });

  test('names editors, edition, publisher and pages in every style', () => {
    assert.equal(
      cite(chapter, 'vancouver'),
      'Hart D. The Genome. In: Swan AB, Wall C, editors. On C. elegans. 2nd ed. Bath (NY): Test Press; 1997. p. 23-45. ' +
        'Available from: https://www.ncbi.nlm.nih.gov/books/NBK1/. PMID: 990000001.',
    );
    assert.equal(
      cite(chapter, 'apa'),
      'Hart, D. (1997). The Genome. In A. B. Swan & C. Wall (Eds.), On C. elegans (2nd ed., pp. 23–45). Test Press. ' +
        'https://www.ncbi.nlm.nih.gov/books/NBK1/',
    );
    assert.match(
      cite(chapter, 'bibtex'),
      /booktitle = \{\{On C\. elegans\}\},\n {2}editor = \{Swan, A B and Wall, C\},\n {2}edition = \{2nd\},\n {2}publisher = \{Test Press\},\n {2}address = \{Bath \(NY\)\},\n {2}isbn = \{0879695323\}/,
    );
    assert.match(
      cite(chapter, 'ris'),
      /^TY {2}- CHAP\nAU {2}- Hart, D\nTI .*\nT2 .*\nA2 {2}- Swan, A B\nA2 {2}- Wall, C\n/,
    );
    assert.match(
      cite(chapter, 'ris'),
      /\nET {2}- 2nd\nPB {2}- Test Press\nCY {2}- Bath \(NY\)\nSN {2}- 0879695323\n/,
    );
    assert.match(
      cite(chapter, 'nbib'),
      /\nPB {2}- Test Press\nDP {2}- 1997\nTI {2}- The Genome\.\nBTI - On C\. elegans\nEN {2}- 2nd\nPG {2}- 23-45\nFED - Swan, A B\nED {2}- Swan AB\n/,
    );
    assert.match(cite(chapter, 'nbib'), /\nPL {2}- Bath \(NY\)\nISBN- 0879695323\n/);
    const {
      editor,
      edition,
      publisher,
      ISBN,
      'publisher-place': place,
    } = JSON.parse(cite(chapter, 'csl-json'));
    assert.deepEqual(
      { editor, edition, publisher, ISBN, place },
      {
        editor: [
          { family: 'Swan', given: 'A B' },
          { family: 'Wall', given: 'C' },
        ],
        edition: '2',
        publisher: 'Test Press',
        ISBN: '0879695323',
        place: 'Bath (NY)',
      },
    );
  });
});

test('a chapter on the web has its own dates in front of the book, the years of the book behind its publisher', () => {
  const dates =
    '<PubDate><Year>1993</Year></PubDate><BeginningDate><Year>1993</Year></BeginningDate><EndingDate><Year>2025</Year></EndingDate>';
  const contributed = '<ContributionDate><Year>2006</Year><Month>02</Month><Day>15</Day></ContributionDate>';
  const chapter = parse({ chapter: CHAPTER, pages: contributed, dates, facts: '<Medium>Internet</Medium>' });
  assert.match(
    cite(chapter, 'vancouver'),
    /\. 2006 Feb 15 \[updated 2024 Dec 19\]\. In: .* editors\. On C\. elegans \[Internet\]\. Bath \(NY\): Test Press; 1993-2025\. /,
  );
  assert.match(cite(chapter, 'nbib'), /\nDRDT- 20241219\nCTDT- 20060215\nPB {2}- Test Press\nDP {2}- 1993\n/);
});

describe('a whole book', () => {
  test('by its editors has them in their place, as editors', () => {
    const book = parse();
    assert.match(
      cite(book, 'vancouver'),
      /^Swan AB, Wall C, editors\. On C\. elegans\. 2nd ed\. Bath \(NY\): Test Press; 1997\. /,
    );
    assert.match(
      cite(book, 'apa'),
      /^Swan, A\. B\., & Wall, C\. \(Eds\.\)\. \(1997\)\. On C\. elegans \(2nd ed\.\)\. Test Press\. /,
    );
    assert.match(
      cite(book, 'bibtex'),
      /^@book\{swan1997pmid990000001,\n {2}editor = \{Swan, A B and Wall, C\},/,
    );
    assert.doesNotMatch(cite(book, 'bibtex'), /author/);
    assert.match(cite(book, 'ris'), /^TY {2}- EDBOOK\nAU {2}- Swan, A B\n/);
    assert.equal(JSON.parse(cite(book, 'csl-json')).author, undefined);
    assert.match(cite(book, 'nbib'), /\nFED - Swan, A B\nED {2}- Swan AB\n/);
    assert.doesNotMatch(cite(book, 'nbib'), /\nAU/);
  });

  test('of one editor says so', () => {
    const book = parse({ editors: person('Swan', 'AB') });
    assert.match(cite(book, 'vancouver'), /^Swan AB, editor\. /);
    assert.match(cite(book, 'apa'), /^Swan, A\. B\. \(Ed\.\)\. \(1997\)/);
  });
});

test('a document that was stored before these facts were read is cited without them', () => {
  const { book: _, ...before } = parse({ chapter: CHAPTER });
  assert.match(
    cite(before, 'vancouver'),
    /^Hart D\. The Genome\. 1997 \[updated 2024 Dec 19\]\. In: On C\. elegans \[Internet\]\. Available/,
  );
  assert.match(cite(before, 'apa'), /In On C\. elegans\. https:/);
});

describe('an edition', () => {
  const expected: [sent: string, vancouver: string, csl: string][] = [
    ['2nd', '2nd ed.', '2'],
    ['3rd ed.', '3rd ed.', '3'],
    ['Second edition', '2nd ed.', '2'],
    ['4', '4th ed.', '4'],
    ['12', '12th ed.', '12'],
    ['2.', '2nd ed.', '2'],
    ['Edition 3', '3rd ed.', '3'],
    ['2nd rev. ed.', '2nd rev. ed.', '2nd rev.'],
    ['Revised edition', 'Revised ed.', 'Revised'],
  ];
  for (const [sent, vancouver, csl] of expected) {
    test(sent, () => {
      const book = parse({ facts: `<Edition>${sent}</Edition>` });
      assert.ok(cite(book, 'vancouver').includes(`On C. elegans. ${vancouver} Bath`));
      assert.ok(cite(book, 'apa').includes(`(${vancouver}).`));
      assert.equal(JSON.parse(cite(book, 'csl-json')).edition, csl);
    });
  }
});

test('a volume is told behind the edition', () => {
  const chapter = parse({ chapter: CHAPTER, facts: '<Volume>2</Volume><Edition>3rd</Edition>' });
  assert.match(cite(chapter, 'vancouver'), / 3rd ed\. Vol\. 2\. Bath/);
  assert.match(cite(chapter, 'apa'), /On C\. elegans \(3rd ed\., Vol\. 2\)\. Test Press/);
});

test('a DOI in the location of a book is that of the whole book and of none of its chapters', () => {
  const facts = '<ELocationID EIdType="doi" ValidYN="Y">10.1234/book</ELocationID>';
  assert.equal(parse({ facts }).ids.doi, '10.1234/book');
  assert.equal(parse({ facts, chapter: CHAPTER }).ids.doi, undefined);
});
