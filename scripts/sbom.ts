/**
 * Writes `bio-mcp-<version>.cdx.json`: what comes with the npm package, in the form of CycloneDX. Refuses, by
 * exit code 1, where a licence is not allowed; with `--check` it writes nothing.
 * Usage: node scripts/sbom.ts [--check]
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALLOWED, completeSbom, findForbidden, type Sbom } from './sbom/licences.ts';

const ROOT = join(import.meta.dirname, '..');
const MOST_BYTES = 64 * 1_048_576;

const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const words = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'];
const text = execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8', maxBuffer: MOST_BYTES });
const sbom = completeSbom(JSON.parse(text) as Sbom, name); // npm writes what it says it does
const forbidden = findForbidden(sbom);
if (forbidden.length > 0) {
  for (const sentence of forbidden) console.error(sentence);
  console.error(
    `Allowed are ${ALLOWED.join(', ')}: take another package, or say in scripts/sbom/licences.ts why.`,
  );
  process.exitCode = 1;
} else if (process.argv.includes('--check')) {
  console.log(`${sbom.components.length} packages come with ${name}, each under a licence that is allowed`);
} else {
  const file = `${name}-${version}.cdx.json`;
  writeFileSync(join(ROOT, file), `${JSON.stringify(sbom, null, 2)}\n`);
  console.log(file);
}
