/**
 * `node scripts/failed-test-files.ts JUNIT.xml`: the test files to run once more, one a line: those in which a test failed, and
 * for a suite that stands in a file of its own (tests/conformance/) every test file that imports it.
 */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const FAILED = /<testcase name="[^"]*" time="[^"]*" classname="[^"]*" file="([^"]+)" failure="/g;

const [report = ''] = process.argv.slice(2);
const failed = new Set<string>();
for (const [, file] of readFileSync(report, 'utf8').matchAll(FAILED))
  if (file !== undefined) failed.add(file);
const again = new Set(
  [...failed].flatMap((file) => (file.endsWith('.test.ts') ? [file] : listImporters(file))),
);
for (const file of again) console.log(file);

/** Throws where none imports it: a failure must not go unseen. */
function listImporters(file: string): string[] {
  const importers = globSync('tests/**/*.test.ts', { cwd: ROOT })
    .map((name) => join(ROOT, name))
    .filter((name) => readFileSync(name, 'utf8').includes(`/${basename(file)}'`));
  if (importers.length === 0) throw new Error(`no test file imports ${file}`);
  return importers;
}
