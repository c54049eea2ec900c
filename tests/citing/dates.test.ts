import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toCitationText } from '../../src/citing/citation-style.ts';
import { findBibtexMonth, findDateRemark, toNlmDate, toYears } from '../../src/citing/issued.ts';
import type { Citation, PartialDate } from '../../src/domain/document/document.ts';
import { toPublishedDate, type WrittenDate } from '../../src/pubmed/records/published-date.ts';
import { readCitations } from './golden-citations.ts';

const [base] = (await readCitations()).filter(({ pmid }) => pmid === '40') as [Citation];
const day = (verbatim: string): PartialDate => toPublishedDate({ medlineDate: verbatim });
const toIssued = (change: Partial<Citation>) =>
  JSON.parse(toCitationText({ ...base, ...change }, 'csl-json')).issued;

describe('dates', () => {
  const expected: [given: WrittenDate, nlm: string, years: string, csl: object][] = [
    [
      { medlineDate: '1998 Dec-1999 Jan' },
      '1998 Dec-1999 Jan',
      '1998–1999',
      [
        [1998, 12],
        [1999, 1],
      ],
    ],
    [{ medlineDate: '1999-2000' }, '1999-2000', '1999–2000', [[1999], [2000]]],
    [
      { medlineDate: '2019 May - Jun' },
      '2019 May-Jun',
      '2019',
      [
        [2019, 5],
        [2019, 6],
      ],
    ],
    [
      { medlineDate: '2019 May/June' },
      '2019 May-Jun',
      '2019',
      [
        [2019, 5],
        [2019, 6],
      ],
    ],
    [
      { medlineDate: '1978 Sep-OCT' },
      '1978 Sep-Oct',
      '1978',
      [
        [1978, 9],
        [1978, 10],
      ],
    ],
    [
      { year: '2004', season: 'Jan-Mar' },
      '2004 Jan-Mar',
      '2004',
      [
        [2004, 1],
        [2004, 3],
      ],
    ],
    [
      { medlineDate: '2012 Jan 1-7' },
      '2012 Jan 1-7',
      '2012',
      [
        [2012, 1, 1],
        [2012, 1, 7],
      ],
    ],
    [
      { medlineDate: '2008 Dec 30-2009 Jan 5' },
      '2008 Dec 30-2009 Jan 5',
      '2008–2009',
      [
        [2008, 12, 30],
        [2009, 1, 5],
      ],
    ],
    [{ year: '2001', season: 'Winter-Spring' }, '2001 Winter-Spring', '2001', [[2001]]],
    [{ medlineDate: '1976-77' }, '1976-1977', '1976–1977', [[1976], [1977]]],
    [{ medlineDate: '1999-00' }, '1999-2000', '1999–2000', [[1999], [2000]]],
    // The DTD has no day without a month, and no month 00.
    [{ year: '2020', day: '4' }, '2020', '2020', [[2020]]],
    [{ year: '2020', month: '00' }, '2020', '2020', [[2020]]],
    [{ year: '2018', month: '06', day: '26' }, '2018 Jun 26', '2018', [[2018, 6, 26]]],
    [{ medlineDate: '2000 1st Quarter' }, '2000 1st Quarter', '2000', [[2000]]],
  ];
  for (const [given, nlm, years, parts] of expected) {
    test(nlm, () => {
      const published = toPublishedDate(given);
      assert.equal(toNlmDate(published), nlm);
      assert.equal(toYears(published), years);
      assert.deepEqual(toIssued({ published })['date-parts'], parts);
    });
  }

  test('a season is one number in CSL', () => {
    const published = toPublishedDate({ year: '2003', season: 'Fall' });
    assert.deepEqual(toIssued({ published }), { 'date-parts': [[2003]], season: 3 });
  });

  test('months of BibTeX are its macros, joined for a span within a year', () => {
    assert.equal(findBibtexMonth(day('2019 May-Jun')), 'may # "--" # jun');
    assert.equal(findBibtexMonth(day('2019 May')), 'may');
    assert.equal(findBibtexMonth(day('2012 Jan 1-7')), 'jan');
    assert.equal(findBibtexMonth(day('1998 Dec-1999 Jan')), null);
  });

  test('what a date says beyond its year', () => {
    assert.equal(findDateRemark(day('1998 Dec-1999 Jan')), 'Dec-1999 Jan');
    assert.equal(findDateRemark(day('1999-2000')), '1999-2000');
    assert.equal(findDateRemark(day('1999')), null);
  });
});

