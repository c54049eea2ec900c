import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseRecord } from '../../src/pubmed/records/parse-record.ts';
import { UnreadableRecordError } from '../../src/pubmed/records/unreadable-record-error.ts';

/** `article` stands in Article, `citation` behind it, `data` in PubmedData. */
function toRecord({ article = '', citation = '', data = '' }): Buffer {
  return Buffer.from(
    `<PubmedArticle><MedlineCitation><PMID Version="1">7</PMID><Article>${article}</Article>${citation}` +
      `</MedlineCitation><PubmedData>${data}</PubmedData></PubmedArticle>`,
  );
}

describe('a parsed record', () => {
  test('takes its ids from its own list only, never from its references', () => {
    const { ids, references } = parseRecord(
      toRecord({
        data:
          '<ArticleIdList><ArticleId IdType="PubMed">7</ArticleId></ArticleIdList><ReferenceList><Title>x</Title>' +
          '<Reference><Citation>A</Citation><ArticleIdList><ArticleId IdType="doi">10.1/x</ArticleId></ArticleIdList>' +
          '</Reference><ReferenceList><Reference><Citation>B</Citation></Reference></ReferenceList></ReferenceList>',
      }),
    );
    assert.deepEqual(ids, { pubmed: '7' });
    assert.deepEqual(references, [
      { citation: 'A', pmid: null, doi: '10.1/x' },
      { citation: 'B', pmid: null, doi: null },
    ]);
  });

  test('takes a DOI from its own location only where its list has none, and only a valid one', () => {
    const article =
      '<ELocationID EIdType="pii">e1</ELocationID><ELocationID EIdType="doi" ValidYN="N">10.1234/old</ELocationID>' +
      '<ELocationID EIdType="doi" ValidYN="Y">10.1234/own</ELocationID>';
    assert.deepEqual(parseRecord(toRecord({ article })).ids, { doi: '10.1234/own' });
    const data = '<ArticleIdList><ArticleId IdType="doi">10.1234/list</ArticleId></ArticleIdList>';
    assert.deepEqual(parseRecord(toRecord({ article, data })).ids, { doi: '10.1234/list' });
  });

  test('takes pages from their first and last where nothing tells them in one', () => {
    const paged = (pages: string) =>
      parseRecord(toRecord({ article: `<Pagination>${pages}</Pagination>` })).journal?.pages;
    assert.equal(paged('<StartPage>11</StartPage><EndPage>19</EndPage>'), '11-19');
    assert.equal(paged('<StartPage>e11</StartPage>'), 'e11');
    assert.equal(
      paged('<StartPage>11</StartPage><EndPage>19</EndPage><MedlinePgn>11-9</MedlinePgn>'),
      '11-9',
    );
  });

  test('takes the ISSN that links the forms of a journal where the article has none of its own', () => {
    const citation = '<MedlineJournalInfo><ISSNLinking>0140-6736</ISSNLinking></MedlineJournalInfo>';
    const own = '<Journal><ISSN>1474-547X</ISSN></Journal>';
    assert.equal(parseRecord(toRecord({ citation })).journal?.issn, '0140-6736');
    assert.equal(parseRecord(toRecord({ article: own, citation })).journal?.issn, '1474-547X');
  });

  test('takes a fore name by the word of before 2002, too', () => {
    const article =
      '<AuthorList><Author><LastName>Doe</LastName><FirstName>Jane</FirstName></Author></AuthorList>';
    assert.equal(parseRecord(toRecord({ article })).authors[0]?.fore_name, 'Jane');
  });

  test('keeps an id whose type is a name of JavaScript', () => {
    const data = '<ArticleIdList><ArticleId IdType="__proto__">x</ArticleId></ArticleIdList>';
    assert.deepEqual(Object.entries(parseRecord(toRecord({ data })).ids), [['__proto__', 'x']]);
  });

  test('counts what it cites as references and other links as corrections', () => {
    const citation =
      '<CommentsCorrectionsList><CommentsCorrections RefType="Cites"><RefSource>A</RefSource><PMID>1</PMID>' +
      '</CommentsCorrections><CommentsCorrections RefType="ErratumIn"><RefSource>B</RefSource></CommentsCorrections>' +
      '</CommentsCorrectionsList>';
    const listed =
      '<ReferenceList><Reference><Citation>A, listed</Citation><ArticleIdList><ArticleId IdType="pubmed">1</ArticleId>' +
      '</ArticleIdList></Reference></ReferenceList>';
    const bare = parseRecord(toRecord({ citation }));
    assert.deepEqual(bare.references, [{ citation: 'A', pmid: '1', doi: null }]);
    assert.deepEqual(bare.corrections, [{ type: 'ErratumIn', pmid: null, citation: 'B' }]);
    const both = parseRecord(toRecord({ citation, data: listed }));
    assert.deepEqual(both.references, [{ citation: 'A, listed', pmid: '1', doi: null }]);
  });

  test('normalises an ORCID and leaves an incomplete one out', () => {
    const author = (orcid: string) =>
      `<Author ValidYN="N"><LastName>A</LastName><Identifier Source="ORCID">${orcid}</Identifier><AffiliationInfo>` +
      '<Affiliation>X</Affiliation><Identifier Source="GRID">grid.1</Identifier></AffiliationInfo></Author>';
    const given = ['https://orcid.org/0000-0001-5102-369x/', '0000000240738240', '0000-0002-6215-09'];
    const article = `<AuthorList>${given.map(author).join('')}</AuthorList>`;
    assert.deepEqual(
      parseRecord(toRecord({ article })).authors.map(({ orcid, affiliations }) => [orcid, ...affiliations]),
      [
        ['0000-0001-5102-369X', 'X'],
        ['0000-0002-4073-8240', 'X'],
        [null, 'X'],
      ],
    );
  });

  test('leaves empty sections out, and an abstract without any text altogether', () => {
    const text = (label: string, inner: string) => `<AbstractText Label="${label}">${inner}</AbstractText>`;
    const some = parseRecord(
      toRecord({ article: `<Abstract>${text('A', ' ')}${text('', 'b')}${text('C', 'c')}</Abstract>` }),
    );
    assert.equal(some.abstract?.text, 'b\n\nC: c');
    assert.deepEqual(some.abstract?.sections[0], { label: null, category: null, text: 'b' });
    const none = parseRecord(toRecord({ article: `<Abstract>${text('A', '\n')}<AbstractText/></Abstract>` }));
    assert.equal(none.abstract, null);
  });

  test('reads CDATA and character references as text, past comments and instructions', () => {
    const article = '<ArticleTitle>A<![CDATA[ <b> & ]]>&#x3b1;&#946;<!-- x -->&lt;1<?y z?></ArticleTitle>';
    assert.equal(parseRecord(toRecord({ article })).title, 'A <b> & αβ<1');
  });

  test('a chapter has the volume of its book, and says whether its own list of authors is whole', () => {
    const list = (complete: string, name: string) =>
      `<AuthorList Type="authors" CompleteYN="${complete}"><Author><LastName>${name}</LastName></Author></AuthorList>`;
    const parse = (ofBook: string, ofChapter: string) =>
      parseRecord(
        Buffer.from(
          `<PubmedBookArticle><BookDocument><PMID>9</PMID><Book><BookTitle>T</BookTitle>${ofBook}<Volume>4</Volume>` +
            `</Book><ArticleTitle>C</ArticleTitle>${ofChapter}</BookDocument></PubmedBookArticle>`,
        ),
      );
    assert.equal(parse('', '').journal?.volume, '4');
    assert.equal(parse('', list('N', 'A')).authors_complete, false);
    assert.equal(parse(list('N', 'B'), list('Y', 'A')).authors_complete, undefined);
    const ofBook = parse(list('N', 'B'), '');
    assert.deepEqual([ofBook.authors[0]?.last_name, ofBook.authors_complete], ['B', false]);
  });

  test('gives a whole book its editors as authors and no journal', () => {
    const book =
      '<PubmedBookArticle><BookDocument><PMID>9</PMID><Book><BookTitle>T</BookTitle><PubDate><Year>1999</Year></PubDate>' +
      '<AuthorList Type="editors"><Author><LastName>E</LastName></Author></AuthorList></Book></BookDocument></PubmedBookArticle>';
    const { kind, title, journal, authors, published } = parseRecord(Buffer.from(book));
    assert.deepEqual(
      [kind, title, journal, authors[0]?.last_name, published.year],
      ['book', 'T', null, 'E', 1999],
    );
  });
});

