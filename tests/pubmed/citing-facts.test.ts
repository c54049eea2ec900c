import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CITATION_STYLES, toCitationText } from '../../src/citing/citation-style.ts';
import { parseRecord } from '../../src/pubmed/records/parse-record.ts';

/** An article of our own writing; `pieces` stand in Article in the order of the DTD. */
function parse({
  model = 'Print',
  title = 'A title.',
  pieces = '',
  status = 'ppublish',
  languages = ['eng'],
}) {
  const language = languages.map((code) => `<Language>${code}</Language>`).join('');
  const xml = `<PubmedArticle><MedlineCitation><PMID Version="1">990000001</PMID><Article PubModel="${model}">
    <Journal><JournalIssue><Volume>6</Volume><Issue>2</Issue><PubDate><Year>2021</Year></PubDate></JournalIssue>
    <Title>Journal of tests</Title><ISOAbbreviation>J Tests</ISOAbbreviation></Journal>
    <ArticleTitle>${title}</ArticleTitle>${pieces}${language}</Article></MedlineCitation>
    <PubmedData><PublicationStatus>${status}</PublicationStatus></PubmedData></PubmedArticle>`;
  return parseRecord(Buffer.from(xml));
}
const author = (name: string, attributes = '') =>
  `<Author ${attributes}><LastName>${name}</LastName><Initials>A</Initials></Author>`;

describe('facts that most records do not have', () => {
  test('are absent where there is nothing to say', () => {
    const citation = parse({
      pieces: `<AuthorList CompleteYN="Y">${author('Swan', 'ValidYN="Y"')}</AuthorList>`,
    });
    const optional = [
      'article_number',
      'authors_complete',
      'published_online',
      'publication_model',
      'ahead_of_print',
      'book',
    ];
    for (const name of optional) assert.ok(!(name in citation), name);
    assert.ok(!('misspelt' in (citation.authors[0] ?? {})));
  });

  test('ahead of print, model and electronic date', () => {
    const pieces =
      '<ArticleDate DateType="Electronic"><Year>2020</Year><Month>02</Month><Day>03</Day></ArticleDate>';
    const citation = parse({ model: 'Print-Electronic', pieces, status: 'aheadofprint' });
    assert.equal(citation.ahead_of_print, true);
    assert.equal(citation.publication_model, 'Print-Electronic');
    assert.equal(citation.published_online, '2020-02-03');
  });
});

describe('names', () => {
  test('a misspelt form is kept, marked, and cited nowhere', () => {
    const names = [author('Whitley', 'ValidYN="Y"'), author('Whitely', 'ValidYN="N"')].join('');
    const citation = parse({ pieces: `<AuthorList CompleteYN="Y">${names}</AuthorList>` });
    assert.deepEqual(
      citation.authors.map(({ misspelt }) => misspelt),
      [undefined, true],
    );
    for (const style of CITATION_STYLES) {
      assert.match(toCitationText(citation, style), /Whitley/, style);
      assert.doesNotMatch(toCitationText(citation, style), /Whitely/, style);
    }
  });

  test('a list that is not complete says so in every style', () => {
    const citation = parse({
      pieces: `<AuthorList CompleteYN="N">${author('Swan')}${author('Wall')}</AuthorList>`,
    });
    const told = {
      bibtex: /author = \{Swan, A and Wall, A and others\}/,
      ris: /\nN1 {2}- The list of authors is not complete\n/,
      nbib: /\nAU {2}- Wall A\nAU {2}- et al\.\n/,
      'csl-json': /"note": "The list of authors is not complete"/,
      vancouver: /^Swan A, Wall A, et al\. /,
      apa: /^Swan, A\., Wall, A\., et al\. \(2021\)/,
    };
    for (const style of CITATION_STYLES) assert.match(toCitationText(citation, style), told[style], style);
  });
});

describe('titles', () => {
  for (const title of ['[Not Available].', '[In Process Citation].', 'Not Available.']) {
    test(`${title} is none; the one in the work's own language is the title`, () => {
      const citation = parse({
        title,
        pieces: '<VernacularTitle>Le titre.</VernacularTitle>',
        languages: ['fre'],
      });
      assert.equal(citation.title, null);
      assert.match(toCitationText(citation, 'vancouver'), /^Le titre\. J Tests\. 2021;6\(2\)\. French\. /);
      assert.match(toCitationText(citation, 'ris'), /\nTI {2}- Le titre\n(?!TT)/);
      // A document that was stored before has the stand-in for its title.
      assert.match(toCitationText({ ...citation, title }, 'apa'), /^Le titre\. \(2021\)/);
    });
  }

  test('brackets come off one pair around a translated title, and off no other', () => {
    const cite = (title: string, languages: string[]) =>
      JSON.parse(toCitationText(parse({ title, languages }), 'csl-json')).title;
    assert.equal(cite('[A translated one].', ['ger']), 'A translated one');
    assert.equal(cite('[3H]ouabain and [14C].', ['ger']), '[3H]ouabain and [14C]');
    assert.equal(cite('[3H]ouabain binding.', ['eng']), '[3H]ouabain binding');
    assert.equal(cite('[Letter].', ['eng']), '[Letter]');
  });
});

