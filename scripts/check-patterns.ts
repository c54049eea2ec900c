/**
 * `node scripts/check-patterns.ts [--all]`: asks recheck of every new pattern of src/ whether it is linear,
 * and writes those that are into tests/security/linear-patterns.txt, which the test then need not ask about.
 * `--all` asks of the known ones anew, as after a change of recheck. Ends with 1 where one is not.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { checkSync } from 'recheck';
import { LINEAR_PATTERNS, listPatterns, repeatsFreely, toLine } from '../tests/security/patterns.ts';

// The part in plain JavaScript: the others are programs for one platform, and not installed.
process.env.RECHECK_BACKEND = 'pure';
const ROOT = `${import.meta.dirname}/..`;
const CHECK_MS = 120_000;

const free = listPatterns(ROOT, 'src/**/*.ts').literals.filter(repeatsFreely);
const asksAll = process.argv.includes('--all');
const known = new Set(asksAll ? [] : readFileSync(`${ROOT}/${LINEAR_PATTERNS}`, 'utf8').split('\n'));
const linear: string[] = [];
for (const [line, { source, flags, file }] of new Map(free.map((one) => [toLine(one), one]))) {
  if (known.has(line)) {
    linear.push(line);
    continue;
  }
  const { status } = checkSync(source, flags, { timeout: CHECK_MS });
  if (status === 'safe') linear.push(line);
  else {
    console.error(`${line} in ${file}: ${status}`);
    process.exitCode = 1;
  }
}
writeFileSync(`${ROOT}/${LINEAR_PATTERNS}`, `${linear.sort().join('\n')}\n`);
console.log(`${linear.length} patterns are linear`);
