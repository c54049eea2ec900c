import { hash } from 'node:crypto';
import { access, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { exists, exitCode, providePythonProgram } from './build.ts';
import { ServiceError, say } from './service-error.ts';
import { unpackPackages } from './unpack-packages.ts';

/**
 * Others' readers of citations, no server: names the folder that has them. Its `bin/` has `python`, `pandoc`,
 * `bibtex` and `pdflatex`, its `node_modules/` citation-js.
 */
export const READERS_VARIABLE = 'TEST_CITATION_READERS';

/** pypandoc's wheel holds pandoc itself. */
const FROM_PYPI = ['rispy==0.10.0', 'bibtexparser==2.1.0', 'pypandoc_binary==1.17', 'pylatexenc==2.11'];
const FROM_NPM = [
  '@citation-js/core@0.9.0',
  '@citation-js/plugin-bibtex@0.9.0',
  '@citation-js/plugin-csl@0.9.0',
  '@citation-js/plugin-ris@0.8.2',
];
/** 34 MB: classic bibtex, pdfTeX, LaTeX with the styles and font metrics that a bibliography needs. */
const FROM_DEBIAN = ['texlive-binaries', 'texlive-base', 'texlive-latex-base', 'libkpathsea6', 'libpng16-16'];
const TEX_PROGRAMS = ['bibtex', 'pdflatex'] as const;

/**
 * TeX out of a folder, with neither the system's nor the user's files. Without the `!!` of its own settings,
 * for which a list of all files would have to be made.
 */
const WRAPPER = `#!/bin/sh
root=$(cd "$(dirname "$0")/../tex" && pwd)
for libraries in "$root"/usr/lib/*-linux-gnu; do LD_LIBRARY_PATH=$libraries; done
TEXMFROOT=$root/usr/share/texlive TEXMFDIST=$root/usr/share/texlive/texmf-dist
TEXMFCNF=$TEXMFDIST/web2c TEXMF=$TEXMFDIST TEXMFDBS=$TEXMFDIST TEXMFVAR=$root/var TEXFORMATS=$root/formats
export LD_LIBRARY_PATH TEXMFROOT TEXMFDIST TEXMFCNF TEXMF TEXMFDBS TEXMFVAR TEXFORMATS
`;

/** What is there already stays; TeX is left out, and said to be, where it cannot be had. */
export async function provideReaders(cache: string): Promise<string> {
  const folder = toFolder(cache);
  if (await exists(toMark(folder))) return folder;
  // The program that pip puts there last: a Python stands there before it has any reader.
  await providePythonProgram({ name: 'latexencode', package: FROM_PYPI.join(' '), folder });
  await linkPandoc(folder);
  await installFromNpm(folder);
  if (!(await provideTex(folder))) return folder;
  await writeFile(toMark(folder), '');
  return folder;
}

/** `null` before `provideReaders` has run. */
export async function findReaders(cache: string): Promise<string | null> {
  const folder = toFolder(cache);
  return (await exists(join(folder, 'node_modules'))) ? folder : null;
}

async function linkPandoc(folder: string): Promise<void> {
  const [version = ''] = await readdir(join(folder, 'lib'));
  const pandoc = join(folder, 'lib', version, 'site-packages', 'pypandoc', 'files', 'pandoc');
  const link = join(folder, 'bin', 'pandoc');
  await rm(link, { force: true });
  await symlink(pandoc, link);
}

async function installFromNpm(folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{}');
  // The plugin for RIS names an older core than the others; it works with this one.
  const words = ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'];
  const code = await exitCode('npm', ['--prefix', folder, ...words, ...FROM_NPM], {}, 'inherit');
  if (code !== 0) throw new ServiceError('npm brings no citation-js, see above.');
}

/** The system's where it has it, else Debian's or Ubuntu's packages, unpacked. */
async function provideTex(folder: string): Promise<boolean> {
  const own = await Promise.all(TEX_PROGRAMS.map(findProgram));
  if (own.every((path) => path !== null)) {
    for (const [at, name] of TEX_PROGRAMS.entries())
      await symlinkAnew(own[at] ?? '', join(folder, 'bin', name));
    return true;
  }
  const root = join(folder, 'tex');
  try {
    await rm(root, { recursive: true, force: true });
    await mkdir(join(root, 'formats'), { recursive: true });
    say('unpacking TeX (34 MB, once)');
    await unpackPackages(root, FROM_DEBIAN);
    await writeWrapper(folder, 'bibtex', '"$root/usr/bin/bibtex.original"');
    await writeWrapper(folder, 'pdflatex', '"$root/usr/bin/pdftex" -progname=pdflatex -fmt=pdflatex');
    await makeFormat(folder);
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(`there is no TeX for the test that needs it (${why}): install \`bibtex\` and \`pdflatex\``);
    return false;
  }
}

async function makeFormat(folder: string): Promise<void> {
  const words = '-ini -etex -interaction=batchmode -jobname=pdflatex -progname=pdflatex "*pdflatex.ini"';
  await writeWrapper(folder, 'make-format', `"$root/usr/bin/pdftex" ${words}`, 'cd "$root/formats"\n');
  const code = await exitCode(join(folder, 'bin', 'make-format'), [], {}, 'ignore');
  if (code !== 0) throw new Error('pdftex makes no format');
}

function writeWrapper(folder: string, name: string, command: string, before = ''): Promise<void> {
  const path = join(folder, 'bin', name);
  return writeFile(path, `${WRAPPER}${before}exec ${command} "$@"\n`, { mode: 0o755 });
}

async function findProgram(name: string): Promise<string | null> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return null;
}

async function symlinkAnew(target: string, link: string): Promise<void> {
  await rm(link, { force: true });
  await symlink(target, link);
}

/** Another version of any of them is another folder. */
function toFolder(cache: string): string {
  const what = hash('sha256', [...FROM_PYPI, ...FROM_NPM, ...FROM_DEBIAN].join(' ')).slice(0, 8);
  return join(cache, `citation-readers-${what}`);
}

function toMark(folder: string): string {
  return join(folder, 'complete');
}
