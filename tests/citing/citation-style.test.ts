import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { CITATION_STYLES, toCitationText } from '../../src/citing/citation-style.ts';
import type { Author, Citation } from '../../src/domain/document/document.ts';
import { GOLDEN, readCitations, readGolden, toGoldenText, toGoldenUrl } from './golden-citations.ts';

const citations = await readCitations();
const golden = await readGolden();
const base = citations.find(({ pmid }) => pmid === '31541003') as Citation;
const nobody: Author = {
  last_name: null,
  fore_name: null,
  initials: null,
  suffix: null,
  collective_name: null,
  orcid: null,
  affiliations: [],
};
const person = (name: Partial<Author>): Author => ({ ...nobody, ...name });
const cite = (change: Partial<Citation>, style: (typeof CITATION_STYLES)[number]) =>
  toCitationText({ ...base, retraction_status: 'none', ...change }, style);

describe('citations of real records', () => {
  for (const [pmid, why] of Object.entries(GOLDEN)) {
    test(`PMID ${pmid}: ${why}`, () => {
      const found = golden.get(pmid);
      assert.ok(found);
      assert.equal(toGoldenText(found), readFileSync(toGoldenUrl(pmid), 'utf8'));
    });
  }

  for (const style of CITATION_STYLES) {
    test(`every record of the test data can be cited as ${style}`, () => {
      for (const citation of citations) {
        // What stands in an abstract is none of a style's faults.
        const text = toCitationText({ ...citation, abstract: null, other_abstracts: [] }, style);
        assert.doesNotMatch(text, /undefined|\bnull\b|\[object|\(\)|\.\.(?!\.)(?<!\.\.\.)$/, citation.pmid);
        if (style === 'csl-json') assert.equal(JSON.parse(text).PMID, citation.pmid);
        else if (style !== 'apa') assert.ok(text.includes(citation.pmid));
      }
    });
  }
});

describe('BibTeX', () => {
  test('braces balance in every record', () => {
    for (const citation of citations) {
      const text = toCitationText(citation, 'bibtex').replace(/\\[{}]/g, '');
      assert.equal(text.split('{').length, text.split('}').length, citation.pmid);
    }
  });

  test('keys differ for every record', () => {
    const versions = new Map(citations.map((citation) => [citation.pmid, citation]));
    const keys = [...versions.values()].map(
      (one) => /^@\w+\{([^,]+),/.exec(toCitationText(one, 'bibtex'))?.[1],
    );
    assert.equal(new Set(keys).size, versions.size);
    assert.ok(keys.every((key) => key !== undefined && /^[a-z0-9]+$/.test(key)));
  });

  test('what TeX would read as commands stays text', () => {
    const title = 'Effects of 50% A&B on P<0.001 {x} in H_2 $5 #1 \\cite{y} ~z^2.';
    assert.match(
      cite({ title }, 'bibtex'),
      /title = \{Effects of 50\\% \{A\\&B\} on \{P\{\$<\$\}0\.001\} \{\$\\lbrace\$\}x\{\$\\rbrace\$\} in \{H\\_2\} \\\$5 \\#1 \\textbackslash\{\}cite\{\$\\lbrace\$\}y\{\$\\rbrace\$\} \\textasciitilde\{\}z\\textasciicircum\{\}2\}/,
    );
  });

  test('a group is one name, though it holds "and" and an ampersand', () => {
    const authors = [
      person({ collective_name: 'Heart and Lung & Blood Group' }),
      person({ last_name: 'Müller', fore_name: 'Ödön' }),
    ];
    assert.match(
      cite({ authors }, 'bibtex'),
      /author = \{\{Heart and Lung \\& Blood Group\} and M\{\\"u\}ller, \{\\"O\}d\{\\"o\}n\}/,
    );
  });

  test('a suffix is the middle part of a name', () => {
    const authors = [person({ last_name: 'van der Berg', fore_name: 'Jan A', suffix: 'Jr' })];
    assert.match(cite({ authors }, 'bibtex'), /author = \{van der Berg, Jr, Jan A\}/);
  });
});

describe('names', () => {
  test('hyphens and initials become what each style wants', () => {
    const authors = [person({ last_name: 'Blanc', fore_name: 'Jean-Jacques', initials: 'JJ' })];
    assert.match(cite({ authors }, 'apa'), /^Blanc, J\.-J\. \(2019\)/);
    assert.match(
      cite({ authors: [person({ last_name: 'Benevides', fore_name: 'Leandro de Jesus' })] }, 'apa'),
      /^Benevides, L\. de J\. /,
    );
    assert.match(cite({ authors }, 'vancouver'), /^Blanc JJ\. /);
  });

  test('an author with nothing but a family name is no author "undefined"', () => {
    const authors = [person({ last_name: 'Plato' }), nobody];
    assert.match(cite({ authors }, 'apa'), /^Plato\. \(2019\)/);
    assert.match(cite({ authors }, 'ris'), /\nAU {2}- Plato\n(?!AU)/);
  });

  test('20 authors are all named by APA, of 21 the 20th is left out', () => {
    const authors = Array.from({ length: 21 }, (_, at) =>
      person({ last_name: `Name${at + 1}`, initials: 'A' }),
    );
    assert.match(cite({ authors: authors.slice(0, 20) }, 'apa'), /Name19, A\., & Name20, A\. \(2019\)/);
    assert.match(cite({ authors }, 'apa'), /Name19, A\., \. \. \. Name21, A\. \(2019\)/);
  });

  test('six authors are all named by Vancouver, of seven the seventh is et al.', () => {
    const authors = Array.from({ length: 7 }, (_, at) =>
      person({ last_name: `Name${at + 1}`, initials: 'A' }),
    );
    assert.match(cite({ authors: authors.slice(0, 6) }, 'vancouver'), /Name6 A\. /);
    assert.match(cite({ authors }, 'vancouver'), /Name6 A, et al\. /);
  });
});

describe('facts that a record does not have', () => {
  test('where no language has a title, none is made up; APA describes the work', () => {
    const change = { title: null, vernacular_title: null };
    assert.match(cite(change, 'vancouver'), /Luo Y\. Biosci Rep/);
    assert.match(cite(change, 'apa'), /\(2019\)\. \[Untitled work\]\. Bioscience Reports/);
    assert.doesNotMatch(cite(change, 'bibtex'), /title =/);
    assert.doesNotMatch(cite(change, 'ris'), /\nT[IT] {2}-/);
  });

  test('no date is "n.d." for APA and nothing elsewhere', () => {
    const published = { verbatim: null, year: null, month: null, day: null, precision: null };
    assert.match(cite({ published }, 'apa'), /\(n\.d\.\)/);
    assert.doesNotMatch(cite({ published }, 'ris'), /\n(?:PY|DA) {2}-/);
    assert.equal(JSON.parse(cite({ published }, 'csl-json')).issued, undefined);
  });
});

describe('retractions', () => {
  test('are told in every style, with the notice where the record names it', () => {
    for (const style of CITATION_STYLES) {
      const text = toCitationText(base, style);
      assert.match(text, /[Rr]etract/, style);
      assert.match(text, /Biosci Rep\. 2020 Mar 27;40\(3\)/, style);
      const unnamed = toCitationText({ ...base, corrections: [] }, style);
      assert.match(unnamed, /Retracted publication/i, style);
    }
  });

  test('an erratum does not make a work retracted', () => {
    const corrections = [{ type: 'ErratumIn', pmid: '1', citation: 'Biosci Rep. 2020' }];
    for (const style of CITATION_STYLES) {
      const change: Partial<Citation> = {
        retraction_status: 'corrected',
        corrections,
        publication_types: [],
      };
      assert.doesNotMatch(cite(change, style), /[Rr]etract/, style);
    }
  });
});
