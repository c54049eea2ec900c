import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { findCitationReader } from '../support/services/citation-readers.ts';
import { type AllExports, readAllExports } from './all-exports.ts';

const bibtex = findCitationReader('bibtex');
const latex = findCitationReader('pdflatex');
/** plainnat prints DOI, ISSN and URL too; the others leave them out. */
const STYLES = ['plain', 'abbrv', 'apalike', 'plainnat'];
/** What records do not have and a style would like: a name, an issue's volume, a title. */
const EXPECTED_WARNINGS = /^Warning--(?:empty (?:author|title)|there's a number but no volume) in /;

describe('classic bibtex and pdflatex', { skip: bibtex.skip || latex.skip }, () => {
  let exports: AllExports;

  before(async () => {
    exports = await readAllExports();
  });

  for (const style of STYLES) {
    test(`build every record in the style ${style}, without an error`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'tex-'));
      try {
        await writeFile(join(folder, 'refs.bib'), exports.list('bibtex').join('\n\n'));
        await writeFile(join(folder, 'paper.tex'), toPaper(style));
        run(latex.url, folder);
        const said = run(bibtex.url, folder);
        run(latex.url, folder);
        const warnings = said.match(/^Warning--.*$/gm) ?? [];
        assert.deepEqual(
          warnings.filter((line) => !EXPECTED_WARNINGS.test(line)),
          [],
        );
        const items = await readFile(join(folder, 'paper.bbl'), 'utf8');
        assert.equal(items.match(/\\bibitem/g)?.length, exports.works.length);
        const log = await readFile(join(folder, 'paper.log'), 'latin1');
        assert.deepEqual(log.match(/^!.*|^Missing character.*|.* undefined on input.*/gm) ?? [], []);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
});

/** Resolves to what the program says; no page is drawn, and no font made for it. */
function run(program: string, folder: string): string {
  const words = program === latex.url ? ['-draftmode', '-interaction=nonstopmode', 'paper'] : ['paper'];
  const env = { ...process.env, MKTEXPK: '0', MKTEXTFM: '0' };
  const { status, stdout } = spawnSync(program, words, { cwd: folder, env, encoding: 'latin1' });
  assert.equal(status, 0, stdout.slice(-2000));
  return stdout;
}

function toPaper(style: string): string {
  return [
    '\\documentclass{article}',
    '\\usepackage[T1]{fontenc}',
    ...(style === 'plainnat' ? ['\\usepackage[numbers]{natbib}', '\\usepackage{url}'] : []),
    '\\begin{document}',
    '\\nocite{*}',
    `\\bibliographystyle{${style}}`,
    '\\bibliography{refs}',
    '\\end{document}',
  ].join('\n');
}
