import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Component, findForbidden } from '../sbom/licences.ts';

/** Of package.json, as far as a licence needs it. */
interface BundledPackage {
  name: string;
  version: string;
  license?: string;
  author?: string | { name: string };
  homepage?: string;
}

const LICENCE_FILE = /^(?:licen[cs]e|notice|copying)(?:[-.](?:mit|md|txt))*$/i;
const PERMISSION = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
/** For packages that name their licence and bring no text of it. */
const TEXTS: Readonly<Record<string, string>> = {
  MIT: `The MIT License\n\n${PERMISSION}`,
  ISC: `The ISC License

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.`,
  'Apache-2.0': 'The Apache License, Version 2.0: LICENSE beside this package has its text.',
};

/** Folders of the packages that files come from, sorted; of a package in a package, the inner one. */
export function listPackageFolders(files: readonly string[]): string[] {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

/**
 * Name, version and licence of each bundled package, with the text that its licence asks to be passed on.
 * Throws where a licence is not allowed or has no text.
 */
export function describeBundled(root: string, folders: readonly string[]): string {
  const found = folders.map((folder) => readPackage(join(root, folder)));
  const components = found.map(
    ({ name, version, license }): Component => ({
      name,
      version,
      licenses: license === undefined ? [] : [{ expression: license }],
    }),
  );
  const own: Component = { name: 'bio-mcp', version: '0' };
  const forbidden = findForbidden({ metadata: { component: own }, components });
  if (forbidden.length > 0) throw new Error(forbidden.join('\n'));
  const byText = Map.groupBy(found, ({ text }) => text);
  const sections = [...byText].map(
    ([text, packages]) =>
      `${packages.map(({ name, version, license }) => `${name} ${version} (${license})`).join('\n')}\n\n${text}`,
  );
  return `${[
    'The modules in this folder hold code of these packages, under the licences below.',
    ...sections,
  ].join(`\n\n${'-'.repeat(118)}\n\n`)}\n`;
}

function readPackage(folder: string): BundledPackage & { text: string } {
  const about: BundledPackage = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((name) => LICENCE_FILE.test(name));
  const texts = files.sort().map((name) => readFileSync(join(folder, name), 'utf8').trim());
  return { ...about, text: texts.length > 0 ? texts.join('\n\n') : writeText(about) };
}

function writeText({ name, license = '', author, homepage }: BundledPackage): string {
  const text = TEXTS[license];
  if (text === undefined) throw new Error(`${name} brings no text of its licence (${license || 'none'})`);
  const owner = typeof author === 'object' ? author.name : (author ?? `the authors of ${name}`);
  return `Copyright (c) ${owner}${homepage === undefined ? '' : ` (${homepage})`}\n\n${text}`;
}