describe('electronic dates', () => {
  const published_online = '2020-02-03';
  const published = toPublishedDate({ year: '2021', month: 'Jan' });
  const cite = (change: Partial<Citation>, style: Parameters<typeof toCitationText>[1]) =>
    toCitationText({ ...base, published, published_online, ...change }, style);

  test('a work that was printed later is dated by its issue, and the other date is told', () => {
    const change = { publication_model: 'Print-Electronic' };
    assert.match(
      cite(change, 'vancouver'),
      /\. 2021 Jan;14\(23\):5105-10\. doi: \S+\. Epub 2020 Feb 3\. PMID/,
    );
    assert.match(cite(change, 'ris'), /\nPY {2}- 2021\n(?:.*\n)*N1 {2}- Epub 2020 Feb 3\n/);
    assert.match(cite(change, 'bibtex'), /note = \{Epub 2020 Feb 3\}/);
    assert.match(cite(change, 'nbib'), /\nDEP - 20200203\n/);
    assert.deepEqual(JSON.parse(cite(change, 'csl-json'))['available-date'], {
      'date-parts': [[2020, 2, 3]],
    });
  });

  test('a work that was collected or printed afterwards is dated by its electronic date', () => {
    const collected = { publication_model: 'Electronic-eCollection' };
    assert.match(cite(collected, 'vancouver'), /\. 2020 Feb 3;14\(23\).* eCollection 2021 Jan\. PMID/);
    assert.match(cite(collected, 'apa'), /\(2020\)/);
    assert.match(
      cite({ publication_model: 'Electronic-Print' }, 'vancouver'),
      /2020 Feb 3;.* Print 2021 Jan\. /,
    );
  });

  // PubMed: "BMC Bioinformatics. 2006 Jan 10;7:10.", of 2006 and 2006-01-10.
  test('a work that was never on paper is dated by its electronic date', () => {
    const electronic = { publication_model: 'Electronic' };
    assert.match(cite(electronic, 'vancouver'), /\. 2020 Feb 3;14\(23\):\S+ doi: \S+ PMID/);
    assert.match(cite(electronic, 'nbib'), /\nDP {2}- 2021 Jan\n(?:.*\n)*SO {2}- Biochemistry\. 2020 Feb 3;/);
    assert.match(cite(electronic, 'apa'), /\(2020\)/);
  });

  test('a work without a date has its volume behind the journal', () => {
    const undated = { published: toPublishedDate({}) };
    assert.match(toCitationText({ ...base, ...undated }, 'vancouver'), / Biochemistry\. 14\(23\):5105-10\. /);
    assert.match(toCitationText({ ...base, ...undated }, 'apa'), /\(n\.d\.\)/);
  });

  test('one date says nothing of another', () => {
    const same = { publication_model: 'Print-Electronic', published: day('2020 Feb 3') };
    assert.doesNotMatch(cite(same, 'vancouver'), /Epub/);
    assert.doesNotMatch(cite({ publication_model: 'Electronic' }, 'vancouver'), /Epub|eCollection/);
  });

  test('a work without an issue is told to be ahead of print', () => {
    const ahead: Partial<Citation> = {
      ahead_of_print: true,
      publication_model: 'Print-Electronic',
      journal: {
        ...(base.journal as NonNullable<Citation['journal']>),
        volume: null,
        issue: null,
        pages: null,
      },
    };
    assert.match(cite(ahead, 'vancouver'), /2021 Jan\. doi: \S+\. Online ahead of print\. PMID/);
    assert.match(cite(ahead, 'apa'), /Biochemistry\. Advance online publication\. https:/);
    assert.equal(JSON.parse(cite(ahead, 'csl-json')).status, 'advance online publication');
    assert.match(cite(ahead, 'ris'), /\nN1 {2}- Online ahead of print\n/);
    assert.match(cite(ahead, 'bibtex'), /note = \{Online ahead of print\}/);
    assert.match(cite(ahead, 'nbib'), /\nPST - aheadofprint\n/);
  });
});
