import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { Work } from '../../src/citing/work.ts';
import { findTestService } from '../support/services/services.ts';
import { type AllExports, readAllExports } from './all-exports.ts';
import { type CslItem, toFamilies, toPlain, toWorkFamilies } from './compare-works.ts';

const { url: folder, skip } = findTestService('TEST_CITATION_READERS');
/** What citeproc formats: each costs it 5 ms. */
const FORMATTED = 150;
/** Whose commands, and "-ke-re" as one word, citation-js reads in its own way. */
const OWN_WAY = /[\u2009≤≥·…−±×→⇌ﬁ¬]|-\w+-/u;

interface CitationJs {
  Cite: new (
    given: unknown,
    options?: object,
  ) => { data: CslItem[]; format(form: string, options: object): [id: string, text: string][] };
}

describe('citation-js, of every record of the test data and the sample', { skip }, () => {
  let exports: AllExports;
  let Cite: CitationJs['Cite'];

  before(async () => {
    exports = await readAllExports();
    const requireFrom = createRequire(join(folder, 'package.json'));
    for (const plugin of ['bibtex', 'ris', 'csl']) requireFrom(`@citation-js/plugin-${plugin}`);
    ({ Cite } = requireFrom('@citation-js/core') as CitationJs); // JavaScript without types
  });

  for (const [style, form] of [
    ['bibtex', '@biblatex/text'],
    ['ris', '@ris/file'],
  ] as const) {
    test(`reads names, title, year, volume, issue, pages and DOI from ${style}`, () => {
      const text = exports.list(style).join('\n\n');
      const { data } = new Cite(text, { forceType: form, generateGraph: false });
      assert.equal(data.length, exports.works.length);
      for (const [at, work] of exports.works.entries()) compare(data[at], work, style);
    });
  }

  test("citeproc's APA is ours, but for what a style of CSL cannot say", () => {
    const [items, ours] = [exports.list('csl-json'), exports.list('apa')];
    const some = [...exports.works.entries()].filter(([, work]) => isSayable(work)).slice(0, FORMATTED);
    const csl = new Cite(some.map(([at]) => JSON.parse(items[at] ?? '')));
    const made = new Map(
      csl.format('bibliography', { format: 'text', template: 'apa', lang: 'en-US', asEntryArray: true }),
    );
    assert.equal(made.size, FORMATTED);
    for (const [at, { pmid }] of some)
      assert.equal(toComparable(made.get(`pmid:${pmid}`) ?? ''), toComparable(ours[at] ?? ''), pmid);
  });
});

function compare(item: CslItem | undefined, work: Work, style: string): void {
  assert.equal(item?.DOI ?? null, work.doi, work.pmid);
  assert.equal(item?.volume ?? null, work.volume, work.pmid);
  assert.equal(toPlain(item?.issue ?? ''), toPlain(work.issue ?? ''), work.pmid);
  assert.equal(toPlain(item?.page ?? ''), toPlain(work.locator?.text ?? ''), work.pmid);
  assert.equal(item?.issued?.['date-parts']?.[0]?.[0] ?? null, work.issued.year, work.pmid);
  if (work.book?.isEdited !== true) {
    const families = toFamilies(item?.author);
    const own = toWorkFamilies(work);
    assert.equal(families.length, own.length, work.pmid);
    for (const [at, family] of own.entries()) {
      const name = work.authors[at];
      const text = name?.kind === 'group' ? name.name : (name?.family ?? '');
      if (style === 'ris' || !OWN_WAY.test(text)) assert.equal(families[at], family, work.pmid);
    }
  }
  if (style === 'ris' || !OWN_WAY.test(work.title ?? ''))
    assert.equal(toPlain(item?.title ?? ''), toPlain(work.title ?? ''), work.pmid);
}

/**
 * A style of CSL has no place for a tie, for a title beside its translation, for what is missing of a list
 * of authors or of a title, and writes an address where there is no DOI and its own initials of "Lee JW".
 */
function isSayable(work: Work): boolean {
  const { ties, isTranslated, areAllNamed, title, doi, kind, isAheadOfPrint, locator, authors } = work;
  const isPlainName = authors.every(
    (name) => name.kind === 'group' || (name.suffix === null && !/-\p{Ll}/u.test(name.given ?? '')),
  );
  return (
    ties.length === 0 &&
    !(isTranslated || isAheadOfPrint) &&
    areAllNamed &&
    title !== null &&
    doi !== null &&
    kind === 'article' &&
    locator?.kind !== 'other' &&
    isPlainName
  );
}

/** Without quotes, ways to write an ellipsis or to encode a URL, and the "a" of two works of one year. */
function toComparable(text: string): string {
  return toPlain(decodeURI(text).replaceAll('. . .', '…').replaceAll('"', "'"))
    .replace(/\.{3}|…/g, '')
    .replace(/(?<=\(\d{4})[a-z](?=\))/, '')
    .toLowerCase();
}
