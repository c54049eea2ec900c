/**
 * node scripts/release/notes.ts [TAG]: prints the section of CHANGELOG.md that tells of package.json's
 * version, in a workflow of GitHub with links that hold on the page of the release. Ends with 1 where there
 * is none, or where the tag names another version.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What stands under `## [version]`, without the heading; `null` where the changelog has no such section. */
export function findNotes(changelog: string, version: string): string | null {
  const sections = changelog.split(/^(?=## \[)/m);
  const section = sections.find((text) => text.startsWith(`## [${version}]`));
  const notes = section?.slice(section.indexOf('\n')).trim() ?? '';
  return notes === '' ? null : notes;
}

/**
 * As the page of a release wants them: what leads to a file leads to it below `files`, and an entry is one
 * line, since GitHub breaks lines there where the text does.
 */
export function toPage(notes: string, files: string): string {
  return notes.replace(/\n {2,}(?=[^\s-])/g, ' ').replace(/\]\((?![a-z]+:|#)/g, `](${files}/`);
}

if (import.meta.main) {
  const [tag = ''] = process.argv.slice(2);
  const { GITHUB_SERVER_URL: github, GITHUB_REPOSITORY: repository } = process.env;
  const root = join(import.meta.dirname, '..', '..');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const server = JSON.parse(readFileSync(join(root, 'server.json'), 'utf8'));
  const notes = findNotes(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version);
  const problems = [
    ...(tag !== '' && tag !== `v${version}`
      ? [`The tag is ${tag}, package.json says ${version}: correct one of them.`]
      : []),
    ...(server.version === version ? [] : [`server.json says ${server.version}, package.json ${version}.`]),
    ...(notes === null
      ? [`CHANGELOG.md has no section ## [${version}]: rename "Unreleased", with the day behind it.`]
      : []),
  ];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else if (notes !== null && repository !== undefined)
    console.log(toPage(notes, `${github}/${repository}/blob/v${version}`));
  else console.log(notes);
}