describe('an unreadable record', () => {
  const head = '<PubmedArticle><MedlineCitation><PMID>7</PMID>';
  const cases: [string, string | Uint8Array, string | null, RegExp][] = [
    ['cut off', `${head}<Article>`, '7', /PMID 7 is not well-formed XML/],
    ['with tags that do not match', `${head}</PubmedArticle></MedlineCitation>`, '7', /not well-formed/],
    ['with a control character', `${head}\u0008</MedlineCitation></PubmedArticle>`, '7', /not well-formed/],
    ['with a NUL by reference', `${head}&#0;</MedlineCitation></PubmedArticle>`, '7', /not well-formed/],
    ['with an entity of a DTD', `${head}&eacute;</MedlineCitation></PubmedArticle>`, '7', /not well-formed/],
    [
      'that is not UTF-8',
      Buffer.from(`${head}\xe9</MedlineCitation></PubmedArticle>`, 'latin1'),
      '7',
      /not UTF-8/,
    ],
    [
      'without a PMID',
      '<MedlineCitation><Article/></MedlineCitation>',
      null,
      /without a readable PMID.*no PMID/,
    ],
    ['with a PMID that is none', '<MedlineCitation><PMID>x1</PMID></MedlineCitation>', null, /no PMID/],
    ['of another kind', '<ERROR>x</ERROR>', null, /no PubMed article/],
    ['that is empty', '', null, /not well-formed/],
  ];
  for (const [name, xml, pmid, hint] of cases) {
    test(`${name} is named by what is wrong with it`, () => {
      assert.throws(
        () => parseRecord(typeof xml === 'string' ? Buffer.from(xml) : xml),
        (error) => {
          assert.ok(error instanceof UnreadableRecordError);
          assert.equal(error.code, 'VALIDATION');
          assert.equal(error.pmid, pmid);
          assert.match(error.hint, hint);
          return true;
        },
      );
    });
  }

  test('that defines a billion laughs is refused without expanding them', () => {
    const entities = Array.from(
      { length: 9 },
      (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`,
    ).join('');
    const bomb = `<!DOCTYPE x [<!ENTITY l0 "lol">${entities}]>${head}<Article><ArticleTitle>&l9;</ArticleTitle></Article>`;
    assert.throws(
      () => parseRecord(Buffer.from(`${bomb}</MedlineCitation></PubmedArticle>`)),
      UnreadableRecordError,
    );
  });

  test('does not harm the next one', () => {
    assert.throws(() => parseRecord(Buffer.from(`${head}<Article><ArticleTitle>left over`)));
    assert.equal(parseRecord(toRecord({ article: '<ArticleTitle>Next</ArticleTitle>' })).title, 'Next');
  });
});
