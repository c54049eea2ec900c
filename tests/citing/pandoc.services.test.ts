import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findCitationReader } from '../support/services/citation-readers.ts';
import { type AllExports, readAllExports } from './all-exports.ts';
import { type CslItem, toFamilies, toPlain, toWorkFamilies } from './compare-works.ts';

const { url: pandoc, skip } = findCitationReader('pandoc');
const MOST_BYTES = 64 << 20;
/** Whose commands pandoc does not know: it leaves them out, of BibTeX alone. */
const NO_COMMAND = /[đðþ™†‡€¢‰¿¡ªº]/giu;
/** All that is in the bibliography, cited by nothing. */
const PAPER = '---\nnocite: "@*"\n---\n';

describe('pandoc, of every record of the test data and the sample', { skip }, () => {
  let exports: AllExports;
  let folder: string;

  before(async () => {
    exports = await readAllExports();
    folder = await mkdtemp(join(tmpdir(), 'pandoc-'));
    await writeFile(join(folder, 'all.bib'), exports.list('bibtex').join('\n\n'));
    await writeFile(join(folder, 'all.ris'), exports.list('ris').join('\n\n'));
    await writeFile(join(folder, 'all.json'), `[${exports.list('csl-json').join(',')}]`);
  });
  after(() => rm(folder, { recursive: true }));

  test('reads names, year, volume, issue, pages and DOI from BibTeX', () => {
    const items = read('bibtex', 'all.bib');
    const byPmid = new Map(items.map((item) => [/\d+$/.exec(item.id)?.[0], item]));
    for (const work of exports.works) {
      const item = byPmid.get(work.pmid);
      assert.ok(item, work.pmid);
      const families = toFamilies(item.author).map((name) => name.replaceAll('\\beta', 'β'));
      const own = toWorkFamilies(work);
      assert.equal(families.length, own.length, work.pmid);
      // Pandoc moves the "de" of "Hilde de" in front of the family name.
      for (const [at, family] of own.entries())
        assert.ok(families[at]?.endsWith(family), `${work.pmid} ${family}`);
      assert.equal(item.DOI ?? null, work.doi, work.pmid);
      assert.equal(item.volume ?? null, work.volume, work.pmid);
      assert.equal(toPlain(item.issue ?? ''), toPlain(work.issue ?? ''), work.pmid);
      assert.equal(toPlain(item.page ?? ''), toPlain(work.locator?.text ?? ''), work.pmid);
      assert.equal(item.issued?.['date-parts']?.[0]?.[0] ?? null, work.issued.year, work.pmid);
      const title = (work.title ?? '').replace(NO_COMMAND, '');
      if (item.title?.includes('$')) continue;
      // Pandoc puts titles into its own case, and leaves formulas as they are.
      assert.equal(toPlain(item.title ?? '').toLowerCase(), toPlain(title).toLowerCase(), work.pmid);
    }
  });

  test('reads every entry of RIS, its DOI, pages and abstract', () => {
    const items = read('ris', 'all.ris');
    assert.equal(items.length, exports.works.length);
    for (const [at, work] of exports.works.entries()) {
      const item = items[at];
      assert.equal(item?.DOI ?? null, work.doi, work.pmid);
      assert.equal(toPlain(item?.page ?? ''), toPlain(work.locator?.text ?? ''), work.pmid);
      assert.equal(item?.abstract === undefined, work.abstract === null, work.pmid);
    }
  });

  for (const file of ['all.json', 'all.bib']) {
    test(`--citeproc prints an entry of every work from ${file}, with its DOI or address`, () => {
      const printed = run(['--citeproc', `--bibliography=${file}`, '-t', 'plain', '--wrap=none'], PAPER);
      const entries = printed.split(/\n\n+/).filter((entry) => entry.trim() !== '');
      assert.equal(entries.length, exports.works.length);
      for (const { doi, url, pmid } of exports.works)
        assert.ok(doi === null ? printed.includes(url) : printed.includes(`https://doi.org/${doi}`), pmid);
    });
  }

  function read(form: string, file: string): CslItem[] {
    return JSON.parse(run(['-f', form, '-t', 'csljson', file], ''));
  }

  function run(words: string[], input: string): string {
    const { status, stdout, stderr } = spawnSync(pandoc, words, {
      cwd: folder,
      input,
      encoding: 'utf8',
      maxBuffer: MOST_BYTES,
    });
    assert.equal(status, 0, stderr);
    return stdout;
  }
});