describe('where a work stands', () => {
  const pii = '<ELocationID EIdType="pii" ValidYN="Y">E1521</ELocationID>';

  test('an electronic location stands in lieu of pages', () => {
    const citation = parse({ model: 'Electronic', pieces: pii });
    assert.equal(citation.article_number, 'E1521');
    assert.match(toCitationText(citation, 'vancouver'), /2021;6\(2\):E1521\./);
    assert.match(toCitationText(citation, 'apa'), /, 6\(2\), Article E1521\./);
    assert.match(toCitationText(citation, 'ris'), /\nSP {2}- E1521\n(?!EP)/);
    assert.match(toCitationText(citation, 'bibtex'), /pages = \{E1521\}/);
    assert.match(toCitationText(citation, 'nbib'), /\nLID - E1521 \[pii\]\n/);
    const { number, page } = JSON.parse(toCitationText(citation, 'csl-json'));
    assert.deepEqual({ number, page }, { number: 'E1521', page: 'E1521' });
  });

  test('beside pages, or not valid, it says nothing', () => {
    const pages = '<Pagination><MedlinePgn>11-9</MedlinePgn></Pagination>';
    assert.equal(parse({ pieces: `${pages}${pii}` }).article_number, undefined);
    assert.equal(parse({ pieces: pii.replace('"Y"', '"N"') }).article_number, undefined);
  });

  test('an article number is printed as it is, with its hyphen, and never as a range', () => {
    const citation = parse({ pieces: '<Pagination><MedlinePgn>e01816-18</MedlinePgn></Pagination>' });
    assert.match(toCitationText(citation, 'bibtex'), /pages = \{e01816-18\}/);
    assert.match(toCitationText(citation, 'ris'), /\nSP {2}- e01816-18\n(?!EP)/);
    assert.match(toCitationText(citation, 'apa'), /, Article e01816-18\./);
    for (const style of CITATION_STYLES) assert.match(toCitationText(citation, style), /e01816-18/, style);
  });
});

test('a DOI is bare however it was sent, in the document and in a citation of one that was stored before', () => {
  const sent = [
    '10.1000/a%2Fb',
    'doi: 10.1000/a%2Fb',
    'https://doi.org/10.1000/a%252Fb',
    'dx.doi.org/10.1000/a%252Fb',
  ];
  for (const doi of sent) {
    const citation = parse({ pieces: `<ELocationID EIdType="doi" ValidYN="Y">${doi}</ELocationID>` });
    assert.equal(citation.ids.doi, '10.1000/a%2Fb');
    assert.equal(JSON.parse(toCitationText({ ...citation, ids: { doi } }, 'csl-json')).DOI, '10.1000/a%2Fb');
  }
});

test('what cannot be a DOI is no link, and one that ends in a full stop has one', () => {
  const cite = (doi: string) =>
    toCitationText({ ...parse({}), ids: { doi } }, 'vancouver').replace(/ PMID.*/, '');
  assert.match(cite('not a doi'), /2021;6\(2\)\.$/);
  assert.match(cite('10.1000/xyz.'), / doi: 10\.1000\/xyz\.$/);
});

test('pages in Roman numerals, and those on the web alone, are told by every style', () => {
  const told = (pages: string) => {
    const pieces = `<Pagination><MedlinePgn>${pages}</MedlinePgn></Pagination>`;
    const citation = parse({ pieces });
    return [
      /6\(2\)[:,] ?(.*?)\./.exec(toCitationText(citation, 'vancouver').replace('.e', '_e'))?.[1],
      /6\(2\), (.*)\.$/.exec(toCitationText(citation, 'apa'))?.[1],
      /\nSP {2}- (.*)\n/.exec(toCitationText(citation, 'ris'))?.[1],
    ];
  };
  assert.deepEqual(told('iv-ix'), ['iv-ix', 'iv–ix', 'iv']);
  assert.deepEqual(told('xii-xiv, 1-20'), ['xii-xiv, 1-20', 'xii–xiv, 1–20', 'xii-xiv, 1-20']);
  assert.deepEqual(told('1073-80.e1-3'), ['1073-80_e1-3', '1073–1080.e1–e3', '1073-1080.e1-e3']);
});

test('who has one name alone is named, and the full stop of a Chinese title comes off', () => {
  const names = '<Author><ForeName>Madonna</ForeName></Author>';
  const citation = parse({ pieces: `<AuthorList>${names}</AuthorList>` });
  assert.match(toCitationText(citation, 'vancouver'), /^Madonna\. A title\. /);
  const chinese = parse({
    title: '[A title].',
    pieces: '<VernacularTitle>益生菌研究。</VernacularTitle>',
    languages: ['chi'],
  });
  assert.match(toCitationText(chinese, 'apa'), /益生菌研究 \[A title\]\. /);
});
