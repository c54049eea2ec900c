/**
 * `node scripts/check-patterns.ts [--all]`: asks recheck of every new pattern of src/ whether it is linear,
 * and writes those that are into tests/security/linear-patterns.txt, which the test then need not ask about.
 * `--all` asks of the known ones anew, as after a change of recheck. Ends with 1 where one is not.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { checkPattern } from '../tests/security/check-pattern.ts';
import { LINEAR_PATTERNS, listPatterns, repeatsFreely, toLine } from '../tests/security/patterns.ts';

const ROOT = `${import.meta.dirname}/..`;

const free = listPatterns(ROOT, 'src/**/*.ts').literals.filter(repeatsFreely);
const asksAll = process.argv.includes('--all');
const known = new Set(asksAll ? [] : readFileSync(`${ROOT}/${LINEAR_PATTERNS}`, 'utf8').split('\n'));
const linear: string[] = [];
for (const [line, pattern] of new Map(free.map((one) => [toLine(one), one]))) {
  if (known.has(line)) {
    linear.push(line);
    continue;
  }
  const status = checkPattern(pattern);
  if (status === 'safe') linear.push(line);
  else {
    console.error(`${line} in ${pattern.file}: ${status}`);
    process.exitCode = 1;
  }
}
writeFileSync(`${ROOT}/${LINEAR_PATTERNS}`, `${linear.sort().join('\n')}\n`);
console.log(`${linear.length} patterns are linear`);
