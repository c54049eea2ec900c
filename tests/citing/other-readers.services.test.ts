import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, describe, test } from 'node:test';
import { type CitationStyle, toCitationText } from '../../src/citing/citation-style.ts';
import type { Name } from '../../src/citing/name.ts';
import { toWork } from '../../src/citing/work.ts';
import { findTestService } from '../support/services.ts';
import { readCitations } from './golden-citations.ts';

const { url: python, skip } = findTestService('TEST_CITATION_READERS');
const MOST_BYTES = 64 << 20;

interface Read {
  bibtex: { entries: Record<'pmid' | 'doi' | 'year' | 'title', string | null>[]; failed: number };
  ris: Record<string, unknown>[];
}

describe("others' readers, of every record of the test data and the sample", { skip }, () => {
  let works: ReturnType<typeof toWork>[];
  let read: Read;

  before(async () => {
    // One entry a PMID: readers refuse a key that comes twice.
    const citations = [...new Map((await readCitations()).map((one) => [one.pmid, one])).values()];
    works = citations.map(toWork);
    const write = (style: CitationStyle) => citations.map((one) => toCitationText(one, style)).join('\n\n');
    const script = new URL('read-exports.py', import.meta.url).pathname;
    const input = JSON.stringify({ bibtex: write('bibtex'), ris: write('ris') });
    const { status, stdout, stderr } = spawnSync(python, [script], { input, maxBuffer: MOST_BYTES });
    assert.equal(status, 0, String(stderr));
    read = JSON.parse(String(stdout));
  });

  test('bibtexparser finds every entry, its authors, DOI, year and title', () => {
    assert.equal(read.bibtex.failed, 0);
    assert.equal(read.bibtex.entries.length, works.length);
    for (const [at, work] of works.entries()) {
      const { title, families, ...entry } = read.bibtex.entries[at] as Record<string, unknown>;
      assert.partialDeepStrictEqual(
        { ...entry, families: (families as string[]).map(toPlain) },
        {
          pmid: work.pmid,
          families: [...work.authors.map(toFamily), ...(work.areAllNamed ? [] : ['others'])].map(toPlain),
          ...(work.doi !== null && { doi: work.doi }),
          ...(work.issued.year !== null && { year: String(work.issued.year) }),
        },
        work.pmid,
      );
      if (work.title !== null) assert.equal(toPlain(String(title)), toPlain(work.title), work.pmid);
    }
  });

  test('rispy finds every entry, its authors, DOI, year, title, abstract and keywords', () => {
    assert.equal(read.ris.length, works.length);
    for (const [at, work] of works.entries()) {
      const entry = read.ris[at] as Record<string, unknown>;
      const { pmid, doi, year, keywords, unknown, authors } = entry;
      assert.deepEqual(
        { pmid, doi, year, keywords, unknown, authors: (authors as string[]).length },
        {
          pmid: work.pmid,
          doi: work.doi,
          year: work.issued.year === null ? null : String(work.issued.year),
          keywords: work.keywords.map((keyword) => keyword.trim()),
          unknown: {},
          authors: work.authors.length,
        },
      );
      assert.equal(entry.abstract === null, work.abstract === null, work.pmid);
      const isOwn = work.isTranslated && work.vernacularTitle !== null;
      assert.equal(entry.title, isOwn ? work.vernacularTitle : work.title);
    }
  });
});

function toFamily(name: Name): string {
  return name.kind === 'group' ? name.name : name.family;
}

/**
 * Without what TeX's notation does not tell apart: dashes, quotes, kinds of spaces, what is raised or
 * lowered.
 */
function toPlain(text: string): string {
  return (
    text
      .normalize('NFKD')
      // A comma below, which bibtexparser's decoder has no letters for.
      .replaceAll('\u0326', '')
      .replaceAll('⍺', 'α')
      .replace(/[‐-―−-]+/g, '-')
      .replace(/[‘’ʼ′`']+/g, "'")
      .replace(/[“”„"]|''/g, "'")
      .replace(/[\s{}_^\u00ad\u200b]/g, '')
  );
}
