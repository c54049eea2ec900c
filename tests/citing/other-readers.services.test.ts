import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, describe, test } from 'node:test';
import { findCitationReader } from '../support/services/citation-readers.ts';
import { type AllExports, readAllExports } from './all-exports.ts';
import { toPlain, toWorkFamilies } from './compare-works.ts';

const { url: python, skip } = findCitationReader('python');
const MOST_BYTES = 64 << 20;

interface Read {
  bibtex: { entries: Record<'pmid' | 'doi' | 'year' | 'title', string | null>[]; failed: number };
  ris: Record<string, unknown>[];
}

describe("others' readers, of every record of the test data and the sample", { skip }, () => {
  let works: AllExports['works'];
  let read: Read;

  before(async () => {
    const exports = await readAllExports();
    works = exports.works;
    const write = (style: 'bibtex' | 'ris') => exports.list(style).join('\n\n');
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
          families: [...toWorkFamilies(work), ...(work.areAllNamed ? [] : ['others'])],
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
